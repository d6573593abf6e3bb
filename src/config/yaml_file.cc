// SPDX-License-Identifier: Apache-2.0
#include "config/yaml_file.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "base/text.h"
#include "config/read_file.h"
#include "config/sink_options.h"
#include "config/sink_password.h"
#include "config/sink_values.h"
#include "config/value.h"

namespace wiregauge::config {
namespace {

constexpr size_t kMostBytes = 1 << 20;

int LineOf(const YAML::Node& node) { return node.Mark().line + 1; }

// The keys that may stand in a section ("" is the top of the file), sections included.
std::vector<std::string_view> KeysOf(std::string_view section) {
  std::vector<std::string_view> keys;
  for (const Setting& setting : SettingsTable()) {
    const size_t dot = setting.path.find('.');
    const bool in_section = dot != std::string_view::npos;
    std::string_view key;
    if (section.empty()) {
      key = setting.path.substr(0, dot);
    } else if (in_section && setting.path.substr(0, dot) == section) {
      key = setting.path.substr(dot + 1);
    }
    if (!key.empty() && std::ranges::count(keys, key) == 0) keys.push_back(key);
  }
  return keys;
}

class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  // Reads the keys of one section into values().
  Status ReadSection(const YAML::Node& node, const std::string& section) {
    if (node.IsNull()) return {};
    if (!node.IsMap()) {
      return Fail(LineOf(node), section.empty() ? "the file" : section,
                  "expected keys with values: " + Joined(KeysOf(section)));
    }
    Seen seen;
    for (const auto& pair : node) {
      Status status = ReadKey(pair.first, pair.second, section, seen);
      if (!status.ok()) return status;
    }
    return {};
  }

  std::vector<FileValue>& values() { return values_; }

  Error Fail(int line, const std::string& key, const std::string& problem) const {
    return Error{ErrorCode::kInvalidArgument, Place(line, key) + ": " + problem};
  }

 private:
  std::string Place(int line, const std::string& key) const {
    return name_ + ":" + std::to_string(line) + ": " + key;
  }

  // Where each key of a map stood first.
  using Seen = std::map<std::string, int>;

  // A value's place and what may stand there.
  struct Form {
    std::string path;
    bool is_list = false;
    std::string expectation;
  };

  // The place of a key of `section` ("" is the top of the file), which stands there once.
  Result<std::string> PathOf(const YAML::Node& key_node, const std::string& section,
                             Seen& seen) const {
    const int line = LineOf(key_node);
    if (!key_node.IsScalar()) {
      return Fail(line, section.empty() ? "a key" : section, "expected a name");
    }
    const std::string& key = key_node.Scalar();
    const std::string path = section.empty() ? key : section + "." + key;
    const auto [first, is_new] = seen.emplace(key, line);
    if (is_new) return path;
    return Fail(line, path, "is set twice, first in line " + std::to_string(first->second));
  }

  Status ReadKey(const YAML::Node& key_node, const YAML::Node& value, const std::string& section,
                 Seen& seen) {
    const auto path = PathOf(key_node, section, seen);
    if (!path.ok()) return path.error();
    const int line = LineOf(key_node);
    const std::string& key = key_node.Scalar();
    const auto known = KeysOf(section);
    if (std::ranges::count(known, key) == 0) return Fail(line, *path, Unknown(key, known));
    if (const Setting* setting = FindSetting(*path)) return ReadValue(*setting, value, line);
    return ReadSection(value, *path);
  }

  Status ReadValue(const Setting& setting, const YAML::Node& value, int key_line) {
    FileValue read{.setting = &setting, .texts = {}, .sinks = {}, .line = key_line};
    const Form form{std::string(setting.path), IsList(setting), Expectation(setting)};
    Status status;
    if (IsSinks(setting)) {
      status = value.IsMap() ? ReadSinks(value, read.sinks) : WrongShape(form, value, key_line);
    } else if (value.IsMap() && IsNamedList(setting)) {
      status = ReadNamed(setting, value, read.texts);
    } else {
      status = ReadTexts(form, value, key_line, read.texts);
    }
    if (status.ok()) values_.push_back(std::move(read));
    return status;
  }

