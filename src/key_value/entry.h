// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace wiregauge::key_value {

enum class Kind : uint8_t { kString, kHash, kList, kSet };

// Where an entry stands: a key in a space. Any bytes.
struct Name {
  std::string_view space, key;
  auto operator<=>(const Name&) const = default;
};

// The same, kept.
struct OwnedName {
  explicit OwnedName(const Name& name) : space(name.space), key(name.key) {}
  operator Name() const { return {space, key}; }  // NOLINT(google-explicit-constructor): a view

  std::string space, key;
};

struct ByName {
  using is_transparent = void;
  bool operator()(const Name& a, const Name& b) const { return a < b; }
};

// All kinds are parts with values: a hash's fields, a set's members (with empty values), a list's
// positions (list_position.h), and a string's only part, which is empty.
using Parts = std::map<std::string, std::string, std::less<>>;

// What became of an entry since it was written last.
struct Change {
  OwnedName name;
  bool is_whole = false;  // `parts` are all there is; else only those that changed
  bool exists = false;    // false: the entry is gone
  Kind kind = Kind::kString;
  std::optional<Timestamp> expires_at{};
  std::vector<std::pair<std::string, std::optional<std::string>>> parts{};  // nothing: is gone
};

struct Changes {
  bool is_all = false;  // there is nothing beside them
  std::vector<Change> entries{};
};

// An entry as a file has it.
struct StoredEntry {
  OwnedName name;
  Kind kind = Kind::kString;
  std::optional<Timestamp> expires_at{};
  Parts parts{};
};

}  // namespace wiregauge::key_value
