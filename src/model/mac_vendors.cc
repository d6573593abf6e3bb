// SPDX-License-Identifier: Apache-2.0
#include "model/mac_vendors.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace wiregauge::model {
namespace {

constexpr uint8_t kMacBits = 48;
constexpr auto kPrefix = &std::pair<uint64_t, uint32_t>::first;
constexpr uint8_t kLocallyAdministered = 2;  // of the first octet

uint64_t AsNumber(const MacAddress& mac) {
  uint64_t number = 0;
  for (const uint8_t byte : mac.bytes) number = number << 8 | byte;
  return number;
}

bool IsAssigned(const MacAddress& mac) {
  return !mac.IsZero() && !mac.IsGroup() && (mac.bytes[0] & kLocallyAdministered) == 0;
}

struct NamedBlock {
  std::string lower_case_name;
  const MacVendors::Block* block;
};

// By name; blocks of one name as they came.
std::vector<NamedBlock> ByName(const std::vector<MacVendors::Block>& blocks) {
  std::vector<NamedBlock> named;
  named.reserve(blocks.size());
  for (const MacVendors::Block& block : blocks) named.push_back({ToLower(block.vendor), &block});
  std::ranges::stable_sort(named, {}, [](const NamedBlock& item) {
    return std::tie(item.lower_case_name, item.block->vendor);
  });
  return named;
}

}  // namespace

MacVendors::MacVendors(const std::vector<Block>& blocks) {
  std::vector<uint32_t> numbers(blocks.size());
  for (const auto& [lower_case_name, block] : ByName(blocks)) {
    if (names_.empty() || names_.back() != block->vendor) names_.push_back(block->vendor);
    numbers[static_cast<size_t>(block - blocks.data())] = static_cast<uint32_t>(names_.size());
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    const Block& block = blocks[i];
    auto level = std::ranges::find(levels_, block.prefix_bits, &Level::prefix_bits);
    if (level == levels_.end()) level = levels_.insert(level, {block.prefix_bits, {}});
    level->numbers.emplace_back(block.first_address >> (kMacBits - block.prefix_bits), numbers[i]);
  }
  std::ranges::sort(levels_, std::ranges::greater(), &Level::prefix_bits);
  for (Level& level : levels_) {
    std::ranges::stable_sort(level.numbers, {}, kPrefix);
    // Not std::ranges::unique: clang 14 cannot read libstdc++'s subrange.
    const auto rest =
        std::unique(level.numbers.begin(), level.numbers.end(),
                    [](const auto& one, const auto& other) { return one.first == other.first; });
    level.numbers.erase(rest, level.numbers.end());
  }
}

uint32_t MacVendors::NumberOf(const MacAddress& mac) const {
  if (!IsAssigned(mac)) return 0;
  const uint64_t address = AsNumber(mac);
  for (const Level& level : levels_) {
    const uint64_t prefix = address >> (kMacBits - level.prefix_bits);
    const auto found = std::ranges::lower_bound(level.numbers, prefix, {}, kPrefix);
    if (found != level.numbers.end() && found->first == prefix) return found->second;
  }
  return 0;
}

std::optional<std::string_view> MacVendors::VendorOf(const MacAddress& mac) const {
  const uint32_t number = NumberOf(mac);
  return number == 0 ? std::nullopt : std::optional<std::string_view>(names_[number - 1]);
}

size_t MacVendors::blocks() const {
  size_t blocks = 0;
  for (const Level& level : levels_) blocks += level.numbers.size();
  return blocks;
}

}  // namespace wiregauge::model
