// SPDX-License-Identifier: Apache-2.0
#include "messages.h"

#include <cstdio>
#include <fstream>

#include "base/text.h"
#include "unit/dissect/handshakes.h"

namespace wiregauge::dissect::testing {

Bytes ToBytes(std::string_view text) { return {text.begin(), text.end()}; }

void Append(Bytes& out, const Bytes& more) { out.insert(out.end(), more.begin(), more.end()); }

void Append16(Bytes& out, unsigned value) {
  out.push_back(static_cast<uint8_t>(value >> 8));
  out.push_back(static_cast<uint8_t>(value));
}

void Append32(Bytes& out, uint32_t value) {
  Append16(out, value >> 16);
  Append16(out, value & 0xffff);
}

Bytes DnsName(std::string_view name) {
  Bytes out;
  for (const std::string_view label : Split(name, '.')) {
    out.push_back(static_cast<uint8_t>(label.size()));
    Append(out, ToBytes(label));
  }
  out.push_back(0);
  return out;
}

Bytes Pointer(unsigned at) {
  Bytes out;
  Append16(out, 0xc000 | at);
  return out;
}

Bytes DnsHeaderBytes(unsigned flags, DnsCounts counts) {
  Bytes out;
  for (const unsigned value :
       {0x1234u, flags, counts.questions, counts.answers, counts.authorities, counts.additionals}) {
    Append16(out, value);
  }
  return out;
}

Bytes DnsQuestionBytes(const Bytes& name, unsigned type, unsigned dns_class) {
  Bytes out = name;
  Append16(out, type);
  Append16(out, dns_class);
  return out;
}

Bytes DnsRecordBytes(const Bytes& owner, unsigned type, const Bytes& data, unsigned dns_class,
                     uint32_t ttl_s) {
  Bytes out = DnsQuestionBytes(owner, type, dns_class);
  Append32(out, ttl_s);
  Append16(out, static_cast<unsigned>(data.size()));
  Append(out, data);
  return out;
}

Bytes Join(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) Append(out, part);
  return out;
}

Bytes AnswerWithCname() {
  // "www" at 12, "example" at 16; the CNAME's data at 45.
  return Join({DnsHeaderBytes(0x8180, {.questions = 1, .answers = 2, .additionals = 1}),
               DnsQuestionBytes(DnsName("www.example.org"), 1),
               DnsRecordBytes(Pointer(12), 5, Join({{4}, ToBytes("host"), Pointer(16)})),
               DnsRecordBytes(Pointer(45), 1, {192, 0, 2, 80}),
               DnsRecordBytes({0}, 41, {}, 1232, 0)});
}

Bytes NetbiosNameBytes(std::string_view name, uint8_t suffix) {
  std::string padded(name);
  padded.resize(15, ' ');
  padded.push_back(static_cast<char>(suffix));
  Bytes out = {32};
  for (const char c : padded) {
    const auto byte = static_cast<uint8_t>(c);
    out.push_back(static_cast<uint8_t>('A' + (byte >> 4)));
    out.push_back(static_cast<uint8_t>('A' + (byte & 15)));
  }
  out.push_back(0);
  return out;
}

Bytes NetbiosRegistration() {
  return Join({DnsHeaderBytes(0x2910, {.questions = 1, .additionals = 1}),
               DnsQuestionBytes(NetbiosNameBytes("FILES", 0x20), 0x20),
               DnsRecordBytes(Pointer(12), 0x20, {0, 0, 192, 0, 2, 9})});
}

Bytes DhcpFixedPart(uint8_t operation) {
  Bytes out = {operation, 1, 6, 0};
  Append32(out, 0x01020304);
  Append32(out, 0);
  Append(out, Bytes(16));  // ciaddr, yiaddr, siaddr, giaddr
  Append(out, {0x02, 0, 0, 0, 0, 0x31});
  Append(out, Bytes(10 + 64 + 128));
  Append32(out, 0x63825363);
  return out;
}

Bytes DhcpOption(uint8_t code, const Bytes& value) {
  Bytes out = {code, static_cast<uint8_t>(value.size())};
  Append(out, value);
  return out;
}

