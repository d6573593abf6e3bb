// SPDX-License-Identifier: Apache-2.0
#include "capture/live_source.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "network_namespace.h"

namespace wiregauge::capture::testing {
namespace {

using ::testing::HasSubstr;

// Sent last: when it is there, everything before it is, and nothing else may follow.
std::string LastFrame() { return FrameBytes({.src_port = 9, .dst_port = 9, .payload_bytes = 9}); }

class LiveSource : public LiveTest {
 protected:
  // Polls one source until LastFrame comes, which is not in the result.
  static std::vector<SeenPacket> Receive(PacketSource& source) {
    std::vector<Recorder> recorder(1);
    const auto& packets = recorder[0].packets();
    EXPECT_TRUE(PollUntil({&source}, recorder,
                          [&] { return !packets.empty() && packets.back().bytes == LastFrame(); }))
        << packets.size() << " packets, but not the last one";
    return {packets.begin(), packets.end() - (packets.empty() ? 0 : 1)};
  }
};

TEST_F(LiveSource, ReceivesExactlyWhatIsSent) {
  const auto source = Open(Options());
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(source->link_type(), LinkType::kEthernet);
  const FrameSender sender(kFarEnd);
  std::vector<std::string> frames;
  for (size_t i = 0; i < 500; ++i) {
    frames.push_back(FrameBytes({.src_port = static_cast<uint16_t>(i), .payload_bytes = i * 2}));
  }
  const Timestamp before = SystemClock().Now();
  for (const std::string& frame : frames) sender.Send(frame);
  sender.Send(LastFrame());
  const auto seen = Receive(*source);
  ASSERT_EQ(seen.size(), frames.size());
  Timestamp previous = before;
  for (size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].bytes, frames[i]);
    EXPECT_EQ(seen[i].wire_bytes, frames[i].size());
    EXPECT_EQ(seen[i].number, i + 1);
    EXPECT_EQ(seen[i].link_type, LinkType::kEthernet);
    EXPECT_GE(seen[i].time, previous);
    previous = seen[i].time;
  }
  EXPECT_LE(previous, SystemClock().Now());
  EXPECT_EQ(source->drops().kernel_packets, 0u);
  EXPECT_EQ(source->state(), SourceState::kOpen);
}

TEST_F(LiveSource, TimesHaveNanoseconds) {
  const auto source = Open(Options());
  ASSERT_NE(source, nullptr);
  const FrameSender sender(kFarEnd);
  for (int i = 0; i < 50; ++i) sender.Send(FrameBytes({}));
  sender.Send(LastFrame());
  bool finer_than_a_microsecond = false;
  for (const SeenPacket& packet : Receive(*source)) {
    finer_than_a_microsecond |= packet.time.time_since_epoch().count() % 1000 != 0;
  }
  EXPECT_TRUE(finer_than_a_microsecond);
}

TEST_F(LiveSource, SeesWhatTheHostItselfSends) {
  const auto source = Open(Options());
  ASSERT_NE(source, nullptr);
  FrameSender(kInterface).Send(FrameBytes({.src_port = 77}));
  FrameSender(kFarEnd).Send(LastFrame());
  const auto seen = Receive(*source);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].bytes, FrameBytes({.src_port = 77}));
}

TEST_F(LiveSource, FilterTakesWhatMatches) {
  LiveOptions options = Options();
  options.filter = "udp port 53 or udp port 9";
  const auto source = Open(options);
  ASSERT_NE(source, nullptr);
  const FrameSender sender(kFarEnd);
  for (uint16_t port = 40; port < 60; ++port) sender.Send(FrameBytes({.dst_port = port}));
  sender.Send(LastFrame());
  const auto seen = Receive(*source);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].bytes, FrameBytes({.dst_port = 53}));
  EXPECT_EQ(seen[0].number, 1u);
}

