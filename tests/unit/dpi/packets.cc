// SPDX-License-Identifier: Apache-2.0
#include "packets.h"

#include "base/text.h"

namespace wiregauge::dpi {
namespace {

std::string U8(size_t value) { return std::string(1, static_cast<char>(value)); }
std::string U16(size_t value) { return U8(value >> 8) + U8(value); }
std::string U32(size_t value) { return U16(value >> 16) + U16(value); }
std::string Zeros(size_t count) { return std::string(count, '\0'); }
std::string Counted8(std::string_view text) { return U8(text.size()) + std::string(text); }
std::string Counted16(std::string_view text) { return U16(text.size()) + std::string(text); }

std::string AddressBytes(const IpAddress& ip) { return {ip.bytes().begin(), ip.bytes().end()}; }

std::string IpHeader(const End& src, const End& dst, uint8_t l4_protocol, size_t l4_bytes) {
  const std::string addresses = AddressBytes(src.ip) + AddressBytes(dst.ip);
  if (src.ip.version() == 6) {
    return U32(0x60000000) + U16(l4_bytes) + U8(l4_protocol) + U8(64) + addresses;
  }
  return U16(0x4500) + U16(20 + l4_bytes) + U32(0) + U8(64) + U8(l4_protocol) + U16(0) + addresses;
}

std::string DnsName(std::string_view name) {
  std::string labels;
  for (const std::string_view label : Split(name, '.')) labels += Counted8(label);
  return labels + U8(0);
}

}  // namespace

End At(std::string_view ip, uint16_t port) { return {IpAddress::Parse(ip).value(), port}; }

Packet Packet::Raw(const End& src, const End& dst, uint8_t l4_protocol, std::string_view l4) {
  Packet packet;
  const std::string all = IpHeader(src, dst, l4_protocol, l4.size()) + std::string(l4);
  packet.bytes_.assign(all.begin(), all.end());
  packet.fields_.l3_class = src.ip.version() == 6 ? decode::L3Class::kIpv6 : decode::L3Class::kIpv4;
  packet.fields_.src = src.ip;
  packet.fields_.dst = dst.ip;
  packet.fields_.src_port = src.port;
  packet.fields_.dst_port = dst.port;
  packet.fields_.l4_protocol = l4_protocol;
  return packet;
}

Packet Packet::Tcp(const End& src, const End& dst, uint8_t flags, std::string_view payload) {
  Packet packet = Raw(src, dst, 6,
                      U16(src.port) + U16(dst.port) + U32(1) + U32(1) + U8(0x50) + U8(flags) +
                          U16(65535) + U32(0) + std::string(payload));
  packet.payload_bytes_ = payload.size();
  return packet;
}

Packet Packet::Udp(const End& src, const End& dst, std::string_view payload) {
  Packet packet =
      Raw(src, dst, 17,
          U16(src.port) + U16(dst.port) + U16(8 + payload.size()) + U16(0) + std::string(payload));
  packet.payload_bytes_ = payload.size();
  return packet;
}

Packet& Packet::CutTo(size_t bytes) {
  bytes_.resize(bytes);
  bytes_.shrink_to_fit();
  payload_bytes_ = 0;
  return *this;
}

Packet& Packet::AsLaterFragment() {
  bytes_[7] = 1;  // offset 8
  fields_.is_fragment = true;
  fields_.is_first_fragment = false;
  return *this;
}

Packet& Packet::WithoutTotalLength() {
  bytes_[2] = bytes_[3] = 0;
  return *this;
}

decode::DecodedPacket Packet::decoded() const {
  decode::DecodedPacket packet = fields_;
  packet.ip_packet = bytes_;
  packet.payload = packet.ip_packet.last(payload_bytes_);
  packet.payload_bytes = static_cast<uint32_t>(payload_bytes_);
  packet.has_ports = packet.has_l4_header = payload_bytes_ > 0;
  return packet;
}

std::string DnsQuery(std::string_view name) {
  return U16(0x1234) + U16(0x0100) + U16(1) + U16(0) + U32(0) + DnsName(name) + U16(1) + U16(1);
}

std::string DnsAnswer(std::string_view name) {
  return U16(0x1234) + U16(0x8180) + U16(1) + U16(1) + U32(0) + DnsName(name) + U16(1) + U16(1) +
         U16(0xc00c) + U16(1) + U16(1) + U32(300) + Counted16("\x5d\xb8\xd8\x22");
}

std::string HttpGet(std::string_view host) {
  return "GET /index.html HTTP/1.1\r\nHost: " + std::string(host) +
         "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\n\r\n";
}

std::string TlsClientHello(std::string_view server_name) {
  const std::string host = U8(0) + Counted16(server_name);
  const std::string extensions = U16(0) + Counted16(Counted16(host)) +        // server_name
                                 U16(10) + Counted16(Counted16(U16(0x1d))) +  // groups: x25519
                                 U16(13) + Counted16(Counted16(U16(0x0403))) + U16(43) +
                                 Counted16(Counted8(U16(0x0304)));  // TLS 1.3
  const std::string hello = U16(0x0303) + std::string(32, 'r') + Counted8(Zeros(32)) +
                            Counted16(U16(0x1301) + U16(0x1302)) + Counted8(U8(0)) +
                            Counted16(extensions);
  const std::string handshake = U8(1) + U8(0) + Counted16(hello);
  return U8(22) + U16(0x0301) + Counted16(handshake);
}

}  // namespace wiregauge::dpi
