// SPDX-License-Identifier: Apache-2.0
#include "model/flow_metadata.h"

#include <gtest/gtest.h>

namespace wiregauge::model {
namespace {

TEST(FlowMetadataTest, NothingTakesLittle) {
  EXPECT_TRUE(FlowMetadata().empty());
  EXPECT_EQ(FlowMetadata().bytes(), sizeof(FlowMetadata));
}

TEST(FlowMetadataTest, EverythingTakesNoMoreThanIsSaid) {
  const std::string most(kMostMetadataText, 'x'), md5(32, 'a'), sha1(40, 'a');
  FlowMetadata metadata;
  metadata.server_name = most;
  HttpMetadata http;
  http.method = http.host = http.url = http.user_agent = http.content_type = most;
  metadata.http = std::make_unique<const HttpMetadata>(http);
  DnsMetadata dns;
  dns.query = most;
  dns.answers.assign(kMostDnsAnswers, most);
  metadata.dns = std::make_unique<const DnsMetadata>(dns);
  TlsMetadata tls;
  tls.server_name = tls.subject = tls.issuer = most;
  tls.alpn.assign(kMostAlpn, most);
  tls.alternative_names.assign(kMostAlternativeNames, std::string(kMostAlternativeNameText, 'x'));
  tls.ja3_client = tls.ja3_server = md5;
  tls.certificate_sha1 = sha1;
  metadata.tls = std::make_unique<const TlsMetadata>(tls);
  QuicMetadata quic;
  quic.server_name = most;
  quic.alpn.assign(kMostAlpn, most);
  quic.ja3_client = md5;
  metadata.quic = std::make_unique<const QuicMetadata>(quic);
  SshMetadata ssh;
  ssh.client = ssh.server = most;
  ssh.hassh_client = ssh.hassh_server = md5;
  metadata.ssh = std::make_unique<const SshMetadata>(ssh);
  DhcpMetadata dhcp;
  dhcp.host_name = dhcp.vendor_class = dhcp.fingerprint = most;
  metadata.dhcp = std::make_unique<const DhcpMetadata>(dhcp);
  NetbiosMetadata netbios;
  netbios.name = most;
  metadata.netbios = std::make_unique<const NetbiosMetadata>(netbios);
  EXPECT_LE(metadata.bytes(), kMostFlowMetadataBytes);
  EXPECT_GT(metadata.bytes(), kMostFlowMetadataBytes / 2);
}

}  // namespace
}  // namespace wiregauge::model
