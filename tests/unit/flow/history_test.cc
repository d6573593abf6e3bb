// SPDX-License-Identifier: Apache-2.0
#include "flow/history.h"

#include <gtest/gtest.h>

#include "conversation.h"

namespace wiregauge::flow {
namespace {

using decode::TcpFlags;
using namespace std::chrono_literals;
using testing::Conversation;
using testing::Tcp;
using testing::Udp;

constexpr uint8_t kAck = TcpFlags::kAck, kSyn = TcpFlags::kSyn, kFin = TcpFlags::kFin,
                  kRst = TcpFlags::kRst;

TEST(HistoryTest, AnExchangeAsZeekWritesIt) {
  Conversation c;
  c.Shake();
  for (uint32_t i = 0; i < 5; ++i) {
    const Duration time = 20ms + i * 10ms;
    c.See(time, Tcp(true, kAck, 101 + i * 7, 501 + i * 9, 7));
    c.See(time + 1ms, Tcp(false, kAck, 501 + i * 9, 108 + i * 7));
    c.See(time + 2ms, Tcp(false, kAck, 501 + i * 9, 108 + i * 7, 9));
    c.See(time + 3ms, Tcp(true, kAck, 108 + i * 7, 510 + i * 9));
  }
  c.See(1s, Tcp(true, kFin | kAck, 136, 546));
  c.See(1001ms, Tcp(false, kFin | kAck, 546, 137));
  c.See(1002ms, Tcp(true, kAck, 137, 547));
  EXPECT_EQ(c.history(), "ShADadFf");
}

TEST(HistoryTest, RefusedUnansweredAndAborted) {
  Conversation refused, unanswered, aborted;
  refused.See(0ms, Tcp(true, kSyn, 100));
  refused.See(1ms, Tcp(false, kRst | kAck, 0, 101));
  EXPECT_EQ(refused.history(), "Sr");
  for (int i = 0; i < 4; ++i) unanswered.See(i * 1s, Tcp(true, kSyn, 100));
  EXPECT_EQ(unanswered.history(), "S") << "the same SYN";
  aborted.Shake();
  aborted.See(20ms, Tcp(true, kRst | kAck, 101, 501));
  EXPECT_EQ(aborted.history(), "ShAR");
}

TEST(HistoryTest, DataInASynAndWithAFin) {
  Conversation c;
  c.See(0ms, Tcp(true, kSyn, 100, 0, 20));
  c.See(1ms, Tcp(false, kSyn | kAck, 500, 121));
  c.See(2ms, Tcp(false, kFin | kAck, 501, 121, 30));
  EXPECT_EQ(c.history(), "SDhfd");
}

TEST(HistoryTest, OfDatagramsAndOtherProtocolsTheFirstOfEachEnd) {
  Conversation dns, icmp;
  for (const bool from_low : {true, true, false, true, false}) dns.See(0ms, Udp(from_low));
  EXPECT_EQ(dns.history(), "Dd");
  decode::DecodedPacket echo = Udp(true, 0);
  echo.l4_protocol = 1;
  echo.has_ports = false;
  icmp.See(0ms, echo);
  EXPECT_EQ(icmp.history(), "D");
}

TEST(HistoryTest, AFlippedDirectionStandsInFront) {
  Conversation syn_ack, midway;
  syn_ack.See(0ms, Tcp(false, kSyn | kAck, 500, 101));
  EXPECT_EQ(syn_ack.history(), "^h");
  midway.See(0ms, Tcp(false, kAck, 500, 101, 10));
  midway.See(1ms, Tcp(true, kAck, 101, 510));
  EXPECT_EQ(midway.history(), "^dA");
}

TEST(HistoryTest, FlagsThatContradictEachOther) {
  Conversation c;
  c.See(0ms, Tcp(true, kSyn | kFin, 100));
  c.See(1ms, Tcp(true, kSyn | kRst, 100));
  c.See(2ms, Tcp(false, kFin | kRst, 100));
  EXPECT_EQ(c.history(), "Qi");
}

TEST(HistoryTest, WhatIsCountedStandsAtPowersOfTen) {
  Conversation c;
  c.Shake();
  c.See(20ms, Tcp(true, kAck, 101, 501, 10));
  for (int i = 1; i <= 100; ++i) c.See(1s + i * 100ms, Tcp(true, kAck, 101, 501, 10));
  EXPECT_EQ(c.history(), "ShADTTT");
  EXPECT_EQ(c.flow.record.client.tcp.retransmitted_packets, 100u);
}

TEST(HistoryTest, GapsAndClosedWindows) {
  Conversation c;
  c.Shake();
  c.See(20ms, Tcp(true, kAck, 201, 501, 10));
  decode::DecodedPacket closed = Tcp(false, kAck, 501, 211);
  closed.tcp.window = 0;
  c.See(21ms, closed);
  EXPECT_EQ(c.history(), "ShAGDaw");
}

TEST(HistoryTest, AKeepAliveIsAnAck) {
  Conversation c;
  c.Shake();
  c.See(20ms, Tcp(true, kAck, 100, 501, 1));
  EXPECT_EQ(c.history(), "ShA");
}

TEST(HistoryTest, AStormOfResetsHidesNothing) {
  Conversation c;
  c.Shake();
  for (uint32_t i = 0; i < 1000; ++i) c.See(20ms, Tcp(false, kRst, 7'000'000 + i * 1000));
  c.See(30ms, Tcp(false, kAck, 501, 101, 10));
  c.See(31ms, Tcp(true, kFin | kAck, 101, 511));
  EXPECT_LE(c.history().size(), model::History::kMostLetters);
  EXPECT_TRUE(c.history().starts_with("ShArrr"));
  EXPECT_TRUE(c.history().ends_with("dF")) << c.history();
}

}  // namespace
}  // namespace wiregauge::flow
