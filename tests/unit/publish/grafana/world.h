// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "history/history.h"
#include "model/place.h"
#include "publish/grafana/routes.h"
#include "publish/http/router.h"
#include "snapshot/snapshot.h"
#include "timeseries/archive.h"
#include "unit/alerts/alert_folder.h"
#include "unit/base/fixed_clock.h"
#include "unit/history/history_folder.h"
#include "unit/snapshot/fixed_source.h"

namespace wiregauge::grafana {

using Json = nlohmann::json;

// Scripts that answer at once, on the thread that asks.
class FakeScripts final : public ScriptTargets, private ScriptRunner {
 public:
  std::vector<ScriptTarget> List(const model::Identity* identity) const override {
    return identity == nullptr || identity->role == model::Role::kAdmin
               ? targets
               : std::vector<ScriptTarget>();
  }
  bool Hand(const std::vector<std::string>& names, Work work) override {
    handed.insert(handed.end(), names.begin(), names.end());
    if (!busy) work(*this);
    return !busy;
  }

  std::vector<ScriptTarget> targets;
  http::Response answer;
  bool busy = false;
  std::vector<std::string> handed;
  std::vector<ScriptQuestion> asked;

 private:
  http::Response Run(const ScriptQuestion& question, const http::Request&) override {
    asked.push_back(question);
    return answer;
  }
};

// Two minutes of history of two interfaces, from kStart on, and the routes over it.
//
//   eth0   125 bytes and 1 packet each second but the 30th to 39th, which are not known
//          TLS 1000, DNS 10, other 5 bytes each ten seconds; 192.0.2.1 600 + 60, 2001:db8::1@42
//          60 + 6 bytes each minute, sent and received; TLS 60 and DNS 6 bytes of 192.0.2.1
//   en-0_x 250 bytes and 2 packets each second, TLS 2000 each ten, 192.0.2.1 1200 + 0 each minute
// Now is at kStart + 120. Flows, all of eth0, last seen at kStart + id:
//   1 192.0.2.1:1001 > 198.51.100.1:443  TLS, 1100 bytes, ended    2 the same, 2200 bytes, active
//   3 192.0.2.2:1003 > 198.51.100.53:53  DNS, UDP, 330 bytes       4 ICMP in VLAN 7, 440 bytes
class World {
 public:
  static constexpr int64_t kStart = 1'700'000'000 / 3600 * 3600;

  explicit World(bool with_history = true);

  http::Response Ask(http::Method method, std::string_view path, std::string_view body = "");
  // The body of the answer to a POST under /grafana/, which must have this status.
  Json Post(std::string_view path, const Json& body, int status = 200);
  // POST /grafana/query of [kStart, kStart + 120) with one target.
  Json Query(std::string_view target, const Json& more = Json::object(), int status = 200);

  http::Router& router() { return router_; }
  snapshot::Snapshot& tables() { return source_.snapshot; }
  FakeScripts& scripts() { return scripts_; }
  history::History& history() { return folder_->history(); }
  // Alerts from now on.
  alerts::AlertBook& KeepAlerts() {
    alerts_ = std::make_unique<alerts::AlertFolder>(clock_);
    dependencies_->alerts = &alerts_->book();
    return alerts_->book();
  }
  FixedClock& clock() { return clock_; }
  // Of scripts' own, each minute: the counter failures of eth0, 3, and of the service the gauge rtt
  // in ms, 1.5 of 192.0.2.53 and 0 of 192.0.2.54.
  void RecordScripts();
  void ActAs(model::Identity identity) {
    identity_ = std::make_shared<const model::Identity>(std::move(identity));
  }

 private:
  void Fill();

  FixedClock clock_;
  const model::PlaceNames places_;
  std::unique_ptr<history::HistoryFolder> folder_;  // null: history is off
  std::unique_ptr<timeseries::Archive> archive_;
  snapshot::FixedSource source_;
  std::unique_ptr<alerts::AlertFolder> alerts_;
  FakeScripts scripts_;
  std::unique_ptr<Dependencies> dependencies_;
  http::Router router_;
  std::shared_ptr<const model::Identity> identity_;
};

}  // namespace wiregauge::grafana
