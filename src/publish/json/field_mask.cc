// SPDX-License-Identifier: Apache-2.0
#include "publish/json/field_mask.h"

#include <algorithm>

#include "base/text.h"

namespace wiregauge::json {
namespace {

// The chosen path as a chain of nodes below `node`; whole at its end.
void Choose(FieldMask::Node& node, std::string_view path) {
  FieldMask::Node* at = &node;
  for (const std::string_view name : Split(path, '.')) {
    const auto child = std::find_if(at->children.begin(), at->children.end(),
                                    [name](const auto& other) { return other.name == name; });
    if (child != at->children.end()) {
      at = &*child;
    } else {
      at->children.push_back({.name = std::string(name), .whole = false, .children = {}});
      at = &at->children.back();
    }
  }
  at->whole = true;
}

}  // namespace

FieldCatalogue::FieldCatalogue(std::span<const std::string_view> paths) {
  for (const std::string_view path : paths) {
    for (size_t dot = path.find('.'); dot != std::string_view::npos;
         dot = path.find('.', dot + 1)) {
      paths_.emplace_back(path.substr(0, dot));
    }
    paths_.emplace_back(path);
  }
  std::sort(paths_.begin(), paths_.end());
  paths_.erase(std::unique(paths_.begin(), paths_.end()), paths_.end());
}

bool FieldCatalogue::Knows(std::string_view path) const {
  return std::binary_search(paths_.begin(), paths_.end(), path);
}

Result<FieldMask> FieldMask::Parse(std::string_view list, const FieldCatalogue& catalogue) {
  FieldMask mask;
  for (const std::string_view entry : Split(list, ',')) {
    const std::string_view path = Trim(entry);
    if (path.empty()) {
      return Error{ErrorCode::kInvalidArgument, "the list of fields holds an empty name"};
    }
    if (!catalogue.Knows(path)) {
      return Error{ErrorCode::kInvalidArgument,
                   "there is no field \"" + ToValidUtf8(path) + "\" here"};
    }
    Choose(mask.root_, path);
  }
  return mask;
}

const FieldMask::Node* FieldMask::Node::Find(std::string_view child) const {
  for (const Node& node : children) {
    if (node.name == child) return &node;
  }
  return nullptr;
}

}  // namespace wiregauge::json
