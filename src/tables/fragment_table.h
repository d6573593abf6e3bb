// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/keyed_hash.h"
#include "base/time.h"
#include "decode/packet.h"
#include "flow/flow_key.h"
#include "tables/keyed_table.h"

namespace wiregauge::tables {

// RFC 791 section 3.2 and RFC 8200 section 4.5: fragments of one packet share addresses,
// identification and (IPv4) protocol. Plain bytes without padding.
struct FragmentKey {
  std::array<uint8_t, 16> src{}, dst{};
  uint32_t id = 0;
  uint16_t vlan = 0;
  uint8_t l4_protocol = 0;
  uint8_t ip_version = 0;

  bool operator==(const FragmentKey&) const = default;
  std::span<const uint8_t, 40> bytes() const {
    return std::span<const uint8_t, 40>(reinterpret_cast<const uint8_t*>(this), 40);
  }
};
static_assert(sizeof(FragmentKey) == 40);

// Remembers the ports of first fragments, so that later ones join their flow. Holds at most
// kMostFragments for at most kLifetime of packet time; the oldest go first. Not thread-safe.
class FragmentTable {
 public:
  static constexpr size_t kMostFragments = 8192;
  static constexpr Duration kLifetime = std::chrono::seconds(60);  // RFC 8200 section 4.5

  explicit FragmentTable(const KeyedHash& hash) : hash_(hash) {}

  void Remember(const decode::DecodedPacket& first, flow::Ports ports, Timestamp now);
  // The ports of the first fragment that `later` belongs to.
  std::optional<flow::Ports> Find(const decode::DecodedPacket& later, Timestamp now);

 private:
  struct Entry {
    const FragmentKey& key() const { return fragment_key; }
    FragmentKey fragment_key;
    flow::Ports ports;
    Timestamp seen;
  };

  KeyedHash hash_;
  KeyedTable<FragmentKey, Entry> table_;
  std::deque<Entry*> by_age_;
};

}  // namespace wiregauge::tables
