// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/tcp_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "flow_records.h"
#include "publish/sinks/frame/file_bytes.h"

namespace wiregauge::sinks {
namespace {

// A listening socket on 127.0.0.1 whose connections are read when the test says so.
class Listener {
 public:
  explicit Listener(uint16_t port = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int yes = 1;
    ::setsockopt(socket_.fd(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const int small = 4096;
    ::setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    EXPECT_EQ(::bind(socket_.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::listen(socket_.fd(), 8);
    socklen_t size = sizeof address;
    ::getsockname(socket_.fd(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  OwnedFile Accept() const { return OwnedFile(::accept(socket_.fd(), nullptr, nullptr)); }
  uint16_t port() const { return port_; }

 private:
  OwnedFile socket_;
  uint16_t port_ = 0;
};

// Reads until so many bytes have come, or the end.
std::string Read(const OwnedFile& connection, size_t bytes) {
  std::string text;
  std::array<char, 65536> piece;
  while (text.size() < bytes) {
    const ssize_t size = ::read(connection.fd(), piece.data(), piece.size());
    if (size <= 0) break;
    text.append(piece.data(), static_cast<size_t>(size));
  }
  return text;
}

void Reset(OwnedFile& connection) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(connection.fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  connection.Close();
}

class TcpTargetTest : public testing::Test {
 protected:
  std::unique_ptr<TcpTarget> MakeTarget(uint16_t port, uint64_t replay_bytes = 1 << 20) {
    return std::make_unique<TcpTarget>(
        TcpOptions{.stream = {.host = "127.0.0.1", .port = port}, .replay_bytes = replay_bytes},
        clock_);
  }

  const SystemClock clock_;
  Interrupt stop_;
};

TEST_F(TcpTargetTest, SendsLinesOverOneConnection) {
  const Listener listener;
  const auto target = MakeTarget(listener.port());
  EXPECT_EQ(target->Deliver(MakeParcel(1, 2), stop_).problem, "");
  const OwnedFile connection = listener.Accept();
  EXPECT_EQ(target->Deliver(MakeParcel(3, 1), stop_).problem, "");
  EXPECT_EQ(Read(connection, 6), "1\n2\n3\n");
  EXPECT_EQ(target->state().connections, 1u);
  EXPECT_EQ(target->state().address, "tcp://127.0.0.1:" + std::to_string(listener.port()));
}

TEST_F(TcpTargetTest, WhatABrokenConnectionHadIsSentAgain) {
  const Listener listener;
  const auto target = MakeTarget(listener.port());
  target->Deliver(MakeParcel(1, 2), stop_);
  {
    OwnedFile connection = listener.Accept();
    Reset(connection);  // acknowledged by the system, never read
  }
  // The reset is there, as everything is on loopback.
  EXPECT_EQ(target->Deliver(MakeParcel(3, 1), stop_).problem, "");
  const OwnedFile connection = listener.Accept();
  EXPECT_EQ(Read(connection, 6), "1\n2\n3\n");
  EXPECT_EQ(target->state().resent_records, 2u);
  EXPECT_EQ(target->state().connections, 2u);
}

TEST_F(TcpTargetTest, ItIsSentAgainAlsoWhenNothingNewComes) {
  const Listener listener;
  const auto target = MakeTarget(listener.port());
  target->Deliver(MakeParcel(1, 2), stop_);
  { OwnedFile connection = listener.Accept(); }
  EXPECT_EQ(target->Tend(stop_), "");
  const OwnedFile connection = listener.Accept();
  EXPECT_EQ(Read(connection, 4), "1\n2\n");
  EXPECT_EQ(target->Tend(stop_), "");
  EXPECT_EQ(target->state().connections, 2u);
}

TEST_F(TcpTargetTest, KeepsForReplayNoMoreThanItMay) {
  const Listener listener;
  const auto target = MakeTarget(listener.port(), 5);
  for (uint64_t i = 1; i <= 5; ++i) target->Deliver(MakeParcel(i, 1), stop_);
  { OwnedFile connection = listener.Accept(); }
  target->Tend(stop_);
  const OwnedFile connection = listener.Accept();
  EXPECT_EQ(Read(connection, 4), "4\n5\n");
}

TEST_F(TcpTargetTest, WaitsForAReceiverThatDoesNotRead) {
  const Listener listener;
  const auto target = MakeTarget(listener.port());
  const Parcel big = MakeParcel(1'000'000, 300'000);
  std::thread reader([&] {
    const OwnedFile connection = listener.Accept();
    pollfd nothing{-1, 0, 0};
    ::poll(&nothing, 1, 200);  // its window closes meanwhile, or does not: both must do
    EXPECT_EQ(Read(connection, big.bytes()), big.whole());
  });
  EXPECT_EQ(target->Deliver(big, stop_).problem, "");
  reader.join();
  EXPECT_EQ(target->state().connections, 1u);
}

TEST_F(TcpTargetTest, NobodyThereIsAReasonToTryAgain) {
  uint16_t port = 0;
  { port = Listener().port(); }
  const auto target = MakeTarget(port);
  const Delivery delivery = target->Deliver(MakeParcel(1, 1), stop_);
  EXPECT_EQ(delivery.result, Delivery::Result::kRetry);
  EXPECT_THAT(delivery.problem, testing::HasSubstr("127.0.0.1"));
  const Listener listener(port);
  EXPECT_EQ(target->Deliver(MakeParcel(1, 1), stop_).problem, "");
}

TEST_F(TcpTargetTest, ANameThatIsNoneIsAReasonToTryAgain) {
  TcpTarget target({.stream = {.host = "no-such-host.invalid", .port = 5510}}, clock_);
  EXPECT_EQ(target.Deliver(MakeParcel(1, 1), stop_).result, Delivery::Result::kRetry);
}

TEST_F(TcpTargetTest, WhenItStopsTheLineIsEndedThatWasBegun) {
  const Listener listener;
  const auto target = MakeTarget(listener.port());
  const Parcel big = MakeParcel(1'000'000, 2'000'000);
  std::string read;
  std::thread reader([&] {
    const OwnedFile connection = listener.Accept();
    read = Read(connection, 100'000);
    stop_.Raise();
    read += Read(connection, SIZE_MAX);
  });
  const Delivery delivery = target->Deliver(big, stop_);
  target->Finish();
  reader.join();
  ASSERT_TRUE(read.ends_with('\n'));
  EXPECT_EQ(read, big.whole().substr(0, read.size()));
  if (delivery.result == Delivery::Result::kDone) {
    EXPECT_EQ((big.size() - delivery.again.size()) * 8, read.size());
  }
}

}  // namespace
}  // namespace wiregauge::sinks
