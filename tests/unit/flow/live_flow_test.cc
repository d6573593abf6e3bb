// SPDX-License-Identifier: Apache-2.0
#include "flow/live_flow.h"

#include <gtest/gtest.h>

#include "conversation.h"

namespace wiregauge::flow {
namespace {

using decode::TcpFlags;
using model::TcpState;
using namespace std::chrono_literals;
using testing::Conversation;
using testing::kHigh;
using testing::kLow;
using testing::Tcp;

FlowKey KeyFor(const decode::DecodedPacket& packet, Ports ports) {
  return MakeFlowKey(packet, ports, SrcIsLow(packet, ports));
}

TEST(FlowKeyTest, BothDirectionsAreOneFlow) {
  const auto packet = Tcp(true, TcpFlags::kSyn), answer = Tcp(false, TcpFlags::kAck);
  const Ports forth{40000, 80}, back{80, 40000};
  EXPECT_EQ(KeyFor(packet, forth), KeyFor(answer, back));
  EXPECT_NE(SrcIsLow(packet, forth), SrcIsLow(answer, back));
}

TEST(FlowKeyTest, EveryPartMakesADifference) {
  const auto packet = Tcp(true, 0);
  const FlowKey key = KeyFor(packet, {1, 2});
  auto other = packet;
  other.vlan = 7;
  EXPECT_NE(KeyFor(other, {1, 2}), key);
  other = packet;
  other.l4_protocol = 17;
  EXPECT_NE(KeyFor(other, {1, 2}), key);
  EXPECT_NE(KeyFor(packet, {1, 3}), key);
  EXPECT_NE(KeyFor(packet, {2, 2}), key);
}

TEST(FlowKeyTest, EqualAddressesAreOrderedByPort) {
  auto packet = Tcp(true, 0);
  packet.dst = packet.src;
  EXPECT_EQ(KeyFor(packet, {5, 9}), KeyFor(packet, {9, 5}));
  EXPECT_NE(SrcIsLow(packet, {5, 9}), SrcIsLow(packet, {9, 5}));
}

TEST(LiveFlowTest, HandshakeGivesBothLatencies) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kSynSent);
  c.See(20ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kSynSent);
  c.See(22ms, Tcp(true, TcpFlags::kAck, 101, 501));
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kEstablished);
  EXPECT_EQ(c.flow.record.server.network_latency, 10ms);
  EXPECT_EQ(c.flow.record.client.network_latency, 1ms);
  EXPECT_EQ(c.flow.record.handshake_rtt(), 22ms);
}

TEST(LiveFlowTest, ARepeatedSynCountsFromTheLastOne) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(1s, Tcp(true, TcpFlags::kSyn, 100));
  c.See(1010ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(1s + 12ms, Tcp(true, TcpFlags::kAck, 101, 501));
  EXPECT_EQ(c.flow.record.handshake_rtt(), 12ms);
}

TEST(LiveFlowTest, ASynRepeatedAfterItsAnswerCountsFromTheRepetition) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(5ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(1s, Tcp(true, TcpFlags::kSyn, 100));
  c.See(1006ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(1008ms, Tcp(true, TcpFlags::kAck, 101, 501));
  EXPECT_EQ(c.flow.record.handshake_rtt(), 8ms);
}

// A round trip beyond the client's first timer of one second: what is answered was sent before the
// repetition.
TEST(LiveFlowTest, ASynRepeatedWhileItsAnswerIsAcknowledgedChangesNothing) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(900ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(1000ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(1100ms, Tcp(true, TcpFlags::kAck, 101, 501));
  EXPECT_EQ(c.flow.record.handshake_rtt(), 1100ms);
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kEstablished);
  c.See(1900ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(2000ms, Tcp(true, TcpFlags::kAck, 101, 501));
  EXPECT_EQ(c.flow.record.handshake_rtt(), 1100ms);
}

TEST(LiveFlowTest, OfARepeatedSynAckTheFirstCounts) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(10ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(1010ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(1014ms, Tcp(true, TcpFlags::kAck, 101, 501));
  EXPECT_EQ(c.flow.record.server.network_latency, 5ms);
  EXPECT_EQ(c.flow.record.handshake_rtt(), 1014ms);
}

TEST(LiveFlowTest, AnAckOfMoreThanTheSynAckIsNotTheHandshakes) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(5ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(800ms, Tcp(true, TcpFlags::kAck, 101, 701));  // the one before was not captured
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kEstablished);
  EXPECT_FALSE(c.flow.record.handshake_rtt());
}

TEST(LiveFlowTest, ARefusedSynIsTimedToItsReset) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(1s, Tcp(true, TcpFlags::kSyn, 100));
  c.See(1003ms, Tcp(false, TcpFlags::kRst | TcpFlags::kAck, 0, 101));
  EXPECT_EQ(c.flow.record.server.network_latency, 1500us);
  EXPECT_FALSE(c.flow.record.client.network_latency);
  EXPECT_EQ(c.flow.record.handshake_rtt(), 3ms);
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kReset);
  c.See(1010ms, Tcp(false, TcpFlags::kRst | TcpFlags::kAck, 0, 101));
  EXPECT_EQ(c.flow.record.handshake_rtt(), 3ms);
}

