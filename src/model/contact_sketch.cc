// SPDX-License-Identifier: Apache-2.0
#include "model/contact_sketch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/keyed_hash.h"

namespace wiregauge::model {
namespace {

constexpr HashSecret kFixedKey = {'h', 'o', 's', 't', ' ', 'c', 'o', 'n',
                                  't', 'a', 'c', 't', 's', ' ', 'v', '1'};

size_t IndexOf(uint32_t hash, int index_bits) { return hash >> (32 - index_bits); }

// Leading zeros behind the index, and 1.
uint8_t RankOf(uint32_t hash, int index_bits) {
  const uint32_t rest = hash << index_bits;
  return static_cast<uint8_t>(std::min(std::countl_zero(rest), 32 - index_bits) + 1);
}

}  // namespace

uint32_t ContactSketch::HashOf(const IpAddress& ip) {
  std::array<uint8_t, 17> bytes{};
  std::copy(ip.storage().begin(), ip.storage().end(), bytes.begin());
  bytes.back() = ip.version();
  return static_cast<uint32_t>(SipHash(kFixedKey, bytes));
}

bool ContactSketch::Holds(uint32_t hash) const {
  if (exact()) return std::binary_search(hashes_.begin(), hashes_.end(), hash);
  return registers_[IndexOf(hash, kIndexBits)] >= RankOf(hash, kIndexBits);
}

void ContactSketch::Add(uint32_t hash) {
  if (!exact()) return AddToRegisters(hash);
  const auto at = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  if (at != hashes_.end() && *at == hash) return;
  if (hashes_.size() < kExact) {
    hashes_.insert(at, hash);
    return;
  }
  MakeRegisters();
  AddToRegisters(hash);
}

void ContactSketch::Merge(const ContactSketch& other) {
  if (other.exact()) {
    for (const uint32_t hash : other.hashes_) Add(hash);
    return;
  }
  if (exact()) MakeRegisters();
  std::transform(registers_.begin(), registers_.end(), other.registers_.begin(), registers_.begin(),
                 [](uint8_t a, uint8_t b) { return std::max(a, b); });
}

uint64_t ContactSketch::Estimate() const {
  if (exact()) return hashes_.size();
  constexpr auto kNumber = static_cast<double>(kRegisters);
  constexpr double kAlpha = 0.7213 / (1 + 1.079 / kNumber);
  double sum = 0;
  for (const uint8_t rank : registers_) sum += std::ldexp(1.0, -rank);
  const double estimate = kAlpha * kNumber * kNumber / sum;
  const auto zeros = std::count(registers_.begin(), registers_.end(), 0);
  const bool small = estimate <= 2.5 * kNumber && zeros > 0;
  const double best = small ? kNumber * std::log(kNumber / static_cast<double>(zeros)) : estimate;
  // Registers stand for more than were counted exactly.
  return std::max<uint64_t>(static_cast<uint64_t>(std::llround(best)), kExact + 1);
}

size_t ContactSketch::owned_bytes() const {
  return hashes_.capacity() * sizeof(hashes_[0]) + registers_.capacity();
}

void ContactSketch::AddToRegisters(uint32_t hash) {
  uint8_t& best = registers_[IndexOf(hash, kIndexBits)];
  best = std::max(best, RankOf(hash, kIndexBits));
}

void ContactSketch::MakeRegisters() {
  registers_.resize(kRegisters);
  for (const uint32_t hash : hashes_) AddToRegisters(hash);
  std::vector<uint32_t>().swap(hashes_);
}

}  // namespace wiregauge::model
