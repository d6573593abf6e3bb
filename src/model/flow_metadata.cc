// SPDX-License-Identifier: Apache-2.0
#include "model/flow_metadata.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.h"

namespace wiregauge::model {
namespace {

template <typename... Texts>
size_t HeapBytes(const Texts&... texts) {
  const size_t inside = std::string().capacity();
  return (0 + ... + (texts.capacity() > inside ? texts.capacity() + 1 : 0));
}

size_t ListBytes(const std::vector<std::string>& list) {
  size_t bytes = list.capacity() * sizeof(std::string);
  for (const std::string& text : list) bytes += HeapBytes(text);
  return bytes;
}

using NumberAndName = std::pair<uint16_t, std::string_view>;

// IANA's DNS parameters; sorted.
constexpr NumberAndName kDnsTypes[] = {
    {1, "A"},       {2, "NS"},        {5, "CNAME"},       {6, "SOA"},         {10, "NULL"},
    {11, "WKS"},    {12, "PTR"},      {13, "HINFO"},      {14, "MINFO"},      {15, "MX"},
    {16, "TXT"},    {17, "RP"},       {18, "AFSDB"},      {24, "SIG"},        {25, "KEY"},
    {28, "AAAA"},   {29, "LOC"},      {33, "SRV"},        {35, "NAPTR"},      {36, "KX"},
    {37, "CERT"},   {39, "DNAME"},    {41, "OPT"},        {42, "APL"},        {43, "DS"},
    {44, "SSHFP"},  {45, "IPSECKEY"}, {46, "RRSIG"},      {47, "NSEC"},       {48, "DNSKEY"},
    {49, "DHCID"},  {50, "NSEC3"},    {51, "NSEC3PARAM"}, {52, "TLSA"},       {53, "SMIMEA"},
    {55, "HIP"},    {59, "CDS"},      {60, "CDNSKEY"},    {61, "OPENPGPKEY"}, {62, "CSYNC"},
    {63, "ZONEMD"}, {64, "SVCB"},     {65, "HTTPS"},      {99, "SPF"},        {108, "EUI48"},
    {109, "EUI64"}, {249, "TKEY"},    {250, "TSIG"},      {251, "IXFR"},      {252, "AXFR"},
    {255, "ANY"},   {256, "URI"},     {257, "CAA"}};

constexpr std::string_view kDnsResponseCodes[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                                  "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
                                                  "NXRRSET", "NOTAUTH", "NOTZONE",  "DSOTYPENI"};
constexpr NumberAndName kDnsExtendedCodes[] = {{16, "BADVERS"},  {17, "BADKEY"},   {18, "BADTIME"},
                                               {19, "BADMODE"},  {20, "BADNAME"},  {21, "BADALG"},
                                               {22, "BADTRUNC"}, {23, "BADCOOKIE"}};

constexpr NumberAndName kTlsVersions[] = {
    {0x0002, "SSLv2"},    {0x0300, "SSLv3"},    {0x0301, "TLSv1.0"},
    {0x0302, "TLSv1.1"},  {0x0303, "TLSv1.2"},  {0x0304, "TLSv1.3"},
    {0xfefc, "DTLSv1.3"}, {0xfefd, "DTLSv1.2"}, {0xfeff, "DTLSv1.0"}};

// Empty: it has none.
std::string_view NameIn(std::span<const NumberAndName> names, uint16_t number) {
  const auto found = std::lower_bound(
      names.begin(), names.end(), number,
      [](const NumberAndName& one, uint16_t wanted) { return one.first < wanted; });
  return found != names.end() && found->first == number ? found->second : std::string_view();
}

}  // namespace

size_t BytesOf(const HttpMetadata& http) {
  return sizeof http +
         HeapBytes(http.method, http.host, http.url, http.user_agent, http.content_type);
}

size_t BytesOf(const DnsMetadata& dns) {
  return sizeof dns + HeapBytes(dns.query) + ListBytes(dns.answers);
}

size_t BytesOf(const TlsMetadata& tls) {
  return sizeof tls + ListBytes(tls.alpn) + ListBytes(tls.alternative_names) +
         HeapBytes(tls.server_name, tls.ja3_client, tls.ja3_server, tls.subject, tls.issuer,
                   tls.certificate_sha1);
}

size_t BytesOf(const QuicMetadata& quic) {
  return sizeof quic + ListBytes(quic.alpn) + HeapBytes(quic.server_name, quic.ja3_client);
}

size_t BytesOf(const SshMetadata& ssh) {
  return sizeof ssh + HeapBytes(ssh.client, ssh.server, ssh.hassh_client, ssh.hassh_server);
}

size_t BytesOf(const DhcpMetadata& dhcp) {
  return sizeof dhcp + HeapBytes(dhcp.host_name, dhcp.vendor_class, dhcp.fingerprint);
}

size_t BytesOf(const NetbiosMetadata& netbios) { return sizeof netbios + HeapBytes(netbios.name); }

size_t FlowMetadata::bytes() const {
  return sizeof *this + HeapBytes(server_name) + BytesOf(http) + BytesOf(dns) + BytesOf(tls) +
         BytesOf(quic) + BytesOf(ssh) + BytesOf(dhcp) + BytesOf(netbios);
}

std::string DnsTypeName(uint16_t type) {
  const std::string_view name = NameIn(kDnsTypes, type);
  return name.empty() ? "TYPE" + std::to_string(type) : std::string(name);
}

std::string DnsResponseCodeName(uint16_t code) {
  if (code < std::size(kDnsResponseCodes)) return std::string(kDnsResponseCodes[code]);
  const std::string_view name = NameIn(kDnsExtendedCodes, code);
  return name.empty() ? "RCODE" + std::to_string(code) : std::string(name);
}

std::string TlsVersionName(uint16_t version) {
  const std::string_view name = NameIn(kTlsVersions, version);
  return name.empty() ? NumberAsHexadecimal(version, 4) : std::string(name);
}

std::string QuicVersionName(uint32_t version) {
  constexpr uint32_t kVersion2 = 0x6b3343cf;  // RFC 9369
  if (version == 1) return "1";
  if (version == kVersion2) return "2";
  if (version >> 8 == 0xff0000) return "draft-" + std::to_string(version & 0xff);
  const char first = static_cast<char>(version >> 24);
  if (first != 'Q' && first != 'T') return NumberAsHexadecimal(version, 8);
  std::string name(1, first);  // Google's: a letter and three digits
  for (int shift = 16; shift >= 0; shift -= 8) {
    const char digit = static_cast<char>(version >> shift);
    if (digit < '0' || digit > '9') return NumberAsHexadecimal(version, 8);
    name += digit;
  }
  return name;
}

}  // namespace wiregauge::model
