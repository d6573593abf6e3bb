// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <gtest/gtest.h>

#include "publish/http/target.h"

namespace wiregauge::api {
namespace {

std::shared_ptr<const model::ApplicationCatalogue> MakeCatalogue() {
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  catalogue->applications = {{"Unknown", 0, "Unrated"}, {"DNS", 1, "Acceptable"},
                             {"TLS", 2, "Safe"},        {"Google", 2, "Acceptable"},
                             {"ICMP", 1, "Acceptable"}, {"", 0, ""},
                             {"SSH", 1, "Acceptable"}};
  catalogue->categories = {"Unspecified", "Network", "Web"};
  catalogue->risks = {{"No risk", "low"}, {"Self-signed Certificate", "high"}};
  return catalogue;
}

model::Place PlaceOf(std::string_view ip) {
  model::Place place;
  if (ip == "10.0.0.1" || ip == "10.0.0.2") {
    place.network = 2;
  } else if (ip != "192.0.2.1") {
    place.network = 1;
  }
  if (ip == "10.0.0.53") place.pool = 1;
  if (ip == "10.0.0.2") place.pool = 2;
  if (ip == "192.0.2.1") {
    place.asn = 64496;
    place.as_name = place.city = 1;
    place.country = *model::CountryCode::Parse("DE");
  }
  if (ip == "2001:db8::2") {
    place.asn = 64500;
    place.country = *model::CountryCode::Parse("FR");
  }
  return place;
}

std::vector<model::FlowRecord> Eth0Flows() {
  std::vector<model::FlowRecord> flows = {MakeFlow(1, "10.0.0.1", 1001, "192.0.2.1", 443, 1000),
                                          MakeFlow(2, "10.0.0.2", 1002, "192.0.2.1", 443, 2000),
                                          MakeFlow(3, "10.0.0.1", 1003, "10.0.0.53", 53, 300)};
  flows[0].state = model::FlowState::kEnded;
  flows[0].end_reason = model::EndReason::kTcpFin;
  flows[0].tcp_state = model::TcpState::kClosed;
  flows[0].application = {.master = 2, .app = 3, .category = 2};
  auto metadata = std::make_shared<model::FlowMetadata>();
  metadata->server_name = "www.Google.com";
  flows[0].metadata = std::move(metadata);
  flows[0].client.network_latency = flows[0].server.network_latency = std::chrono::milliseconds(1);
  flows[1].application = {.master = 0, .app = 2, .category = 2, .risks = 1 << 1};
  flows[1].tcp_state = model::TcpState::kEstablished;
  flows[2].l4_protocol = 17;
  flows[2].state = model::FlowState::kEnded;
  flows[2].end_reason = model::EndReason::kIdle;
  flows[2].application = {.master = 0, .app = 1, .category = 1};
  return flows;
}

std::vector<model::FlowRecord> LanFlows() {
  std::vector<model::FlowRecord> flows = {MakeFlow(4, "10.0.0.1", 0, "10.0.0.9", 0, 400),
                                          MakeFlow(5, "2001:db8::1", 5, "2001:db8::2", 443, 500)};
  flows[0].vlan = 7;
  flows[0].l4_protocol = 1;
  flows[0].icmp_type = 8;
  flows[0].icmp_code = 0;
  flows[0].application = {.master = 0, .app = 4, .category = 1};
  flows[1].l4_protocol = 17;
  flows[1].detecting = true;
  for (model::FlowRecord& flow : flows) flow.interface_index = 1;
  return flows;
}

model::HostRecord& HostOf(snapshot::Snapshot& tables, const IpAddress& ip, uint16_t vlan,
                          uint16_t interface_index) {
  for (model::HostRecord& host : tables.hosts) {
    if (host.ip == ip && host.vlan == vlan && host.interface_index == interface_index) return host;
  }
  model::HostRecord host;
  host.ip = ip;
  host.vlan = vlan;
  host.interface_index = interface_index;
  host.place = PlaceOf(ip.ToString());
  host.local = host.place.network != 0;
  host.first_seen = host.last_seen = World::Start();
  tables.hosts.push_back(host);
  return tables.hosts.back();
}

// Counts the flow as the engine does.
void Account(snapshot::Snapshot& tables, const model::FlowRecord& flow) {
  model::InterfaceCounters& counters = tables.interfaces[flow.interface_index].counters;
  const model::Traffic traffic = flow.traffic();
  counters.received += traffic;
  counters.l3[flow.client.ip.version() == 4 ? 0 : 1] += traffic;
  counters.in_flows += traffic;
  counters.l4[static_cast<size_t>(model::L4ClassOf(flow.l4_protocol))] += traffic;
  if (flow.detecting) {
    counters.detecting += traffic;
  } else {
    auto& application = counters.applications[model::ApplicationIndex(flow.application)];
    application.traffic += traffic;
    ++application.flows;
  }
  ++counters.flows_created;
  if (flow.state == model::FlowState::kActive) {
    ++counters.active_flows;
  } else {
    ++counters.flows_ended[static_cast<size_t>(*flow.end_reason)];
    counters.ended_flows_traffic += traffic;
    tables.places[flow.interface_index].AddUnreported(flow);
  }
  for (const bool is_client : {true, false}) {
    const model::FlowEndpoint& end = is_client ? flow.client : flow.server;
    const model::FlowEndpoint& peer = is_client ? flow.server : flow.client;
    model::HostRecord& host = HostOf(tables, end.ip, flow.vlan, flow.interface_index);
    host.traffic += model::TwoWay{end.sent, peer.sent};
    ++(is_client ? host.flows_as_client : host.flows_as_server);
    if (flow.state == model::FlowState::kActive) continue;
    auto tallies = host.tallies ? std::make_shared<model::HostTallies>(*host.tallies)
                                : std::make_shared<model::HostTallies>();
    tallies->AddUnreported(flow, is_client);
    host.tallies = tallies;
  }
}

snapshot::Snapshot MakeTables() {
  snapshot::Snapshot tables;
  tables.detail = snapshot::Detail::kRows;
  tables.catalogue = MakeCatalogue();
  for (const char* const name : {"eth0", "lan"}) {
    snapshot::InterfaceView interface;
    interface.name = interface.source = name;
    interface.live = true;
    interface.state = "open";
    interface.counters.applications.resize(7);
    interface.counters.now = World::Start() + std::chrono::seconds(10);
    tables.interfaces.push_back(interface);
  }
  tables.places.resize(tables.interfaces.size());
  model::FlowBatch ended, active;
  for (const auto& flows : {Eth0Flows(), LanFlows()}) {
    for (const model::FlowRecord& flow : flows) {
      Account(tables, flow);
      (flow.state == model::FlowState::kEnded ? ended : active).push_back(flow);
    }
  }
  // A report of a long flow is no flow of its own.
  model::FlowRecord report = active.front();
  report.end_reason = model::EndReason::kActiveTimeout;
  ended.push_back(report);
  tables.ended_flows = {std::make_shared<model::FlowBatch>(ended)};
  tables.active_flows = {std::make_shared<model::FlowBatch>(active)};
  // A frame that is in no flow, and one that could not be decoded.
  model::InterfaceCounters& eth0 = tables.interfaces[0].counters;
  eth0.received += model::Traffic{2, 100};
  eth0.l3[2] += model::Traffic{1, 60};
  eth0.undecodable[1] += model::Traffic{1, 40};
  tables.devices.resize(3);
  tables.devices[0].mac = *MacAddress::Parse("02:00:5e:10:00:01");
  tables.devices[0].addresses = {*IpAddress::Parse("10.0.0.1")};
  tables.devices[1].mac = *MacAddress::Parse("00:00:5e:00:53:02");
  tables.devices[1].forwarding.Add(*IpAddress::Parse("192.0.2.1"));
  tables.devices[1].forwarding.Add(*IpAddress::Parse("192.0.2.2"));
  tables.devices[2].mac = *MacAddress::Parse("04:00:5e:00:53:01");
  tables.vendors = std::make_shared<const model::MacVendors>(std::vector<model::MacVendors::Block>{
      {0x00005e'000000, 24, "Zeta, Inc"}, {0x04005e'000000, 24, "alpha"}});
  HostOf(tables, *IpAddress::Parse("10.0.0.2"), 0, 0).mac = tables.devices[1].mac;
  tables.vlans = {{0, 0, {47, 3730}, {}}, {7, 1, {15, 440}, {}}, {0, 1, {15, 550}, {}}};
  for (const auto& batch : tables.ended_flows) {
    for (const model::FlowRecord& flow : *batch) {
      if (flow.end_reason == model::EndReason::kActiveTimeout) continue;
      for (model::VlanRecord& vlan : tables.vlans) {
        if (vlan.vlan == flow.vlan && vlan.interface_index == flow.interface_index) {
          vlan.AddUnreported(flow);
        }
      }
    }
  }
  return tables;
}

}  // namespace

model::FlowRecord MakeFlow(uint64_t id, std::string_view client, uint16_t client_port,
                           std::string_view server, uint16_t server_port, uint64_t client_bytes) {
  model::FlowRecord flow;
  flow.id = id;
  flow.l4_protocol = 6;
  flow.first_seen = flow.report_start = World::Start() + std::chrono::seconds(id);
  flow.last_seen = flow.first_seen + std::chrono::seconds(1);
  flow.client.ip = IpAddress::Parse(client).value();
  flow.client.port = client_port;
  flow.client.sent = {10, client_bytes};
  flow.client.payload_bytes_sent = client_bytes / 2;
  flow.server.ip = IpAddress::Parse(server).value();
  flow.server.port = server_port;
  flow.server.sent = {5, client_bytes / 10};
  for (model::FlowEndpoint* const end : {&flow.client, &flow.server}) {
    end->place = PlaceOf(end->ip.ToString());
    end->local = end->place.network != 0;
  }
  return flow;
}

FakeCaptures::FakeCaptures() {
  using namespace std::chrono_literals;
  limits = {.memory_bytes = 1 << 20,
            .most_running = 2,
            .most = {.max_packets = 5000,
                     .max_bytes = 1 << 24,
                     .max_duration = 600s,
                     .snap_length_bytes = 262144}};
  records.resize(2);
  records[0] = {.id = 1, .flow_id = 4, .interface_index = 1, .limits = limits.most};
  records[0].captured = {3, 300};
  records[1] = {.id = 2, .flow_id = 1, .interface_index = 0, .limits = limits.most};
  for (model::FlowCaptureRecord& record : records) record.started_at = World::Start();
  records[1].ended_at = World::Start() + 1s;
  records[1].end = model::FlowCaptureEnd::kFlowEnded;
}

Result<model::FlowCaptureRecord> FakeCaptures::Start(uint64_t flow_id,
                                                     const model::FlowCaptureLimits& asked) {
  if (flow_id == 1) return Error{ErrorCode::kConflict, "It has ended."};
  if (flow_id == 4) return Error{ErrorCode::kConflict, "A capture runs."};
  if (flow_id == 5) return Error{ErrorCode::kUnavailable, "No room."};
  if (flow_id != 2) return Error{ErrorCode::kNotFound, "There is no such flow."};
  records.push_back({.id = 3, .flow_id = flow_id, .limits = asked});
  records.back().started_at = World::Start();
  return records.back();
}

std::optional<model::FlowCaptureRecord> FakeCaptures::Find(uint64_t id) {
  for (const model::FlowCaptureRecord& record : records) {
    if (record.id == id) return record;
  }
  return std::nullopt;
}

std::optional<std::string> FakeCaptures::ReadFile(uint64_t id) {
  if (!Find(id)) return std::nullopt;
  return "the file of " + std::to_string(id);
}

std::optional<model::FlowCaptureRecord> FakeCaptures::Stop(uint64_t id) {
  auto found = Find(id);
  if (found && !found->end) found->end = model::FlowCaptureEnd::kStopped;
  return found;
}

bool FakeCaptures::Remove(uint64_t id) {
  return std::erase_if(records, [&](const auto& record) { return record.id == id; }) > 0;
}

WorldNames::WorldNames()
    : PlaceNames({{"office", {*IpNetwork::Parse("10.0.0.0/8"), *IpNetwork::Parse("2001:db8::/32")}},
                  {"lan", {*IpNetwork::Parse("10.0.0.0/30")}}},
                 {{"servers", {*IpNetwork::Parse("10.0.0.53/32")}, {}},
                  {"guests",
                   {*IpNetwork::Parse("10.0.0.2/32")},
                   {*MacAddress::Parse("02:00:5e:10:00:01")}},
                  {"nobody", {*IpNetwork::Parse("172.16.0.0/12")}, {}}}) {}

std::optional<std::string> WorldNames::AsName(const model::Place& place) const {
  return place.as_name == 1 ? std::optional<std::string>("Example Net") : std::nullopt;
}

std::optional<std::string> WorldNames::City(const model::Place& place) const {
  return place.city == 1 ? std::optional<std::string>("Berlin") : std::nullopt;
}

history::History& World::KeepHistory(const std::string& file) {
  folder_ = std::make_unique<history::HistoryFolder>(clock_, file);
  archive_ = std::make_unique<timeseries::Archive>(folder_->history());
  dependencies_.archive = archive_.get();
  return folder_->history();
}

alerts::AlertBook& World::KeepAlerts() {
  alerts_ = std::make_unique<alerts::AlertFolder>(clock_);
  dependencies_.alerts = &alerts_->book();
  return alerts_->book();
}

World::World()
    : clock_(Start() + std::chrono::seconds(2)),
      source_(),
      dependencies_{source_,
                    captures_,
                    clock_,
                    {.version = "1.2.3",
                     .commit = "",
                     .build_type = "Debug",
                     .libraries = {{"libndpi", "4.2.0"}}},
                    Start(),
                    names_,
                    "https://panel.example.org"} {
  source_.snapshot = MakeTables();
  dependencies_.sinks = [] { return std::vector<model::SinkState>{DeliveringSink(), AwaySink()}; };
  RegisterRoutes(router_, dependencies_);
}

http::Response World::Get(std::string_view target, std::vector<http::Header> headers) {
  return Ask(http::Method::kGet, target, std::move(headers));
}

http::Response World::Ask(http::Method method, std::string_view target,
                          std::vector<http::Header> headers, std::string body) {
  http::Request request;
  request.method = method;
  request.headers = std::move(headers);
  request.body = std::move(body);
  if (const auto problem = http::ParseTarget(target, request)) {
    return http::ProblemResponse(*problem);
  }
  const http::Guard guard = [this](http::Request& asked, const http::RoutePolicy& policy) {
    asked.identity = identity_;
    return identity_ == nullptr ? std::nullopt : http::RefuseByPolicy(*identity_, policy);
  };
  return router_.Dispatch(std::move(request), guard).response;
}

Json World::GetJson(std::string_view target) {
  const http::Response response = Get(target);
  EXPECT_EQ(response.status, 200) << target << ": " << response.body;
  EXPECT_EQ(response.content_type, "application/json");
  return Json::parse(response.body);
}

std::vector<Json> World::Items(std::string_view target, std::string_view member) {
  std::vector<Json> values;
  const Json page = GetJson(target);
  for (const Json& item : page.at("items")) values.push_back(item.at(std::string(member)));
  return values;
}

Json World::GetProblem(std::string_view target, int status) {
  const http::Response response = Get(target);
  EXPECT_EQ(response.status, status) << target << ": " << response.body;
  EXPECT_EQ(response.content_type, "application/problem+json");
  const Json problem = Json::parse(response.body);
  EXPECT_EQ(problem.at("status"), status);
  return problem;
}

model::SinkState AwaySink() {
  model::SinkState sink;
  sink.name = "elk";
  sink.type = "logstash";
  sink.address = "tcp://192.0.2.1:5510";
  sink.failing = true;
  sink.problem = "192.0.2.1:5510: Connection refused";
  sink.failing_since = sink.oldest_waiting = World::Start();
  sink.ledger = {.offered = 10, .delivered = 7};
  sink.ledger.dropped[static_cast<size_t>(model::SinkDropReason::kQueueFull)] = 1;
  sink.spooled = true;
  sink.spool_bytes = 2000;
  sink.max_spool_bytes = 1 << 30;
  return sink;
}

model::SinkState DeliveringSink() {
  model::SinkState sink;
  sink.name = "file";
  sink.type = "file";
  sink.address = "/tmp/flows.ndjson";
  sink.ledger = {.offered = 3, .delivered = 3};
  sink.last_delivery = World::Start();
  return sink;
}

}  // namespace wiregauge::api