TEST(LiveFlowTest, OtherResetsRefuseNothing) {
  for (const bool from_low : {false, true}) {
    for (const uint32_t acknowledged : {100u, 102u}) {  // not just the SYN
      Conversation c;
      c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
      c.See(3ms, Tcp(from_low, TcpFlags::kRst | TcpFlags::kAck, 0, acknowledged));
      EXPECT_FALSE(c.flow.record.handshake_rtt());
    }
  }
  Conversation without_ack, after_answer;
  without_ack.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  without_ack.See(3ms, Tcp(false, TcpFlags::kRst, 101, 101));
  EXPECT_FALSE(without_ack.flow.record.handshake_rtt());
  after_answer.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  after_answer.See(3ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  after_answer.See(9ms, Tcp(false, TcpFlags::kRst | TcpFlags::kAck, 501, 101));
  EXPECT_FALSE(after_answer.flow.record.handshake_rtt());
  EXPECT_EQ(after_answer.flow.record.server.network_latency, 1500us);
}

TEST(LiveFlowTest, AClockThatLeapsForwardTellsNoLatency) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(5ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(2h, Tcp(true, TcpFlags::kAck, 101, 501));
  EXPECT_FALSE(c.flow.record.handshake_rtt());
}

TEST(LiveFlowTest, AClockThatGoesBackTellsNoLatency) {
  Conversation c;
  c.See(10ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(5ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(6ms, Tcp(true, TcpFlags::kAck, 101, 501));
  EXPECT_FALSE(c.flow.record.server.network_latency);
  EXPECT_EQ(c.flow.record.client.network_latency, 500us);
  EXPECT_FALSE(c.flow.record.handshake_rtt());
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kEstablished);
}

TEST(LiveFlowTest, AnAnswerToAnotherSynSaysNothing) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(5ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 77));
  c.See(6ms, Tcp(true, TcpFlags::kRst, 77));
  EXPECT_FALSE(c.flow.record.server.network_latency);
  EXPECT_FALSE(c.flow.record.handshake_rtt());
}

TEST(LiveFlowTest, TheAnswerToTheSynCountsAlsoBehindAnotherOne) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(5ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 900, 77));
  c.See(20ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(22ms, Tcp(true, TcpFlags::kAck, 101, 501));
  EXPECT_EQ(c.flow.record.server.network_latency, 10ms);
  EXPECT_EQ(c.flow.record.handshake_rtt(), 22ms);
}

// Bits that fell over, or a device that rewrites the numbers of one direction.
TEST(LiveFlowTest, AcknowledgementsOfNumbersThatAreNotNearCountAsTheHandshakes) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(20ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 0x40000065));
  EXPECT_FALSE(c.flow.record.server.network_latency);
  c.See(22ms, Tcp(true, TcpFlags::kAck, 101, 0x800001f5));
  EXPECT_EQ(c.flow.record.server.network_latency, 10ms);
  EXPECT_EQ(c.flow.record.client.network_latency, 1ms);
  EXPECT_EQ(c.flow.record.handshake_rtt(), 22ms);
}

TEST(LiveFlowTest, WhatTheServerHasOfTheClientEndsAHandshakeWhoseAckWasNotCaptured) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(20ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(21ms, Tcp(false, TcpFlags::kAck, 501, 101));  // nothing yet
  EXPECT_FALSE(c.flow.record.handshake_rtt());
  c.See(24ms, Tcp(false, TcpFlags::kAck, 501, 401));
  EXPECT_EQ(c.flow.record.handshake_rtt(), 24ms);
  c.See(30ms, Tcp(true, TcpFlags::kAck, 401, 501));
  EXPECT_EQ(c.flow.record.handshake_rtt(), 24ms);
}

