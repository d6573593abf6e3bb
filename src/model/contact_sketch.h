// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/ip_address.h"

namespace wiregauge::model {

// How many different addresses a host has spoken with. Exact up to kExact; beyond that an estimate
// by HyperLogLog (Flajolet et al. 2007, with linear counting for small numbers), whose standard
// error is 1.04 / sqrt(1024) = 3.3 %, up to some ten million addresses. Takes at most 1 KiB.
//
// A plain value. What it says depends on the addresses alone: not on their order, on how they are
// spread over several sketches that are merged, or on the process.
class ContactSketch {
 public:
  static constexpr size_t kExact = 64;

  // What an address counts as. The key is fixed, so that every shard and every run agree.
  static uint32_t HashOf(const IpAddress& ip);

  // Whether Add would change nothing.
  bool Holds(uint32_t hash) const;
  void Add(uint32_t hash);
  void Merge(const ContactSketch& other);
  uint64_t Estimate() const;

  // Beyond the object itself.
  size_t owned_bytes() const;

 private:
  static constexpr int kIndexBits = 10;
  static constexpr size_t kRegisters = size_t{1} << kIndexBits;

  bool exact() const { return registers_.empty(); }
  void AddToRegisters(uint32_t hash);
  void MakeRegisters();

  std::vector<uint32_t> hashes_;    // sorted; empty once there are registers
  std::vector<uint8_t> registers_;  // by the hash's first bits: the longest run of zeros, and 1
};

}  // namespace wiregauge::model
