// SPDX-License-Identifier: Apache-2.0
#include "dpi/classifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "packets.h"

namespace wiregauge::dpi {
namespace {

using model::Confidence;

constexpr uint8_t kSyn = decode::TcpFlags::kSyn, kAck = decode::TcpFlags::kAck,
                  kPsh = decode::TcpFlags::kPsh;

class ClassifierTest : public ::testing::Test {
 protected:
  ClassifierTest() : ClassifierTest(Options{.max_tcp_packets = 80, .max_udp_packets = 24}) {}
  explicit ClassifierTest(const Options& options) {
    auto made = Classifier::Create(options);
    classifier_ = std::move(made).value();
  }

  Progress Show(Detection& detection, const Packet& packet) {
    now_ += std::chrono::milliseconds(10);
    const auto& decoded = packet.decoded();
    const bool from_client = decoded.src_port >= decoded.dst_port;  // as here all clients have
    return classifier_->Inspect(detection, decoded, from_client ? Sender::kClient : Sender::kServer,
                                now_);
  }
  // Shows the packets of one flow as a shard does: until nothing more is to be learned.
  Verdict Classify(const std::vector<Packet>& packets) {
    DetectionPtr detection = classifier_->Start();
    for (const Packet& packet : packets) {
      if (Show(*detection, packet) == Progress::kDone) break;
    }
    return classifier_->Finish(std::move(detection));
  }
  std::string IdOf(const Verdict& verdict) { return catalogue_->Id(verdict.application); }
  static std::string NameOf(const Verdict& verdict) {
    return verdict.metadata == nullptr ? "" : verdict.metadata->server_name;
  }

