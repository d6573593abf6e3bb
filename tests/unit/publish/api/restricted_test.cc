// SPDX-License-Identifier: Apache-2.0
// Users who may see a part of the traffic, on every route.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

model::Identity Sees(std::vector<std::string> interfaces, std::vector<std::string> networks) {
  model::Identity identity{.user = "x", .role = model::Role::kViewer};
  identity.interfaces = std::move(interfaces);
  for (const std::string& network : networks) {
    identity.networks.push_back(*IpNetwork::Parse(network));
  }
  return identity;
}

// Every route that reads, with names of things that exist in what is seen.
std::vector<std::string> Targets(const http::Router& router, const std::string& interface,
                                 const std::string& host, const std::string& flow) {
  std::vector<std::string> targets;
  for (const http::Route& route : router.routes()) {
    if (route.method != http::Method::kGet) continue;
    std::string target = route.path_template;
    for (const auto& [parameter, value] :
         {std::pair<std::string, std::string>{"{interface}", interface},
          {"{host}", host},
          {"{id}", flow},
          {"{capture}", "1"},
          {"{alert}", "1"},
          {"{sink}", "elk"}}) {
      const size_t at = target.find(parameter);
      if (at != std::string::npos) target.replace(at, parameter.size(), value);
    }
    if (target.ends_with("aggregate")) target += "?by=pair";
    if (target.ends_with("timeseries/query"))
      target += "?metric=interface_lan_allhosts_bps&step=60";
    if (target.ends_with("timeseries/top")) target += "?by=host&interface=lan";
    targets.push_back(target);
  }
  return targets;
}

// Of every interface and host, and of the service itself.
void FillHistory(World& world) {
  history::History& history = world.KeepHistory();
  const int64_t now = UnixSeconds(World::Start());
  const uint32_t service = history.AddSource("");
  const history::Value of_service[] = {
      {history.AddSeries(service, {"script", "of_the_service", "gauge 60"},
                         history::SeriesType::kGauge, 60),
       1}};
  history.Record(service, now, of_service, false);
  for (const snapshot::InterfaceView& interface : world.tables().interfaces) {
    const uint32_t source = history.AddSource(interface.name);
    std::vector<history::SeriesKey> keys = {{"interface", "", "bytes"},
                                            {"vlan", "7", "bytes"},
                                            {"script", "of_" + interface.name, "counter 60"}};
    for (const model::HostRecord& host : world.tables().hosts) {
      if (world.tables().interfaces[host.interface_index].name != interface.name) continue;
      keys.push_back({"host", host.ip.ToString(), "bytes_sent"});
      keys.push_back({"host_application", host.ip.ToString() + " TLS", "bytes"});
    }
    for (const history::SeriesKey& key : keys) {
      const history::Value values[] = {
          {history.AddSeries(source, key, history::SeriesType::kCounter, 60), 1000}};
      history.Record(source, now, values, false);
    }
    history.RecordEvent(
        {now * 1000, interface.name, "interface_gone", interface.name + " is gone"});
  }
}

// The first one is about the host, the others are about what is not theirs.
void FillAlerts(World& world, const std::string& host) {
  alerts::AlertBook& book = world.KeepAlerts();
  ASSERT_TRUE(book.Raise(alerts::About(alerts::Host(host, "lan"))).ok());
  for (const model::AlertSubject& subject :
       {alerts::Interface("eth0"), alerts::Host("192.0.2.1"),
        model::AlertSubject{model::SubjectKind::kService, "", "192.0.2.1"},
        model::AlertSubject{model::SubjectKind::kNetwork, "", "10.0.0.0/8"}}) {
    ASSERT_TRUE(book.Raise(alerts::About(subject)).ok());
    ASSERT_TRUE(book.Store(alerts::About(subject, "event")).ok());
  }
  ASSERT_TRUE(book.Flush(std::chrono::seconds(10)));
}

