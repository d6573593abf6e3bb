// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"

namespace wiregauge::model {

// Where a host's name comes from, best first: what a machine calls itself beats what others call
// it, and what its network's own names say beats what strangers ask it for.
enum class NameSource : uint8_t {
  kDhcp,        // it asked for its address under this name (option 12, else 81)
  kMdns,        // it announced itself (RFC 6762)
  kLlmnr,       // it answered to it (RFC 4795)
  kNetbios,     // it registered it, or answered to it
  kDns,         // the name that was asked for when this address was the answer
  kTlsSni,      // a client's TLS or QUIC handshake named it
  kHttpHost,    // a request's Host header named it
  kReverseDns,  // a PTR record of its address
  kCount,
};
const char* NameSourceName(NameSource source);  // "dhcp", "mdns", ..., "tls_sni", ...

struct HostName {
  NameSource source = NameSource::kCount;
  Timestamp told_at;  // packet time of the newest message that told it
  std::string name;   // valid UTF-8, ASCII in lower case (RFC 4343), without the root's dot
};

// The names of one address, one of each source: the newest one, and of several of one instant the
// first by the alphabet. So the result does not depend on the order in which they are told, nor on
// who is told what.
class HostNames {
 public:
  static constexpr size_t kMostNameBytes = 255;

  // Whether a name is one: not empty and not too long.
  static bool IsName(std::string_view name) {
    return !name.empty() && name.size() <= kMostNameBytes;
  }
  // Keeps the name in lower case, whatever its source; refuses what is no name. False: nothing has
  // changed.
  bool Tell(NameSource source, std::string_view name, Timestamp at);
  void Merge(const HostNames& other);

  const std::vector<HostName>& all() const { return names_; }  // best source first
  const HostName* best() const { return names_.empty() ? nullptr : &names_.front(); }
  size_t bytes() const;  // all memory it takes

 private:
  std::vector<HostName> names_;
};

// The names of an address on one interface and VLAN.
struct NamedAddress {
  IpAddress ip;
  uint16_t vlan = 0;
  uint16_t interface_index = 0;
  std::shared_ptr<const HostNames> names;
};

}  // namespace wiregauge::model
