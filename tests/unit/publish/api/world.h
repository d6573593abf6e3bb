// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_book.h"
#include "model/place.h"
#include "publish/api/routes.h"
#include "publish/http/router.h"
#include "snapshot/flow_captures.h"
#include "snapshot/snapshot.h"
#include "unit/alerts/alert_folder.h"
#include "unit/base/fixed_clock.h"
#include "unit/history/history_folder.h"
#include "unit/snapshot/fixed_source.h"

namespace wiregauge::api {

using Json = nlohmann::json;

// Captures without packets: it keeps what it was asked for. Flow 2's may be captured; of flow 4 one
// runs, of others the engine says that there is none, that it has ended, or that there is no room.
class FakeCaptures final : public snapshot::FlowCaptures {
 public:
  FakeCaptures();
  const snapshot::FlowCaptureBudget& budget() const override { return limits; }
  uint64_t memory_bytes() override { return 4096; }
  Result<model::FlowCaptureRecord> Start(uint64_t flow_id,
                                         const model::FlowCaptureLimits& limits) override;
  std::vector<model::FlowCaptureRecord> List() override { return records; }
  std::optional<model::FlowCaptureRecord> Find(uint64_t id) override;
  std::optional<std::string> ReadFile(uint64_t id) override;
  std::optional<model::FlowCaptureRecord> Stop(uint64_t id) override;
  bool Remove(uint64_t id) override;

  snapshot::FlowCaptureBudget limits;
  std::vector<model::FlowCaptureRecord> records;
};

// What the world's places are called.
class WorldNames final : public model::PlaceNames {
 public:
  WorldNames();
  std::optional<std::string> AsName(const model::Place& place) const override;
  std::optional<std::string> City(const model::Place& place) const override;
};

// Two interfaces with a few flows and hosts whose sums come out, and the API over them.
//
//   id  interface  client           server           application      bytes  state
//    1  eth0       10.0.0.1:1001    192.0.2.1:443    TLS.Google       1100   ended (tcp_fin), SNI
//    2  eth0       10.0.0.2:1002    192.0.2.1:443    TLS              2200   active, risk 1
//    3  eth0       10.0.0.1:1003    10.0.0.53:53     DNS (UDP)         330   ended (idle)
//    4  lan        10.0.0.1         10.0.0.9         ICMP              440   active, VLAN 7
//    5  lan        2001:db8::1:5    2001:db8::2:443  Unknown (UDP)     550   active, detecting
// Capture 1 of flow 4 runs, capture 2 of flow 1 is done.
// Its networks: office (10.0.0.0/8, 2001:db8::/32), lan (10.0.0.0/30). Its pools: servers
// (10.0.0.53), guests (10.0.0.2), nobody. 192.0.2.1 is in AS 64496 (Example Net) in Berlin, DE;
// 2001:db8::2 in AS 64500 in FR.
class World {
 public:
  World();

  snapshot::Snapshot& tables() { return source_.snapshot; }
  Dependencies& dependencies() { return dependencies_; }
  FakeCaptures& captures() { return captures_; }
  http::Router& router() { return router_; }

  http::Response Ask(http::Method method, std::string_view target,
                     std::vector<http::Header> headers = {}, std::string body = {});
  http::Response Get(std::string_view target, std::vector<http::Header> headers = {});
  // The body of an answer that must be 200.
  Json GetJson(std::string_view target);
  // One member of each item.
  std::vector<Json> Items(std::string_view target, std::string_view member);
  // The body of an answer that must be this problem.
  Json GetProblem(std::string_view target, int status);

  // A history from now on, in a folder of its own; the clock stands at Start().
  history::History& KeepHistory(const std::string& file = "history.db");

  // Alerts from now on, in a folder of their own; they are written when they are asked to.
  alerts::AlertBook& KeepAlerts();
  // So that those that are past cannot be read.
  void BreakAlerts() { alerts_->BreakFile(); }

  // Who asks from now on, as a server with accounts has it.
  void ActAs(model::Identity identity) {
    identity_ = std::make_shared<const model::Identity>(std::move(identity));
  }

  static Timestamp Start() { return Timestamp(std::chrono::seconds(1700000000)); }

 private:
  FixedClock clock_;
  const WorldNames names_;
  snapshot::FixedSource source_;
  FakeCaptures captures_;
  Dependencies dependencies_;
  http::Router router_;
  std::shared_ptr<const model::Identity> identity_;
  std::unique_ptr<history::HistoryFolder> folder_;
  std::unique_ptr<timeseries::Archive> archive_;
  std::unique_ptr<alerts::AlertFolder> alerts_;
};

// "elk" has delivered 7 of 10 records, dropped 1 and is failing; "file" has delivered all of 3.
model::SinkState AwaySink();
model::SinkState DeliveringSink();

// A flow of this many bytes from the client and a tenth of that from the server.
model::FlowRecord MakeFlow(uint64_t id, std::string_view client, uint16_t client_port,
                           std::string_view server, uint16_t server_port, uint64_t client_bytes);

}  // namespace wiregauge::api
