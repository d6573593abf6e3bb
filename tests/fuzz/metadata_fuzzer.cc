// SPDX-License-Identifier: Apache-2.0
// The first byte chooses the server's port; then packets of one flow follow: a byte that says who
// sends it, over what, and whether its sequence number is the one expected; a byte with the
// payload's length; the payload.
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "base/check.h"
#include "base/text.h"
#include "dpi/metadata_reader.h"

namespace {

using wiregauge::ByteReader;
using wiregauge::dpi::MetadataReader;

void CheckText(const std::string& text) {
  WIREGAUGE_CHECK(text.size() <= wiregauge::model::kMostMetadataText);
  WIREGAUGE_CHECK(wiregauge::ToValidUtf8(text) == text);
}

void CheckTexts(const std::vector<std::string>& texts, size_t most) {
  WIREGAUGE_CHECK(texts.size() <= most);
  for (const std::string& text : texts) CheckText(text);
}

void CheckParts(const MetadataReader::Parts& parts) {
  if (const auto* const http = parts.http.get()) {
    for (const auto* const text :
         {&http->method, &http->host, &http->url, &http->user_agent, &http->content_type}) {
      CheckText(*text);
    }
  }
  if (parts.dns) {
    CheckText(parts.dns->query);
    CheckTexts(parts.dns->answers, wiregauge::model::kMostDnsAnswers);
  }
  if (const auto* const tls = parts.tls.get()) {
    for (const auto* const text : {&tls->server_name, &tls->subject, &tls->issuer}) {
      CheckText(*text);
    }
    CheckTexts(tls->alpn, wiregauge::model::kMostAlpn);
    CheckTexts(tls->alternative_names, wiregauge::model::kMostAlternativeNames);
  }
  if (parts.ssh) CheckTexts({parts.ssh->client, parts.ssh->server}, 2);
  if (parts.dhcp) {
    CheckTexts({parts.dhcp->host_name, parts.dhcp->vendor_class, parts.dhcp->fingerprint}, 3);
  }
  if (parts.netbios) CheckText(parts.netbios->name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::array<uint16_t, 8> kPorts = {80, 443, 22, 53, 5353, 67, 137, 25};
  constexpr size_t kMostBytes =
      2 * MetadataReader::kMostKept + wiregauge::model::kMostFlowMetadataBytes;
  constexpr uint8_t kFromClient = 1, kOverUdp = 2, kAgain = 4, kGap = 8;
  ByteReader reader({data, size});
  uint8_t port = 0, control = 0, length = 0;
  if (!reader.Read8(port)) return 0;
  MetadataReader metadata;
  std::array<uint32_t, 2> next = {0xffffff00, 0xfffffff0};  // close to the wrap
  while (reader.Read8(control) && reader.Read8(length)) {
    const bool from_client = (control & kFromClient) != 0;
    const auto payload = reader.rest().first(std::min<size_t>(length, reader.remaining()));
    wiregauge::decode::DecodedPacket packet;
    packet.has_ports = packet.has_l4_header = true;
    packet.l4_protocol = (control & kOverUdp) != 0 ? 17 : 6;
    packet.src_port = from_client ? 40000 : kPorts[port % kPorts.size()];
    packet.dst_port = from_client ? kPorts[port % kPorts.size()] : 40000;
    packet.payload = payload;
    packet.payload_bytes = static_cast<uint32_t>(payload.size());
    packet.tcp.sequence =
        next[from_client] + ((control & kGap) != 0 ? 1 : 0) - ((control & kAgain) != 0 ? 3 : 0);
    next[from_client] += packet.payload_bytes;
    metadata.Read(packet, from_client);
    static_cast<void>(metadata.WantsMore());
    WIREGAUGE_CHECK(metadata.bytes() <= kMostBytes);
    if (!reader.Skip(payload.size())) break;
  }
  CheckParts(metadata.Take());
  return 0;
}
