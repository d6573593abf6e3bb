// SPDX-License-Identifier: Apache-2.0
#include "model/icmp.h"

#include <algorithm>
#include <span>

namespace wiregauge::model {
namespace {

constexpr uint8_t kIcmp = 1, kIcmpv6 = 58;

struct Name {
  IcmpKey key;
  const char* name;
};

constexpr Name kTypes[] = {
    {{kIcmp, 0}, "Echo Reply"},
    {{kIcmp, 3}, "Destination Unreachable"},
    {{kIcmp, 4}, "Source Quench"},
    {{kIcmp, 5}, "Redirect"},
    {{kIcmp, 8}, "Echo Request"},
    {{kIcmp, 9}, "Router Advertisement"},
    {{kIcmp, 10}, "Router Solicitation"},
    {{kIcmp, 11}, "Time Exceeded"},
    {{kIcmp, 12}, "Parameter Problem"},
    {{kIcmp, 13}, "Timestamp Request"},
    {{kIcmp, 14}, "Timestamp Reply"},
    {{kIcmp, 15}, "Information Request"},
    {{kIcmp, 16}, "Information Reply"},
    {{kIcmp, 17}, "Address Mask Request"},
    {{kIcmp, 18}, "Address Mask Reply"},
    {{kIcmp, 30}, "Traceroute"},
    {{kIcmp, 40}, "Photuris"},
    {{kIcmp, 42}, "Extended Echo Request"},
    {{kIcmp, 43}, "Extended Echo Reply"},
    {{kIcmpv6, 1}, "Destination Unreachable"},
    {{kIcmpv6, 2}, "Packet Too Big"},
    {{kIcmpv6, 3}, "Time Exceeded"},
    {{kIcmpv6, 4}, "Parameter Problem"},
    {{kIcmpv6, 128}, "Echo Request"},
    {{kIcmpv6, 129}, "Echo Reply"},
    {{kIcmpv6, 130}, "Multicast Listener Query"},
    {{kIcmpv6, 131}, "Multicast Listener Report"},
    {{kIcmpv6, 132}, "Multicast Listener Done"},
    {{kIcmpv6, 133}, "Router Solicitation"},
    {{kIcmpv6, 134}, "Router Advertisement"},
    {{kIcmpv6, 135}, "Neighbor Solicitation"},
    {{kIcmpv6, 136}, "Neighbor Advertisement"},
    {{kIcmpv6, 137}, "Redirect"},
    {{kIcmpv6, 138}, "Router Renumbering"},
    {{kIcmpv6, 141}, "Inverse Neighbor Discovery Solicitation"},
    {{kIcmpv6, 142}, "Inverse Neighbor Discovery Advertisement"},
    {{kIcmpv6, 143}, "Version 2 Multicast Listener Report"},
    {{kIcmpv6, 148}, "Certification Path Solicitation"},
    {{kIcmpv6, 149}, "Certification Path Advertisement"},
    {{kIcmpv6, 151}, "Multicast Router Advertisement"},
    {{kIcmpv6, 152}, "Multicast Router Solicitation"},
    {{kIcmpv6, 153}, "Multicast Router Termination"},
    {{kIcmpv6, 155}, "RPL Control"},
    {{kIcmpv6, 160}, "Extended Echo Request"},
    {{kIcmpv6, 161}, "Extended Echo Reply"},
};

constexpr Name kCodes[] = {
    {{kIcmp, 3, 0}, "Net Unreachable"},
    {{kIcmp, 3, 1}, "Host Unreachable"},
    {{kIcmp, 3, 2}, "Protocol Unreachable"},
    {{kIcmp, 3, 3}, "Port Unreachable"},
    {{kIcmp, 3, 4}, "Fragmentation Needed"},
    {{kIcmp, 3, 5}, "Source Route Failed"},
    {{kIcmp, 3, 6}, "Destination Network Unknown"},
    {{kIcmp, 3, 7}, "Destination Host Unknown"},
    {{kIcmp, 3, 8}, "Source Host Isolated"},
    {{kIcmp, 3, 9}, "Network Administratively Prohibited"},
    {{kIcmp, 3, 10}, "Host Administratively Prohibited"},
    {{kIcmp, 3, 11}, "Network Unreachable for Type of Service"},
    {{kIcmp, 3, 12}, "Host Unreachable for Type of Service"},
    {{kIcmp, 3, 13}, "Communication Administratively Prohibited"},
    {{kIcmp, 3, 14}, "Host Precedence Violation"},
    {{kIcmp, 3, 15}, "Precedence Cutoff in Effect"},
    {{kIcmp, 5, 0}, "Redirect for Network"},
    {{kIcmp, 5, 1}, "Redirect for Host"},
    {{kIcmp, 5, 2}, "Redirect for Type of Service and Network"},
    {{kIcmp, 5, 3}, "Redirect for Type of Service and Host"},
    {{kIcmp, 11, 0}, "Time to Live Exceeded in Transit"},
    {{kIcmp, 11, 1}, "Fragment Reassembly Time Exceeded"},
    {{kIcmp, 12, 0}, "Pointer Indicates the Error"},
    {{kIcmp, 12, 1}, "Missing a Required Option"},
    {{kIcmp, 12, 2}, "Bad Length"},
    {{kIcmpv6, 1, 0}, "No Route to Destination"},
    {{kIcmpv6, 1, 1}, "Administratively Prohibited"},
    {{kIcmpv6, 1, 2}, "Beyond Scope of Source Address"},
    {{kIcmpv6, 1, 3}, "Address Unreachable"},
    {{kIcmpv6, 1, 4}, "Port Unreachable"},
    {{kIcmpv6, 1, 5}, "Source Address Failed Policy"},
    {{kIcmpv6, 1, 6}, "Reject Route to Destination"},
    {{kIcmpv6, 3, 0}, "Hop Limit Exceeded in Transit"},
    {{kIcmpv6, 3, 1}, "Fragment Reassembly Time Exceeded"},
    {{kIcmpv6, 4, 0}, "Erroneous Header Field"},
    {{kIcmpv6, 4, 1}, "Unrecognized Next Header Type"},
    {{kIcmpv6, 4, 2}, "Unrecognized IPv6 Option"},
};

const char* Find(std::span<const Name> names, const IcmpKey& key) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const Name& name) { return name.key == key; });
  return found == names.end() ? nullptr : found->name;
}

}  // namespace

TwoWay& IcmpTallies::RowOf(const IcmpKey& key) {
  const auto known =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.first == key; });
  if (known != items.end()) return known->second;
  if (items.size() == kMost) return other;
  return items.emplace_back(key, TwoWay{}).second;
}

void IcmpTallies::Merge(const IcmpTallies& from) {
  for (const auto& [key, traffic] : from.items) RowOf(key) += traffic;
  other += from.other;
}

const char* IcmpTypeName(const IcmpKey& key) { return Find(kTypes, {key.l4_protocol, key.type}); }

const char* IcmpCodeName(const IcmpKey& key) { return Find(kCodes, key); }

}  // namespace wiregauge::model
