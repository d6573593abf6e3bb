// SPDX-License-Identifier: Apache-2.0
// One flow's capture: its limits, its file, and what each side sees of it.
#include "shard/flow_capture.h"

#include <gtest/gtest.h>

#include <thread>

#include "capture_parts.h"

namespace wiregauge::shard {
namespace {

using model::FlowCaptureEnd;
using namespace std::chrono_literals;

constexpr Timestamp kStart{1'000'000s};

class FlowCaptureTest : public testing::Test {
 protected:
  void Make(const model::FlowCaptureLimits& limits, size_t shards = 1) {
    capture_ = std::make_unique<FlowCapture>(
        FlowCapture::Order{
            .id = 7, .flow_id = 1, .key = {}, .interface_index = 0, .limits = limits},
        PcapBuffer::Create(LinkType::kEthernet, limits.snap_length_bytes, limits.max_bytes), shards,
        clock_);
  }
  void Run(const model::FlowCaptureLimits& limits) {
    Make(limits);
    ASSERT_TRUE(capture_->Accept(kStart));
  }
  bool See(Duration time, const std::vector<uint8_t>& frame, uint32_t wire_bytes = 0,
           LinkType link_type = LinkType::kEthernet) {
    PacketView view;
    view.time = kStart + time;
    view.captured = frame;
    view.wire_bytes = std::max(wire_bytes, static_cast<uint32_t>(frame.size()));
    view.link_type = link_type;
    return capture_->OnPacket(view, view.time);
  }
  static FlowCapture::SteadyTime Soon() { return std::chrono::steady_clock::now() + 10s; }

  SettableClock clock_;
  std::unique_ptr<FlowCapture> capture_;
};

TEST_F(FlowCaptureTest, TheFileHasEachFrameWithItsTimeAndItsLengthOnTheWire) {
  Run(GenerousLimits());
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_TRUE(See(i * 1'000'003ns, UdpFrame(1, i * 10), i == 3 ? 9000 : 0));
    const auto packets = ReadPcap(capture_->File());
    ASSERT_EQ(packets.size(), i + 1) << "a whole file at any time";
    EXPECT_EQ(packets[i].frame, UdpFrame(1, i * 10));
    EXPECT_EQ(packets[i].time, kStart + i * 1'000'003ns);
    EXPECT_EQ(packets[i].wire_bytes, i == 3 ? 9000 : 42 + i * 10);
  }
  const model::FlowCaptureRecord record = capture_->Record();
  EXPECT_EQ(record.captured.packets, 20u);
  EXPECT_EQ(record.file_bytes, capture_->File().size());
  EXPECT_EQ(record.cut_packets, 1u) << "the one of which the interface gave less";
  EXPECT_FALSE(record.end);
}

TEST_F(FlowCaptureTest, EndsWithItsLastPacket) {
  model::FlowCaptureLimits limits = GenerousLimits();
  limits.max_packets = 3;
  Run(limits);
  EXPECT_TRUE(See(1s, UdpFrame(1)));
  EXPECT_TRUE(See(2s, UdpFrame(1)));
  clock_.now_seconds += 5;
  EXPECT_FALSE(See(3s, UdpFrame(1)));
  const model::FlowCaptureRecord record = capture_->Record();
  EXPECT_EQ(record.end, FlowCaptureEnd::kPackets);
  EXPECT_EQ(record.captured.packets, 3u);
  EXPECT_EQ(record.ended_at, record.started_at + 5s);
  EXPECT_TRUE(capture_->is_done());
}

TEST_F(FlowCaptureTest, NeverExceedsItsBytes) {
  const size_t frame = UdpFrame(1).size();
  for (size_t spare = 0; spare < 16 + frame; spare += 7) {
    model::FlowCaptureLimits limits = GenerousLimits();
    limits.max_bytes = 24 + 2 * (16 + frame) + spare;
    Run(limits);
    EXPECT_TRUE(See(0s, UdpFrame(1)));
    EXPECT_TRUE(See(0s, UdpFrame(1)));
    EXPECT_FALSE(See(0s, UdpFrame(1)));
    EXPECT_EQ(capture_->Record().end, FlowCaptureEnd::kBytes);
    EXPECT_EQ(capture_->Record().file_bytes, 24 + 2 * (16 + frame));
    EXPECT_EQ(ReadPcap(capture_->File()).size(), 2u);
  }
}

TEST_F(FlowCaptureTest, AFrameThatFillsItToTheLastByteIsIn) {
  const size_t frame = UdpFrame(1, 5000).size();
  model::FlowCaptureLimits limits = GenerousLimits();
  limits.max_bytes = 24 + 16 + frame;
  Run(limits);
  EXPECT_TRUE(See(0s, UdpFrame(1, 5000)));
  EXPECT_FALSE(See(0s, {}));
  EXPECT_EQ(ReadPcap(capture_->File()).size(), 1u);
}

TEST_F(FlowCaptureTest, StoresNoMoreThanTheSnapLength) {
  model::FlowCaptureLimits limits = GenerousLimits();
  limits.snap_length_bytes = 48;
  Run(limits);
  EXPECT_TRUE(See(0s, UdpFrame(1, 1000)));
  EXPECT_TRUE(See(0s, UdpFrame(1, 6)));
  const auto packets = ReadPcap(capture_->File());
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[0].frame.size(), 48u);
  EXPECT_EQ(packets[0].wire_bytes, 1042u);
  EXPECT_EQ(packets[1].frame, UdpFrame(1, 6));
  EXPECT_EQ(capture_->Record().cut_packets, 1u);
  EXPECT_EQ(capture_->Record().captured.bytes, 1042u + 48u);
}

