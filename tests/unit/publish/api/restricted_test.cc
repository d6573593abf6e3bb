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
          {"{capture}", "1"}}) {
      const size_t at = target.find(parameter);
      if (at != std::string::npos) target.replace(at, parameter.size(), value);
    }
    targets.push_back(target + (target.ends_with("aggregate") ? "?by=pair" : ""));
  }
  return targets;
}

TEST(Restricted, ToAnInterfaceNothingOfAnotherIsTold) {
  World world;
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
  }
  EXPECT_GE(answered, 28);
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
  world.ActAs(Sees({}, {"2001:db8::/32"}));
  for (const std::string& target : Targets(world.router(), "lan", "2001:db8::1", "5")) {
    const http::Response answer = world.Get(target);
    if (answer.status == 403) continue;
    ASSERT_EQ(answer.status, 200) << target << answer.body;
    if (answer.content_type != "application/json" || target.find("openapi") != target.npos)
      continue;
    EXPECT_THAT(answer.body, Not(HasSubstr("10.0.0."))) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("192.0.2.1"))) << target;
  }
  EXPECT_THAT(world.Items("/api/v1/flows", "id"), ElementsAre(5));
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
