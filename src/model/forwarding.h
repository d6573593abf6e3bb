// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/ip_address.h"

namespace wiregauge::model {

// Whether a device is a router, by the remote hosts that it sends frames for. One remote address
// may be its own; more than one are others'. What says nothing: addresses that no router forwards
// (unspecified, RFC 3927 and RFC 4291 link-local), and several IPv6 addresses of one /64, as a
// machine has them in its network (RFC 8981).
//
// A plain value; the sum does not depend on the order of what is added.
class ForwardingEvidence {
 public:
  // The source of a frame of the device, which is not in a local network.
  void Add(const IpAddress& remote);
  void Merge(const ForwardingEvidence& other);

  bool is_router() const { return is_router_; }

 private:
  void AddPart(uint64_t& known, uint64_t part);

  uint64_t ipv4_ = 0, ipv6_prefix_ = 0;  // the first ones; 0: none
  bool is_router_ = false;
};

}  // namespace wiregauge::model
