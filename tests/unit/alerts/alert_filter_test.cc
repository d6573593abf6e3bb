// SPDX-License-Identifier: Apache-2.0
#include "alerts/alert_filter.h"

#include "alert_fixture.h"

namespace wiregauge::alerts {
namespace {

using namespace std::chrono_literals;
using model::Alert;
using model::Severity;
using model::SubjectKind;

constexpr Timestamp kBegin{1'700'000'000s};

Alert Engaged() { return {.id = 1, .content = About(Host("192.0.2.1@12")), .raised_at = kBegin}; }
Alert Past() {
  Alert alert = Engaged();
  alert.released_at = kBegin + 60s;
  return alert;
}

TEST(AlertFilterTest, ChoosesByWhatTheAlertIs) {
  EXPECT_TRUE(AlertFilter().Matches(Engaged()));
  EXPECT_TRUE(AlertFilter{.is_engaged = true}.Matches(Engaged()));
  EXPECT_FALSE(AlertFilter{.is_engaged = true}.Matches(Past()));
  EXPECT_TRUE((AlertFilter{.severities = {Severity::kInfo, Severity::kWarning}}.Matches(Past())));
  EXPECT_FALSE(AlertFilter{.severities = {Severity::kInfo}}.Matches(Past()));
  EXPECT_TRUE(AlertFilter{.least_severity = Severity::kWarning}.Matches(Past()));
  EXPECT_FALSE(AlertFilter{.least_severity = Severity::kError}.Matches(Past()));
  EXPECT_TRUE((AlertFilter{.types = {"a", "host_threshold"}}.Matches(Past())));
  EXPECT_FALSE(AlertFilter{.types = {"host"}}.Matches(Past()));
  EXPECT_FALSE(AlertFilter{.kinds = {SubjectKind::kInterface}}.Matches(Past()));
  EXPECT_TRUE(AlertFilter{.interfaces = {"eth0"}}.Matches(Past()));
  EXPECT_FALSE(AlertFilter{.interfaces = {"eth1"}}.Matches(Past()));
  EXPECT_TRUE(AlertFilter{.names = {"192.0.2.1@12"}}.Matches(Past()));
  EXPECT_TRUE(AlertFilter{.texts = {"more than"}}.Matches(Past()));
  EXPECT_TRUE(AlertFilter{.texts = {"threshold"}}.Matches(Past()));
  EXPECT_FALSE(AlertFilter{.texts = {"nothing"}}.Matches(Past()));
}

TEST(AlertFilterTest, ChoosesHostsByAddressPrefixAndVlan) {
  const auto matches = [](std::string_view host) {
    return AlertFilter{.hosts = {*HostChoice::Parse(host)}}.Matches(Engaged());
  };
  EXPECT_TRUE(matches("192.0.2.1"));
  EXPECT_TRUE(matches("192.0.2.1@12"));
  EXPECT_TRUE(matches("192.0.2.0/24"));
  EXPECT_FALSE(matches("192.0.2.1@13"));
  EXPECT_FALSE(matches("192.0.3.0/24"));
  EXPECT_FALSE(matches("2001:db8::/32"));
  EXPECT_FALSE(HostChoice::Parse("eth0"));
  EXPECT_FALSE(HostChoice::Parse("192.0.2.1@9999"));
}

TEST(AlertFilterTest, ChoosesWhatWasEngagedInARange) {
  const auto matches = [](const Alert& alert, Duration from, Duration to) {
    return AlertFilter{.from = kBegin + from, .to = kBegin + to}.Matches(alert);
  };
  EXPECT_TRUE(matches(Past(), 10s, 20s));
  EXPECT_TRUE(matches(Past(), -10s, 1s));
  EXPECT_FALSE(matches(Past(), -10s, 0s)) << "it ends where the alert begins";
  EXPECT_TRUE(matches(Past(), 60s, 70s));
  EXPECT_FALSE(matches(Past(), 61s, 70s));
  EXPECT_TRUE(matches(Engaged(), 1000s, 1001s));
}

TEST(AlertFilterTest, AUserSeesTheirInterfacesAndNetworks) {
  const auto may_see = [](const model::Identity& identity, const model::AlertSubject& subject) {
    return MaySee(&identity, subject);
  };
  const model::AlertSubject service{SubjectKind::kService, "", ""};
  const model::AlertSubject network{SubjectKind::kNetwork, "", "office"};
  const model::Identity all{.user = "a"};
  const model::Identity eth0{.user = "a", .interfaces = {"eth0"}};
  const model::Identity net{.user = "a", .networks = {*IpNetwork::Parse("192.0.2.0/24")}};
  EXPECT_TRUE(MaySee(nullptr, service));
  EXPECT_TRUE(may_see(all, service));
  EXPECT_TRUE(may_see(eth0, Interface("eth0")));
  EXPECT_TRUE(may_see(eth0, Host("192.0.2.1")));
  for (const auto& subject : {Interface("eth1"), Host("192.0.2.1", "eth1"), service, network}) {
    EXPECT_FALSE(may_see(eth0, subject)) << subject.name;
  }
  EXPECT_TRUE(may_see(net, Host("192.0.2.1", "eth1")));
  for (const auto& subject : {Interface("eth0"), Host("198.51.100.1"), service, network}) {
    EXPECT_FALSE(may_see(net, subject)) << subject.name;
  }
  EXPECT_FALSE(AlertFilter{.identity = &net}.Matches(
      {.id = 1, .content = About(Host("198.51.100.1")), .raised_at = kBegin}));
}

}  // namespace
}  // namespace wiregauge::alerts
