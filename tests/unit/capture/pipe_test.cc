// SPDX-License-Identifier: Apache-2.0
// Captures that come through a named pipe from a writer that takes its time.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "capture/filter.h"
#include "capture_bytes.h"

namespace wiregauge::capture::testing {
namespace {

using ::testing::HasSubstr;

// A named pipe with a writer, and a source that reads it.
class PipeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
    // Opened for both, so that opening does not wait for the reader.
    write_fd_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(write_fd_, 0);
  }
  void TearDown() override { HangUp(); }

  void Write(const std::string& bytes) {
    ASSERT_EQ(write(write_fd_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void HangUp() {
    if (write_fd_ >= 0) close(std::exchange(write_fd_, -1));
  }
  std::unique_ptr<FileSource> Open(std::function<void()> before_wait = {}) {
    auto source = OpenFile({.path = path_,
                            .filter = "",
                            .interrupt = &interrupt_,
                            .before_wait = std::move(before_wait)});
    EXPECT_TRUE(source.ok()) << source.error().message;
    return source.ok() ? std::move(*source) : nullptr;
  }
  // Polls until nothing comes any more or the interrupt is raised.
  static void Read(FileSource& source, PacketHandler& handler, const Interrupt& interrupt) {
    while (source.state() == SourceState::kOpen && !interrupt.raised()) {
      source.Poll(handler, 1000, Duration::zero());
    }
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.Path("pipe");
  Interrupt interrupt_;
  int write_fd_ = -1;
};

TEST_F(PipeTest, OpensBeforeTheHeaderCame) {
  const auto source = Open();
  ASSERT_NE(source, nullptr);
  EXPECT_FALSE(source->link_type());
  EXPECT_EQ(source->size_bytes(), 0u);
  Write(Pcap({}, SomePackets(3)));
  HangUp();
  EXPECT_EQ(ReadAll(*source).size(), 3u);
  EXPECT_EQ(source->state(), SourceState::kEnded);
  EXPECT_EQ(source->link_type(), LinkType::kEthernet);
}

TEST_F(PipeTest, WhatIsWrongWithTheHeaderShowsWhileReading) {
  const auto source = Open();
  ASSERT_NE(source, nullptr);
  Write("hello, this is plain text and no capture");
  HangUp();
  EXPECT_TRUE(ReadAll(*source).empty());
  EXPECT_EQ(source->state(), SourceState::kFailed);
  EXPECT_THAT(source->problem(), HasSubstr(path_ + ": is not a pcap or pcapng file"));
}

TEST_F(PipeTest, AWriterThatWritesNothingIsAFailure) {
  const auto source = Open();
  ASSERT_NE(source, nullptr);
  HangUp();
  EXPECT_TRUE(ReadAll(*source).empty());
  EXPECT_EQ(source->state(), SourceState::kFailed);
  EXPECT_THAT(source->problem(), HasSubstr("is empty"));
}

TEST_F(PipeTest, SaysThatItWaitsAndWhatCameIsDelivered) {
  Recorder recorder;
  std::promise<size_t> delivered_at_wait;
  const std::string bytes = Pcap({}, SomePackets(5));
  const auto source = Open([&, first = true]() mutable {
    if (!std::exchange(first, false)) return;
    delivered_at_wait.set_value(recorder.packets().size());
  });
  ASSERT_NE(source, nullptr);
  Write(bytes.substr(0, bytes.size() - 10));  // the last packet is not whole
  std::thread reader([&] { Read(*source, recorder, interrupt_); });
  EXPECT_EQ(delivered_at_wait.get_future().get(), 4u);
  Write(bytes.substr(bytes.size() - 10));
  HangUp();
  reader.join();
  EXPECT_EQ(recorder.packets().size(), 5u);
  EXPECT_EQ(source->state(), SourceState::kEnded);
}

class InterruptedPipe : public PipeTest, public ::testing::WithParamInterface<size_t> {};

TEST_P(InterruptedPipe, EndsTheWaitingWhereverItIs) {
  Recorder recorder;
  std::promise<void> waiting;
  const auto source = Open([&, first = true]() mutable {
    if (std::exchange(first, false)) waiting.set_value();
  });
  ASSERT_NE(source, nullptr);
  Write(Pcap({}, SomePackets(2)).substr(0, GetParam()));
  std::thread reader([&] { Read(*source, recorder, interrupt_); });
  waiting.get_future().get();
  interrupt_.Raise();
  reader.join();
  EXPECT_EQ(source->state(), SourceState::kOpen) << "the capture did not end";
  EXPECT_EQ(source->problem(), "");
  EXPECT_EQ(source->Poll(recorder, 1000, Duration::zero()), 0u);
}

// Nothing at all, in the middle of the magic number, of the header, of a packet.
INSTANTIATE_TEST_SUITE_P(After, InterruptedPipe, ::testing::Values(0, 2, 10, 24, 50));

TEST_F(PipeTest, AFilterThatIsNoneIsRefusedAtOnce) {
  const auto source = OpenFile({.path = path_, .filter = "tcp prot 80"});
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(source.error().message, HasSubstr("tcp prot 80"));
}

TEST_F(PipeTest, IsToldFromFiles) {
  EXPECT_TRUE(IsPipe(path_));
  EXPECT_FALSE(IsPipe(folder_.Write("x.pcap", "x")));
  EXPECT_FALSE(IsPipe(folder_.Path(".")));
  EXPECT_FALSE(IsPipe(folder_.Path("missing")));
}

TEST(CheckFilter, TakesWhatSomeLinkTypeTakes) {
  for (const char* good : {"", "tcp port 80", "ether host 00:11:22:33:44:55", "vlan and ip6"}) {
    EXPECT_TRUE(CheckFilter(good).ok()) << good;
  }
  const Status bad = CheckFilter("tcp prot 80");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(bad.error().message, HasSubstr("filter \"tcp prot 80\": "));
}

}  // namespace
}  // namespace wiregauge::capture::testing
