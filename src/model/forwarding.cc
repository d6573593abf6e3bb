// SPDX-License-Identifier: Apache-2.0
#include "model/forwarding.h"

#include <cstddef>

namespace wiregauge::model {
namespace {

uint64_t LeadingBytes(const IpAddress& ip, size_t bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < bytes; ++i) number = number << 8 | ip.bytes()[i];
  return number;
}

}  // namespace

void ForwardingEvidence::Add(const IpAddress& remote) {
  if (remote.version() == 4) {
    const uint64_t address = LeadingBytes(remote, 4);
    const bool is_link_local = address >> 16 == 0xa9fe;
    if (!is_link_local) AddPart(ipv4_, address);
  } else if (remote.version() == 6) {
    const uint64_t prefix = LeadingBytes(remote, 8);
    const bool is_link_local = prefix >> 54 == 0x3fa;
    if (!is_link_local) AddPart(ipv6_prefix_, prefix);
  }
}

void ForwardingEvidence::Merge(const ForwardingEvidence& other) {
  is_router_ = is_router_ || other.is_router_;
  AddPart(ipv4_, other.ipv4_);
  AddPart(ipv6_prefix_, other.ipv6_prefix_);
}

void ForwardingEvidence::AddPart(uint64_t& known, uint64_t part) {
  if (part == 0) return;
  if (known == 0) known = part;
  is_router_ = is_router_ || known != part;
}

}  // namespace wiregauge::model
