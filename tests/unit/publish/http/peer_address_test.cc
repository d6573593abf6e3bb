// SPDX-License-Identifier: Apache-2.0
#include "publish/http/peer_address.h"

#include <gtest/gtest.h>

namespace wiregauge::http {
namespace {

TEST(PeerAddressTest, IsWhatTheOtherEndGoesBy) {
  EXPECT_EQ(ParsePeerAddress("192.0.2.1").ToString(), "192.0.2.1");
  EXPECT_EQ(ParsePeerAddress("2001:db8::1").ToString(), "2001:db8::1");
  EXPECT_EQ(ParsePeerAddress("::ffff:192.0.2.1").ToString(), "192.0.2.1");
  EXPECT_EQ(ParsePeerAddress("fe80::1%eth0").ToString(), "fe80::1");
  EXPECT_EQ(ParsePeerAddress("::1").ToString(), "::1");
  EXPECT_EQ(ParsePeerAddress("nobody").version(), 0);
}

}  // namespace
}  // namespace wiregauge::http
