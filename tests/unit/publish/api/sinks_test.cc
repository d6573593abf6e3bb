// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SinksTest, TellHowItStands) {
  World world;
  EXPECT_THAT(world.Items("/api/v1/sinks", "sink"), ElementsAre("elk", "file"));
  EXPECT_THAT(world.Items("/api/v1/sinks?sort=-waiting_records", "sink"),
              ElementsAre("elk", "file"));
  EXPECT_THAT(world.Items("/api/v1/sinks?sort=waiting_records", "sink"),
              ElementsAre("file", "elk"));
  const Json elk = world.GetJson("/api/v1/sinks/elk");
  EXPECT_EQ(elk.at("state"), "failing");
  EXPECT_EQ(elk.at("offered_records"), 10);
  EXPECT_EQ(elk.at("delivered_records"), 7);
  EXPECT_EQ(elk.at("waiting_records"), 2);
  EXPECT_EQ(elk.at("dropped_records").at("queue_full"), 1);
  EXPECT_EQ(elk.at("max_spool_bytes"), 1 << 30);
  const Json file = world.GetJson("/api/v1/sinks/file");
  EXPECT_EQ(file.at("state"), "ok");
  EXPECT_TRUE(file.at("problem").is_null());
  EXPECT_TRUE(file.at("spool_bytes").is_null());
  EXPECT_TRUE(file.at("oldest_waiting_at").is_null());
}

TEST(SinksTest, OneThatIsNotThereIs404) {
  World world;
  const http::Response response = world.Get("/api/v1/sinks/none");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body, HasSubstr("no sink 'none'"));
}

TEST(SinksTest, StandInTheLedger) {
  World world;
  const Json sinks = world.GetJson("/api/v1/ledger").at("sinks");
  ASSERT_EQ(sinks.size(), 2u);
  for (const Json& sink : sinks) {
    uint64_t sum =
        sink.at("delivered_records").get<uint64_t>() + sink.at("waiting_records").get<uint64_t>();
    for (const auto& [reason, records] : sink.at("dropped_records").items()) {
      sum += records.get<uint64_t>();
    }
    EXPECT_EQ(sum, sink.at("offered_records").get<uint64_t>());
  }
}

}  // namespace
}  // namespace wiregauge::api
