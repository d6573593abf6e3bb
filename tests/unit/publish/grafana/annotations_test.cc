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

class AlertAnnotations : public Annotations {
 protected:
  AlertAnnotations() {
    using namespace std::chrono_literals;
    alerts::AlertBook& book = world_.KeepAlerts();
    const auto at = [&](Duration since) {
      world_.clock().now = Timestamp(std::chrono::seconds(kStart)) + since;
    };
    at(10s);
    EXPECT_TRUE(book.Raise(alerts::About(alerts::Host("192.0.2.1@12"))).ok());
    EXPECT_TRUE(book.Raise(alerts::About(alerts::Interface("eth0"), "interface_gone",
                                         model::Severity::kError))
                    .ok());
    at(20s);
    EXPECT_TRUE(book.Release("interface_gone", alerts::Interface("eth0")));
    EXPECT_TRUE(book.Store(alerts::About(alerts::Interface("En-0_X"), "flap")).ok());
    EXPECT_TRUE(book.Flush(10s));
    at(120s);
  }
};

TEST_F(AlertAnnotations, AreRegionsWithTheirTags) {
  const Json answer = Ask("alerts");
  ASSERT_EQ(answer.size(), 3U);
  EXPECT_EQ(answer[0].at("time"), (kStart + 10) * 1000);
  EXPECT_EQ(answer[0].at("timeEnd"), (kStart + 120) * 1000) << "it is engaged";
  EXPECT_EQ(answer[0].at("isRegion"), true);
  EXPECT_EQ(answer[0].at("title"), "192.0.2.1@12: host threshold");
  EXPECT_EQ(answer[0].at("tags"), Json({"warning", "host_threshold", "eth0", "192.0.2.1@12"}));
  EXPECT_EQ(answer[1].at("timeEnd"), (kStart + 20) * 1000);
  EXPECT_FALSE(answer[2].contains("timeEnd")) << "an event has no duration";
}

TEST_F(AlertAnnotations, AreThoseTheQueryBoxNames) {
  EXPECT_EQ(Titles("").size(), 3U) << "events alone";
  EXPECT_EQ(Titles("Alerts").size(), 3U);
  EXPECT_THAT(Titles("alerts error"), ElementsAre("eth0: interface gone"));
  EXPECT_THAT(Titles("alerts {error,warning}").size(), 3U);
  EXPECT_THAT(Titles("interface_eth0_alerts"),
              ElementsAre("192.0.2.1@12: host threshold", "eth0: interface gone"));
  EXPECT_THAT(Titles("interface_{eth0,En-0_X}_alerts").size(), 3U);
  EXPECT_THAT(Titles("interface_eth0_alerts warning"), ElementsAre("192.0.2.1@12: host threshold"));
  EXPECT_THAT(Titles("host_192\\.0\\.2\\.1@12_interface_eth0_alerts"),
              ElementsAre("192.0.2.1@12: host threshold"));
  EXPECT_THAT(Titles("host_*_alerts"), ElementsAre("192.0.2.1@12: host threshold"));
  EXPECT_THAT(Titles("interface_nope_alerts"), IsEmpty());
}

TEST_F(AlertAnnotations, AreOfTheRangeAndOfWhatIsSeen) {
  const auto count = [&](int64_t from, int64_t to) {
    return world_
        .Post("annotations", {{"range", {{"from", kStart + from}, {"to", kStart + to}}},
                              {"annotation", {{"query", "alerts"}}}})
        .size();
  };
  EXPECT_EQ(count(0, 10), 0U);
  EXPECT_EQ(count(12, 15), 2U);
  EXPECT_EQ(count(21, 30), 1U);
  world_.ActAs({.user = "x", .role = model::Role::kViewer, .interfaces = {"En-0_X"}});
  EXPECT_THAT(Titles("alerts"), ElementsAre("En-0_X: flap"));
}

TEST_F(AlertAnnotations, AreATableToo) {
  const auto rows = [&](const std::string& target, const Json& more = Json::object()) {
    const Json answer = world_.Query(target, more);
    return answer.empty() ? Json::array() : answer.at(0).at("rows");
  };
  const Json all = rows("alerts");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2], Json::parse(R"([0,"warning","host_threshold","eth0","192.0.2.1@12",
    "something is more than it should be","engaged",null,1,12.5,10])")
                        .patch(Json::parse(R"([{"op":"replace","path":"/0","value":)" +
                                           std::to_string((kStart + 10) * 1000) + "}]")));
  EXPECT_EQ(all[1][6], "past");
  EXPECT_EQ(all[1][7], 10);
  EXPECT_EQ(rows("interface_eth0_alerts").size(), 2U);
  const Json only_errors = {
      {"adhocFilters", {{{"key", "severity"}, {"operator", "="}, {"value", "error"}}}}};
  EXPECT_EQ(rows("alerts", only_errors).size(), 1U);
}

}  // namespace
}  // namespace wiregauge::grafana
