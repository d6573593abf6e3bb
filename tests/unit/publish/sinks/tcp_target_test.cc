// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/tcp_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <set>
#include <thread>

#include "flow_records.h"
#include "moved_clock.h"
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

bool HasMoreWithin(const OwnedFile& connection, int milliseconds) {
  pollfd polled{connection.fd(), POLLIN, 0};
  return ::poll(&polled, 1, milliseconds) > 0;
}

class TcpTargetTest : public testing::Test {
 protected:
  std::unique_ptr<TcpTarget> MakeTarget(uint16_t port, uint64_t replay_bytes = 1 << 20) {
    return std::make_unique<TcpTarget>(
        TcpOptions{.stream = {.host = "127.0.0.1", .port = port}, .replay_bytes = replay_bytes},
        clock_);
  }

  MovedClock clock_;
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

TEST_F(TcpTargetTest, WhoStopsDoesNotWaitForTheNextTimeThatItIsSentAgain) {
  const Listener listener;
  const auto target = MakeTarget(listener.port());
  target->Deliver(MakeParcel(1, 2), stop_);
  { OwnedFile connection = listener.Accept(); }
  EXPECT_EQ(target->Tend(stop_), "");
  { OwnedFile connection = listener.Accept(); }
  EXPECT_EQ(target->Tend(stop_), "");
  EXPECT_EQ(target->state().connections, 2u);  // the pause
  EXPECT_EQ(target->Drain(stop_), "");
  const OwnedFile connection = listener.Accept();
  EXPECT_EQ(Read(connection, 4), "1\n2\n");
}

TEST_F(TcpTargetTest, ItIsSentAgainHoweverOldItIs) {
  const Listener listener;
  const auto target = MakeTarget(listener.port());
  target->Deliver(MakeParcel(1, 2), stop_);
  OwnedFile frozen = listener.Accept();
  clock_.Forward(std::chrono::hours(24));
  EXPECT_EQ(target->Tend(stop_), "");
  Reset(frozen);
  target->Deliver(MakeParcel(3, 1), stop_);
  EXPECT_EQ(Read(listener.Accept(), 6), "1\n2\n3\n");
}

TEST_F(TcpTargetTest, KeepsAParcelThatIsLargerThanTheReplay) {
  const Listener listener;
  const auto target = MakeTarget(listener.port(), 3);
  target->Deliver(MakeParcel(1, 2), stop_);
  { OwnedFile connection = listener.Accept(); }
  target->Tend(stop_);
  EXPECT_EQ(Read(listener.Accept(), 4), "1\n2\n");
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

TEST_F(TcpTargetTest, TellsThatAReceiverTakesNothing) {
  const Listener listener;
  const auto target = MakeTarget(listener.port());
  std::atomic<bool> told{false};
  Duration last{};
  target->ListenForProgress([&](Duration still) {
    last = still;
    if (still >= std::chrono::seconds(10)) told = true;
  });
  const Parcel big = MakeParcel(1'000'000, 1'000'000);
  std::thread sender([&] { EXPECT_EQ(target->Deliver(big, stop_).problem, ""); });
  const OwnedFile connection = listener.Accept();
  ASSERT_TRUE(HasMoreWithin(connection, 5000));
  EXPECT_FALSE(told);
  // Some is still on its way to the buffers when the clock is put forward for the first time.
  for (int tries = 0; tries < 20 && !told; ++tries) {
    clock_.Forward(std::chrono::seconds(12));
    ::poll(nullptr, 0, 1100);
  }
  EXPECT_TRUE(told);
  EXPECT_EQ(Read(connection, big.bytes()).size(), big.bytes());
  sender.join();
  EXPECT_EQ(last, Duration::zero());
}

// Puts the loopback interface of this thread's own network up or down.
void SetLoopback(bool up) {
  const OwnedFile socket(::socket(AF_INET, SOCK_DGRAM, 0));
  ifreq request{.ifr_ifrn = {"lo"}, .ifr_ifru = {}};
  request.ifr_flags = up ? IFF_UP : 0;
  ASSERT_EQ(::ioctl(socket.fd(), SIOCSIFFLAGS, &request), 0);
}

TEST_F(TcpTargetTest, NoticesAReceiverThatIsGoneWithoutAWord) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may make a network";
  std::thread([&] {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    SetLoopback(true);
    const Listener listener;
    TcpTarget target({.stream = {.host = "127.0.0.1", .port = listener.port()},
                      .replay_bytes = 1 << 20,
                      .most_silence = std::chrono::seconds(1)},
                     clock_);
    EXPECT_EQ(target.Deliver(MakeParcel(1, 1), stop_).problem, "");
    SetLoopback(false);
    EXPECT_THAT(target.Deliver(MakeParcel(2, 1), stop_).problem, testing::HasSubstr("not answer"));
    SetLoopback(true);
    EXPECT_EQ(target.Deliver(MakeParcel(2, 1), stop_).problem, "");
    const OwnedFile first = listener.Accept();
    EXPECT_EQ(Read(listener.Accept(), 4), "1\n2\n");
  }).join();
}

TEST_F(TcpTargetTest, AReceiverWhoseWindowIsClosedIsNotGone) {
  const Listener listener;
  TcpTarget target({.stream = {.host = "127.0.0.1", .port = listener.port()},
                    .most_silence = std::chrono::seconds(2)},
                   clock_);
  const Parcel big = MakeParcel(1'000'000, 1'000'000);
  std::thread sender([&] { EXPECT_EQ(target.Deliver(big, stop_).problem, ""); });
  const OwnedFile connection = listener.Accept();
  ::poll(nullptr, 0, 2500);
  EXPECT_EQ(Read(connection, big.bytes()).size(), big.bytes());
  sender.join();
  EXPECT_EQ(target.state().connections, 1u);
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

TEST_F(TcpTargetTest, AReceiverThatEndsItsSideAndReadsOnGetsWholeLines) {
  const Listener listener;
  const auto target = MakeTarget(listener.port());
  const Parcel big = MakeParcel(100'000, 800'000);  // no buffer ends at a line's end
  std::string read;
  std::thread reader([&] {
    const OwnedFile connection = listener.Accept();
    read = Read(connection, 100'000);
    ::shutdown(connection.fd(), SHUT_WR);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // the sender sees that first
    read += Read(connection, SIZE_MAX);
  });
  const Delivery delivery = target->Deliver(big, stop_);
  reader.join();
  EXPECT_EQ(delivery.result, Delivery::Result::kRetry);
  EXPECT_TRUE(read.ends_with('\n'));
  EXPECT_EQ(read, big.whole().substr(0, read.size()));
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

// What a receiver has that ends each connection after it has read so many bytes.
struct Ending {
  const char* name;
  size_t bytes;
  bool reset;
};
constexpr size_t kParcel = 1000 * 8;

class TcpTargetEndedTest : public TcpTargetTest, public testing::WithParamInterface<Ending> {
 protected:
  // Until the test is over; what it has read goes to lines_.
  void Receive() {
    while (true) {
      OwnedFile connection = listener_.Accept();
      const std::string text = Read(connection, GetParam().bytes);
      // What was read is acknowledged before the end.
      HasMoreWithin(connection, 100);
      if (GetParam().reset) {
        Reset(connection);
      } else {
        connection.Close();
      }
      if (done_) break;
      for (size_t at = 0; at + 8 <= text.size(); at += 8) lines_.insert(text.substr(at, 8));
    }
  }

  const Listener listener_;
  std::atomic<bool> done_{false};
  std::set<std::string> lines_;
};

TEST_P(TcpTargetEndedTest, EverythingGetsThrough) {
  std::thread receiver([this] { Receive(); });
  const auto target = MakeTarget(listener_.port(), 4 * kParcel);
  std::string all;
  for (uint64_t parcel = 0; parcel < 8; ++parcel) {
    const Parcel lines = MakeParcel(1'000'000 + parcel * 1000, 1000);
    all += lines.whole();
    int tries = 0;
    while (target->Deliver(lines, stop_).result == Delivery::Result::kRetry) {
      ASSERT_LT(++tries, 100) << "parcel " << parcel;
      clock_.Forward(std::chrono::seconds(10));  // as the sink waits
    }
  }
  const uint64_t before = target->state().connections;
  for (int i = 0; i < 100; ++i) {
    target->Tend(stop_);
    clock_.Forward(std::chrono::seconds(20));
    ::poll(nullptr, 0, 5);
  }
  EXPECT_LT(target->state().connections - before, 90u);  // it comes to rest
  target->Finish();
  done_ = true;
  { http_client::Stream::Open({.host = "127.0.0.1", .port = listener_.port()}).value(); }
  receiver.join();
  for (size_t at = 0; at < all.size(); at += 8) ASSERT_TRUE(lines_.contains(all.substr(at, 8)));
}

INSTANTIATE_TEST_SUITE_P(Receivers, TcpTargetEndedTest,
                         testing::Values(Ending{"ParcelClose", kParcel, false},
                                         Ending{"ParcelReset", kParcel, true},
                                         Ending{"HalfOfTheRingClose", 2 * kParcel, false},
                                         Ending{"HalfOfTheRingReset", 2 * kParcel, true},
                                         Ending{"MoreThanTheRingReset", 5 * kParcel, true}),
                         [](const auto& ending) { return ending.param.name; });

TEST_F(TcpTargetTest, ReceiversThatDieInARowLoseNothing) {
  const Listener listener;
  const auto target = MakeTarget(listener.port(), 1 << 20);
  target->Deliver(MakeParcel(1, 2), stop_);
  target->Deliver(MakeParcel(3, 2), stop_);
  // A proxy does so whose receiver is away.
  uint64_t connections = 0;
  for (int second = 0; second < 55; ++second) {
    if (target->state().connections > connections) {
      ++connections;
      OwnedFile unread = listener.Accept();
      Reset(unread);
    }
    clock_.Forward(std::chrono::seconds(1));
    EXPECT_EQ(target->Tend(stop_), "");
  }
  connections = target->state().connections;
  EXPECT_EQ(target->state().resent_records, 4 * (connections - 1));
  EXPECT_GE(connections, 6u);
  EXPECT_LE(connections, 9u) << "it was sent again and again";
  EXPECT_EQ(target->Deliver(MakeParcel(5, 1), stop_).problem, "");
  EXPECT_EQ(Read(listener.Accept(), 10), "1\n2\n3\n4\n5\n");
}

TEST_F(TcpTargetTest, WhatIsOldIsNotBelievedForThat) {
  const Listener listener;
  const auto target = MakeTarget(listener.port());
  target->Deliver(MakeParcel(1, 2), stop_);
  for (int connection = 1; connection < TcpTarget::kMostSendings; ++connection) {
    clock_.Forward(std::chrono::hours(1));
    const OwnedFile ended = listener.Accept();
    EXPECT_EQ(Read(ended, 4), "1\n2\n");
    ::shutdown(ended.fd(), SHUT_WR);
    EXPECT_EQ(target->Tend(stop_), "");
  }
  { const OwnedFile ended = listener.Accept(); }
  EXPECT_EQ(target->Tend(stop_), "");
  EXPECT_EQ(target->state().connections, static_cast<uint64_t>(TcpTarget::kMostSendings));
}

// It goes on with what it had not come to, and then with what was acknowledged meanwhile.
TEST_F(TcpTargetTest, ASendingAgainThatBreaksOffGoesOn) {
  const Listener listener;
  const auto target = MakeTarget(listener.port(), 16 << 20);
  const Parcel small = MakeParcel(1, 2), big = MakeParcel(1'000'000, 600'000);
  target->Deliver(small, stop_);
  OwnedFile connection = listener.Accept();
  std::thread reader([&] {
    EXPECT_EQ(Read(connection, small.bytes() + big.bytes()).size(), small.bytes() + big.bytes());
  });
  target->Deliver(big, stop_);
  reader.join();
  Reset(connection);
  std::thread breaker([&] {
    OwnedFile second = listener.Accept();
    HasMoreWithin(second, 5000);
    ::poll(nullptr, 0, 100);
    Reset(second);
  });
  EXPECT_NE(target->Tend(stop_), "");
  breaker.join();
  EXPECT_GT(target->state().resent_records, 2u);
  std::string read;
  std::thread third([&] { read = Read(listener.Accept(), small.bytes() + big.bytes()); });
  EXPECT_EQ(target->Tend(stop_), "");
  third.join();
  EXPECT_EQ(read, std::string(big.whole()) + std::string(small.whole()));
}

}  // namespace
}  // namespace wiregauge::sinks