TEST_F(LiveSource, SnapLengthCutsWhatIsStoredAndNotTheWireLength) {
  LiveOptions options = Options();
  options.snap_length_bytes = 64;
  const auto source = Open(options);
  ASSERT_NE(source, nullptr);
  const FrameSender sender(kFarEnd);
  const std::string frame = FrameBytes({.payload_bytes = 1000});
  sender.Send(frame);
  sender.Send(LastFrame());
  const auto seen = Receive(*source);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].bytes, frame.substr(0, 64));
  EXPECT_EQ(seen[0].wire_bytes, frame.size());
}

TEST_F(LiveSource, PollWaitsNoLongerThanAsked) {
  const auto source = Open(Options());
  ASSERT_NE(source, nullptr);
  Recorder recorder;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(source->Poll(recorder, 10, std::chrono::milliseconds(30)), 0u);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took, std::chrono::milliseconds(30));
  EXPECT_LT(took, std::chrono::seconds(5));
}

TEST_F(LiveSource, WorkersShareAnInterface) {
  constexpr size_t kFlows = 200;
  LiveOptions options = Options();
  options.workers = 2;
  options.fanout_group = 7;
  const auto first = Open(options);
  options.worker = 1;
  const auto second = Open(options);
  ASSERT_TRUE(first != nullptr && second != nullptr);
  const FrameSender sender(kFarEnd);
  std::map<std::string, size_t> flow_of_frame;
  for (size_t flow = 0; flow < kFlows; ++flow) {
    const UdpFrame there{.src = 0x0a000000 + static_cast<uint32_t>(flow),
                         .src_port = static_cast<uint16_t>(30000 + flow)};
    for (const std::string& frame : {FrameBytes(there), FrameBytes(there.Reversed())}) {
      flow_of_frame[frame] = flow;
      sender.Send(frame);
    }
  }
  std::vector<Recorder> recorders(2);
  ASSERT_TRUE(PollUntil({first.get(), second.get()}, recorders, [&] {
    return recorders[0].packets().size() + recorders[1].packets().size() >= 2 * kFlows;
  }));
  std::map<std::string, int> copies;
  std::map<size_t, std::set<size_t>> workers_of_flow;
  std::set<uint64_t> numbers;
  for (size_t worker = 0; worker < 2; ++worker) {
    EXPECT_GT(recorders[worker].packets().size(), kFlows / 5);
    for (const SeenPacket& packet : recorders[worker].packets()) {
      ++copies[packet.bytes];
      workers_of_flow[flow_of_frame.at(packet.bytes)].insert(worker);
      EXPECT_TRUE(numbers.insert(packet.number).second);
      EXPECT_EQ(packet.number % 2, worker);
    }
  }
  EXPECT_EQ(copies.size(), 2 * kFlows);
  for (const auto& [frame, count] : copies) EXPECT_EQ(count, 1);
  for (const auto& [flow, workers] : workers_of_flow) EXPECT_EQ(workers.size(), 1u) << flow;
}

TEST_F(LiveSource, PacketsBeforeTheFanoutAreNotSeenTwice) {
  // The second worker opens while traffic flows: between its activation and its joining of the
  // group the kernel gives it copies of what the first one gets. A long filter makes that a long
  // time.
  LiveOptions options = Options();
  options.workers = 2;
  options.fanout_group = 8;
  options.ring_bytes = size_t{64} << 20;
  options.filter = "udp";
  for (int i = 0; i < 60; ++i) {
    options.filter += " or host 192.0." + std::to_string(i % 3) + "." + std::to_string(i / 3);
  }
  const auto first = Open(options);
  ASSERT_NE(first, nullptr);
  std::atomic<bool> opened = false;
  std::atomic<uint32_t> sent = 0;
  std::thread traffic([&] {
    const FrameSender sender(kFarEnd);
    for (int after = 0; after < 500; after += opened ? 1 : 0) {
      sender.Send(FrameBytes({.src = ++sent, .payload_bytes = 0}));
    }
  });
  options.worker = 1;
  const auto second = Open(options);
  opened = true;
  traffic.join();
  ASSERT_NE(second, nullptr);
  std::vector<Recorder> recorders(2);
  ASSERT_TRUE(PollUntil({first.get(), second.get()}, recorders, [&] {
    const auto last_of = [](const Recorder& recorder) {
      return recorder.packets().empty() ? std::string() : recorder.packets().back().bytes;
    };
    const std::string last = FrameBytes({.src = sent, .payload_bytes = 0});
    return last_of(recorders[0]) == last || last_of(recorders[1]) == last;
  }));
  EXPECT_EQ(first->drops().kernel_packets + second->drops().kernel_packets, 0u);
  EXPECT_GT(recorders[1].packets().size(), 0u);
  std::set<std::string> seen;
  size_t copies = 0;
  for (const Recorder& recorder : recorders) {
    for (const SeenPacket& packet : recorder.packets()) {
      copies += seen.insert(packet.bytes).second ? 0 : 1;
    }
  }
  EXPECT_EQ(copies, 0u);
}

