// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/udp_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "flow_records.h"
#include "publish/sinks/frame/file_bytes.h"

namespace wiregauge::sinks {
namespace {

constexpr Duration kTimeout = std::chrono::seconds(5);

class UdpTargetTest : public testing::Test {
 protected:
  uint16_t Listen() {
    socket_ = OwnedFile(::socket(AF_INET, SOCK_DGRAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    EXPECT_EQ(::bind(socket_.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    ::getsockname(socket_.fd(), reinterpret_cast<sockaddr*>(&address), &size);
    return port_ = ntohs(address.sin_port);
  }
  std::string Receive() const {
    std::array<char, 65536> datagram;
    const ssize_t size = ::recv(socket_.fd(), datagram.data(), datagram.size(), 0);
    return {datagram.data(), static_cast<size_t>(std::max<ssize_t>(0, size))};
  }

  const SystemClock clock_;
  Interrupt stop_;
  OwnedFile socket_;
  uint16_t port_ = 0;
};

TEST_F(UdpTargetTest, SendsEachLineAsADatagram) {
  UdpTarget target("127.0.0.1", Listen(), kTimeout, clock_);
  EXPECT_EQ(target.Deliver(MakeParcel(1, 2), stop_).problem, "");
  EXPECT_EQ(Receive(), "1");
  EXPECT_EQ(Receive(), "2");
}

TEST_F(UdpTargetTest, RejectsWhatNoDatagramHolds) {
  UdpTarget target("127.0.0.1", Listen(), kTimeout, clock_);
  Parcel parcel = MakeParcel(1, 1);
  parcel.buffer().append(70'000, 'x').push_back('\n');
  parcel.EndRecord();
  const Delivery delivery = target.Deliver(parcel, stop_);
  ASSERT_EQ(delivery.rejected.size(), 1u);
  EXPECT_EQ(delivery.rejected[0].record, 1u);
  EXPECT_TRUE(delivery.again.empty());
}

TEST_F(UdpTargetTest, NoticesThatNobodyListens) {
  const uint16_t port = Listen();
  socket_.Close();
  UdpTarget target("127.0.0.1", port, kTimeout, clock_);
  Delivery delivery;
  // The refusal of one datagram is told with a later one.
  for (int attempt = 0; attempt < 100 && delivery.again.empty(); ++attempt) {
    delivery = target.Deliver(MakeParcel(1, 3), stop_);
  }
  ASSERT_FALSE(delivery.again.empty());
  EXPECT_THAT(delivery.problem, testing::HasSubstr("Connection refused"));
  Listen();
  EXPECT_EQ(target.Deliver(MakeParcel(7, 1), stop_).problem, "");
  EXPECT_EQ(Receive(), "7");
}

}  // namespace
}  // namespace wiregauge::sinks
