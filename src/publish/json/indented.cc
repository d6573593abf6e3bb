// SPDX-License-Identifier: Apache-2.0
#include "publish/json/indented.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/check.h"

namespace wiregauge::json {
namespace {

using Node = nlohmann::ordered_json;

void Append(const Node& node, const std::string& margin, std::string& out) {
  if (std::ranges::none_of(node, [](const Node& inner) { return inner.is_structured(); })) {
    out.append(node.dump());
    return;
  }
  const std::string inner_margin = margin + "  ";
  const char* separator = "\n";
  out.push_back(node.is_object() ? '{' : '[');
  for (const auto& [name, inner] : node.items()) {
    out.append(separator).append(inner_margin);
    if (node.is_object()) out.append(Node(name).dump()).append(": ");
    Append(inner, inner_margin, out);
    separator = ",\n";
  }
  out.append("\n").append(margin).push_back(node.is_object() ? '}' : ']');
}

}  // namespace

std::string Indented(std::string_view text) {
  const Node root = Node::parse(text, nullptr, /*allow_exceptions=*/false);
  WIREGAUGE_CHECK(!root.is_discarded());
  std::string out;
  Append(root, "", out);
  return out;
}

}  // namespace wiregauge::json
