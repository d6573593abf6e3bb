// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "capture/live_source.h"
#include "capture_bytes.h"

namespace wiregauge::capture::testing {

// Runs `ip` with these arguments and expects success.
void Ip(const std::vector<std::string>& arguments);

// An Ethernet frame with an IPv4 UDP packet of `payload_bytes` bytes.
struct UdpFrame {
  uint32_t src = 0x0a000001;
  uint32_t dst = 0x0a000002;
  uint16_t src_port = 1000;
  uint16_t dst_port = 2000;
  size_t payload_bytes = 100;

  UdpFrame Reversed() const { return {dst, src, dst_port, src_port, payload_bytes}; }
};
std::string FrameBytes(const UdpFrame& frame);

// Sends frames as they are on one interface.
class FrameSender {
 public:
  explicit FrameSender(const std::string& interface);
  ~FrameSender();
  FrameSender(const FrameSender&) = delete;
  FrameSender& operator=(const FrameSender&) = delete;
  void Send(const std::string& frame) const;

 private:
  int fd_;
};

// A network namespace of the test's own with a veth pair, both ends up and without IPv6 (which
// would send packets by itself). What is sent on kFarEnd arrives at kInterface. Needs root.
class LiveTest : public ::testing::Test {
 protected:
  static constexpr const char* kInterface = "near0";
  static constexpr const char* kFarEnd = "far0";

  void SetUp() override;
  void TearDown() override;

  static void AddPair();
  static LiveOptions Options() {
    LiveOptions options;
    options.interface = kInterface;
    return options;
  }
  static std::unique_ptr<PacketSource> Open(const LiveOptions& options);
  // Polls all sources in turn until `done`; false when that took too long.
  static bool PollUntil(const std::vector<PacketSource*>& sources, std::vector<Recorder>& recorders,
                        const std::function<bool()>& done);

 private:
  int outer_namespace_ = -1;
};

}  // namespace wiregauge::capture::testing
