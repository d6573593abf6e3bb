// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/pipe_target.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "flow_records.h"
#include "publish/sinks/frame/file_bytes.h"

namespace wiregauge::sinks {
namespace {

using testing::HasSubstr;

constexpr Duration kPatience = std::chrono::milliseconds(20);
constexpr size_t kRecords = 20'000;  // many more than a pipe holds

// What a reader of the descriptor has at once.
std::string ReadWhatIsThere(int fd) {
  std::string all;
  std::array<char, 65536> bytes;
  ssize_t size = 0;
  while ((size = ::read(fd, bytes.data(), bytes.size())) > 0) {
    all.append(bytes.data(), static_cast<size_t>(size));
  }
  return all;
}

class PipeTargetTest : public testing::Test {
 protected:
  PipeTargetTest() : path_(folder_ / "fifo") {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  }
  OwnedFile Reader() const { return OwnedFile(::open(path_.c_str(), O_RDONLY | O_NONBLOCK)); }

  // As the frame does it: what is left comes again, until all is written.
  static std::string DeliverAll(PipeTarget& target, const Parcel& parcel, const Interrupt& stop,
                                int fd) {
    std::string read;
    Parcel left = parcel;
    while (!left.empty()) {
      const Delivery delivery = target.Deliver(left, stop);
      EXPECT_EQ(delivery.problem.empty(), delivery.again.empty());
      read += ReadWhatIsThere(fd);
      left = left.Select(delivery.again);
    }
    return read;
  }

  Folder folder_;
  const std::string path_;
  Interrupt stop_;
};

TEST_F(PipeTargetTest, SaysThatNobodyReads) {
  PipeTarget target({.path = path_, .patience = kPatience});
  Delivery delivery = target.Deliver(MakeParcel(1, 2), stop_);
  EXPECT_EQ(delivery.problem, path_ + ": nobody reads");
  EXPECT_EQ(delivery.again.size(), 2u);
  const OwnedFile reader = Reader();
  EXPECT_EQ(target.Deliver(MakeParcel(1, 2), stop_).problem, "");
  EXPECT_EQ(ReadWhatIsThere(reader.fd()), "1\n2\n");
}

TEST_F(PipeTargetTest, AReaderThatStandsStillGetsEachLineOnceAndWhole) {
  const OwnedFile reader = Reader();
  PipeTarget target({.path = path_, .patience = kPatience});
  const Parcel parcel = MakeParcel(100'000, kRecords);
  const Delivery first = target.Deliver(parcel, stop_);
  EXPECT_THAT(first.problem, HasSubstr("takes nothing"));
  ASSERT_FALSE(first.again.empty());
  EXPECT_GT(first.again.front(), 1000u);
  EXPECT_EQ(first.again.back(), kRecords - 1);
  std::string read = ReadWhatIsThere(reader.fd());
  EXPECT_FALSE(read.ends_with('\n'));
  read += DeliverAll(target, parcel.Select(first.again), stop_, reader.fd());
  EXPECT_EQ(read, parcel.whole());
}

TEST_F(PipeTargetTest, TheNextReaderBeginsWithAWholeLine) {
  PipeTarget target({.path = path_, .patience = kPatience});
  const Parcel parcel = MakeParcel(100'000, kRecords);
  Delivery delivery;
  {
    const OwnedFile reader = Reader();
    delivery = target.Deliver(parcel, stop_);
  }
  const Parcel left = parcel.Select(delivery.again);
  EXPECT_THAT(target.Deliver(left, stop_).problem, HasSubstr("nobody reads"));
  const OwnedFile reader = Reader();
  EXPECT_EQ(DeliverAll(target, left, stop_, reader.fd()), left.whole());
}

TEST_F(PipeTargetTest, StopsAtOnceAndEndsTheLineWhenThereIsRoom) {
  const OwnedFile reader = Reader();
  PipeTarget target({.path = path_, .patience = std::chrono::hours(1)});
  const Parcel parcel = MakeParcel(100'000, kRecords);
  std::string read;
  std::thread stopper([&] {
    while (read.empty()) read = ReadWhatIsThere(reader.fd());
    stop_.Raise();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    read += ReadWhatIsThere(reader.fd());
  });
  const Delivery delivery = target.Deliver(parcel, stop_);
  stopper.join();
  read += ReadWhatIsThere(reader.fd());
  EXPECT_EQ(delivery.problem, "");
  EXPECT_EQ(read + std::string(parcel.Select(delivery.again).whole()), parcel.whole());
}

TEST_F(PipeTargetTest, TheLineThatWasBegunIsEndedInTheEnd) {
  const OwnedFile reader = Reader();
  PipeTarget target({.path = path_, .patience = kPatience});
  const Delivery delivery = target.Deliver(MakeParcel(100'000, kRecords), stop_);
  ASSERT_FALSE(delivery.again.empty());
  std::string read = ReadWhatIsThere(reader.fd());
  target.Finish();
  read += ReadWhatIsThere(reader.fd());
  EXPECT_EQ(read, MakeParcel(100'000, delivery.again.front() + 1).whole());
}

// Whoever started the service may have set it so, and may set it so at any time.
TEST_F(PipeTargetTest, StandardOutputIsWrittenWholeWhetherItBlocksOrNot) {
  for (const int flags : {0, O_NONBLOCK}) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const OwnedFile reader(ends[0]), ours(::dup(STDOUT_FILENO));
    ::fcntl(reader.fd(), F_SETFL, O_NONBLOCK);
    ::fcntl(ends[1], F_SETFL, flags);
    ::dup2(ends[1], STDOUT_FILENO);
    PipeTarget target({.path = "-", .patience = kPatience});
    const Parcel parcel = MakeParcel(100'000, kRecords);
    const std::string read = DeliverAll(target, parcel, stop_, reader.fd());
    const int flags_after = ::fcntl(ends[1], F_GETFL) & O_NONBLOCK;
    ::dup2(ours.fd(), STDOUT_FILENO);
    ::close(ends[1]);
    EXPECT_EQ(read, parcel.whole());
    EXPECT_EQ(flags_after, flags);
  }
}

TEST_F(PipeTargetTest, StandardOutputMayBeASocket) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const OwnedFile reader(ends[0]), ours(::dup(STDOUT_FILENO));
  ::fcntl(reader.fd(), F_SETFL, O_NONBLOCK);
  ::dup2(ends[1], STDOUT_FILENO);
  ::close(ends[1]);
  PipeTarget target({.path = "-", .patience = kPatience});
  const Parcel parcel = MakeParcel(100'000, kRecords * 3);
  const std::string read = DeliverAll(target, parcel, stop_, reader.fd());
  ::dup2(ours.fd(), STDOUT_FILENO);
  EXPECT_EQ(read, parcel.whole());
}

}  // namespace
}  // namespace wiregauge::sinks
