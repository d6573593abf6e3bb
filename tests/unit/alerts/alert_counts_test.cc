// SPDX-License-Identifier: Apache-2.0
#include "alerts/alert_counts.h"

#include <numeric>

#include "alert_fixture.h"
#include "alerts/alert_content.h"

namespace wiregauge::alerts {
namespace {

constexpr auto kWarning = static_cast<size_t>(model::Severity::kWarning);

TEST(AlertCountsTest, TypesBeyondTheLimitAreOther) {
  AlertCounts counts;
  constexpr size_t kTypes = AlertCounts::kMostTypes + 50;
  for (size_t i = 0; i < kTypes; ++i) {
    const auto content = About(Interface("eth0"), "type_" + std::to_string(i));
    counts.CountRaised(content);
    counts.CountEngaged(content);
  }
  ASSERT_EQ(counts.types().size(), AlertCounts::kMostTypes);
  EXPECT_EQ(counts.types().front().type, "type_0");
  EXPECT_EQ(counts.types().back().type, kOtherType);
  EXPECT_EQ(counts.types().back().engaged[kWarning], 51u);
  uint64_t raised = 0;
  for (const TypeCounts& type : counts.types()) raised += type.raised[kWarning];
  EXPECT_EQ(raised, kTypes);
  counts.CountEnded(About(Interface("eth0"), "type_1020"));
  EXPECT_EQ(counts.types().back().engaged[kWarning], 50u);
}

TEST(AlertCountsTest, RemembersHostsWithEngagedAlertsAndTheNewest) {
  AlertCounts counts;
  const auto host = [](size_t i) {
    return About(Host(IpAddress::V4(static_cast<uint32_t>(0x0a000000 + i)).ToString()));
  };
  counts.CountRaised(host(0));
  counts.CountEngaged(host(0));
  constexpr size_t kHosts = AlertCounts::kMostHosts + 10;
  for (size_t i = 1; i < kHosts; ++i) counts.CountRaised(host(i));
  const auto hosts = counts.hosts();
  EXPECT_LE(hosts->rows().size(), AlertCounts::kMostHosts + 1);
  EXPECT_GE(hosts->rows().size(), AlertCounts::kMostHosts / 2);
  EXPECT_EQ(hosts->Of("eth0", IpAddress::V4(0x0a000000), 0), (model::HostAlertCounts{1, 1}));
  EXPECT_EQ(hosts->Of("eth0", IpAddress::V4(0x0a000001), 0), model::HostAlertCounts());
  EXPECT_EQ(hosts->Of("eth0", IpAddress::V4(0x0a000000 + kHosts - 1), 0),
            (model::HostAlertCounts{0, 1}));
}

}  // namespace
}  // namespace wiregauge::alerts