TEST(LiveFlowTest, ClientIsTheSynsSenderOrTheSynAcksReceiver) {
  Conversation syn, syn_ack;
  syn.See(0ms, Tcp(false, TcpFlags::kSyn));
  EXPECT_EQ(syn.flow.record.client.ip, kHigh);
  syn_ack.See(0ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck));
  EXPECT_EQ(syn_ack.flow.record.client.ip, kLow);
}

TEST(LiveFlowTest, JoinedMidwayTheHigherPortIsTheClient) {
  Conversation c;
  c.See(0ms, Tcp(false, TcpFlags::kAck), 100);
  EXPECT_EQ(c.flow.record.client.ip, kLow);
  EXPECT_EQ(c.flow.record.client.port, 40000);
  EXPECT_EQ(c.flow.record.server.sent, (model::Traffic{1, 100}));
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kEstablished);
}

TEST(LiveFlowTest, UdpsFirstSenderIsTheClient) {
  Conversation c;
  auto packet = Tcp(false, 0);
  packet.l4_protocol = 17;
  c.See(0ms, packet);
  EXPECT_EQ(c.flow.record.client.ip, kHigh);
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kNone);
}

TEST(LiveFlowTest, PortsAreSeenInAHeaderOnly) {
  Conversation fragments, datagrams;
  auto packet = Tcp(true, 0);
  packet.l4_protocol = 17;
  packet.src_port = packet.dst_port = 0;
  datagrams.See(0ms, packet);
  EXPECT_TRUE(datagrams.flow.record.has_ports());
  packet.has_ports = packet.has_l4_header = false;
  fragments.See(0ms, packet);
  EXPECT_FALSE(fragments.flow.record.has_ports());
  datagrams.flow.record.l4_protocol = 1;
  EXPECT_FALSE(datagrams.flow.record.has_ports());
}

TEST(LiveFlowTest, BothFinsCloseAndResetResets) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kAck));
  c.See(1ms, Tcp(true, TcpFlags::kFin | TcpFlags::kAck));
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kClosing);
  EXPECT_FALSE(IsFinished(c.flow));
  EXPECT_EQ(EndReasonOf(c.flow, model::EndReason::kIdle), model::EndReason::kIdle);
  c.See(2ms, Tcp(false, TcpFlags::kFin | TcpFlags::kAck));
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kClosed);
  EXPECT_EQ(EndReasonOf(c.flow, model::EndReason::kEndOfFile), model::EndReason::kTcpFin);
  c.See(3ms, Tcp(true, TcpFlags::kRst));
  EXPECT_EQ(c.flow.record.tcp_state, TcpState::kClosed);

  Conversation reset;
  reset.See(0ms, Tcp(true, TcpFlags::kSyn, 1));
  reset.See(1ms, Tcp(false, TcpFlags::kRst | TcpFlags::kAck, 0, 2));
  EXPECT_EQ(EndReasonOf(reset.flow, model::EndReason::kIdle), model::EndReason::kTcpRst);
}

TEST(LiveFlowTest, ASynOnAFinishedFlowIsANewConnection) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 1));
  c.See(1ms, Tcp(false, TcpFlags::kRst));
  for (const Sender sender : {Sender::kClient, Sender::kServer}) {
    EXPECT_TRUE(OpensNewConnection(c.flow, sender, Tcp(true, TcpFlags::kSyn, 1)));
    EXPECT_FALSE(OpensNewConnection(c.flow, sender, Tcp(true, TcpFlags::kSyn | TcpFlags::kAck, 9)));
  }
}

TEST(LiveFlowTest, TheClientsSynWithAnotherSequenceNumberIsANewConnection) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 1));
  for (const TcpState state : {TcpState::kSynSent, TcpState::kEstablished, TcpState::kClosing}) {
    c.flow.record.tcp_state = state;
    EXPECT_TRUE(OpensNewConnection(c.flow, Sender::kClient, Tcp(true, TcpFlags::kSyn, 9)));
    EXPECT_FALSE(OpensNewConnection(c.flow, Sender::kClient, Tcp(true, TcpFlags::kSyn, 1)));
    EXPECT_FALSE(
        OpensNewConnection(c.flow, Sender::kClient, Tcp(true, TcpFlags::kSyn | TcpFlags::kAck, 9)));
  }
}

