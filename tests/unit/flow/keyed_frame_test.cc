// SPDX-License-Identifier: Apache-2.0
#include "flow/keyed_frame.h"

#include <gtest/gtest.h>

#include <vector>

#include "flow/flow_key.h"

namespace wiregauge::flow {
namespace {

// A UDP datagram from 10.0.0.9 port 4000 to 10.0.0.1 port 53; `fragment` is the header's field of
// flags and offset.
std::vector<uint8_t> Datagram(uint8_t fragment) {
  return {0x45, 0, 0,  28, 0, 7, fragment, 0,    64, 17, 0, 0, 10, 0,
          0,    9, 10, 0,  0, 1, 0x0f,     0xa0, 0,  53, 0, 8, 0,  0};
}

KeyedFrame FrameOf(const std::vector<uint8_t>& bytes, const KeyedHash& hash) {
  PacketView view;
  view.link_type = LinkType::kRawIp;
  view.captured = bytes;
  view.wire_bytes = static_cast<uint32_t>(bytes.size());
  return {view, {}, hash};
}

TEST(KeyedFrameTest, BringsTheHashByWhichTheTableFindsItsFlow) {
  const KeyedHash hash = KeyedHash::Random();
  const std::vector<uint8_t> bytes = Datagram(0);
  const KeyedFrame frame = FrameOf(bytes, hash);
  ASSERT_TRUE(frame.is_keyed);
  EXPECT_FALSE(frame.src_is_low);
  const FlowKey key = MakeFlowKey(frame.packet, {4000, 53}, false);
  EXPECT_EQ(key.low_port, 53);
  EXPECT_EQ(frame.key_hash, hash(key.bytes()));
}

TEST(KeyedFrameTest, LeavesFragmentsToWhoKnowsTheirPorts) {
  const KeyedHash hash = KeyedHash::Random();
  const std::vector<uint8_t> first = Datagram(0x20);
  EXPECT_TRUE(FrameOf(first, hash).is_ip());
  EXPECT_FALSE(FrameOf(first, hash).is_keyed);
  const std::vector<uint8_t> broken = {0x45, 0};
  EXPECT_FALSE(FrameOf(broken, hash).is_keyed);
}

}  // namespace
}  // namespace wiregauge::flow
