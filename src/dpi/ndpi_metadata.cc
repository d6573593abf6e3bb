// SPDX-License-Identifier: Apache-2.0
#include "dpi/ndpi_metadata.h"

#include <ndpi_api.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/text.h"
#include "dpi/metadata_text.h"

namespace wiregauge::dpi {
namespace {

template <size_t N>
std::string_view TextIn(const char (&text)[N]) {
  return {text, strnlen(text, N)};
}

bool Speaks(const ndpi_flow_struct& flow, std::initializer_list<uint16_t> protocols) {
  return std::any_of(protocols.begin(), protocols.end(), [&](uint16_t protocol) {
    return flow.detected_protocol_stack[0] == protocol ||
           flow.detected_protocol_stack[1] == protocol;
  });
}

// Whether the flow's union holds what TLS left there, and nothing else wrote over it.
bool HasTls(const ndpi_flow_struct& flow) {
  return Speaks(
      flow, {NDPI_PROTOCOL_TLS, NDPI_PROTOCOL_DTLS, NDPI_PROTOCOL_QUIC, NDPI_PROTOCOL_MAIL_SMTPS,
             NDPI_PROTOCOL_MAIL_IMAPS, NDPI_PROTOCOL_MAIL_POPS});
}

void AddFingerprint(model::TlsMetadata& tls, const ndpi_flow_struct& flow) {
  const std::span<const uint8_t> sha1(flow.protos.tls_quic.sha1_certificate_fingerprint);
  const bool is_known =
      std::any_of(sha1.begin(), sha1.end(), [](uint8_t byte) { return byte != 0; });
  if (is_known && !tls.subject.empty()) tls.certificate_sha1 = Hexadecimal(sha1);
}

std::unique_ptr<model::QuicMetadata> MakeQuic(const ndpi_flow_struct& flow,
                                              std::optional<uint32_t> version) {
  auto quic = std::make_unique<model::QuicMetadata>();
  quic->version = version;
  quic->server_name = ToLower(MetadataText(TextIn(flow.host_server_name)));
  quic->ja3_client = MetadataText(TextIn(flow.protos.tls_quic.ja3_client));
  if (flow.protos.tls_quic.alpn == nullptr) return quic;
  for (const std::string_view name : Split(flow.protos.tls_quic.alpn, ',')) {
    if (quic->alpn.size() < model::kMostAlpn) quic->alpn.push_back(MetadataText(name));
  }
  return quic;
}

std::string_view NameRead(const MetadataReader::Parts& parts) {
  if (parts.tls != nullptr && !parts.tls->server_name.empty()) return parts.tls->server_name;
  if (parts.http != nullptr) return dissect::HostWithoutPort(parts.http->host);
  if (parts.dns != nullptr) return parts.dns->query;
  if (parts.dhcp != nullptr) return parts.dhcp->host_name;
  if (parts.netbios != nullptr) return parts.netbios->name;
  return {};
}

// What libndpi calls the server. It keeps the last 79 bytes, cuts an IPv6 address at its first
// colon, and cuts DHCP's names: what was read here is whole.
std::string ServerName(const MetadataReader::Parts& parts, const ndpi_flow_struct& flow) {
  const std::string of_libndpi = ToLower(MetadataText(TextIn(flow.host_server_name)));
  std::string read = ToLower(NameRead(parts));
  std::string_view part = of_libndpi;
  if (part.starts_with('[')) part.remove_prefix(1);
  const bool is_cut = read.starts_with(part) || read.ends_with(part);
  return is_cut ? read : of_libndpi;
}

}  // namespace

std::shared_ptr<const model::FlowMetadata> MakeMetadata(MetadataReader::Parts parts,
                                                        const ndpi_flow_struct& flow) {
  model::FlowMetadata metadata;
  metadata.server_name = ServerName(parts, flow);
  if (Speaks(flow, {NDPI_PROTOCOL_QUIC})) {
    metadata.quic = MakeQuic(flow, parts.quic_version);
  } else if (parts.tls != nullptr && HasTls(flow)) {
    AddFingerprint(*parts.tls, flow);
  }
  metadata.http = std::move(parts.http);
  metadata.dns = std::move(parts.dns);
  metadata.tls = std::move(parts.tls);
  metadata.ssh = std::move(parts.ssh);
  metadata.dhcp = std::move(parts.dhcp);
  metadata.netbios = std::move(parts.netbios);
  if (metadata.empty()) return nullptr;
  return std::make_shared<const model::FlowMetadata>(std::move(metadata));
}

}  // namespace wiregauge::dpi
