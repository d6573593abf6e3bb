// SPDX-License-Identifier: Apache-2.0
// Interfaces that go away and come back.
#include <gmock/gmock.h>

#include <filesystem>

#include "network_namespace.h"

namespace wiregauge::capture::testing {
namespace {

using ::testing::HasSubstr;

size_t Occurrences(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class LiveLifecycle : public LiveTest {
 protected:
  static void Send(size_t count) {
    const FrameSender sender(kFarEnd);
    for (size_t i = 0; i < count; ++i) {
      sender.Send(FrameBytes({.src_port = static_cast<uint16_t>(i)}));
    }
  }
};

TEST_F(LiveLifecycle, RemovedAndMadeAgain) {
  const auto source = Open(Options());
  ASSERT_NE(source, nullptr);
  std::vector<Recorder> recorder(1);
  ::testing::internal::CaptureStderr();

  // The last packets before the removal are not lost.
  Send(50);
  Ip({"link", "del", kInterface});
  EXPECT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return source->state() == SourceState::kGone; }));
  EXPECT_EQ(recorder[0].packets().size(), 50u);
  EXPECT_THAT(source->problem(),
              HasSubstr(std::string("interface ") + kInterface + ": was removed"));

  // Away, a poll waits and delivers nothing.
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(source->Poll(recorder[0], 10, std::chrono::milliseconds(20)), 0u);
  EXPECT_EQ(source->Poll(recorder[0], 10, std::chrono::milliseconds(20)), 0u);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(20));
  EXPECT_EQ(source->state(), SourceState::kGone);

  AddPair();
  EXPECT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return source->state() == SourceState::kOpen; }));
  EXPECT_EQ(source->problem(), "");
  Send(30);
  EXPECT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return recorder[0].packets().size() >= 80; }));
  EXPECT_EQ(recorder[0].packets().size(), 80u);
  for (size_t i = 0; i < recorder[0].packets().size(); ++i) {
    EXPECT_EQ(recorder[0].packets()[i].number, i + 1);
  }

  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(Occurrences(log, "interface is gone"), 1u) << log;
  EXPECT_EQ(Occurrences(log, "interface is back"), 1u) << log;
  EXPECT_THAT(log, HasSubstr(kInterface));
}

TEST_F(LiveLifecycle, DownAndUpAgain) {
  const auto source = Open(Options());
  ASSERT_NE(source, nullptr);
  std::vector<Recorder> recorder(1);
  Ip({"link", "set", kInterface, "down"});
  ASSERT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return source->state() == SourceState::kGone; }));
  EXPECT_THAT(source->problem(), HasSubstr("is down"));
  Ip({"link", "set", kInterface, "up"});
  ASSERT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return source->state() == SourceState::kOpen; }));
  Send(10);
  ASSERT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return recorder[0].packets().size() >= 10; }));
  EXPECT_EQ(recorder[0].packets().size(), 10u);
}

TEST_F(LiveLifecycle, ReplacedByAnotherOfItsName) {
  const auto source = Open(Options());
  ASSERT_NE(source, nullptr);
  Ip({"link", "del", kInterface});
  AddPair();  // nobody polled meanwhile
  std::vector<Recorder> recorder(1);
  ASSERT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return source->state() == SourceState::kGone; }));
  ASSERT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return source->state() == SourceState::kOpen; }));
  Send(10);
  EXPECT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return recorder[0].packets().size() >= 10; }));
}

TEST_F(LiveLifecycle, LinkTypeMayChange) {
  if (!std::filesystem::exists("/dev/net/tun")) GTEST_SKIP() << "needs /dev/net/tun";
  const auto source = Open(Options());
  ASSERT_NE(source, nullptr);
  std::vector<Recorder> recorder(1);
  Ip({"link", "del", kInterface});
  ASSERT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return source->state() == SourceState::kGone; }));
  Ip({"tuntap", "add", kInterface, "mode", "tun"});
  Ip({"link", "set", kInterface, "up"});
  ASSERT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return source->state() == SourceState::kOpen; }));
  EXPECT_EQ(source->link_type(), LinkType::kRawIp);
}

TEST_F(LiveLifecycle, DropsGoOnOverALoss) {
  LiveOptions options = Options();
  options.ring_bytes = size_t{1} << 20;
  const auto source = Open(options);
  ASSERT_NE(source, nullptr);
  std::vector<Recorder> recorder(1);
  Send(20'000);
  const uint64_t first = source->drops().kernel_packets;
  EXPECT_GT(first, 0u);
  Ip({"link", "del", kInterface});
  ASSERT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return source->state() == SourceState::kGone; }));
  EXPECT_EQ(source->drops().kernel_packets, first);
  EXPECT_EQ(source->drops().interface_packets, 0u);
  EXPECT_EQ(recorder[0].packets().size() + first, 20'000u);
  AddPair();
  ASSERT_TRUE(
      PollUntil({source.get()}, recorder, [&] { return source->state() == SourceState::kOpen; }));
  EXPECT_EQ(source->drops().kernel_packets, first);
  Send(20'000);
  EXPECT_GT(source->drops().kernel_packets, first);
}

TEST_F(LiveLifecycle, WorkersComeBackTogether) {
  LiveOptions options = Options();
  options.workers = 2;
  options.fanout_group = 3;
  const auto first = Open(options);
  options.worker = 1;
  const auto second = Open(options);
  ASSERT_TRUE(first != nullptr && second != nullptr);
  const std::vector<PacketSource*> sources = {first.get(), second.get()};
  std::vector<Recorder> recorders(2);
  const auto all = [&](SourceState state) {
    return [&, state] { return first->state() == state && second->state() == state; };
  };
  ::testing::internal::CaptureStderr();
  Ip({"link", "del", kInterface});
  EXPECT_TRUE(PollUntil(sources, recorders, all(SourceState::kGone)));
  AddPair();
  EXPECT_TRUE(PollUntil(sources, recorders, all(SourceState::kOpen)));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(Occurrences(log, "interface is gone"), 1u) << log;
  Send(200);
  const auto received = [&] {
    return recorders[0].packets().size() + recorders[1].packets().size();
  };
  EXPECT_TRUE(PollUntil(sources, recorders, [&] { return received() >= 200; }));
  EXPECT_EQ(received(), 200u);
  EXPECT_GT(recorders[0].packets().size(), 0u);
  EXPECT_GT(recorders[1].packets().size(), 0u);
}

}  // namespace
}  // namespace wiregauge::capture::testing
