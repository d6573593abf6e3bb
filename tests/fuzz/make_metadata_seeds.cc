// SPDX-License-Identifier: Apache-2.0
// Writes the metadata fuzzer's seeds into the folder named: flows as metadata_fuzzer.cc reads them.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "unit/dissect/handshakes.h"

namespace {

using namespace wiregauge::dissect::testing;  // NOLINT(google-build-using-namespace): builders

constexpr uint8_t kServer = 0, kClient = 1, kOverUdp = 2;
constexpr uint8_t kHttp = 0, kHttps = 1, kSsh = 2, kDns = 3, kDhcp = 5, kNetbios = 6;  // of kPorts

// One side's bytes in packets of at most `most` bytes.
Bytes Packets(uint8_t control, const Bytes& bytes, size_t most = 200) {
  Bytes out;
  for (size_t at = 0; at < bytes.size(); at += most) {
    const size_t count = std::min(most, bytes.size() - at);
    Append(out, {control, static_cast<uint8_t>(count)});
    const auto begin = bytes.begin() + static_cast<ptrdiff_t>(at);
    out.insert(out.end(), begin, begin + static_cast<ptrdiff_t>(count));
  }
  return out;
}

std::vector<Seed> FlowSeeds() {
  const Bytes client_hello = TlsRecord(TlsMessage(1, UsualClientHello()));
  const Bytes server_hello = TlsMessage(2, ServerHelloBody(0x0303, 0xc02f, AlpnExtension({"h2"})));
  const Bytes certificate = TlsMessage(11, CertificateBody({UsualCertificate(3)}));
  const Bytes ssh = SshKeyExchangePacket({.key_exchange = "curve25519-sha256",
                                          .host_key = "ssh-ed25519",
                                          .encryption = {"aes128-ctr", "aes128-ctr"},
                                          .mac = {"hmac-sha1", "hmac-sha1"},
                                          .compression = {"none", "zlib"}});
  const Bytes request =
      ToBytes("GET /a HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: x\r\n\r\n");
  const Bytes response =
      ToBytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
  return {
      {"http", Join({{kHttp}, Packets(kClient, request, 9), Packets(kServer, response)})},
      {"tls", Join({{kHttps},
                    Packets(kClient, client_hello),
                    Packets(kServer, TlsRecord(Join({server_hello, certificate})))})},
      {"dtls",
       Join({{kHttps}, Packets(kClient | kOverUdp, DtlsRecord(0, DtlsMessage(14, 1, 0, {1})))})},
      {"ssh", Join({{kSsh},
                    Packets(kServer, Join({ToBytes("SSH-2.0-s\r\n"), ssh})),
                    Packets(kClient, Join({ToBytes("SSH-2.0-c\r\n"), ssh}), 50)})},
      {"dns_over_tcp", Join({{kDns}, Packets(kServer, Vector16(AnswerWithCname()), 20)})},
      {"dns", Join({{kDns}, Packets(kServer | kOverUdp, AnswerWithCname())})},
      {"dhcp", Join({{kDhcp}, Packets(kClient | kOverUdp, DhcpRequest(), 255)})},
      {"netbios", Join({{kNetbios}, Packets(kClient | kOverUdp, NetbiosRegistration())})},
      {"quic", Join({{kHttps}, Packets(kClient | kOverUdp, {0xc3, 0, 0, 0, 1, 8, 1, 2})})},
  };
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_metadata_seeds FOLDER\n");
    return 2;
  }
  return WriteSeeds(FlowSeeds(), argv[1]) ? 0 : 1;
}