  const End client_ = At("192.168.1.10", 40000);
  const std::shared_ptr<const model::ApplicationCatalogue> catalogue_ = MakeCatalogue();
  std::unique_ptr<Classifier> classifier_;
  Timestamp now_ = Timestamp(std::chrono::seconds(1700000000));
};

std::vector<Packet> Exchange(const End& client, const End& server, std::string_view request) {
  return {Packet::Tcp(client, server, kSyn, ""), Packet::Tcp(server, client, kSyn | kAck, ""),
          Packet::Tcp(client, server, kAck, ""), Packet::Tcp(client, server, kPsh | kAck, request)};
}

TEST_F(ClassifierTest, FindsDnsAndTheNameAskedFor) {
  const End server = At("192.0.2.53", 53);
  DetectionPtr detection = classifier_->Start();
  EXPECT_EQ(Show(*detection, Packet::Udp(client_, server, DnsQuery("www.example.net"))),
            Progress::kIdentified);
  EXPECT_EQ(classifier_->Peek(*detection).app, 5);
  EXPECT_EQ(Show(*detection, Packet::Udp(server, client_, DnsAnswer("www.example.net"))),
            Progress::kDone);
  const Verdict verdict = classifier_->Finish(std::move(detection));
  EXPECT_EQ(IdOf(verdict), "5");
  EXPECT_EQ(catalogue_->Name(verdict.application), "DNS");
  EXPECT_EQ(catalogue_->CategoryName(verdict.application.category), "Network");
  EXPECT_EQ(verdict.application.confidence, Confidence::kDpi);
  EXPECT_FALSE(verdict.application.encrypted);
  EXPECT_EQ(NameOf(verdict), "www.example.net");
}

TEST_F(ClassifierTest, FindsDnsOverIpv6) {
  const Verdict verdict = Classify(
      {Packet::Udp(At("2001:db8::1", 40000), At("2001:db8::53", 53), DnsQuery("www.example.net"))});
  EXPECT_EQ(IdOf(verdict), "5");
  EXPECT_EQ(NameOf(verdict), "www.example.net");
}

TEST_F(ClassifierTest, FindsHttpAndItsHost) {
  const Verdict verdict =
      Classify(Exchange(client_, At("192.0.2.80", 80), HttpGet("www.example.com")));
  EXPECT_EQ(IdOf(verdict), "7");
  EXPECT_EQ(verdict.application.confidence, Confidence::kDpi);
  EXPECT_FALSE(verdict.application.encrypted);
  EXPECT_EQ(NameOf(verdict), "www.example.com");
}

TEST_F(ClassifierTest, FindsTlsAndItsServerName) {
  const Verdict verdict =
      Classify(Exchange(client_, At("192.0.2.43", 443), TlsClientHello("www.example.org")));
  EXPECT_EQ(IdOf(verdict), "91");
  EXPECT_TRUE(verdict.application.encrypted);
  EXPECT_EQ(NameOf(verdict), "www.example.org");
}

TEST_F(ClassifierTest, TellsTheMemoryOfWhatRuns) {
  EXPECT_EQ(classifier_->bytes(), 0u);
  DetectionPtr detection = classifier_->Start(), other = classifier_->Start();
  EXPECT_EQ(classifier_->bytes(), 2 * classifier_->detection_bytes());
  const std::string hello = TlsClientHello(std::string(300, 'n'));
  for (const Packet& packet :
       Exchange(client_, At("192.0.2.43", 443), std::string_view(hello).substr(0, 200))) {
    Show(*detection, packet);
  }
  EXPECT_GE(classifier_->bytes(), 2 * classifier_->detection_bytes() + 150);
  classifier_->Finish(std::move(detection));
  EXPECT_EQ(classifier_->bytes(), classifier_->detection_bytes());
  classifier_->Finish(std::move(other));
  EXPECT_EQ(classifier_->bytes(), 0u);
}

// libndpi tells a part of it.
TEST_F(ClassifierTest, FindsDhcpAndTheWholeNameOfItsClient) {
  std::string request = std::string("\x01\x01\x06\0\x01\x02\x03\x04", 8) + std::string(228, '\0');
  request += std::string("\x63\x82\x53\x63\x35\x01\x03\x0c\x0a", 9) + "Laptop-Two\xff";
  const Verdict verdict =
      Classify({Packet::Udp(At("0.0.0.0", 68), At("255.255.255.255", 67), request)});
  EXPECT_EQ(IdOf(verdict), "18");
  EXPECT_EQ(NameOf(verdict), "laptop-two");
  EXPECT_EQ(verdict.metadata->dhcp->host_name, "Laptop-Two") << "as it was sent";
}

TEST_F(ClassifierTest, FindsTheApplicationInsideTls) {
  const Verdict verdict =
      Classify(Exchange(client_, At("192.0.2.43", 443), TlsClientHello("www.google.com")));
  EXPECT_EQ(IdOf(verdict), "91.126");
  EXPECT_EQ(catalogue_->Name(verdict.application), "TLS.Google");
  EXPECT_EQ(ApplicationIndex(verdict.application), 126);
}

TEST_F(ClassifierTest, ReportsRisks) {
  const Verdict verdict =
      Classify(Exchange(client_, At("192.0.2.80", 8443), HttpGet("www.example.com")));
  EXPECT_EQ(IdOf(verdict), "7");
  std::vector<std::string> risks;
  for (size_t id = 0; id < catalogue_->risks.size(); ++id) {
    if (verdict.application.risks >> id & 1) risks.push_back(catalogue_->risks[id].name);
  }
  EXPECT_THAT(risks, ::testing::Contains("Known Protocol on Non Standard Port"));
}

TEST_F(ClassifierTest, GuessesByPortWhatNeverSpoke) {
  const Verdict verdict = Classify({Packet::Tcp(client_, At("192.0.2.22", 22), kSyn, "")});
  EXPECT_EQ(IdOf(verdict), "92");  // SSH
  EXPECT_EQ(verdict.application.confidence, Confidence::kByPort);
  EXPECT_EQ(verdict.metadata, nullptr);
}

TEST_F(ClassifierTest, GuessesByAddress) {
  const Verdict verdict = Classify({Packet::Tcp(client_, At("8.8.8.8", 50001), kSyn, "")});
  EXPECT_EQ(IdOf(verdict), "126");  // Google
  EXPECT_EQ(verdict.application.confidence, Confidence::kByIp);
}

TEST_F(ClassifierTest, SaysUnknownWhenNothingIsFound) {
  std::vector<Packet> packets;
  for (int i = 0; i < 40; ++i) {
    packets.push_back(Packet::Udp(client_, At("192.0.2.1", 50000), std::string(64, '\x07')));
  }
  const Verdict verdict = Classify(packets);
  EXPECT_EQ(verdict.application, model::Classification{});
  EXPECT_EQ(verdict.metadata, nullptr);
}

TEST_F(ClassifierTest, SaysUnknownOfAFlowThatShowedNothing) {
  EXPECT_EQ(classifier_->Finish(classifier_->Start()).application, model::Classification{});
}

TEST_F(ClassifierTest, SettlesProtocolsWithoutPortsAtOnce) {
  DetectionPtr detection = classifier_->Start();
  EXPECT_EQ(Show(*detection, Packet::Raw(client_, At("192.0.2.1", 0), 1,
                                         std::string("\x08\0\x12\x34\0\1\0\1abcdefgh", 16))),
            Progress::kDone);
  EXPECT_EQ(IdOf(classifier_->Finish(std::move(detection))), "81");  // ICMP
}

TEST_F(ClassifierTest, NamesAreValidUtf8) {
  const Verdict verdict =
      Classify(Exchange(client_, At("192.0.2.80", 80), HttpGet("www.\xff\xc3.example.com")));
  EXPECT_EQ(IdOf(verdict), "7");
  EXPECT_EQ(NameOf(verdict), "www.\xEF\xBF\xBD\xEF\xBF\xBD.example.com");
}

TEST_F(ClassifierTest, DoesNotReadALaterFragment) {
  DetectionPtr detection = classifier_->Start();
  Packet fragment = Packet::Udp(client_, At("192.0.2.53", 53), DnsQuery("www.example.net"));
  EXPECT_EQ(Show(*detection, fragment.AsLaterFragment()), Progress::kDetecting);
  EXPECT_EQ(classifier_->Finish(std::move(detection)).application, model::Classification{});
}

TEST_F(ClassifierTest, ReadsWhatTheSnapLengthLeft) {
  std::vector<Packet> packets =
      Exchange(client_, At("192.0.2.80", 8000), HttpGet("www.example.com"));
  packets.back().CutTo(20 + 20 + HttpGet("www.example.com").find("Accept"));
  const Verdict verdict = Classify(packets);
  EXPECT_EQ(IdOf(verdict), "7");
  EXPECT_EQ(NameOf(verdict), "www.example.com");
}

TEST_F(ClassifierTest, ReadsAnIpv6PacketThatTheSnapLengthCut) {
  Packet query =
      Packet::Udp(At("2001:db8::1", 40000), At("2001:db8::53", 53), DnsQuery("www.example.net"));
  query.CutTo(40 + 8 + 12 + 4);
  EXPECT_EQ(IdOf(Classify({query})), "5");
}

TEST_F(ClassifierTest, ReadsAPacketWithoutATotalLength) {
  Packet query = Packet::Udp(client_, At("192.0.2.53", 53), DnsQuery("www.example.net"));
  EXPECT_EQ(NameOf(Classify({query.WithoutTotalLength()})), "www.example.net");
}

TEST_F(ClassifierTest, SurvivesAPacketCutAnywhere) {
  const std::vector<Packet> whole = {
      Packet::Tcp(client_, At("192.0.2.80", 80), kPsh | kAck, HttpGet("www.example.com")),
      Packet::Tcp(client_, At("192.0.2.43", 443), kPsh | kAck, TlsClientHello("www.example.org")),
      Packet::Udp(At("2001:db8::1", 40000), At("2001:db8::53", 53), DnsAnswer("example.net"))};
  for (const Packet& packet : whole) {
    const size_t bytes = packet.decoded().ip_packet.size();
    for (size_t stored = 0; stored <= bytes; ++stored) {
      const Verdict verdict = Classify({Packet(packet).CutTo(stored)});
      const bool known = verdict.application != model::Classification{};
      EXPECT_TRUE(known || stored < bytes);
      EXPECT_FALSE(known && stored < 20);
    }
  }
}

TEST_F(ClassifierTest, StopsWhenLibndpiNoLongerLooks) {
  auto made = Classifier::Create({.max_tcp_packets = 1000, .max_udp_packets = 1000});
  classifier_ = std::move(made).value();
  DetectionPtr detection = classifier_->Start();
  const Packet packet = Packet::Tcp(client_, At("192.0.2.1", 50000), kPsh | kAck, "\x07\x07\x07");
  int shown = 1;
  while (Show(*detection, packet) != Progress::kDone && shown < 100) ++shown;
  EXPECT_LE(shown, 32);
  EXPECT_EQ(Show(*detection, packet), Progress::kDone);
  EXPECT_EQ(classifier_->Finish(std::move(detection)).application.app, 0);
}

TEST_F(ClassifierTest, StopsAtTheSettingsNumberOfPackets) {
  auto made = Classifier::Create({.max_tcp_packets = 3, .max_udp_packets = 2});
  classifier_ = std::move(made).value();
  const std::vector<Packet> tcp = Exchange(client_, At("192.0.2.22", 22), "");
  DetectionPtr detection = classifier_->Start();
  EXPECT_EQ(Show(*detection, tcp[0]), Progress::kDetecting);
  EXPECT_EQ(Show(*detection, tcp[1]), Progress::kDetecting);
  EXPECT_EQ(Show(*detection, tcp[2]), Progress::kDone);
  EXPECT_EQ(IdOf(classifier_->Finish(std::move(detection))), "92");

  Packet fragment = Packet::Udp(client_, At("192.0.2.1", 50000), "12345678");
  fragment.AsLaterFragment();
  detection = classifier_->Start();
  EXPECT_EQ(Show(*detection, fragment), Progress::kDetecting);
  EXPECT_EQ(Show(*detection, fragment), Progress::kDone);
}

TEST_F(ClassifierTest, TakesTimeThatGoesBack) {
  const End server = At("192.0.2.53", 53);
  DetectionPtr detection = classifier_->Start();
  Show(*detection, Packet::Udp(client_, server, DnsQuery("www.example.net")));
  now_ = Timestamp(std::chrono::seconds(-1));
  EXPECT_EQ(Show(*detection, Packet::Udp(server, client_, DnsAnswer("www.example.net"))),
            Progress::kDone);
}

// With the leak checker: libndpi's own allocations (URL, user agent, TLS buffers) go with a
// detection, finished or dropped.
TEST_F(ClassifierTest, FreesManyDetections) {
  size_t named = 0;
  for (uint16_t i = 0; i < 2000; ++i) {
    const End client = At("192.168.1.10", static_cast<uint16_t>(20000 + i));
    const std::string host = "host" + std::to_string(i) + ".example.com";
    if (NameOf(Classify(Exchange(client, At("192.0.2.80", 80), HttpGet(host)))) == host) ++named;
    DetectionPtr dropped = classifier_->Start();
    for (const Packet& packet : Exchange(client, At("192.0.2.43", 443), TlsClientHello(host))) {
      Show(*dropped, packet);
    }
  }
  EXPECT_EQ(named, 2000u);
}

TEST_F(ClassifierTest, TwoClassifiersShareNothing) {
  auto made = Classifier::Create({.max_tcp_packets = 80, .max_udp_packets = 24});
  std::unique_ptr<Classifier> other = std::move(made).value();
  const Packet query = Packet::Udp(client_, At("192.0.2.53", 53), DnsQuery("www.example.net"));
  DetectionPtr ours = classifier_->Start(), theirs = other->Start();
  Show(*ours, query);
  EXPECT_EQ(other->Peek(*theirs), model::Classification{});
  other->Inspect(*theirs, query.decoded(), Sender::kClient, now_);
  EXPECT_EQ(classifier_->Finish(std::move(ours)).application,
            other->Finish(std::move(theirs)).application);
}

TEST_F(ClassifierTest, TellsItsMemory) {
  EXPECT_GT(classifier_->detection_bytes(), 500u);
  EXPECT_LT(classifier_->detection_bytes(), 8192u);
}

TEST(ClassifierOutput, PrintsNothing) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  {
    const auto made = Classifier::Create({.max_tcp_packets = 80, .max_udp_packets = 24});
    ASSERT_TRUE(made.ok());
    const Packet odd =
        Packet::Tcp(At("192.0.2.1", 1), At("192.0.2.2", 80), kPsh | kAck, HttpGet("%n%s\x01"));
    const auto& classifier = made.value();
    DetectionPtr detection = classifier->Start();
    classifier->Inspect(*detection, odd.decoded(), Sender::kClient, Timestamp{});
    classifier->Finish(std::move(detection));
    MakeCatalogue();
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace wiregauge::dpi
