// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mac_address.h"

namespace wiregauge::model {

// Who makes devices: the blocks of MAC addresses that the IEEE has assigned (IEEE 802 section 8),
// with their holders' names. The longest prefix wins. A group address and a locally administered
// one, which a machine chooses at random or by its settings, have no vendor.
//
// Thread-safety: immutable.
class MacVendors {
 public:
  struct Block {
    uint64_t first_address = 0;  // as a number: the first octet is the highest of 48 bits
    uint8_t prefix_bits = 0;     // 1 to 48
    std::string vendor;          // valid UTF-8, not empty
  };

  // Knows no vendor.
  MacVendors() = default;
  // Of blocks with the same prefix the first one counts.
  explicit MacVendors(const std::vector<Block>& blocks);

  std::optional<std::string_view> VendorOf(const MacAddress& mac) const;
  // The vendor's place in the order of names, from 1 on; 0: none. ASCII letters of either case
  // are the same.
  uint32_t NumberOf(const MacAddress& mac) const;

  size_t blocks() const;

 private:
  struct Level {  // the blocks of one length
    uint8_t prefix_bits = 0;
    std::vector<std::pair<uint64_t, uint32_t>> numbers;  // by prefix, which is shifted down
  };

  std::vector<std::string> names_;  // the one with the number n is at n - 1
  std::vector<Level> levels_;       // longest prefix first
};

}  // namespace wiregauge::model