  // One text, or those of a list.
  Status ReadTexts(const Form& form, const YAML::Node& value, int key_line,
                   std::vector<std::string>& texts) const {
    if (value.IsScalar()) {
      texts.push_back(value.Scalar());
      return {};
    }
    if (!value.IsSequence() || !form.is_list) return WrongShape(form, value, key_line);
    for (const YAML::Node& item : value) {
      if (!item.IsScalar()) {
        return Fail(LineOf(item), form.path, "expected " + form.expectation);
      }
      texts.push_back(item.Scalar());
    }
    return {};
  }

  Error WrongShape(const Form& form, const YAML::Node& value, int key_line) const {
    const char* const found = value.IsNull()       ? ", got nothing"
                              : value.IsMap()      ? ", got keys with values"
                              : value.IsSequence() ? ", got a list"
                                                   : ", got text";
    return Fail(key_line, form.path, "expected " + form.expectation + found);
  }

  // NAME: ITEM, or NAME: [ITEM, ...].
  Status ReadNamed(const Setting& setting, const YAML::Node& value,
                   std::vector<std::string>& texts) {
    Seen seen;
    for (const auto& pair : value) {
      const auto path = PathOf(pair.first, std::string(setting.path), seen);
      if (!path.ok()) return path.error();
      const std::string& name = pair.first.Scalar();
      const Error expected = Fail(LineOf(pair.first), *path, "expected " + Expectation(setting));
      if (name.find(',') != std::string::npos) return expected;  // it would part items
      if (pair.second.IsScalar()) {
        texts.push_back(pair.second.Scalar() + "=" + name);
        continue;
      }
      if (!pair.second.IsSequence() || pair.second.size() == 0) return expected;
      for (const YAML::Node& item : pair.second) {
        if (!item.IsScalar()) return expected;
        texts.push_back(item.Scalar() + "=" + name);
      }
    }
    return {};
  }

  // NAME: {type: TYPE, OPTION: VALUE, ...}.
  Status ReadSinks(const YAML::Node& value, std::vector<SinkSpec>& sinks) const {
    Seen seen;
    for (const auto& pair : value) {
      const auto path = PathOf(pair.first, "sinks", seen);
      if (!path.ok()) return path.error();
      const int line = LineOf(pair.first);
      SinkSpec sink{.name = pair.first.Scalar(),
                    .type = {},
                    .texts = {},
                    .password = {},
                    .where = Place(line, *path)};
      if (!IsSinkName(sink.name)) {
        return Fail(line, *path, "expected a name of a-z, 0-9, _ and -, at most 32");
      }
      if (!pair.second.IsMap()) {
        return Fail(line, *path,
                    "expected a type and its options such as {type: file, path: flows.ndjson}");
      }
      if (Status type = ReadSinkType(pair.second, line, *path, sink.type); !type) return type;
      if (Status options = ReadSinkOptions(pair.second, *path, sink); !options) return options;
      sinks.push_back(std::move(sink));
    }
    return {};
  }

  Status ReadSinkType(const YAML::Node& options, int sink_line, const std::string& sink_path,
                      std::string& type) const {
    const SinkOption& option = *FindSinkOption(type, "type");
    for (const auto& pair : options) {
      if (!pair.first.IsScalar() || pair.first.Scalar() != option.key) continue;
      type = pair.second.IsScalar() ? pair.second.Scalar() : "";
      if (std::ranges::count(SinkTypes(), type) > 0) return {};
      return Fail(LineOf(pair.first), sink_path + ".type",
                  "expected " + Expectation(option) + ", got '" + type + "'");
    }
    return Fail(sink_line, sink_path, "type is missing: " + Expectation(option));
  }

