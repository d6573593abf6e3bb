// SPDX-License-Identifier: Apache-2.0
// Captures of flows: what a request may say, and what each answer is.
#include <gtest/gtest.h>

#include "world.h"

namespace wiregauge::api {
namespace {

using http::Method;

std::string HeaderOf(const http::Response& response, std::string_view name) {
  for (const http::Header& header : response.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

Json BodyOf(const http::Response& response, int status) {
  EXPECT_EQ(response.status, status) << response.body;
  EXPECT_EQ(response.content_type, status < 300 ? "application/json" : "application/problem+json");
  return Json::parse(response.body);
}

constexpr std::string_view kFlow2 = "/api/v1/flows/2/capture";

TEST(CapturesTest, StartAnswersWhereTheCaptureIs) {
  World world;
  const http::Response response = world.Ask(Method::kPost, kFlow2);
  const Json capture = BodyOf(response, 201);
  EXPECT_EQ(HeaderOf(response, "Location"), "/api/v1/captures/3");
  EXPECT_EQ(capture["id"], 3);
  EXPECT_EQ(capture["flow_id"], 2);
  EXPECT_EQ(capture["interface"], "eth0");
  EXPECT_EQ(capture["state"], "running");
  EXPECT_TRUE(capture["reason"].is_null());
  EXPECT_TRUE(capture["ended_at"].is_null());
  EXPECT_EQ(capture["max_packets"], 1000);
  EXPECT_EQ(capture["max_bytes"], 1 << 20);
  EXPECT_EQ(capture["max_seconds"], 60);
  EXPECT_EQ(capture["snap_length_bytes"], 262144);
}

TEST(CapturesTest, LimitsAreThoseOfTheRequest) {
  World world;
  const Json capture = BodyOf(
      world.Ask(Method::kPost, std::string(kFlow2) + "?max_packets=5000&max_bytes=256&max_seconds=1"
                                                     "&snap_length_bytes=16"),
      201);
  EXPECT_EQ(capture["max_packets"], 5000);
  EXPECT_EQ(capture["max_bytes"], 256);
  EXPECT_EQ(capture["max_seconds"], 1);
  EXPECT_EQ(capture["snap_length_bytes"], 16);
}

TEST(CapturesTest, DefaultsStayWithinTheCaps) {
  World world;
  world.captures().limits.most = {.max_packets = 7,
                                  .max_bytes = 4096,
                                  .max_duration = std::chrono::seconds(3),
                                  .snap_length_bytes = 128};
  const Json capture = BodyOf(world.Ask(Method::kPost, kFlow2), 201);
  EXPECT_EQ(capture["max_packets"], 7);
  EXPECT_EQ(capture["max_bytes"], 4096);
  EXPECT_EQ(capture["max_seconds"], 3);
  EXPECT_EQ(capture["snap_length_bytes"], 128);
}

TEST(CapturesTest, BadLimitsAreRefusedAndNamed) {
  World world;
  for (const auto& [name, values] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"max_packets", {"0", "5001", "-1", "1.5", "", "18446744073709551616", "many"}},
           {"max_bytes", {"255", "16777217", "0x400", "1 MiB"}},
           {"max_seconds", {"0", "601", "1e3"}},
           {"snap_length_bytes", {"15", "262145", "+64"}}}) {
    for (const std::string& value : values) {
      std::string target = std::string(kFlow2) + "?" + name + "=";
      for (const char c : value) target += c == ' ' ? '+' : c;
      EXPECT_EQ(BodyOf(world.Ask(Method::kPost, target), 400)["parameter"], name) << value;
    }
  }
  EXPECT_EQ(world.Ask(Method::kPost, std::string(kFlow2) + "?max_packets=1&max_packets=2").status,
            400);
  EXPECT_EQ(world.captures().records.size(), 2U);
}

TEST(CapturesTest, ABodyIsRefusedRatherThanIgnored) {
  World world;
  const auto response = world.Ask(Method::kPost, kFlow2, {}, R"({"max_packets": 5})");
  EXPECT_EQ(BodyOf(response, 400)["status"], 400);
  EXPECT_EQ(world.captures().records.size(), 2U);
}

TEST(CapturesTest, WhatTheEngineRefusesHasItsStatus) {
  World world;
  BodyOf(world.Ask(Method::kPost, "/api/v1/flows/1/capture"), 409);
  BodyOf(world.Ask(Method::kPost, "/api/v1/flows/4/capture"), 409);
  BodyOf(world.Ask(Method::kPost, "/api/v1/flows/5/capture"), 503);
  BodyOf(world.Ask(Method::kPost, "/api/v1/flows/99/capture"), 404);
  EXPECT_EQ(BodyOf(world.Ask(Method::kPost, "/api/v1/flows/one/capture"), 400)["parameter"], "id");
}

TEST(CapturesTest, TheListTellsTheMemoryToo) {
  World world;
  const Json page = world.GetJson("/api/v1/captures");
  ASSERT_EQ(page["total"], 2);
  EXPECT_EQ(page["items"][0]["id"], 2) << "the newest is first";
  EXPECT_EQ(page["items"][0]["state"], "done");
  EXPECT_EQ(page["items"][0]["reason"], "flow_ended");
  EXPECT_EQ(page["items"][1]["interface"], "lan");
  EXPECT_EQ(page["memory_bytes"], 4096);
  EXPECT_EQ(page["max_memory_bytes"], 1 << 20);
  EXPECT_EQ(world.Items("/api/v1/captures?sort=-packets&limit=1", "id"), std::vector<Json>{1});
}

TEST(CapturesTest, OneCaptureAndItsFile) {
  World world;
  EXPECT_EQ(world.GetJson("/api/v1/captures/1?fields=packets"), Json::parse(R"({"packets":3})"));
  const http::Response file = world.Get("/api/v1/captures/1/pcap");
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.content_type, "application/vnd.tcpdump.pcap");
  EXPECT_EQ(file.body, "the file of 1");
  EXPECT_EQ(HeaderOf(file, "Content-Disposition"),
            "attachment; filename=\"wiregauge-capture-1.pcap\"");
  for (const std::string path : {"/api/v1/captures/9", "/api/v1/captures/9/pcap"}) {
    world.GetProblem(path, 404);
  }
  EXPECT_EQ(world.GetProblem("/api/v1/captures/first", 400)["parameter"], "capture");
}

TEST(CapturesTest, StopKeepsAndDeleteForgets) {
  World world;
  const Json stopped = BodyOf(world.Ask(Method::kPost, "/api/v1/captures/1/stop"), 200);
  EXPECT_EQ(stopped["reason"], "stopped");
  BodyOf(world.Ask(Method::kPost, "/api/v1/captures/9/stop"), 404);
  const http::Response deleted = world.Ask(Method::kDelete, "/api/v1/captures/1");
  EXPECT_EQ(deleted.status, 204);
  EXPECT_TRUE(deleted.body.empty());
  BodyOf(world.Ask(Method::kDelete, "/api/v1/captures/1"), 404);
  EXPECT_EQ(world.GetProblem("/api/v1/captures/1", 404).at("parameter"), "capture");
}

TEST(CapturesTest, OtherMethodsAre405WithWhatIsAllowed) {
  World world;
  const auto allowed = [&](Method method, std::string_view target) {
    const http::Response response = world.Ask(method, target);
    EXPECT_EQ(response.status, 405) << target;
    return HeaderOf(response, "Allow");
  };
  EXPECT_EQ(allowed(Method::kGet, kFlow2), "POST, OPTIONS");
  EXPECT_EQ(allowed(Method::kPost, "/api/v1/captures"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(allowed(Method::kPut, "/api/v1/captures/1"), "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(allowed(Method::kDelete, "/api/v1/captures/1/stop"), "POST, OPTIONS");
}

TEST(CapturesTest, PagesOfOtherOriginsAreKeptOut) {
  World world;
  const std::vector<std::pair<Method, std::string>> requests = {
      {Method::kPost, std::string(kFlow2)},      {Method::kPost, "/api/v1/captures/1/stop"},
      {Method::kGet, "/api/v1/captures"},        {Method::kGet, "/api/v1/captures/1"},
      {Method::kGet, "/api/v1/captures/1/pcap"}, {Method::kDelete, "/api/v1/captures/1"}};
  for (const auto& [method, target] : requests) {
    for (const std::string origin : {"https://elsewhere.example", "null", "http://localhost:1"}) {
      BodyOf(world.Ask(method, target, {{"host", "localhost:9669"}, {"origin", origin}}), 403);
    }
    BodyOf(world.Ask(method, target, {{"origin", "http://localhost:9669"}}), 403);
  }
  EXPECT_EQ(world.captures().records.size(), 2U);
  for (const auto& [method, target] : requests) {
    const http::Response own = world.Ask(
        method, target, {{"host", "localhost:9669"}, {"origin", "http://localhost:9669"}});
    EXPECT_LT(own.status, 300) << target;
  }
  EXPECT_EQ(world.Get("/api/v1/captures", {{"origin", "https://panel.example.org"}}).status, 200)
      << "the origin that the settings name";
}

}  // namespace
}  // namespace wiregauge::api