TEST_F(LiveSource, AnyDeviceGivesCookedFrames) {
  LiveOptions options = Options();
  options.interface = "any";
  options.filter = "udp";
  const auto source = Open(options);
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(source->link_type(), LinkType::kLinuxCookedV2);
  const std::string frame = FrameBytes({.src_port = 4321});
  FrameSender(kFarEnd).Send(frame);
  std::vector<Recorder> recorder(1);
  // It leaves one interface and arrives at another.
  ASSERT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return recorder[0].packets().size() >= 2; }));
  for (const SeenPacket& packet : recorder[0].packets()) {
    EXPECT_EQ(packet.link_type, LinkType::kLinuxCookedV2);
    ASSERT_GE(packet.bytes.size(), 20u);
    EXPECT_EQ(packet.bytes.substr(20), frame.substr(14));
  }
}

TEST_F(LiveSource, WhatTheRingCannotHoldIsCounted) {
  constexpr size_t kFrames = 20'000;
  LiveOptions options = Options();
  options.ring_bytes = size_t{1} << 20;
  const auto source = Open(options);
  ASSERT_NE(source, nullptr);
  const FrameSender sender(kFarEnd);
  for (size_t i = 0; i < kFrames; ++i) sender.Send(FrameBytes({.payload_bytes = 1000}));
  std::vector<Recorder> recorder(1);
  ASSERT_TRUE(PollUntil(
      {source.get()}, recorder,
      [&] { return recorder[0].packets().size() + source->drops().kernel_packets >= kFrames; }))
      << recorder[0].packets().size() << " + " << source->drops().kernel_packets;
  EXPECT_EQ(recorder[0].packets().size() + source->drops().kernel_packets, kFrames);
  EXPECT_GT(source->drops().kernel_packets, 0u);
  EXPECT_GT(recorder[0].packets().size(), 0u);
}

TEST_F(LiveSource, UnknownInterfaceIsSaidWithThoseThatExist) {
  LiveOptions options = Options();
  options.interface = "nosuch0";
  const auto source = OpenLive(options);
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(source.error().message, HasSubstr("\"nosuch0\" does not exist"));
  EXPECT_THAT(source.error().message, HasSubstr(kInterface));
  EXPECT_THAT(source.error().message, HasSubstr("lo"));
}

TEST_F(LiveSource, BadFilterIsAnErrorThatQuotesIt) {
  LiveOptions options = Options();
  options.filter = "port banana";
  const auto source = OpenLive(options);
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(source.error().message, HasSubstr("\"port banana\""));
}

TEST_F(LiveSource, InterfaceThatIsDown) {
  Ip({"link", "set", kInterface, "down"});
  const auto source = OpenLive(Options());
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(source.error().message, HasSubstr(std::string(kInterface) + " is down"));
}

TEST_F(LiveSource, WithoutPermissionItSaysWhatToDo) {
  constexpr uid_t kNobody = 65534;
  ASSERT_EQ(seteuid(kNobody), 0);
  const auto source = OpenLive(Options());
  ASSERT_EQ(seteuid(0), 0);
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(source.error().message, HasSubstr("CAP_NET_RAW"));
  EXPECT_THAT(source.error().message, HasSubstr(kInterface));
}

}  // namespace
}  // namespace wiregauge::capture::testing
