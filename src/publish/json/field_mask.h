// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wiregauge::json {

// The names an object may have, as dotted paths ("id", "client", "client.ip"): what a field list is
// checked against. Build it once per kind of object from a literal list. Immutable.
class FieldCatalogue {
 public:
  // Parents need not be listed: "client.ip" makes "client" known.
  explicit FieldCatalogue(std::span<const std::string_view> paths);

  bool Knows(std::string_view path) const;
  const std::vector<std::string>& paths() const { return paths_; }  // sorted, with all parents

 private:
  std::vector<std::string> paths_;
};

// Which members of an object a client asked for: a tree over dotted paths. Choosing an object
// chooses all inside. Immutable once parsed, thread-safe.
class FieldMask {
 public:
  // "id,client.ip,application". kInvalidArgument when the list is empty, holds an empty name, or
  // holds a path the catalogue does not know: the message names it.
  static Result<FieldMask> Parse(std::string_view list, const FieldCatalogue& catalogue);

  struct Node {
    std::string name;
    bool whole = false;          // everything below is chosen
    std::vector<Node> children;  // few: searched in order

    const Node* Find(std::string_view child) const;
  };
  const Node& root() const { return root_; }

 private:
  Node root_;
};

}  // namespace wiregauge::json
