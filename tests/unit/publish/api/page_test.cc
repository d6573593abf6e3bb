// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "publish/api/cursor.h"
#include "world.h"

namespace wiregauge::api {
namespace {

// 500 flows with many equal values, so that the order rests on the id.
void FillWithFlows(World& world) {
  model::FlowBatch flows;
  for (uint64_t id = 1; id <= 500; ++id) {
    model::FlowRecord flow = MakeFlow(id, "10.0.0.1", 1000, "10.0.0.2", 80, (id * 7919) % 13 * 100);
    flow.first_seen = World::Start() + std::chrono::seconds(id * 31 % 17);
    if (id % 3 == 0) flow.client.network_latency = std::chrono::microseconds(id % 5);
    flows.push_back(flow);
  }
  world.tables().ended_flows.clear();
  world.tables().active_flows = {std::make_shared<model::FlowBatch>(flows)};
}

std::vector<uint64_t> Walk(World& world, const std::string& query) {
  std::vector<uint64_t> ids;
  std::string cursor;
  do {
    const Json page = world.GetJson("/api/v1/flows?" + query + cursor);
    EXPECT_EQ(page.at("total"), 500);
    for (const Json& item : page.at("items")) ids.push_back(item.at("id").get<uint64_t>());
    cursor = page.at("next_cursor").is_null()
                 ? ""
                 : "&cursor=" + page.at("next_cursor").get<std::string>();
  } while (!cursor.empty());
  return ids;
}

TEST(PageTest, AWalkMeetsEachRowOnceWhateverTheOrderAndThePage) {
  World world;
  FillWithFlows(world);
  for (const std::string sort : {"id", "-id", "bytes", "-bytes", "first_seen", "-first_seen",
                                 "client.network_latency_ms", "-client.network_latency_ms"}) {
    const std::vector<uint64_t> whole = Walk(world, "limit=10000&sort=" + sort);
    ASSERT_EQ(whole.size(), 500U);
    EXPECT_EQ(std::set<uint64_t>(whole.begin(), whole.end()).size(), 500U) << sort;
    for (const std::string limit : {"1", "7", "100", "499", "500"}) {
      EXPECT_EQ(Walk(world, "sort=" + sort + "&limit=" + limit), whole) << sort << " " << limit;
    }
  }
}

TEST(PageTest, ThePageIsTheBeginningOfTheWholeOrder) {
  World world;
  FillWithFlows(world);
  const Json page = world.GetJson("/api/v1/flows?sort=-bytes&limit=50");
  ASSERT_EQ(page.at("items").size(), 50U);
  uint64_t last = UINT64_MAX;
  for (const Json& item : page.at("items")) {
    EXPECT_LE(item.at("bytes").get<uint64_t>(), last);
    last = item.at("bytes").get<uint64_t>();
  }
  EXPECT_EQ(page.at("items")[0].at("bytes"), 1320);
}

TEST(PageTest, RowsThatComeAndGoMoveNoOthers) {
  World world;
  FillWithFlows(world);
  const Json first = world.GetJson("/api/v1/flows?sort=id&limit=10");
  model::FlowBatch flows = *world.tables().active_flows[0];
  flows.erase(flows.begin(), flows.begin() + 10);  // 1 to 10 leave; 11 stays
  world.tables().active_flows = {std::make_shared<model::FlowBatch>(flows)};
  const Json second = world.GetJson("/api/v1/flows?sort=id&limit=10&cursor=" +
                                    first.at("next_cursor").get<std::string>());
  EXPECT_EQ(second.at("items")[0].at("id"), 11);
}

TEST(PageTest, ACursorBelongsToItsOrder) {
  World world;
  FillWithFlows(world);
  const Json first = world.GetJson("/api/v1/flows?sort=id&limit=10");
  const Json problem = world.GetProblem(
      "/api/v1/flows?sort=bytes&cursor=" + first.at("next_cursor").get<std::string>(), 400);
  EXPECT_EQ(problem.at("parameter"), "cursor");
}

TEST(PageTest, EverySmallTableCanBeWalked) {
  World world;
  for (const std::string path :
       {"/api/v1/interfaces", "/api/v1/applications", "/api/v1/hosts", "/api/v1/devices",
        "/api/v1/vlans", "/api/v1/flows/aggregate?by=pair", "/api/v1/flows/aggregate?by=port",
        "/api/v1/hosts/10.0.0.1/applications", "/api/v1/hosts/10.0.0.1/ports",
        "/api/v1/hosts/10.0.0.1/peers"}) {
    const char join = path.find('?') == std::string::npos ? '?' : '&';
    const Json whole = world.GetJson(path);
    ASSERT_FALSE(whole.at("items").empty()) << path;
    Json walked = Json::array();
    std::string cursor;
    for (size_t pages = 0; pages <= whole.at("items").size(); ++pages) {
      const Json page = world.GetJson(path + join + "limit=1" + cursor);
      walked.insert(walked.end(), page.at("items").begin(), page.at("items").end());
      if (page.at("next_cursor").is_null()) break;
      cursor = "&cursor=" + page.at("next_cursor").get<std::string>();
    }
    EXPECT_EQ(walked, whole.at("items")) << path;
  }
}

TEST(CursorTest, ReadsBackWhatItWrote) {
  for (const int64_t rank : {int64_t{0}, int64_t{-5}, INT64_MAX, INT64_MIN}) {
    const auto cursor = ParseCursor(FormatCursor({"-client.bytes_sent", rank, "1 2 2001:db8::1"}));
    ASSERT_TRUE(cursor.has_value());
    EXPECT_EQ(cursor->sort, "-client.bytes_sent");
    EXPECT_EQ(cursor->rank, rank);
    EXPECT_EQ(cursor->row_id, "1 2 2001:db8::1");
  }
  for (const char* const bad : {"", "x", "!!!!", "YQ", "YQph", "YQoxCg=="}) {
    EXPECT_FALSE(ParseCursor(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace wiregauge::api