// Packets of one connection may come in another order than they were sent.
TEST(LiveFlowTest, ALateSynIsNotANewConnection) {
  Conversation c;
  c.See(0ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  EXPECT_FALSE(OpensNewConnection(c.flow, Sender::kClient, Tcp(true, TcpFlags::kSyn, 100)));
  c.See(1ms, Tcp(true, TcpFlags::kSyn, 100));
  EXPECT_FALSE(OpensNewConnection(c.flow, Sender::kClient, Tcp(true, TcpFlags::kSyn, 100)));
  EXPECT_TRUE(OpensNewConnection(c.flow, Sender::kClient, Tcp(true, TcpFlags::kSyn, 900)));
}

TEST(LiveFlowTest, TheFirstTimeIsTheEarliestWhateverTheOrder) {
  Conversation c;
  c.See(10ms, Tcp(true, TcpFlags::kAck));
  c.See(2ms, Tcp(true, TcpFlags::kAck));
  c.See(5ms, Tcp(true, TcpFlags::kAck));
  EXPECT_EQ(c.flow.record.first_seen, Timestamp(1000s + 2ms));
  EXPECT_EQ(c.flow.record.report_start, c.flow.record.first_seen);
  EXPECT_EQ(c.flow.record.last_seen, Timestamp(1000s + 10ms));
}

TEST(LiveFlowTest, FlagsAreKeptByEnd) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn));
  c.See(1ms, Tcp(true, TcpFlags::kAck | TcpFlags::kPsh));
  EXPECT_EQ(c.flow.record.client.tcp_flags, TcpFlags::kSyn | TcpFlags::kAck | TcpFlags::kPsh);
  EXPECT_EQ(c.flow.record.server.tcp_flags, 0);
}

TEST(IsSilentFor, AFlowThatBeganWithALeapOfTheClockIsAsOldAsItsPacket) {
  const Timestamp before(1000s), after = before + 27h;
  Conversation c;
  c.SeeByClock(after, before, Tcp(true, TcpFlags::kSyn, 100));
  EXPECT_FALSE(IsSilentFor(c.flow, before + 1s, 60s));
  EXPECT_EQ(c.flow.last_active, before) << "not believed yet";
  EXPECT_FALSE(IsSilentFor(c.flow, after + 1ms, 60s));
  EXPECT_EQ(c.flow.last_active, after);
  EXPECT_EQ(c.flow.reported_at, after);
  EXPECT_TRUE(IsSilentFor(c.flow, after + 61s, 60s));
}

TEST(IsSilentFor, ADamagedTimeKeepsNoFlow) {
  const Timestamp before(1000s), damaged = before + 24h * 365;
  Conversation c;
  c.SeeByClock(damaged, before, Tcp(true, TcpFlags::kSyn, 100));
  EXPECT_TRUE(IsSilentFor(c.flow, before + 61s, 60s));
  Conversation older;
  older.See(0s, Tcp(true, TcpFlags::kSyn, 100));
  older.SeeByClock(damaged, before, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  EXPECT_TRUE(IsSilentFor(older.flow, damaged, 60s)) << "most of it is of before the leap";
}

TEST(OpensNewConnection, OnAFlowJoinedMidwayUnlessTheSynIsLate) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kAck, 101, 501));
  for (const bool client : {true, false}) {
    const Sender sender = client ? Sender::kClient : Sender::kServer;
    EXPECT_FALSE(
        OpensNewConnection(c.flow, sender, Tcp(client, TcpFlags::kSyn, client ? 100 : 500)))
        << "in front of what was seen of it, or of what was acknowledged";
    EXPECT_TRUE(OpensNewConnection(c.flow, sender, Tcp(client, TcpFlags::kSyn, 900'000)));
    EXPECT_FALSE(OpensNewConnection(c.flow, sender,
                                    Tcp(client, TcpFlags::kSyn | TcpFlags::kAck, 900'000, 1)));
  }
}

TEST(OpensNewConnection, NotWhenBothEndsOpenItAtOnce) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  EXPECT_FALSE(OpensNewConnection(c.flow, Sender::kServer, Tcp(false, TcpFlags::kSyn, 500)));
  EXPECT_FALSE(OpensNewConnection(c.flow, Sender::kClient, Tcp(true, TcpFlags::kSyn, 100)));
  EXPECT_TRUE(OpensNewConnection(c.flow, Sender::kClient, Tcp(true, TcpFlags::kSyn, 101)));
}

TEST(OpensNewConnection, WhenTheFormerServerAsks) {
  Conversation c;
  c.See(0ms, Tcp(true, TcpFlags::kSyn, 100));
  c.See(1ms, Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
  c.See(2ms, Tcp(true, TcpFlags::kAck, 101, 501));
  EXPECT_TRUE(OpensNewConnection(c.flow, Sender::kServer, Tcp(false, TcpFlags::kSyn, 900'000)));
}

}  // namespace
}  // namespace wiregauge::flow
