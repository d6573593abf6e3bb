// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

// What detection learned of a flow beyond its application, by protocol. All text comes from the
// traffic: it is valid UTF-8, and at most kMostMetadataText bytes a value. An empty text is one
// that was not seen. Whatever repeats in a flow (requests, queries, certificates) is told once: the
// first.
namespace wiregauge::model {

inline constexpr size_t kMostMetadataText = 1024;
inline constexpr size_t kMostDnsAnswers = 16, kMostAlpn = 8, kMostAlternativeNames = 16;
// RFC 1035 section 3.1: no name is longer. A value is cut there.
inline constexpr size_t kMostAlternativeNameText = 255;
// What a flow's metadata takes at the most, should it speak every protocol there is below.
inline constexpr size_t kMostFlowMetadataBytes = 64 * 1024;

// The first request, and the first final response that followed (not 100 Continue, RFC 9110 section
// 15.2).
struct HttpMetadata {
  std::string method;                    // "GET"
  std::string host;                      // the Host header, with its port
  std::string url;                       // the request's target (RFC 9112 section 3.2)
  std::optional<uint16_t> status;        // 404
  std::string user_agent, content_type;  // of the request, of the response
};

// The first question, and the first answer to it; of multicast DNS an answer nobody asked for, too.
struct DnsMetadata {
  std::string query;  // "www.example.org", "." is the root; other bytes than text as \DDD
  std::optional<uint16_t> type;
  std::optional<uint16_t> response_code;  // with EDNS's upper bits
  // The first kMostDnsAnswers records of the answer section, in order: the address of A and AAAA,
  // the name of CNAME, NS, PTR, MX, SRV and SOA (its primary server's), the text of TXT, and of
  // others, or what is damaged, the data as RFC 3597 section 5 writes them: "\# 4 0A000001".
  std::vector<std::string> answers;
};

// Both hellos and the server's first certificate, which TLS 1.3 hides.
struct TlsMetadata {
  std::optional<uint16_t> version;     // what the server chose: 0x0303 is TLS 1.2, 0xfefd DTLS 1.2
  std::optional<uint16_t> cipher;      // what the server chose, by IANA's number
  std::string server_name;             // the client's SNI, in lower case: libndpi tells QUIC's so
  std::vector<std::string> alpn;       // what the client offers, or else the server chose
  std::string ja3_client, ja3_server;  // MD5 in hexadecimal
  std::string subject, issuer;         // "C=DE, O=Example, CN=www.example.org", as encoded
  // The subjectAltName's names and addresses, in order; names in lower case as server_name.
  std::vector<std::string> alternative_names;
  std::optional<Timestamp> not_before, not_after;
  std::string certificate_sha1;  // of its DER, in hexadecimal
};

struct QuicMetadata {
  std::optional<uint32_t> version;  // 1 is RFC 9000, 0x51303436 is Google's Q046
  std::string server_name;
  std::vector<std::string> alpn;
  std::string ja3_client;
};

struct SshMetadata {
  std::string client, server;              // "SSH-2.0-OpenSSH_9.2p1", RFC 4253 section 4.2
  std::string hassh_client, hassh_server;  // MD5 in hexadecimal
};

struct DhcpMetadata {
  std::string host_name;     // option 12, or the name in option 81
  std::string vendor_class;  // option 60
  std::string fingerprint;   // option 55 in the client's order, "1,3,6,15"
};

struct NetbiosMetadata {
  std::string name;  // asked for, registered or told, without its suffix
};

// Memory of one protocol's part, text included.
size_t BytesOf(const HttpMetadata& http);
size_t BytesOf(const DnsMetadata& dns);
size_t BytesOf(const TlsMetadata& tls);
size_t BytesOf(const QuicMetadata& quic);
size_t BytesOf(const SshMetadata& ssh);
size_t BytesOf(const DhcpMetadata& dhcp);
size_t BytesOf(const NetbiosMetadata& netbios);

// Of one that may not be there.
template <typename Part>
size_t BytesOf(const std::unique_ptr<Part>& part) {
  return part == nullptr ? 0 : BytesOf(*part);
}

// Immutable once made; shared by a flow and the records made of it. A protocol that was not spoken
// costs a pointer.
struct FlowMetadata {
  // Whom the client wants, in lower case: TLS or QUIC SNI, HTTP Host, DNS query; or the name it
  // gives itself: DHCP, NetBIOS.
  std::string server_name;
  std::unique_ptr<const HttpMetadata> http;
  std::unique_ptr<const DnsMetadata> dns;
  std::unique_ptr<const TlsMetadata> tls;
  std::unique_ptr<const QuicMetadata> quic;
  std::unique_ptr<const SshMetadata> ssh;
  std::unique_ptr<const DhcpMetadata> dhcp;
  std::unique_ptr<const NetbiosMetadata> netbios;

  bool empty() const {
    return server_name.empty() && !http && !dns && !tls && !quic && !ssh && !dhcp && !netbios;
  }
  // Memory it takes, text included; at most kMostFlowMetadataBytes.
  size_t bytes() const;
};

// What IANA and libraries call these numbers; others are "TYPE65534" (RFC 3597), "RCODE3841",
// "0x7f1c".
std::string DnsTypeName(uint16_t type);          // "AAAA"
std::string DnsResponseCodeName(uint16_t code);  // "NXDOMAIN"
std::string TlsVersionName(uint16_t version);    // "TLSv1.3"
std::string QuicVersionName(uint32_t version);   // "1", "draft-29", "Q046"

}  // namespace wiregauge::model
