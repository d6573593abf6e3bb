// SPDX-License-Identifier: Apache-2.0
#include "flow/tcp_analysis.h"

#include <gtest/gtest.h>

namespace wiregauge::flow {
namespace {

using namespace std::chrono_literals;
using decode::TcpFlags;

// A connection whose two ends send segments; time passes only where a test says so.
class TcpAnalysisTest : public ::testing::Test {
 protected:
  struct Sent {
    uint32_t sequence = 0;
    uint32_t payload_bytes = 0;
    uint8_t flags = TcpFlags::kAck;
    uint32_t acknowledgement = 500;
    uint16_t window = 1000;
  };

  SegmentKind FromClient(const Sent& sent) { return Send(client_, server_, sent).kind; }
  SegmentKind FromServer(const Sent& sent) { return Send(server_, client_, sent).kind; }
  SegmentFindings Send(TcpStream& sender, const TcpStream& receiver, const Sent& sent) {
    return Follow(sender, receiver,
                  {.sequence = sent.sequence,
                   .acknowledgement = sent.acknowledgement,
                   .window = sent.window,
                   .flags = sent.flags},
                  sent.payload_bytes, now_, rtt_);
  }

  TcpStream client_, server_;
  Timestamp now_{1000s};
  std::optional<Duration> rtt_;
};

TEST_F(TcpAnalysisTest, AStreamInOrderIsExpected) {
  EXPECT_EQ(FromClient({.sequence = 99, .flags = TcpFlags::kSyn}), SegmentKind::kExpected);
  EXPECT_EQ(FromClient({.sequence = 100}), SegmentKind::kExpected);
  EXPECT_EQ(FromClient({.sequence = 100, .payload_bytes = 10}), SegmentKind::kExpected);
  EXPECT_EQ(FromClient({.sequence = 110, .payload_bytes = 10}), SegmentKind::kExpected);
  EXPECT_EQ(FromClient({.sequence = 120, .flags = TcpFlags::kFin | TcpFlags::kAck}),
            SegmentKind::kExpected);
  EXPECT_EQ(FromClient({.sequence = 121}), SegmentKind::kExpected);
}

TEST_F(TcpAnalysisTest, ASequenceNumberThatWrapsIsNoEvent) {
  EXPECT_EQ(FromClient({.sequence = 0xfffffff0, .payload_bytes = 0x20}), SegmentKind::kExpected);
  EXPECT_EQ(FromClient({.sequence = 0x10, .payload_bytes = 10}), SegmentKind::kExpected);
  now_ += 1s;
  EXPECT_EQ(FromClient({.sequence = 0xfffffff0, .payload_bytes = 0x20}),
            SegmentKind::kRetransmitted);
}

TEST_F(TcpAnalysisTest, WhatIsAheadComesAfterAGapThatCountsOnce) {
  FromClient({.sequence = 100, .payload_bytes = 10});
  EXPECT_EQ(FromClient({.sequence = 150, .payload_bytes = 10}), SegmentKind::kAfterGap);
  EXPECT_EQ(FromClient({.sequence = 160, .payload_bytes = 10}), SegmentKind::kExpected);
  EXPECT_EQ(FromClient({.sequence = 900, .flags = TcpFlags::kRst}), SegmentKind::kExpected)
      << "a RST may carry any number";
}

TEST_F(TcpAnalysisTest, WhatFillsAGapSoonWasOvertaken) {
  FromClient({.sequence = 100, .payload_bytes = 10});
  FromClient({.sequence = 120, .payload_bytes = 10});
  now_ += 2ms;
  EXPECT_EQ(FromClient({.sequence = 110, .payload_bytes = 10}), SegmentKind::kOutOfOrder);
  now_ += 2ms;
  EXPECT_EQ(FromClient({.sequence = 110, .payload_bytes = 10}), SegmentKind::kRetransmitted)
      << "4 ms after the segment behind the gap";
}

TEST_F(TcpAnalysisTest, SoonMeansWithinTheRoundTripWhenItIsKnown) {
  rtt_ = 100ms;
  FromClient({.sequence = 100, .payload_bytes = 10});
  FromClient({.sequence = 120, .payload_bytes = 10});
  now_ += 99ms;
  EXPECT_EQ(FromClient({.sequence = 110, .payload_bytes = 10}), SegmentKind::kOutOfOrder);
  now_ += 1ms;
  EXPECT_EQ(FromClient({.sequence = 110, .payload_bytes = 10}), SegmentKind::kRetransmitted);
}

TEST_F(TcpAnalysisTest, TheNewestSegmentAgainIsARetransmissionHoweverSoon) {
  FromClient({.sequence = 100, .payload_bytes = 10});
  EXPECT_EQ(FromClient({.sequence = 100, .payload_bytes = 10}), SegmentKind::kRetransmitted);
  FromClient({.sequence = 110, .flags = TcpFlags::kFin | TcpFlags::kAck});
  EXPECT_EQ(FromClient({.sequence = 110, .flags = TcpFlags::kFin | TcpFlags::kAck}),
            SegmentKind::kRetransmitted);
}

TEST_F(TcpAnalysisTest, WhatWasAcknowledgedIsARetransmissionHoweverSoon) {
  FromClient({.sequence = 100, .payload_bytes = 10});
  FromClient({.sequence = 110, .payload_bytes = 10});
  FromServer({.sequence = 500, .acknowledgement = 120});
  EXPECT_EQ(FromClient({.sequence = 100, .payload_bytes = 10}), SegmentKind::kRetransmitted);
}

TEST_F(TcpAnalysisTest, DuplicateAcknowledgementsCauseARetransmission) {
  rtt_ = 100ms;  // else it would be out of order
  FromServer({.sequence = 500, .acknowledgement = 100});
  FromClient({.sequence = 100, .payload_bytes = 10});
  FromClient({.sequence = 110, .payload_bytes = 10});
  FromClient({.sequence = 120, .payload_bytes = 10});
  for (int i = 0; i < 2; ++i) FromServer({.sequence = 500, .acknowledgement = 100});
  now_ += 19ms;
  EXPECT_EQ(FromClient({.sequence = 100, .payload_bytes = 10}), SegmentKind::kRetransmitted);
}

TEST_F(TcpAnalysisTest, KeepAlivesAreNoRetransmissions) {
  FromClient({.sequence = 100, .payload_bytes = 10});
  now_ += 30s;
  EXPECT_EQ(FromClient({.sequence = 109}), SegmentKind::kKeepAlive);
  EXPECT_EQ(FromClient({.sequence = 109, .payload_bytes = 1}), SegmentKind::kKeepAlive);
  EXPECT_EQ(FromClient({.sequence = 109, .flags = TcpFlags::kRst}), SegmentKind::kExpected);
}

TEST_F(TcpAnalysisTest, AProbeOfAClosedWindowAddsNothing) {
  FromClient({.sequence = 100, .payload_bytes = 10});
  FromServer({.sequence = 500, .acknowledgement = 110, .window = 0});
  now_ += 5s;
  EXPECT_EQ(FromClient({.sequence = 110, .payload_bytes = 1}), SegmentKind::kZeroWindowProbe);
  now_ += 5s;
  EXPECT_EQ(FromClient({.sequence = 110, .payload_bytes = 1}), SegmentKind::kZeroWindowProbe);
  FromServer({.sequence = 500, .acknowledgement = 110});
  EXPECT_EQ(FromClient({.sequence = 110, .payload_bytes = 10}), SegmentKind::kExpected);
}

TEST_F(TcpAnalysisTest, AZeroWindowCountsForTheEndThatHasNoRoom) {
  model::TcpHealth health;
  EXPECT_TRUE(Send(server_, client_, {.window = 0}).zero_window);
  EXPECT_FALSE(Send(server_, client_, {.window = 1}).zero_window);
  for (const uint8_t flags : {TcpFlags::kRst, TcpFlags::kSyn, TcpFlags::kFin}) {
    EXPECT_FALSE(Send(server_, client_, {.flags = flags, .window = 0}).zero_window);
  }
  Send(server_, client_, {.window = 0}).CountIn(health);
  EXPECT_EQ(health.zero_windows, 1u);
}

TEST_F(TcpAnalysisTest, EachKindHasItsCounter) {
  const auto counted = [](SegmentKind kind) {
    model::FlowTcpHealth health;
    const SegmentFindings findings{.kind = kind};
    findings.CountIn(health);
    EXPECT_EQ(findings.worth_counting(), health != model::FlowTcpHealth{});
    return health;
  };
  EXPECT_EQ(counted(SegmentKind::kExpected), model::FlowTcpHealth{});
  EXPECT_EQ(counted(SegmentKind::kZeroWindowProbe), model::FlowTcpHealth{});
  EXPECT_EQ(counted(SegmentKind::kRetransmitted).retransmitted_packets, 1u);
  EXPECT_EQ(counted(SegmentKind::kOutOfOrder).out_of_order_packets, 1u);
  EXPECT_EQ(counted(SegmentKind::kAfterGap).lost_segments, 1u);
  EXPECT_EQ(counted(SegmentKind::kKeepAlive).keep_alives, 1u);
}

}  // namespace
}  // namespace wiregauge::flow