Bytes DhcpRequest() {
  return Join({DhcpFixedPart(1),
               DhcpOption(53, {3}),
               DhcpOption(50, {192, 0, 2, 50}),
               DhcpOption(12, ToBytes("laptop")),
               DhcpOption(60, ToBytes("MSFT 5.0")),
               DhcpOption(81, Join({{0, 0, 0}, ToBytes("laptop.example.org")})),
               DhcpOption(55, {1, 3, 6, 15}),
               {255}});
}

std::vector<Seed> Seeds() {
  const Bytes loop =
      Join({DnsHeaderBytes(0x8180, {.questions = 1, .answers = 1}),
            DnsQuestionBytes(Pointer(12), 1), DnsRecordBytes(Pointer(18), 1, {192, 0, 2, 1})});
  const Bytes status =
      Join({DnsHeaderBytes(0x8400, {.answers = 1}), DnsRecordBytes(NetbiosNameBytes("*", 0), 0x21,
                                                                   Join({{2},
                                                                         ToBytes("FILES          "),
                                                                         {0, 4, 0},
                                                                         ToBytes("WORKGROUP      "),
                                                                         {0, 0x84, 0},
                                                                         Bytes(46)}))});
  std::vector<Seed> seeds = {
      {"dns_answer", AnswerWithCname()},
      {"dns_loop", loop},
      {"dns_reverse", Join({DnsHeaderBytes(0x0100, {.questions = 1}),
                            DnsQuestionBytes(DnsName("1.2.0.192.in-addr.arpa"), 12)})},
      {"netbios_registration", NetbiosRegistration()},
      {"netbios_status", status},
      {"dhcp_request", DhcpRequest()},
      {"http_request", ToBytes("GET /a?b HTTP/1.1\r\nHost: www.example.org:8080\r\n"
                               "User-Agent: curl/7.88.1\r\n\r\n")},
      {"http_response", ToBytes("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>")},
      {"http_odd", ToBytes("POST / HTTP/1.1\r\nHost : a\r\nX: b\r\n c\r\nhost: d\nHost: e\n\n")},
      {"fqdn", Join({{4, 0, 0}, DnsName("laptop.example.org")})},
      {"tls_client_hello", UsualClientHello()},
      {"tls_server_hello", ServerHelloBody(0x0303, 0x1301, TlsExtension(43, {3, 4}))},
      {"tls_certificate", CertificateBody({UsualCertificate(1)})},
      {"tls_dtls", DtlsRecord(0, DtlsMessage(14, 0, 0, {}))},
      {"x509_usual", UsualCertificate(1)},
      {"x509_odd", Certificate({.issuer = NameAttribute("\x2a\x03", {0xd8, 0}, 0x1e),
                                .subject = {},
                                .validity = GeneralizedTime("20500101000000Z"),
                                .rest = {}})},
      {"ssh_opening", Join({ToBytes("SSH-2.0-x\r\n"),
                            SshKeyExchangePacket({.key_exchange = "curve25519-sha256",
                                                  .host_key = "ssh-ed25519",
                                                  .encryption = {"aes128-ctr", "aes128-ctr"},
                                                  .mac = {"hmac-sha1", "hmac-sha1"},
                                                  .compression = {"none", "zlib"}})})},
  };
  for (Seed& seed : seeds) {
    constexpr std::string_view kParsers[] = {"dns",  "netbios", "dhcp", "http",
                                             "fqdn", "tls",     "x509", "ssh"};
    uint8_t parser = 0;
    while (!seed.name.starts_with(kParsers[parser])) ++parser;
    seed.bytes.insert(seed.bytes.begin(), parser);
  }
  return seeds;
}

bool WriteSeeds(const std::vector<Seed>& seeds, const std::string& folder) {
  for (const Seed& seed : seeds) {
    std::ofstream file(folder + "/" + seed.name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.bytes.data()),
               static_cast<std::streamsize>(seed.bytes.size()));
    if (!file.flush()) {
      std::fprintf(stderr, "%s: cannot write %s\n", folder.c_str(), seed.name.c_str());
      return false;
    }
  }
  return true;
}

}  // namespace wiregauge::dissect::testing
