// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::grafana {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kStart = World::kStart;

class Annotations : public testing::Test {
 protected:
  Annotations() {
    for (const history::Event& event : std::vector<history::Event>{
             {(kStart + 1) * 1000 + 5, "eth0", "interface_gone", "eth0 went down."},
             {(kStart + 2) * 1000, "", "service_started", "wiregauge 1.0 started."},
             {(kStart + 3) * 1000, "en-0_x", "interface_back", "en-0_x is up again."},
             {(kStart + 300) * 1000, "eth0", "interface_gone", "Later."}}) {
      world_.history().RecordEvent(event);
    }
  }
  Json Ask(const Json& query) {
    return world_.Post("annotations", {{"range", {{"from", kStart}, {"to", kStart + 120}}},
                                       {"annotation", {{"name", "x"}, {"query", query}}}});
  }
  std::vector<std::string> Titles(const char* query) {
    std::vector<std::string> titles;
    for (const Json& event : Ask(query)) titles.push_back(event.at("title").get<std::string>());
    return titles;
  }

  World world_;
};

TEST_F(Annotations, TellEventsWithTheObjectThatWasSent) {
  const Json annotation = {{"name", "events"},
                           {"datasource", {{"type", "x"}, {"uid", "y"}}},
                           {"enable", true},
                           {"iconColor", "red"},
                           {"query", ""}};
  const Json answer = world_.Post(
      "annotations",
      {{"range", {{"from", kStart}, {"to", kStart + 120}}}, {"annotation", annotation}});
  ASSERT_EQ(answer.size(), 3U);
  EXPECT_EQ(answer[0], Json({{"annotation", annotation},
                             {"time", (kStart + 1) * 1000 + 5},
                             {"title", "eth0: interface gone"},
                             {"text", "eth0 went down."},
                             {"tags", {"interface_gone", "eth0"}}}));
  EXPECT_EQ(answer[1].at("title"), "service started");
  EXPECT_EQ(answer[1].at("tags"), Json({"service_started"}));
}

TEST_F(Annotations, AreThoseTheQueryBoxNames) {
  EXPECT_EQ(Titles("").size(), 3U);
  EXPECT_THAT(Titles("ETH0"), ElementsAre("eth0: interface gone"));
  EXPECT_THAT(Titles("{eth0,en-0_x}"),
              ElementsAre("eth0: interface gone", "en-0_x: interface back"));
  EXPECT_THAT(Titles("service_*"), ElementsAre("service started"));
  EXPECT_THAT(Titles("up again"), ElementsAre("en-0_x: interface back"));
  EXPECT_THAT(Titles("aga*"), ElementsAre("en-0_x: interface back"));
  EXPECT_THAT(Titles("ga"), IsEmpty()) << "lo is no word of lose";
  EXPECT_THAT(Titles("nothing"), IsEmpty());
  EXPECT_EQ(Ask(nullptr).size(), 3U);
}

TEST_F(Annotations, OfAnInterfaceAreNotThoseOfALongerName) {
  for (const char* const interface : {"eth1", "eth10", "eth1.10"}) {
    const std::string text =
        std::string(interface) + " is down: interface " + interface + ": no carrier";
    world_.history().RecordEvent({(kStart + 4) * 1000, interface, "interface_down", text});
  }
  EXPECT_THAT(Titles("eth1"), ElementsAre("eth1: interface down"));
  EXPECT_THAT(Titles("{eth1,eth0}"), ElementsAre("eth0: interface gone", "eth1: interface down"));
  EXPECT_THAT(Titles("ETH1*").size(), 3U);
  EXPECT_EQ(Titles("face_down").size(), 3U);
  EXPECT_EQ(Titles("interface no carrier").size(), 3U);
  EXPECT_THAT(Titles("eth1 is down"), IsEmpty()) << "its name is no part of the text";
}

TEST_F(Annotations, OfUsersAreThoseTheyMaySee) {
  world_.ActAs({.user = "x", .role = model::Role::kViewer, .interfaces = {"eth0"}});
  EXPECT_THAT(Titles(""), ElementsAre("eth0: interface gone", "service started"));
  world_.ActAs({.user = "x",
                .role = model::Role::kViewer,
                .interfaces = {},
                .networks = {*IpNetwork::Parse("192.0.2.0/24")}});
  EXPECT_THAT(Titles(""), IsEmpty());
}

TEST(WithoutHistory, ThereAreNoAnnotations) {
  World world(false);
  EXPECT_EQ(world.Post("annotations", {{"annotation", {{"query", ""}}}}), Json::array());
}

TEST_F(Annotations, OfABadRangeAreRefused) {
  const Json answer = world_.Post("annotations", {{"range", {{"from", 20}, {"to", 10}}}}, 400);
  EXPECT_EQ(answer.at("error"), "range.from is later than range.to.");
}

}  // namespace
}  // namespace wiregauge::grafana
