// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alerts/alert_book.h"
#include "base/result.h"
#include "base/time.h"
#include "http_client/client.h"
#include "key_value/key_value_store.h"
#include "model/identity.h"
#include "model/place.h"
#include "publish/http/problem.h"
#include "publish/http/request.h"
#include "publish/http/response.h"
#include "publish/http/router.h"
#include "publish/lua/counter_resets.h"
#include "recorder/script_series.h"
#include "snapshot/flow_tape.h"
#include "snapshot/snapshot.h"
#include "snapshot/visible.h"

struct lua_State;

namespace wiregauge::lua {

class Call;
class Runtime;
struct Library;

// What scripts reach of the service. Thread-safe; outlives every state.
struct Services {
  snapshot::SnapshotSource& snapshots;
  const http::Router& rest;  // the REST API's handlers, called in the process
  const Clock& clock;
  const model::PlaceNames& places;
  std::string version;   // "0.1.0"
  std::string revision;  // of the source; may be empty
  Timestamp started_at;
  std::vector<std::string> script_dirs;
  std::string data_dir;
  alerts::AlertBook* alerts = nullptr;              // null: alerts are off
  recorder::ScriptSeries* script_series = nullptr;  // null: history is off
  // Takes points instead, where a script is only tried.
  std::function<Status(const recorder::ScriptPoint&)> record_point{};
  key_value::KeyValueStore* key_values = nullptr;  // null: nothing is kept for scripts
  http_client::Client* http_client = nullptr;      // null: scripts make no HTTP calls
  snapshot::FlowTape* flow_tape = nullptr;         // null: no records are kept for callbacks
  snapshot::VisibleParts visible_parts{};
  CounterResets counter_resets{};     // interface.resetCounters()
  std::atomic<bool> stopping{false};  // what runs is to end

  // What every state gets: libraries, what else is made once, and what a page's globals get.
  std::vector<const Library*> libraries{};
  std::vector<void (*)(lua_State*)> openers{};
  std::vector<void (*)(lua_State*, Call&)> preparers{};
};

// One run of a script: what it was called for, what it sees, and what it answers. Of one thread.
class Call {
 public:
  Call(Services& of_service, std::string name) : services(of_service), script(std::move(name)) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // The call that runs in this state.
  static Call& Of(lua_State* lua);

  // The same ones from the first look on, so that what a script adds up belongs together. Only
  // what the user may see.
  const snapshot::Snapshot& counters();
  const snapshot::Snapshot& rows();
  // The same ones from the first look on; null: alerts are off.
  const std::shared_ptr<const model::HostAlerts>& host_alerts();
  // Until the call ends: rows point in there.
  void Keep(std::vector<snapshot::FlowTape::Batch> batches);

  Services& services;
  const std::string script;  // "scripts/top.lua"
  // Unlike that of any other call: what points into a snapshot is good in its own call only.
  const uint64_t id = NextId();

  std::shared_ptr<const model::Identity> identity;  // null: sees everything
  const http::Request* request = nullptr;           // null: nobody asks over HTTP

  // The answer to a request, beside what is printed.
  int status = 200;
  std::string content_type;  // empty: text/html; charset=utf-8, as ntopng's scripts expect
  std::vector<http::Header> headers;
  std::optional<std::string> body;       // instead of what is printed
  std::optional<http::Problem> problem;  // when the script ended itself with one

  // Sets a header of the answer; what the server sets itself stays as it is. Throws ScriptError for
  // what is no header.
  void SetHeader(const std::string& name, const std::string& value);

  // Of a callback: how often it runs, and the flow records that are new to it.
  std::optional<std::chrono::seconds> period;
  snapshot::FlowTape::Subscription* flow_tape = nullptr;

  Runtime* runtime = nullptr;  // that runs it

  // interface.select(); nothing: the first one.
  std::optional<std::string> selected_interface;

 private:
  static uint64_t NextId();
  std::shared_ptr<const snapshot::Snapshot> Look(snapshot::Detail detail);

  std::shared_ptr<const snapshot::Snapshot> counters_, rows_;
  std::shared_ptr<const model::HostAlerts> host_alerts_;
  std::vector<snapshot::FlowTape::Batch> kept_;
};

}  // namespace wiregauge::lua
