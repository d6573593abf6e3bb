// SPDX-License-Identifier: Apache-2.0
#include "network_namespace.h"

#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>

namespace wiregauge::capture::testing {
namespace {

std::string Big(uint32_t value, size_t bytes) { return Number({.big_endian = true}, value, bytes); }

}  // namespace

void Ip(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"ip"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    execvp(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
      << "ip " << ::testing::PrintToString(arguments) << " failed (127: iproute2 is not installed)";
}

std::string FrameBytes(const UdpFrame& frame) {
  const auto udp_bytes = static_cast<uint32_t>(8 + frame.payload_bytes);
  const std::string ethernet = std::string("\x02\0\0\0\0\2\x02\0\0\0\0\1", 12) + Big(0x0800, 2);
  const std::string ip = Big(0x4500, 2) + Big(20 + udp_bytes, 2) + Big(0, 4) + Big(0x4011, 2) +
                         Big(0, 2) + Big(frame.src, 4) + Big(frame.dst, 4);
  const std::string udp =
      Big(frame.src_port, 2) + Big(frame.dst_port, 2) + Big(udp_bytes, 2) + Big(0, 2);
  return ethernet + ip + udp + std::string(frame.payload_bytes, 'p');
}

FrameSender::FrameSender(const std::string& interface) : fd_(socket(AF_PACKET, SOCK_RAW, 0)) {
  EXPECT_GE(fd_, 0);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
}

FrameSender::~FrameSender() { close(fd_); }

void FrameSender::Send(const std::string& frame) const {
  ASSERT_EQ(send(fd_, frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()))
      << std::strerror(errno);
}

void LiveTest::SetUp() {
  if (geteuid() != 0) GTEST_SKIP() << "network namespaces and raw sockets need root";
  outer_namespace_ = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(outer_namespace_, 0);
  ASSERT_EQ(unshare(CLONE_NEWNET), 0) << "root, but no network namespace: " << std::strerror(errno);
  std::ofstream("/proc/sys/net/ipv6/conf/default/disable_ipv6") << "1";
  Ip({"link", "set", "lo", "up"});
  AddPair();
}

void LiveTest::TearDown() {
  if (outer_namespace_ < 0) return;
  EXPECT_EQ(setns(outer_namespace_, CLONE_NEWNET), 0);
  close(outer_namespace_);
}

void LiveTest::AddPair() {
  Ip({"link", "add", kInterface, "type", "veth", "peer", "name", kFarEnd});
  Ip({"link", "set", kInterface, "up"});
  Ip({"link", "set", kFarEnd, "up"});
}

std::unique_ptr<PacketSource> LiveTest::Open(const LiveOptions& options) {
  auto source = OpenLive(options);
  EXPECT_TRUE(source.ok()) << source.error().message;
  return source.ok() ? std::move(*source) : nullptr;
}

bool LiveTest::PollUntil(const std::vector<PacketSource*>& sources,
                         std::vector<Recorder>& recorders, const std::function<bool()>& done) {
  constexpr std::chrono::seconds kPatience{20};
  constexpr std::chrono::milliseconds kWait{20};
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    for (size_t i = 0; i < sources.size(); ++i) {
      const size_t before = recorders[i].packets().size();
      const size_t delivered = sources[i]->Poll(recorders[i], 64, kWait);
      EXPECT_EQ(recorders[i].packets().size(), before + delivered);
    }
  }
  return true;
}

}  // namespace wiregauge::capture::testing