  Status ReadSinkOptions(const YAML::Node& options, const std::string& sink_path,
                         SinkSpec& sink) const {
    Seen seen;
    for (const auto& pair : options) {
      const auto path = PathOf(pair.first, sink_path, seen);
      if (!path.ok()) return path.error();
      const std::string& key = pair.first.Scalar();
      if (key == "type") continue;
      const int line = LineOf(pair.first);
      const SinkOption* const option = FindSinkOption(sink.type, key);
      if (option == nullptr) return Fail(line, *path, NoSuchOption(sink, key));
      SinkText read{.option = option, .texts = {}, .where = Place(line, *path)};
      const Form form{*path, IsList(*option), Expectation(*option)};
      if (Status value = ReadTexts(form, pair.second, line, read.texts); !value) return value;
      sink.texts.push_back(std::move(read));
    }
    return {};
  }

  static std::string NoSuchOption(const SinkSpec& sink, const std::string& key) {
    if (key == "password") {
      return "a password does not stand in this file: use password_file, or " +
             SinkPasswordVariable(sink.name) + " in the environment";
    }
    const auto types = TypesWithSinkOption(key);
    if (types.empty()) return Unknown(key, SinkKeysOf(sink.type));
    return "a sink of type " + sink.type + " does not take it: it is for " + Joined(types);
  }

  static std::string Joined(const std::vector<std::string_view>& words) {
    std::string text;
    for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
    return text;
  }

  static std::string Unknown(std::string_view key, const std::vector<std::string_view>& known) {
    const std::string_view nearest = Nearest(key, known);
    if (!nearest.empty()) return "unknown key; did you mean " + std::string(nearest) + "?";
    return "unknown key; known here: " + Joined(known);
  }

  const std::string& name_;
  std::vector<FileValue> values_;
};

// 0 when all of the text is UTF-8.
int FirstLineNotUtf8(const std::string& text) {
  int number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    if (ToValidUtf8(line) != line) return number;
  }
  return 0;
}

// Counts documents, empty ones too, which yaml-cpp's LoadAll stops at without a word.
class DocumentCounter final : public YAML::EventHandler {
 public:
  int line_of_second() const { return line_of_second_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) line_of_second_ = mark.line + 1;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  int documents_ = 0;
  int line_of_second_ = 0;
};

// 0 when there is none.
int LineOfSecondDocument(const std::string& text) {
  std::istringstream input(text);
  YAML::Parser parser(input);
  DocumentCounter counter;
  while (counter.line_of_second() == 0 && parser.HandleNextDocument(counter)) {
  }
  return counter.line_of_second();
}

}  // namespace

Result<std::vector<FileValue>> ParseSettingsText(const std::string& name, const std::string& text) {
  Reader reader(name);
  if (const int line = FirstLineNotUtf8(text); line > 0) {
    return reader.Fail(line, "the file", "not UTF-8");
  }
  try {
    if (const int line = LineOfSecondDocument(text); line > 0) {
      return reader.Fail(line, "the file", "expected one YAML document, here begins a second one");
    }
    Status status = reader.ReadSection(YAML::Load(text), "");
    if (!status.ok()) return status.error();
  } catch (const YAML::Exception& e) {
    return reader.Fail(e.mark.line + 1, "the file", "not YAML: " + e.msg);
  }
  return std::move(reader.values());
}

Result<std::vector<FileValue>> ReadSettingsFile(const std::string& path) {
  const auto text = ReadFile(path, kMostBytes + 1);
  if (!text.ok()) {
    return Error{text.error().code,
                 "cannot read settings file " + path + ": " + text.error().message};
  }
  if (text->size() > kMostBytes) {
    return Error{ErrorCode::kInvalidArgument, "settings file " + path + " is larger than 1 MiB"};
  }
  return ParseSettingsText(path, *text);
}

}  // namespace wiregauge::config
