// SPDX-License-Identifier: Apache-2.0
// Requests and their answers, windows, gaps and lengths: what a flow's packets tell beyond counts.
#include <gtest/gtest.h>

#include "conversation.h"

namespace wiregauge::flow {
namespace {

using decode::TcpFlags;
using namespace std::chrono_literals;
using testing::Conversation;
using testing::Tcp;
using testing::Udp;

constexpr uint8_t kAck = TcpFlags::kAck;

TEST(ApplicationLatencyTest, EachRequestFromItsLastByteToTheFirstOfItsResponse) {
  Conversation c;
  c.Shake();
  c.See(20ms, Tcp(true, kAck, 101, 501, 10));
  c.See(30ms, Tcp(true, kAck, 111, 501, 10));
  EXPECT_EQ(c.See(35ms, Tcp(false, kAck, 501, 121)).application_latency, std::nullopt) << "an ACK";
  EXPECT_EQ(c.See(70ms, Tcp(false, kAck, 501, 121, 100)).application_latency, 40ms);
  EXPECT_EQ(c.See(80ms, Tcp(false, kAck, 601, 121, 100)).application_latency, std::nullopt);
  c.See(90ms, Tcp(true, kAck, 121, 701, 10));
  EXPECT_EQ(c.See(100ms, Tcp(false, kAck, 701, 131, 5)).application_latency, 10ms);
  const model::ApplicationLatency& latency = c.flow.record.application_latency;
  EXPECT_EQ(latency.requests, 2u);
  EXPECT_EQ(latency.min, 10ms);
  EXPECT_EQ(latency.max, 40ms);
  EXPECT_EQ(latency.sum, 50ms);
}

TEST(ApplicationLatencyTest, AGreetingAnswersNothing) {
  Conversation c;
  c.Shake();
  c.See(20ms, Tcp(false, kAck, 501, 101, 30));
  EXPECT_EQ(c.flow.record.application_latency.requests, 0u);
}

TEST(ApplicationLatencyTest, RetransmissionsAndKeepAlivesMoveNothing) {
  Conversation c;
  c.Shake();
  c.See(20ms, Tcp(true, kAck, 101, 501, 10));
  c.See(220ms, Tcp(true, kAck, 101, 501, 10));  // again
  c.See(250ms, Tcp(true, kAck, 110, 501, 1));   // keep-alive
  EXPECT_EQ(c.See(300ms, Tcp(false, kAck, 501, 111, 5)).application_latency, 280ms);
  c.See(400ms, Tcp(true, kAck, 110, 506, 1));   // keep-alive
  c.See(500ms, Tcp(false, kAck, 501, 111, 5));  // the response again
  EXPECT_EQ(c.flow.record.application_latency.requests, 1u);
}

TEST(ApplicationLatencyTest, WhatAGapHidesIsNotGuessed) {
  Conversation request, response;
  request.Shake();
  request.See(20ms, Tcp(true, kAck, 201, 501, 10));
  request.See(30ms, Tcp(false, kAck, 501, 211, 5));
  EXPECT_EQ(request.flow.record.application_latency.requests, 0u);
  response.Shake();
  response.See(20ms, Tcp(true, kAck, 101, 501, 10));
  response.See(30ms, Tcp(false, kAck, 901, 111, 5));
  response.See(31ms, Tcp(false, kAck, 906, 111, 5));
  EXPECT_EQ(response.flow.record.application_latency.requests, 0u);
  response.See(40ms, Tcp(true, kAck, 111, 911, 10));
  EXPECT_EQ(response.See(47ms, Tcp(false, kAck, 911, 121, 5)).application_latency, 7ms);
}

TEST(ApplicationLatencyTest, ADatagramIsAnsweredByADatagram) {
  Conversation c;
  c.See(0ms, Udp(true));
  EXPECT_EQ(c.See(4ms, Udp(false)).application_latency, 4ms);
  EXPECT_EQ(c.See(5ms, Udp(false)).application_latency, std::nullopt);
  c.See(10ms, Udp(true));
  c.See(20ms, Udp(false, 0));  // empty: a keep-alive of some protocols
  EXPECT_EQ(c.See(26ms, Udp(false)).application_latency, 16ms);
  EXPECT_EQ(c.flow.record.application_latency.requests, 2u);
}

TEST(ApplicationLatencyTest, AClockThatLeapsTellsNothing) {
  for (const Duration answer : {Duration(-1s), Duration(2h)}) {
    Conversation c;
    c.See(0ms, Udp(true));
    EXPECT_EQ(c.See(answer, Udp(false)).application_latency, std::nullopt);
    EXPECT_EQ(c.flow.record.application_latency.requests, 0u);
  }
}

// A SYN or SYN|ACK with a scale, or without.
decode::DecodedPacket Opening(bool client, std::optional<uint8_t> scale, uint16_t window = 5000) {
  decode::DecodedPacket packet =
      client ? Tcp(true, TcpFlags::kSyn, 100) : Tcp(false, TcpFlags::kSyn | kAck, 500, 101);
  packet.tcp.window = window;
  packet.tcp.syn_options.stored = true;
  packet.tcp.syn_options.mss_bytes = 1460;
  packet.tcp.syn_options.window_scale = scale;
  return packet;
}

std::optional<uint32_t> ClientWindow(const Conversation& c) {
  return model::WindowBytes(c.flow.record.client, c.flow.record.server);
}

TEST(WindowTest, IsScaledBehindTheHandshakeWhenBothEndsSaySo) {
  Conversation c;
  c.See(0ms, Opening(true, 7));
  EXPECT_EQ(ClientWindow(c), 5000u) << "a SYN's window is not scaled";
  c.See(1ms, Opening(false, 0));
  c.See(2ms, Tcp(true, kAck, 101, 501));
  EXPECT_EQ(ClientWindow(c), 1000u << 7);
  EXPECT_EQ(c.flow.record.client.syn->window_bytes, 5000);
  EXPECT_EQ(c.flow.record.client.syn->mss_bytes, 1460);
}

TEST(WindowTest, IsNotScaledWhenOneEndDoesNot) {
  for (const bool client_scales : {true, false}) {
    Conversation c;
    c.See(0ms, Opening(true, client_scales ? std::optional<uint8_t>(7) : std::nullopt));
    c.See(1ms, Opening(false, client_scales ? std::nullopt : std::optional<uint8_t>(7)));
    c.See(2ms, Tcp(true, kAck, 101, 501));
    EXPECT_EQ(ClientWindow(c), 1000u);
  }
}

TEST(WindowTest, AScaleAbove14CountsAs14) {
  Conversation c;
  c.See(0ms, Opening(true, 200));
  c.See(1ms, Opening(false, 7));
  c.See(2ms, Tcp(true, kAck, 101, 501));
  EXPECT_EQ(ClientWindow(c), 1000u << 14);
}

TEST(WindowTest, IsNotKnownWithoutBothSyns) {
  Conversation midway, cut;
  midway.See(0ms, Tcp(true, kAck, 101, 501));
  EXPECT_EQ(ClientWindow(midway), std::nullopt);
  decode::DecodedPacket closed = Tcp(true, kAck, 101, 501);
  closed.tcp.window = 0;
  midway.See(1ms, closed);
  EXPECT_EQ(ClientWindow(midway), 0u) << "in any scale";
  midway.See(2ms, Tcp(true, TcpFlags::kRst, 101, 501));
  EXPECT_EQ(ClientWindow(midway), 0u) << "a RST says nothing of it";
  decode::DecodedPacket syn = Opening(true, 7);
  syn.tcp.syn_options = {};
  cut.See(0ms, syn);
  cut.See(1ms, Opening(false, 7));
  cut.See(2ms, Tcp(true, kAck, 101, 501));
  EXPECT_EQ(ClientWindow(cut), std::nullopt);
}

TEST(InterarrivalTest, OfEachEndAlone) {
  Conversation c;
  c.See(0ms, Udp(true));
  c.See(1ms, Udp(false));
  c.See(10ms, Udp(true));
  c.See(40ms, Udp(true));
  const auto client = c.flow.record.client.interarrival.Milliseconds();
  ASSERT_TRUE(client);
  EXPECT_DOUBLE_EQ(client->min, 10);
  EXPECT_DOUBLE_EQ(client->avg, 20);
  EXPECT_DOUBLE_EQ(client->max, 30);
  EXPECT_DOUBLE_EQ(client->stddev, 10);
  EXPECT_FALSE(c.flow.record.server.interarrival.Milliseconds());
}

TEST(InterarrivalTest, LateAndDamagedTimesMakeNoGap) {
  Conversation c;
  const Timestamp start(1000s);
  c.See(0ms, Udp(true));
  c.See(10ms, Udp(true));
  c.See(4ms, Udp(true));                                     // captured late
  c.SeeByClock(start + 24h * 365, start + 10ms, Udp(true));  // damaged
  c.SeeByClock(start - 24h * 365, start + 10ms, Udp(true));  // damaged
  c.See(20ms, Udp(true));
  const auto gaps = c.flow.record.client.interarrival.Milliseconds();
  EXPECT_EQ(c.flow.record.client.interarrival.gaps(), 2u);
  EXPECT_DOUBLE_EQ(gaps->min, 10);
  EXPECT_DOUBLE_EQ(gaps->max, 10);
  EXPECT_DOUBLE_EQ(gaps->stddev, 0);
}

// Two captures of different days in one file, packet by packet: the clock follows one of them.
TEST(InterarrivalTest, TimesNearTheLastOneAreBelievedWithoutTheClock) {
  Conversation c;
  const Timestamp yesterday(1000s), today = yesterday + 24h;
  for (int i = 0; i < 3; ++i) c.SeeByClock(yesterday + i * 10ms, today, Udp(true));
  EXPECT_EQ(c.flow.record.client.interarrival.gaps(), 2u);
  EXPECT_DOUBLE_EQ(c.flow.record.client.interarrival.Milliseconds()->max, 10);
}

TEST(InterarrivalTest, AClockThatWasSetBackBeginsAnew) {
  Conversation c;
  c.See(10h, Udp(true));
  c.See(0h, Udp(true));
  c.See(5ms, Udp(true));
  EXPECT_EQ(c.flow.record.client.interarrival.gaps(), 1u);
  EXPECT_DOUBLE_EQ(c.flow.record.client.interarrival.Milliseconds()->max, 5);
}

TEST(PacketLengthTest, OfEachEndAlone) {
  Conversation c;
  EXPECT_FALSE(c.flow.record.client.packet_lengths.Bytes(0, 0));
  for (const uint32_t wire_bytes : {60u, 100u, 140u}) c.See(0ms, Udp(true), wire_bytes);
  const model::FlowEndpoint& client = c.flow.record.client;
  const auto lengths = client.packet_lengths.Bytes(client.sent.packets, client.sent.bytes);
  EXPECT_DOUBLE_EQ(lengths->min, 60);
  EXPECT_DOUBLE_EQ(lengths->avg, 100);
  EXPECT_DOUBLE_EQ(lengths->max, 140);
  EXPECT_NEAR(lengths->stddev, 32.65986, 1e-4);
}

}  // namespace
}  // namespace wiregauge::flow