TEST(Restricted, ToAnInterfaceNothingOfAnotherIsTold) {
  World world;
  FillHistory(world);
  FillAlerts(world, "10.0.0.9@7");
  world.ActAs(Sees({"lan"}, {}));
  int answered = 0;
  for (const std::string& target : Targets(world.router(), "lan", "10.0.0.9@7", "4")) {
    const http::Response answer = world.Get(target);
    if (answer.status == 403) continue;
    ASSERT_EQ(answer.status, 200) << target << answer.body;
    ++answered;
    if (answer.content_type != "application/json" || target.find("openapi") != target.npos)
      continue;
    EXPECT_THAT(answer.body, Not(HasSubstr("eth0"))) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("192.0.2.1"))) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("of_the_service"))) << target;
  }
  EXPECT_THAT(world.Items("/api/v1/timeseries?kind=script", "name"),
              ElementsAre("interface_lan_script_of_lan"));
  EXPECT_GE(answered, 34);
  EXPECT_THAT(world.Items("/api/v1/events", "interface"), ElementsAre("lan"));
  EXPECT_THAT(world.Items("/api/v1/alerts", "id"), ElementsAre(1));
  world.GetProblem("/api/v1/alerts/2", 404);
  world.GetProblem("/api/v1/alerts?interface=eth0", 400);
  EXPECT_THAT(world.Items("/api/v1/flows?sort=id", "id"), ElementsAre(4, 5));
  EXPECT_THAT(world.Items("/api/v1/interfaces", "name"), ElementsAre("lan"));
  world.GetProblem("/api/v1/interfaces/eth0", 404);
  world.GetProblem("/api/v1/flows/1", 404);
  EXPECT_THAT(world.GetProblem("/api/v1/flows?interface=eth0", 400).at("detail").dump(),
              HasSubstr("there are: lan"));
}

TEST(Restricted, TheSumsOfWhatIsSeenComeOut) {
  World world;
  const Json whole = world.GetJson("/api/v1/interfaces/lan");
  world.ActAs(Sees({"lan"}, {}));
  EXPECT_EQ(world.GetJson("/api/v1/interfaces/lan").at("in_flows"), whole.at("in_flows"));
  uint64_t bytes = 0;
  const Json page = world.GetJson("/api/v1/flows");
  for (const Json& flow : page.at("items")) {
    bytes += flow.at("bytes").get<uint64_t>();
  }
  EXPECT_EQ(bytes, 990U);  // flows 4 and 5
}

TEST(Restricted, ToANetworkOnlyItsHostsAndTheirFlowsAreTold) {
  World world;
  FillHistory(world);
  FillAlerts(world, "2001:db8::1");
  world.ActAs(Sees({}, {"2001:db8::/32"}));
  for (const std::string& target : Targets(world.router(), "lan", "2001:db8::1", "5")) {
    const http::Response answer = world.Get(target);
    if (answer.status == 403) continue;
    ASSERT_EQ(answer.status, 200) << target << answer.body;
    if (answer.content_type != "application/json" || target.find("openapi") != target.npos)
      continue;
    EXPECT_THAT(answer.body, Not(HasSubstr("10.0.0."))) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("192.0.2.1"))) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("script_of_"))) << target;
  }
  EXPECT_THAT(world.Items("/api/v1/flows", "id"), ElementsAre(5));
  EXPECT_THAT(world.Items("/api/v1/alerts", "id"), ElementsAre(1));
  for (const char* target : {"/api/v1/interfaces", "/api/v1/applications", "/api/v1/ledger",
                             "/api/v1/devices", "/api/v1/vlans", "/api/v1/networks"}) {
    world.GetProblem(target, 403);
  }
  world.GetProblem("/api/v1/hosts/10.0.0.1", 404);
}

TEST(Restricted, AFlowIsSeenFromEitherEnd) {
  World world;
  world.ActAs(Sees({}, {"192.0.2.0/24"}));
  EXPECT_THAT(world.Items("/api/v1/flows?sort=id", "id"), ElementsAre(1, 2));
  EXPECT_THAT(world.Items("/api/v1/hosts", "ip"), ElementsAre("192.0.2.1"));
  world.ActAs(Sees({"lan"}, {"192.0.2.0/24"}));
  EXPECT_THAT(world.Items("/api/v1/flows", "id"), IsEmpty());
}

TEST(Restricted, CapturesAreForWhoSeesEverything) {
  World world;
  world.ActAs(Sees({"lan"}, {}));
  world.GetProblem("/api/v1/captures", 403);
  world.GetProblem("/api/v1/captures/1/pcap", 403);
}

}  // namespace
}  // namespace wiregauge::api
