// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/api/openapi_document.h"
#include "world.h"

namespace wiregauge::api {
namespace {

using testing::HasSubstr;

TEST(ServiceTest, Version) {
  World world;
  const Json version = world.GetJson("/api/v1/version");
  EXPECT_EQ(version.at("version"), "1.2.3");
  EXPECT_TRUE(version.at("commit").is_null());
  EXPECT_EQ(version.at("libraries"), (Json{{{"name", "libndpi"}, {"version", "4.2.0"}}}));
  EXPECT_EQ(version.at("started_at"), "2023-11-14T22:13:20.000000Z");
  EXPECT_EQ(version.at("uptime_seconds"), 2);
}

TEST(ServiceTest, Health) {
  World world;
  EXPECT_EQ(world.GetJson("/healthz"), (Json{{"status", "ok"}}));
}

TEST(ServiceTest, IsReadyWhenSourcesAreOpenAndNumbersFresh) {
  World world;
  EXPECT_EQ(world.GetJson("/readyz").at("status"), "ready");
  world.tables().interfaces[1].state = "ended";
  EXPECT_EQ(world.GetJson("/readyz").at("status"), "ready");
}

TEST(ServiceTest, IsNotReadyWithoutASource) {
  World world;
  world.tables().interfaces[1].state = "gone";
  world.tables().interfaces[1].problem = "no such device";
  const Json problem = world.GetProblem("/readyz", 503);
  EXPECT_THAT(problem.at("detail").get<std::string>(),
              HasSubstr("source lan: gone: no such device"));
  EXPECT_EQ(problem.at("checks").size(), 3U);
  EXPECT_EQ(problem.at("checks")[0].at("ok"), true);
  EXPECT_EQ(problem.at("checks")[1].at("ok"), false);
}

TEST(ServiceTest, IsNotReadyWithOldNumbersUnlessNothingCanChange) {
  World world;
  world.tables().taken_at -= std::chrono::seconds(11);
  EXPECT_THAT(world.GetProblem("/readyz", 503).at("detail").get<std::string>(),
              HasSubstr("snapshot: 11000 ms old"));
  world.tables().final = true;
  EXPECT_EQ(world.GetJson("/readyz").at("status"), "ready");
}

TEST(ServiceTest, WithoutItsStoreHistoryIsDegraded) {
  World world;
  history::History& history = world.KeepHistory("no/folder/history.db");
  EXPECT_FALSE(history.Flush(std::chrono::seconds(10)));
  const Json ready = world.GetJson("/readyz");
  EXPECT_EQ(ready.at("status"), "degraded");
  const Json& check = ready.at("checks").back();
  EXPECT_EQ(check.at("name"), "history");
  EXPECT_EQ(check.at("ok"), false);
  EXPECT_THAT(check.at("detail").get<std::string>(), HasSubstr("history.db.lock: No such file"));
  EXPECT_THAT(check.at("detail").get<std::string>(), testing::Not(HasSubstr("/")));
}

TEST(ServiceTest, WithAFileThatHistoryRefusesItIsDegraded) {
  World world;
  history::History& history = world.KeepHistory();
  const uint32_t live = history.AddSource("eth0");
  const history::Value value = {
      history.AddSeries(live, {"interface", "", "bytes"}, history::SeriesType::kCounter, 1), 1};
  history.Record(live, 1'700'000'000, std::span(&value, 1), false);
  ASSERT_TRUE(history.Flush(std::chrono::seconds(10)));
  EXPECT_EQ(world.GetJson("/readyz").at("status"), "ready");
  history.AddSource("eth0", "/captures/eth0");
  const Json ready = world.GetJson("/readyz");
  EXPECT_EQ(ready.at("status"), "degraded");
  EXPECT_THAT(ready.at("checks").back().at("detail").get<std::string>(),
              HasSubstr("eth0 is not recorded"));
}

TEST(ServiceTest, WithoutItsAccountsItIsDegraded) {
  World world;
  bool readable = true;
  world.dependencies().accounts_readable = [&] { return readable; };
  EXPECT_EQ(world.GetJson("/readyz").at("status"), "ready");
  readable = false;
  const Json ready = world.GetJson("/readyz");
  EXPECT_EQ(ready.at("status"), "degraded");
  EXPECT_EQ(ready.at("checks").back().at("name"), "accounts");
  EXPECT_EQ(ready.at("checks").back().at("ok"), false);
}

TEST(ServiceTest, WithoutTheirStoreAlertsAreDegraded) {
  World world;
  alerts::AlertBook& book = world.KeepAlerts();
  EXPECT_EQ(world.GetJson("/readyz").at("checks").back().at("name"), "alerts");
  world.BreakAlerts();
  EXPECT_FALSE(book.Flush(std::chrono::seconds(10)));
  const Json ready = world.GetJson("/readyz");
  EXPECT_EQ(ready.at("status"), "degraded");
  EXPECT_EQ(ready.at("checks").back().at("ok"), false);
  EXPECT_THAT(ready.at("checks").back().at("detail").get<std::string>(),
              testing::Not(HasSubstr("/")));
  world.GetProblem("/api/v1/alerts", 503);
  world.GetProblem("/api/v1/alerts/1", 503);
  EXPECT_EQ(world.GetJson("/api/v1/alerts?state=engaged").at("total"), 0);
}

TEST(ServiceTest, IndexNamesPathsThatExist) {
  World world;
  world.KeepHistory();
  world.KeepAlerts();
  const Json index = world.GetJson("/");
  for (const auto& [name, path] : index.items()) {
    if (name == "name" || name == "version" || name == "metrics") continue;
    EXPECT_EQ(world.Get(path.get<std::string>()).status, 200) << path;
  }
}

TEST(ServiceTest, DocumentsHaveAnETag) {
  World world;
  for (const auto& [path, type, document] :
       {std::tuple{"/api/v1/openapi.yaml", "application/yaml", OpenApiYaml()},
        std::tuple{"/api/v1/openapi.json", "application/json", OpenApiJson()}}) {
    const http::Response full = world.Get(path);
    EXPECT_EQ(full.status, 200);
    EXPECT_EQ(full.content_type, type);
    EXPECT_EQ(full.body, document);
    std::string etag;
    for (const http::Header& header : full.headers) {
      if (header.name == "ETag") etag = header.value;
    }
    ASSERT_NE(etag, "");
    EXPECT_EQ(world.Get(path, {{"if-none-match", etag}}).status, 304);
    EXPECT_EQ(world.Get(path, {{"if-none-match", "\"other\""}}).status, 200);
  }
}

TEST(ServiceTest, TheDocumentFollowsThePathsOfScripts) {
  World world;
  auto paths = std::make_shared<const OpenApiPaths>();
  world.dependencies().script_paths = [&paths] { return paths; };
  const auto tag_of = [&world] {
    for (const http::Header& header : world.Get("/api/v1/openapi.json").headers) {
      if (header.name == "ETag") return header.value;
    }
    return std::string();
  };
  const std::string before = tag_of();
  EXPECT_EQ(tag_of(), before);
  paths = std::make_shared<const OpenApiPaths>(OpenApiPaths{{"/lua/x", "{}"}});
  EXPECT_NE(tag_of(), before);
  EXPECT_TRUE(world.GetJson("/api/v1/openapi.json").at("paths").contains("/lua/x"));
  paths = nullptr;
  EXPECT_EQ(tag_of(), before);
}

}  // namespace
}  // namespace wiregauge::api
