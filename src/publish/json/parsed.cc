// SPDX-License-Identifier: Apache-2.0
#include "publish/json/parsed.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace wiregauge::json {
namespace {

using Node = nlohmann::json;

const Node* NodeOf(const void* node) { return static_cast<const Node*>(node); }

void WriteNode(const Node& node, size_t levels, Writer& writer) {
  switch (node.type()) {
    case Node::value_t::object:
      writer.BeginObject();
      if (levels > 0) {
        for (const auto& [name, inner] : node.items()) {
          if (writer.DynamicKey(name)) WriteNode(inner, levels - 1, writer);
        }
      }
      writer.EndObject();
      return;
    case Node::value_t::array:
      writer.BeginArray();
      if (levels > 0) {
        for (const Node& inner : node) WriteNode(inner, levels - 1, writer);
      }
      writer.EndArray();
      return;
    case Node::value_t::string:
      return writer.Value(node.get_ref<const std::string&>());
    case Node::value_t::boolean:
      return writer.Value(node.get<bool>());
    case Node::value_t::number_integer:
      return writer.Value(node.get<int64_t>());
    case Node::value_t::number_unsigned:
      return writer.Value(node.get<uint64_t>());
    case Node::value_t::number_float:
      return writer.Value(node.get<double>());
    default:
      return writer.Value(nullptr);
  }
}

// Asked beforehand: the library's own callback, which knows the depth, takes time quadratic in the
// length of a list.
bool NestsDeeper(std::string_view text, size_t most) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > most) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

Error Refusal(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

Status CheckBounds(std::string_view text) {
  if (text.size() > Parsed::kMaxBytes) {
    return Refusal("the JSON is longer than " + std::to_string(Parsed::kMaxBytes) + " bytes");
  }
  if (NestsDeeper(text, Parsed::kMaxDepth)) {
    return Refusal("the JSON is nested deeper than " + std::to_string(Parsed::kMaxDepth) +
                   " levels");
  }
  return {};
}

// The library's events, handed on.
class Events final : public nlohmann::json_sax<Node> {
 public:
  explicit Events(EventHandler& handler) : handler_(handler) {}

  bool null() override {
    handler_.OnNull();
    return true;
  }
  bool boolean(bool truth) override {
    handler_.OnBoolean(truth);
    return true;
  }
  bool number_integer(number_integer_t number) override {
    handler_.OnInteger(int64_t{number});
    return true;
  }
  bool number_unsigned(number_unsigned_t number) override {
    handler_.OnInteger(uint64_t{number});
    return true;
  }
  bool number_float(number_float_t number, const string_t&) override {
    handler_.OnNumber(number);
    return true;
  }
  bool string(string_t& text) override {
    handler_.OnText(text);
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override {
    handler_.OnObject();
    return true;
  }
  bool key(string_t& name) override {
    handler_.OnKey(name);
    return true;
  }
  bool end_object() override {
    handler_.OnObjectEnd();
    return true;
  }
  bool start_array(size_t) override {
    handler_.OnArray();
    return true;
  }
  bool end_array() override {
    handler_.OnArrayEnd();
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

 private:
  EventHandler& handler_;
};

}  // namespace

bool ParsedValue::is_object() const { return exists() && NodeOf(node_)->is_object(); }
bool ParsedValue::is_array() const { return exists() && NodeOf(node_)->is_array(); }

ParsedValue ParsedValue::operator[](std::string_view member) const {
  if (!is_object()) return {};
  const auto at = NodeOf(node_)->find(std::string(member));
  return at == NodeOf(node_)->end() ? ParsedValue() : ParsedValue(&*at);
}

std::vector<std::string_view> ParsedValue::names() const {
  std::vector<std::string_view> names;
  if (!is_object()) return names;
  for (auto at = NodeOf(node_)->begin(); at != NodeOf(node_)->end(); ++at) {
    names.emplace_back(at.key());
  }
  return names;
}

size_t ParsedValue::size() const { return is_array() ? NodeOf(node_)->size() : 0; }

ParsedValue ParsedValue::at(size_t index) const {
  return index < size() ? ParsedValue(&(*NodeOf(node_))[index]) : ParsedValue();
}

std::optional<std::string_view> ParsedValue::text() const {
  if (!exists() || !NodeOf(node_)->is_string()) return std::nullopt;
  return NodeOf(node_)->get_ref<const std::string&>();
}

std::optional<double> ParsedValue::number() const {
  if (!exists() || !NodeOf(node_)->is_number()) return std::nullopt;
  return NodeOf(node_)->get<double>();
}

std::optional<bool> ParsedValue::boolean() const {
  if (!exists() || !NodeOf(node_)->is_boolean()) return std::nullopt;
  return NodeOf(node_)->get<bool>();
}

bool ParsedValue::is_null() const { return exists() && NodeOf(node_)->is_null(); }

void ParsedValue::WriteTo(Writer& writer) const {
  if (exists()) {
    WriteNode(*NodeOf(node_), kMostWritten, writer);
  } else {
    writer.Value(nullptr);
  }
}

// NOLINTNEXTLINE(bugprone-exception-escape): said of the library's constructor
struct Parsed::Tree {
  Node root;
};

Result<Parsed> Parsed::Parse(std::string_view text) {
  if (Status bounds = CheckBounds(text); !bounds.ok()) return bounds.error();
  auto tree = std::make_unique<Tree>();
  tree->root = Node::parse(text, nullptr, /*allow_exceptions=*/false);
  if (tree->root.is_discarded()) return Refusal("it is not valid JSON");
  return Parsed(std::move(tree));
}

Status ParseEvents(std::string_view text, EventHandler& handler) {
  if (Status bounds = CheckBounds(text); !bounds.ok()) return bounds;
  Events events(handler);
  if (!Node::sax_parse(text, &events)) return Refusal("it is not valid JSON");
  return {};
}

Parsed::Parsed(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Parsed::Parsed(Parsed&&) noexcept = default;
Parsed& Parsed::operator=(Parsed&&) noexcept = default;
Parsed::~Parsed() = default;

ParsedValue Parsed::root() const { return ParsedValue(&tree_->root); }

}  // namespace wiregauge::json
