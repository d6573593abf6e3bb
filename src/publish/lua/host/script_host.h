// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "publish/http/router.h"
#include "publish/lua/call.h"
#include "publish/lua/host/callback_runner.h"
#include "publish/lua/host/script_loader.h"
#include "publish/lua/host/script_set.h"
#include "publish/lua/host/script_stats.h"
#include "publish/lua/host/worker_pool.h"

namespace wiregauge::lua {

struct HostOptions {
  std::vector<std::string> folders;
  size_t workers = 2;
  size_t most_waiting = 256;
  Limits limits;           // of a request
  Limits callback_limits;  // of a callback
  std::string allowed_origin;
};

// The scripts of a service: looks after their files, runs callbacks, answers requests. Thread-safe
// but for Start and Stop.
class ScriptHost {
 public:
  // Borrows the services.
  ScriptHost(HostOptions options, Services& services);
  ~ScriptHost();  // Stop()
  ScriptHost(const ScriptHost&) = delete;
  ScriptHost& operator=(const ScriptHost&) = delete;

  // Loads what there is, and begins. Once.
  void Start();
  // What runs ends at once, and what comes, too.
  void EndRuns();
  // Once no request comes any more. Idempotent.
  void Stop();

  // The routes of now, for Router::Mount; the host outlives it.
  std::shared_ptr<const http::Router> router() const WIREGAUGE_EXCLUDES(mutex_);
  // For an OpenAPI document's `paths`: by path, its item as JSON. Another object for each
  // generation.
  using OpenApiPaths = std::map<std::string, std::string>;
  std::shared_ptr<const OpenApiPaths> openapi_paths() const WIREGAUGE_EXCLUDES(mutex_);
  std::shared_ptr<const ScriptSet> scripts() const WIREGAUGE_EXCLUDES(mutex_);

  // Who may use a route, and how far it can be kept to what a user may see.
  static http::RoutePolicy PolicyOf(RouteSpec::Role role);

  struct State {
    WorkerPool::Facts workers;
    ScriptStats::Counts scripts;
    uint64_t generation = 0;
  };
  State state() const WIREGAUGE_EXCLUDES(mutex_);

  // Does something with a worker's state. False: too many are waiting; nothing was done. Only for
  // who has found a route or a target of the host.
  bool Submit(std::unique_ptr<Job>& job);
  ScriptStats& stats() { return stats_; }
  const HostOptions& options() const { return options_; }
  Services& services() { return services_; }

 private:
  // What follows from a set.
  struct Published {
    std::shared_ptr<const ScriptSet> set;
    std::shared_ptr<const http::Router> router;
    std::shared_ptr<const OpenApiPaths> openapi_paths;
  };

  void Look();
  void Show(std::shared_ptr<const ScriptSet> set) WIREGAUGE_EXCLUDES(mutex_);
  void Watch();
  Published Publish(std::shared_ptr<const ScriptSet> set);
  void AddPage(http::Router& router, const Script& script);
  void AddRoute(http::Router& router, const RouteSpec& route);
  std::optional<http::Response> RefuseOrigin(const http::Request& request) const;

  const HostOptions options_;
  Services& services_;
  ScriptStats stats_;
  ScriptLoader loader_;  // of one thread at a time: the one that starts, then the watching one
  mutable Mutex mutex_;
  CondVar stop_;
  bool stopping_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  Published published_ WIREGAUGE_GUARDED_BY(mutex_);
  std::unique_ptr<WorkerPool> pool_;
  std::unique_ptr<CallbackRunner> callbacks_;
  std::unique_ptr<ScriptThread> watcher_;
};

}  // namespace wiregauge::lua
