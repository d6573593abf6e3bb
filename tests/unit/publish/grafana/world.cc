// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "publish/http/target.h"
#include "timeseries/script_key.h"

namespace wiregauge::grafana {
namespace {

using namespace std::chrono_literals;
using history::SeriesType;

Timestamp At(int64_t second) { return Timestamp(std::chrono::seconds(second)); }

// What is recorded of one object, the same in each of its steps.
struct Steady {
  std::string kind, object, measure;
  int64_t value;
  uint32_t step_seconds;
};

void Record(history::History& history, const std::string& interface,
            const std::vector<Steady>& all) {
  const uint32_t source = history.AddSource(interface);
  std::vector<std::pair<Steady, uint32_t>> series;
  for (const Steady& steady : all) {
    series.emplace_back(steady,
                        history.AddSeries(source, {steady.kind, steady.object, steady.measure},
                                          SeriesType::kCounter, steady.step_seconds));
  }
  for (int64_t second = 0; second < 120; ++second) {
    std::vector<history::Value> values;
    for (const auto& [steady, number] : series) {
      if (second % steady.step_seconds != 0) continue;
      const bool is_gap = interface == "eth0" && steady.step_seconds == 1 && second / 10 == 3;
      if (!is_gap) values.push_back({number, steady.value});
    }
    history.Record(source, World::kStart + second, values, false);
  }
}

void RecordScript(history::History& history, const std::string& interface,
                  const timeseries::ScriptKey& key, int64_t point) {
  const uint32_t source = history.AddSource(interface);
  const history::Value values[] = {
      {history.AddSeries(source, key.Encode(), key.type, key.step_seconds), point}};
  for (const int64_t second : {0, 60}) {
    history.Record(source, World::kStart + second, values, false);
  }
}

model::FlowRecord MakeFlow(uint64_t id, std::string_view client, uint16_t client_port,
                           std::string_view server, uint16_t server_port, uint16_t application,
                           uint64_t client_bytes) {
  model::FlowRecord flow;
  flow.id = id;
  flow.l4_protocol = 6;
  flow.ports_seen = true;
  flow.application.app = application;
  flow.first_seen = At(World::kStart);
  flow.last_seen = At(World::kStart + static_cast<int64_t>(id));
  flow.client.ip = *IpAddress::Parse(client);
  flow.client.port = client_port;
  flow.client.sent = {10, client_bytes};
  flow.server.ip = *IpAddress::Parse(server);
  flow.server.port = server_port;
  flow.server.sent = {5, client_bytes / 10};
  return flow;
}

snapshot::Snapshot MakeTables() {
  snapshot::Snapshot tables;
  tables.detail = snapshot::Detail::kRows;
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  catalogue->applications = {{"Unknown", 0, ""}, {"TLS", 0, ""}, {"DNS", 0, ""}, {"ICMP", 0, ""}};
  catalogue->categories = {"Unspecified"};
  tables.catalogue = catalogue;
  for (const char* const name : {"eth0", "en-0_x"}) {
    tables.interfaces.emplace_back();
    tables.interfaces.back().name = tables.interfaces.back().source = name;
  }
  model::FlowBatch ended = {MakeFlow(1, "192.0.2.1", 1001, "198.51.100.1", 443, 1, 1000),
                            MakeFlow(3, "192.0.2.2", 1003, "198.51.100.53", 53, 2, 300)};
  for (model::FlowRecord& flow : ended) {
    flow.state = model::FlowState::kEnded;
    flow.end_reason = model::EndReason::kIdle;
  }
  ended[1].l4_protocol = 17;
  model::FlowBatch active = {MakeFlow(2, "192.0.2.1", 1002, "198.51.100.1", 443, 1, 2000),
                             MakeFlow(4, "192.0.2.1", 0, "192.0.2.9", 0, 3, 400)};
  active[1].l4_protocol = 1;
  active[1].vlan = 7;
  active[0].server.place.network = 1;
  tables.ended_flows = {std::make_shared<model::FlowBatch>(ended)};
  tables.active_flows = {std::make_shared<model::FlowBatch>(active)};
  return tables;
}

class KeptAnswer final : public http::Reply::Sink {
 public:
  void Take(std::optional<http::Response> answer) override { response = std::move(answer); }
  bool IsWanted() const override { return true; }