TEST_F(FlowCaptureTest, EndsByTheClockOfThePackets) {
  Run(GenerousLimits());
  EXPECT_TRUE(See(60s, UdpFrame(1)));
  EXPECT_FALSE(See(60s + 1ns, UdpFrame(1)));
  EXPECT_EQ(capture_->Record().end, FlowCaptureEnd::kTime);
  EXPECT_EQ(capture_->Record().captured.packets, 1u);
}

TEST_F(FlowCaptureTest, EndsByTimeWithoutPackets) {
  Run(GenerousLimits());
  const auto now = std::chrono::steady_clock::now();
  capture_->Look(kStart + 60s, now + 59s);
  EXPECT_FALSE(capture_->is_over());
  capture_->Look(kStart + 61s, now);
  EXPECT_TRUE(capture_->is_over()) << "by the clock of the source";
  Run(GenerousLimits());
  capture_->Look(kStart, std::chrono::steady_clock::now() + 60s);
  EXPECT_TRUE(capture_->is_over()) << "by the clock on the wall";
  EXPECT_EQ(capture_->Record().end, FlowCaptureEnd::kTime);
}

TEST_F(FlowCaptureTest, AClockThatGoesBackDoesNotEndIt) {
  Run(GenerousLimits());
  EXPECT_TRUE(See(-100'000s, UdpFrame(1)));
  const auto packets = ReadPcap(capture_->File());
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(packets[0].time, kStart - 100'000s);
}

TEST_F(FlowCaptureTest, FramesOfAnotherLinkTypeAreDroppedAndCounted) {
  Run(GenerousLimits());
  EXPECT_TRUE(See(0s, UdpFrame(1)));
  EXPECT_TRUE(See(1s, UdpFrame(1), 0, LinkType::kLinuxCookedV2));
  EXPECT_EQ(capture_->Record().dropped_packets, 1u);
  EXPECT_EQ(capture_->Record().captured.packets, 1u);
  EXPECT_EQ(ReadPcap(capture_->File()).size(), 1u);
}

TEST_F(FlowCaptureTest, TheFirstEndStands) {
  Run(GenerousLimits());
  capture_->RequestStop();
  EXPECT_FALSE(capture_->AwaitEnd(std::chrono::steady_clock::now()));
  capture_->Look(kStart + 1000s, std::chrono::steady_clock::now());
  EXPECT_TRUE(capture_->AwaitEnd(std::chrono::steady_clock::now()));
  EXPECT_EQ(capture_->Record().end, FlowCaptureEnd::kStopped);
  capture_->Look(kStart + 1000s, std::chrono::steady_clock::now() + 1000s);
  EXPECT_EQ(capture_->Record().end, FlowCaptureEnd::kStopped);
}

TEST_F(FlowCaptureTest, OnlyWhenEveryShardDeclinesItIsDeclined) {
  Make(GenerousLimits(), 3);
  capture_->Decline();
  capture_->Decline();
  EXPECT_FALSE(capture_->is_done());
  capture_->Decline();
  EXPECT_EQ(capture_->AwaitAnswer(Soon()), FlowCapture::Answer::kDeclined);
  Make(GenerousLimits(), 3);
  capture_->Decline();
  EXPECT_TRUE(capture_->Accept(kStart));
  capture_->Decline();
  EXPECT_EQ(capture_->AwaitAnswer(Soon()), FlowCapture::Answer::kAccepted);
}

TEST_F(FlowCaptureTest, AShardThatIsLateDoesNotTakeIt) {
  Make(GenerousLimits());
  EXPECT_EQ(capture_->AwaitAnswer(std::chrono::steady_clock::now()), FlowCapture::Answer::kLate);
  EXPECT_TRUE(capture_->is_done());
  EXPECT_FALSE(capture_->Accept(kStart));
}

TEST_F(FlowCaptureTest, KeepsNoMemoryItDoesNotNeed) {
  model::FlowCaptureLimits limits = GenerousLimits();
  limits.max_bytes = 10'000'000;
  Run(limits);
  EXPECT_GE(capture_->memory_bytes(), 10'000'000u);
  EXPECT_TRUE(See(0s, UdpFrame(1, 9000)));
  capture_->OnFlowEnd();
  const std::string before = capture_->File();
  capture_->Trim();
  EXPECT_LE(capture_->memory_bytes(), 65'536u);
  EXPECT_EQ(capture_->File(), before);
  capture_->Trim();
  EXPECT_EQ(capture_->File(), before);
  EXPECT_EQ(capture_->Record().end, FlowCaptureEnd::kFlowEnded);
}

TEST_F(FlowCaptureTest, ReadersSeeAWholeFileWhileItGrows) {
  model::FlowCaptureLimits limits = GenerousLimits();
  limits.max_packets = 2000;
  Run(limits);
  std::thread shard([&] {
    for (int i = 0; i < 2000; ++i) See(i * 1us, UdpFrame(1, 100));
  });
  size_t seen = 0;
  while (!capture_->is_done()) {
    const std::string file = capture_->File();
    EXPECT_EQ((file.size() - 24) % (16 + 142), 0u);
    EXPECT_GE(file.size(), seen);
    EXPECT_LE(capture_->Record().captured.packets, 2000u);
    seen = file.size();
  }
  shard.join();
  const auto packets = ReadPcap(capture_->File());
  EXPECT_EQ(packets.size(), 2000u);
  EXPECT_EQ(capture_->Record().captured.packets, 2000u);
}

}  // namespace
}  // namespace wiregauge::shard
