// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "decode/packet.h"

namespace wiregauge::dpi {

// One end of a made-up packet.
struct End {
  IpAddress ip;
  uint16_t port = 0;
};
End At(std::string_view ip, uint16_t port);

// An IP packet with its own bytes, as a decoder would hand it over.
class Packet {
 public:
  static Packet Tcp(const End& src, const End& dst, uint8_t flags, std::string_view payload);
  static Packet Udp(const End& src, const End& dst, std::string_view payload);
  static Packet Raw(const End& src, const End& dst, uint8_t l4_protocol, std::string_view l4);

  // Leaves what a capture with this snap length (from the IP header on) would have stored.
  Packet& CutTo(size_t bytes);
  Packet& AsLaterFragment();
  // IPv4: as a segmentation-offloading sender's own capture shows it.
  Packet& WithoutTotalLength();

  decode::DecodedPacket decoded() const;

 private:
  std::vector<uint8_t> bytes_;
  size_t payload_bytes_ = 0;  // the last ones
  decode::DecodedPacket fields_;
};

std::string DnsQuery(std::string_view name);
std::string DnsAnswer(std::string_view name);  // one A record
std::string HttpGet(std::string_view host);
std::string TlsClientHello(std::string_view server_name);

}  // namespace wiregauge::dpi