  std::optional<http::Response> response;
};

}  // namespace

World::World(bool with_history)
    : clock_(At(kStart + 120)), places_({{"office", {*IpNetwork::Parse("198.51.100.0/24")}}}, {}) {
  if (with_history) Fill();
  source_.snapshot = MakeTables();
  dependencies_ = std::make_unique<Dependencies>(Dependencies{.archive = archive_.get(),
                                                              .snapshots = source_,
                                                              .places = places_,
                                                              .clock = clock_,
                                                              .scripts = &scripts_});
  RegisterRoutes(router_, *dependencies_);
}

void World::RecordScripts() {
  RecordScript(history(), "eth0", {"failures", {}, SeriesType::kCounter, 60, {}}, 3);
  RecordScript(history(), {}, {"rtt", "192.0.2.53", SeriesType::kGauge, 60, "ms"}, 1500);
  RecordScript(history(), {}, {"rtt", "192.0.2.54", SeriesType::kGauge, 60, "ms"}, 0);
}

void World::Fill() {
  folder_ = std::make_unique<history::HistoryFolder>(clock_);
  Record(folder_->history(), "eth0",
         {{"interface", "", "bytes", 125, 1},
          {"interface", "", "packets", 1, 1},
          {"application", "TLS", "bytes", 1000, 10},
          {"application", "DNS", "bytes", 10, 10},
          {"application", "other", "bytes", 5, 10},
          {"host", "192.0.2.1", "bytes_sent", 600, 60},
          {"host", "192.0.2.1", "bytes_received", 60, 60},
          {"host", "2001:db8::1@42", "bytes_sent", 60, 60},
          {"host", "2001:db8::1@42", "bytes_received", 6, 60},
          {"host_application", "192.0.2.1 TLS", "bytes", 60, 60},
          {"host_application", "192.0.2.1 DNS", "bytes", 6, 60}});
  Record(folder_->history(), "en-0_x",
         {{"interface", "", "bytes", 250, 1},
          {"interface", "", "packets", 2, 1},
          {"application", "TLS", "bytes", 2000, 10},
          {"host", "192.0.2.1", "bytes_sent", 1200, 60}});
  archive_ = std::make_unique<timeseries::Archive>(folder_->history());
}

http::Response World::Ask(http::Method method, std::string_view path, std::string_view body) {
  http::Request request;
  request.method = method;
  request.body = body;
  if (const auto problem = http::ParseTarget(path, request)) {
    return http::ProblemResponse(*problem);
  }
  const http::Guard guard = [this](http::Request& asked, const http::RoutePolicy& policy) {
    asked.identity = identity_;
    return identity_ == nullptr ? std::nullopt : http::RefuseByPolicy(*identity_, policy);
  };
  const auto sink = std::make_shared<KeptAnswer>();
  const http::Defer defer = [&sink] { return http::Reply(sink); };
  http::Router::Answer answer = router_.Dispatch(std::move(request), guard, defer);
  if (!answer.is_deferred) return std::move(answer.response);
  EXPECT_TRUE(sink->response.has_value()) << "nobody answered";
  return sink->response.value_or(http::Response());
}

Json World::Post(std::string_view path, const Json& body, int status) {
  const http::Response answer =
      Ask(http::Method::kPost, std::string("/grafana/").append(path), body.dump());
  EXPECT_EQ(answer.status, status) << path << ": " << answer.body;
  EXPECT_EQ(answer.content_type, "application/json");
  return Json::parse(answer.body);
}

Json World::Query(std::string_view target, const Json& more, int status) {
  Json body = {{"range", {{"from", kStart}, {"to", kStart + 120}}},
               {"targets", {{{"target", target}, {"refId", "A"}, {"type", "timeserie"}}}}};
  body.update(more);
  return Post("query", body, status);
}

}  // namespace wiregauge::grafana
