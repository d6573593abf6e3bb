// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::api {
namespace {

using namespace std::chrono_literals;
using alerts::About;
using http::Method;
using model::Severity;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// 1 and 2 are past, and written; 3 to 5 are engaged.
class AlertsTest : public testing::Test {
 protected:
  AlertsTest() : book_(world_.KeepAlerts()) {
    EXPECT_TRUE(book_.Store(About(alerts::Interface("old0"), "link_flap", Severity::kInfo)).ok());
    EXPECT_TRUE(book_.Raise(About(alerts::Host("10.0.0.2"))).ok());
    EXPECT_TRUE(book_.Release("host_threshold", alerts::Host("10.0.0.2")));
    EXPECT_TRUE(book_.Flush(10s));
    EXPECT_TRUE(book_.Raise(About(alerts::Host("10.0.0.1"))).ok());
    EXPECT_TRUE(
        book_.Raise(About(alerts::Host("10.0.0.1@7", "lan"), "scan", Severity::kCritical)).ok());
    EXPECT_TRUE(
        book_
            .Raise(About({model::SubjectKind::kService, "", "wiregauge"}, "slow", Severity::kError),
                   60s)
            .ok());
  }
  std::vector<Json> Ids(const std::string& query) {
    return world_.Items("/api/v1/alerts?" + query, "id");
  }

