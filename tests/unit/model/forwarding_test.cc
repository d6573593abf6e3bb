// SPDX-License-Identifier: Apache-2.0
#include "model/forwarding.h"

#include <gtest/gtest.h>

namespace wiregauge::model {
namespace {

ForwardingEvidence EvidenceOf(std::initializer_list<const char*> remotes) {
  ForwardingEvidence evidence;
  for (const char* const remote : remotes) evidence.Add(*IpAddress::Parse(remote));
  return evidence;
}

TEST(ForwardingEvidence, OneRemoteAddressMayBeTheDevicesOwn) {
  EXPECT_FALSE(EvidenceOf({}).is_router());
  EXPECT_FALSE(EvidenceOf({"192.0.2.1", "192.0.2.1"}).is_router());
  EXPECT_FALSE(EvidenceOf({"192.0.2.1", "2001:db8::1"}).is_router()) << "one of each version";
}

TEST(ForwardingEvidence, SeveralAreOthers) {
  EXPECT_TRUE(EvidenceOf({"192.0.2.1", "192.0.2.2"}).is_router());
  EXPECT_TRUE(EvidenceOf({"2001:db8::1", "2001:db8:0:1::1"}).is_router());
}

TEST(ForwardingEvidence, AMachineHasSeveralAddressesInItsNetwork) {
  EXPECT_FALSE(EvidenceOf({"2001:db8::1", "2001:db8::2", "2001:db8::ffff:1"}).is_router());
}

TEST(ForwardingEvidence, WhatIsNotForwardedSaysNothing) {
  EXPECT_FALSE(EvidenceOf({"0.0.0.0", "192.0.2.1", "169.254.1.1", "169.254.1.2"}).is_router());
  EXPECT_FALSE(EvidenceOf({"::", "2001:db8::1", "fe80::1", "febf::1"}).is_router());
  EXPECT_TRUE(EvidenceOf({"2001:db8::1", "fec0::1"}).is_router());
}

TEST(ForwardingEvidence, PartsAddUpInAnyOrder) {
  const ForwardingEvidence parts[] = {EvidenceOf({}), EvidenceOf({"192.0.2.1"}),
                                      EvidenceOf({"192.0.2.2"}),
                                      EvidenceOf({"192.0.2.1", "192.0.2.2"})};
  const bool expected[4][4] = {{false, false, false, true},
                               {false, false, true, true},
                               {false, true, false, true},
                               {true, true, true, true}};
  for (size_t a = 0; a < 4; ++a) {
    for (size_t b = 0; b < 4; ++b) {
      ForwardingEvidence sum = parts[a];
      sum.Merge(parts[b]);
      EXPECT_EQ(sum.is_router(), expected[a][b]) << a << " " << b;
    }
  }
}

}  // namespace
}  // namespace wiregauge::model
