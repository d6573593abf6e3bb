// SPDX-License-Identifier: Apache-2.0
// What nobody sends in good faith, or a network does on its worst day: numbers
// stay bounded and mean what they say.
#include <gtest/gtest.h>

#include "conversation.h"

namespace wiregauge::flow {
namespace {

using decode::TcpFlags;
using model::TcpState;
using namespace std::chrono_literals;
using testing::Conversation;
using testing::Tcp;
using testing::Udp;

constexpr uint8_t kAck = TcpFlags::kAck, kSyn = TcpFlags::kSyn,
                  kRst = TcpFlags::kRst;

const model::FlowTcpHealth kHealthy{};

TEST(HostileTcpTest, SequenceNumbersThatWrapAreNoEvent) {
  Conversation c;
  constexpr uint32_t kStart = 0xffffff00;
  c.See(0ms, Tcp(true, kSyn, kStart));
  c.See(1ms, Tcp(false, kSyn | kAck, 0xfffffffe, kStart + 1));
  c.See(2ms, Tcp(true, kAck, kStart + 1, 0xffffffff));
  EXPECT_EQ(c.flow.record.handshake_rtt(), 2ms) << "the acknowledgement wraps";
  uint32_t client = kStart + 1, server = 0xffffffff;
  for (int i = 0; i < 20; ++i) {
    const Duration time = 10ms + i * 10ms;
    c.See(time, Tcp(true, kAck, client, server, 100));
    client += 100;
    c.See(time + 3ms, Tcp(false, kAck, server, client, 50));
    server += 50;
  }
  EXPECT_EQ(c.flow.record.client.tcp, kHealthy);
  EXPECT_EQ(c.flow.record.server.tcp, kHealthy);
  EXPECT_EQ(c.flow.record.application_latency.requests, 20u);
  EXPECT_EQ(c.flow.record.application_latency.max, 3ms);
  EXPECT_EQ(c.history(), "ShADd");
}

TEST(HostileTcpTest, AnInjectedResetEndsTheFlowButNotItsCounts) {
  Conversation c;
  c.Shake();
  c.See(20ms, Tcp(false, kRst,
                  0x7fffffff)); // far out of the window: nobody would obey
  EXPECT_EQ(c.flow.record.server.tcp, kHealthy) << "a RST may carry any number";
  c.See(30ms, Tcp(true, kAck, 101, 501, 10));
  EXPECT_EQ(c.See(35ms, Tcp(false, kAck, 501, 111, 10)).application_latency,
            5ms);
  EXPECT_EQ(c.flow.record.server.tcp, kHealthy)
      << "nor does it move what is expected next";
  EXPECT_EQ(c.flow.record.client.sent.packets, 3u);
  EXPECT_EQ(c.flow.record.handshake_rtt(), 12ms);
  EXPECT_EQ(c.history(), "ShArDd") << "the history shows that the flow went on";
}

TEST(HostileTcpTest, AThousandSynsAreOneFlow) {
  Conversation c;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(i > 0 && OpensNewConnection(c.flow, Sender::kClient,
                                             Tcp(true, kSyn, 100)));
    c.See(i * 1s, Tcp(true, kSyn, 100));
  }
  const model::FlowRecord &record = c.flow.record;
  EXPECT_EQ(record.tcp_state, TcpState::kSynSent);
  EXPECT_EQ(record.client.tcp.retransmitted_packets, 999u);
  EXPECT_FALSE(record.handshake_rtt());
  EXPECT_EQ(c.history(), "S");
  EXPECT_DOUBLE_EQ(record.client.interarrival.Milliseconds()->avg, 1000);
  EXPECT_DOUBLE_EQ(record.client.interarrival.Milliseconds()->stddev, 0);
  c.See(1000s, Tcp(false, kSyn | kAck, 500, 101));
  c.See(1001s, Tcp(true, kAck, 101, 501));
  EXPECT_EQ(record.handshake_rtt(), 2s) << "from the last SYN";
}

TEST(HostileTcpTest, OverlappingSegmentsAreSentAgainHoweverTheyAreCut) {
  Conversation c;
  c.Shake();
  c.See(1s, Tcp(true, kAck, 101, 501, 100));
  c.See(2s, Tcp(true, kAck, 101, 501, 50));  // its first half
  c.See(3s, Tcp(true, kAck, 150, 501, 50));  // its middle
  c.See(4s, Tcp(true, kAck, 101, 501, 200)); // the same and more
  c.See(5s, Tcp(false, kAck, 501, 301, 10));
  EXPECT_EQ(c.flow.record.client.tcp.retransmitted_packets, 3u);
  EXPECT_EQ(c.flow.record.client.tcp.lost_segments, 0u);
  EXPECT_EQ(c.flow.record.client.payload_bytes_sent, 400u)
      << "as it was on the wire";
  EXPECT_EQ(c.flow.record.application_latency.requests, 1u);
}

TEST(HostileTcpTest, AStormOfClosedWindowsIsCountedAndWrittenDownSixTimes) {
  Conversation c;
  c.Shake();
  decode::DecodedPacket closed = Tcp(false, kAck, 501, 101);
  closed.tcp.window = 0;
  for (int i = 0; i < 100'000; ++i)
    c.See(20ms + i * 1ms, closed);
  EXPECT_EQ(c.flow.record.server.tcp.zero_windows, 100'000u);
  EXPECT_EQ(c.history(), "ShAawwwwww");
  EXPECT_EQ(model::WindowBytes(c.flow.record.server, c.flow.record.client), 0u);
}

TEST(HostileTcpTest, TimesAtTheEndsOfTheClockStayInBounds) {
  Conversation c;
  for (const Timestamp time :
       {Timestamp::max(), Timestamp(0s), Timestamp(1s)}) {
    c.SeeByClock(time, Timestamp(0s), Udp(true));
    c.SeeByClock(time, Timestamp(0s), Udp(false));
  }
  const auto gaps = c.flow.record.client.interarrival.Milliseconds();
  ASSERT_TRUE(gaps);
  EXPECT_DOUBLE_EQ(gaps->min, 1000);
  EXPECT_DOUBLE_EQ(gaps->max, 1000);
  EXPECT_EQ(c.flow.record.application_latency.max, 0ns);
}

// The end with the higher port is the client of a connection joined midway
// (contract, section 2). Where a server has the higher port the rule is wrong;
// all that is told then is consistently so.
TEST(MidstreamTest, AServerOnTheHigherPortIsTakenForTheClient) {
  Conversation c;
  const auto on_port_50000 = [](decode::DecodedPacket packet) {
    (packet.src_port == 80 ? packet.src_port : packet.dst_port) = 50000;
    return packet;
  };
  c.See(0ms, on_port_50000(Tcp(true, kAck, 101, 501, 10))); // 40000 asks
  c.See(5ms, on_port_50000(Tcp(false, kAck, 501, 111, 10)));
  c.See(7ms, on_port_50000(Tcp(true, kAck, 111, 511, 10)));
  EXPECT_EQ(c.flow.record.client.port, 50000);
  EXPECT_EQ(c.history(), "^dD");
  EXPECT_EQ(c.flow.record.application_latency.requests, 1u);
  EXPECT_EQ(c.flow.record.application_latency.sum, 2ms)
      << "50000 is taken for who asks";
  EXPECT_TRUE(OpensNewConnection(c.flow, Sender::kServer,
                                 on_port_50000(Tcp(true, kSyn, 900'000))));
}

TEST(MidstreamTest, ASynAckThenItsConnectionTurnsNothingAround) {
  Conversation c;
  c.See(0ms, Tcp(false, kSyn | kAck, 500, 101));
  c.See(1ms, Tcp(true, kAck, 101, 501));
  c.See(2ms, Tcp(true, kAck, 101, 501, 10));
  EXPECT_EQ(c.flow.record.client.port, 40000);
  EXPECT_EQ(c.history(), "^hAD");
  EXPECT_FALSE(c.flow.record.handshake_rtt()) << "its SYN was not seen";
  EXPECT_EQ(c.See(9ms, Tcp(false, kAck, 501, 111, 10)).application_latency,
            7ms);
}

TEST(MidstreamTest, EqualPortsLeaveTheFirstSenderAsTheClient) {
  Conversation c;
  decode::DecodedPacket packet = Tcp(false, kAck, 101, 501, 10);
  packet.src_port = packet.dst_port = 6000;
  c.See(0ms, packet);
  EXPECT_EQ(c.flow.record.client.ip, testing::kHigh);
  EXPECT_EQ(c.history(), "D");
}

} // namespace
} // namespace wiregauge::flow
