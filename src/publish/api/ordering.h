// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "base/time.h"
#include "publish/api/query.h"
#include "snapshot/snapshot.h"

namespace wiregauge::api {

// What a row is sorted by, as a number that orders the same way.
using SortKey = int64_t;
inline constexpr SortKey kNotKnown = std::numeric_limits<SortKey>::min();

inline SortKey KeyOf(uint64_t number) {
  return static_cast<SortKey>(
      std::min(number, static_cast<uint64_t>(std::numeric_limits<SortKey>::max())));
}
// Of numbers whose 0 means that there is none.
inline SortKey NumberOrNone(uint64_t number) { return number == 0 ? kNotKnown : KeyOf(number); }
inline SortKey KeyOf(Timestamp time) { return time.time_since_epoch().count(); }
inline SortKey KeyOf(const std::optional<Duration>& duration) {
  return duration ? duration->count() : kNotKnown;
}
// IPv4 before IPv6, of which these are the first 62 bits: rows of one key are ordered by their id.
inline SortKey KeyOf(const IpAddress& ip) {
  uint64_t bits = 0;
  for (const uint8_t byte : ip.bytes().first(ip.version() == 4 ? 4 : 8)) bits = bits << 8 | byte;
  return static_cast<SortKey>(ip.version() == 4 ? bits : uint64_t{1} << 62 | bits >> 2);
}
inline SortKey KeyOf(const MacAddress& mac) {
  uint64_t bits = 0;
  for (const uint8_t byte : mac.bytes) bits = bits << 8 | byte;
  return static_cast<SortKey>(bits);
}
// For numbers that are not negative: their bits order as they do (IEEE 754).
inline SortKey KeyOf(const std::optional<double>& number) {
  return number ? std::bit_cast<SortKey>(*number) : kNotKnown;
}

// A field rows can be sorted by, spelled as in their JSON.
template <typename Row>
struct SortField {
  std::string_view name;
  SortKey (*key)(const Row&, const snapshot::Snapshot&);
  bool id_goes_on = false;  // the key tells the beginning, the row's id the rest
};

// The order a request asked for. Rows stand by rank, smallest first; those whose value is not known
// come last either way. Rows of the same rank stand by their id, backwards where it belongs to the
// value and that descends.
template <typename Row>
struct Ordering {
  const SortField<Row>* field = nullptr;
  bool descending = false;

  std::string spec() const { return (descending ? "-" : "") + std::string(field->name); }
  bool ids_descend() const { return descending && field->id_goes_on; }
  int64_t RankOf(const Row& row, const snapshot::Snapshot& snapshot) const {
    return RankOf(field->key(row, snapshot));
  }
  int64_t RankOf(SortKey key) const {
    if (key == kNotKnown) return std::numeric_limits<int64_t>::max();
    return descending ? -key : key;
  }
};

// Reads `sort`: a name of `fields`, "-" before it for descending; `fallback` when it is not given.
template <typename Row>
Ordering<Row> ParseOrdering(Query& query, std::span<const SortField<Row>> fields,
                            std::string_view fallback) {
  const auto find = [&](std::string_view spec) -> std::optional<Ordering<Row>> {
    const bool descending = spec.starts_with('-');
    if (descending) spec.remove_prefix(1);
    for (const SortField<Row>& field : fields) {
      if (field.name == spec) return Ordering<Row>{&field, descending};
    }
    return std::nullopt;
  };
  const std::string* const text = query.One("sort");
  if (text != nullptr) {
    if (const auto ordering = find(*text)) return *ordering;
    std::string expected = "a field to sort by (with \"-\" before it: descending); there are: ";
    for (const SortField<Row>& field : fields) {
      if (&field != fields.data()) expected += ", ";
      expected += field.name;
    }
    query.Refuse("sort", *text, expected);
  }
  return find(fallback).value();
}

}  // namespace wiregauge::api