  World world_;
  alerts::AlertBook& book_;
};

TEST_F(AlertsTest, ListsTheNewestFirst) {
  const Json page = world_.GetJson("/api/v1/alerts");
  EXPECT_EQ(page["total"], 5);
  EXPECT_TRUE(page["next_cursor"].is_null());
  EXPECT_THAT(Ids(""), ElementsAre(5, 4, 3, 2, 1));
  const Json& alert = page["items"][2];
  EXPECT_EQ(alert["state"], "engaged");
  EXPECT_EQ(alert["type"], "host_threshold");
  EXPECT_EQ(alert["subject"]["name"], "10.0.0.1");
  EXPECT_EQ(alert["details"]["unit"], "bps");
  EXPECT_EQ(page["items"][0]["ttl_seconds"], 60);
  EXPECT_EQ(page["items"][4]["details"]["unit"], "bps") << "out of the file";
}

TEST_F(AlertsTest, Filters) {
  EXPECT_THAT(Ids("state=engaged"), ElementsAre(5, 4, 3));
  EXPECT_THAT(Ids("state=past"), ElementsAre(2, 1));
  EXPECT_THAT(Ids("severity=info,critical"), ElementsAre(4, 1));
  EXPECT_THAT(Ids("min_severity=error"), ElementsAre(5, 4));
  EXPECT_THAT(Ids("type=scan&type=slow"), ElementsAre(5, 4));
  EXPECT_THAT(Ids("kind=host"), ElementsAre(4, 3, 2));
  EXPECT_THAT(Ids("interface=eth0"), ElementsAre(3, 2));
  EXPECT_THAT(Ids("interface=old0"), ElementsAre(1)) << "it is watched no longer";
  EXPECT_THAT(Ids("host=10.0.0.1"), ElementsAre(4, 3));
  EXPECT_THAT(Ids("host=10.0.0.1@0"), ElementsAre(3));
  EXPECT_THAT(Ids("host=10.0.0.0/8&state=past"), ElementsAre(2));
  EXPECT_THAT(Ids("text=FLAP,wiregauge"), ElementsAre(5, 1));
  EXPECT_THAT(Ids("from=now-1h"), ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(Ids("to=now-1h"), IsEmpty());
  EXPECT_THAT(Ids("from=now"), ElementsAre(5, 4, 3, 2, 1)) << "released now";
  EXPECT_THAT(Ids("sort=-severity"), ElementsAre(4, 5, 3, 2, 1));
  EXPECT_THAT(Ids("sort=released_at&kind=service,interface"), ElementsAre(1, 5));
}

TEST_F(AlertsTest, WalksInPages) {
  std::vector<Json> ids;
  std::string cursor;
  do {
    const Json page = world_.GetJson("/api/v1/alerts?limit=2" + cursor);
    EXPECT_EQ(page["total"], 5);
    for (const Json& item : page["items"]) ids.push_back(item["id"]);
    cursor =
        page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
  } while (!cursor.empty());
  EXPECT_THAT(ids, ElementsAre(5, 4, 3, 2, 1));
}

TEST_F(AlertsTest, RefusesWhatIsWrong) {
  const auto expect_bad = [&](const std::string& query, const std::string& parameter) {
    EXPECT_EQ(world_.GetProblem("/api/v1/alerts?" + query, 400)["parameter"], parameter) << query;
  };
  expect_bad("state=over", "state");
  expect_bad("severity=bad", "severity");
  expect_bad("min_severity=bad", "min_severity");
  expect_bad("type=Bad%20Type", "type");
  expect_bad("kind=vlan", "kind");
  expect_bad("interface=nope", "interface");
  expect_bad("host=nope", "host");
  expect_bad("from=yesterday", "from");
  expect_bad("from=now&to=now-1h", "from");
  expect_bad("sort=text", "sort");
  expect_bad("fields=nope", "fields");
  expect_bad("colour=red", "colour");
  EXPECT_EQ(world_.GetProblem("/api/v1/alerts/x", 400)["parameter"], "alert");
}

TEST_F(AlertsTest, OneByItsId) {
  EXPECT_EQ(world_.GetJson("/api/v1/alerts/4")["type"], "scan");
  EXPECT_EQ(world_.GetJson("/api/v1/alerts/2")["release_reason"], "released");
  EXPECT_EQ(world_.GetJson("/api/v1/alerts/4?fields=id"), (Json{{"id", 4}}));
  EXPECT_THAT(world_.GetProblem("/api/v1/alerts/99", 404)["detail"].get<std::string>(),
              HasSubstr("99"));
}

TEST_F(AlertsTest, ReleasesWhatIsEngaged) {
  const auto release = [&](int id, std::vector<http::Header> headers = {}) {
    return world_.Ask(Method::kPost, "/api/v1/alerts/" + std::to_string(id) + "/release",
                      std::move(headers));
  };
  EXPECT_EQ(release(3, {{"origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(release(3, {{"origin", "https://panel.example.org"}}).status, 200);
  EXPECT_EQ(world_.GetJson("/api/v1/alerts/3")["state"], "past");
  EXPECT_EQ(release(3).status, 409);
  EXPECT_EQ(release(2).status, 409);
  EXPECT_EQ(release(99).status, 404);
  EXPECT_EQ(world_.Ask(Method::kPost, "/api/v1/alerts/x/release").status, 400);
  const Json released = Json::parse(release(4).body);
  EXPECT_EQ(released["state"], "past");
  EXPECT_EQ(released["release_reason"], "released");
}

TEST_F(AlertsTest, HostsTellHowManyThereAre) {
  EXPECT_TRUE(book_.Store(About(alerts::Host("10.0.0.1"), "event")).ok());
  const auto alerts_of = [&](const std::string& host) {
    return world_.GetJson("/api/v1/hosts/" + host)["alerts"];
  };
  EXPECT_EQ(alerts_of("10.0.0.1"), (Json{{"engaged", 1}, {"total", 2}}));
  EXPECT_EQ(alerts_of("10.0.0.1@7"), (Json{{"engaged", 1}, {"total", 1}}));
  EXPECT_EQ(alerts_of("10.0.0.2"), (Json{{"engaged", 0}, {"total", 1}}));
  EXPECT_EQ(alerts_of("192.0.2.1"), (Json{{"engaged", 0}, {"total", 0}}));
  const auto hosts = world_.Items("/api/v1/hosts?sort=-alerts.total&limit=2", "host");
  EXPECT_EQ(hosts.at(0), "10.0.0.1");
  EXPECT_EQ(world_.Items("/api/v1/hosts?sort=-alerts.engaged&limit=2", "alerts").at(1)["engaged"],
            1);
}

TEST(AlertsOffTest, ThereAreNone) {
  World world;
  for (const std::string path : {"/api/v1/alerts", "/api/v1/alerts/1"}) {
    EXPECT_THAT(world.GetProblem(path, 404)["detail"].get<std::string>(),
                HasSubstr("alerts.enabled"));
  }
  EXPECT_EQ(world.Ask(Method::kPost, "/api/v1/alerts/1/release").status, 404);
  EXPECT_FALSE(world.GetJson("/api/v1/hosts/10.0.0.2").contains("alerts"));
  EXPECT_FALSE(world.Items("/api/v1/hosts?sort=-alerts.engaged", "host").empty());
}

}  // namespace
}  // namespace wiregauge::api
