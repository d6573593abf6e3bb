// SPDX-License-Identifier: Apache-2.0
#include "app/script_keeper.h"

#include <utility>

#include "app/data_dir.h"
#include "app/script_dirs.h"
#include "publish/lua/host/libraries.h"

namespace wiregauge::app {
namespace {

lua::HostOptions MakeHostOptions(const config::Fixed& settings) {
  lua::HostOptions options;
  options.folders = ScriptDirs(settings.lua);
  options.workers = settings.lua.workers;
  options.most_waiting = settings.lua.max_waiting;
  options.limits = RequestLimits(settings.lua);
  options.callback_limits = CallbackLimits(settings.lua);
  options.allowed_origin = settings.http.allowed_origin;
  return options;
}

void CountScripts(const lua::ScriptSet& set, metrics::ScriptState& state) {
  for (const lua::Script& script : set.scripts) {
    ++(!script.is_good ? state.bad : script.problem.empty() ? state.good : state.old);
  }
}

metrics::ScriptState::OfScript StateOf(const std::string& script,
                                       const lua::ScriptStats::OfScript& stats) {
  metrics::ScriptState::OfScript state{
      .script = script,
      .runs = {},
      .durations = {stats.durations.begin(), stats.durations.end()},
      .seconds = stats.seconds};
  for (size_t i = 0; i < stats.runs.size(); ++i) {
    state.runs.push_back({lua::RunResultName(static_cast<lua::RunResult>(i)), stats.runs[i]});
  }
  return state;
}

}  // namespace

lua::Limits RequestLimits(const config::Lua& settings) {
  return {.wall_time = settings.wall_time,
          .instructions = settings.instructions,
          .memory_bytes = settings.memory_bytes,
          .output_bytes = settings.output_bytes,
          .stop = nullptr};
}

lua::Limits CallbackLimits(const config::Lua& settings) {
  lua::Limits limits = RequestLimits(settings);
  limits.wall_time = settings.callback_wall_time;
  limits.instructions = settings.callback_instructions;
  return limits;
}

Result<std::unique_ptr<ScriptKeeper>> ScriptKeeper::Make(const config::Fixed& settings,
                                                         const api::Dependencies& api,
                                                         recorder::ScriptSeries* series,
                                                         snapshot::FlowTape& tape) {
  auto client = http_client::Client::Create(
      {.allowed = settings.lua.http_allowed, .setting = "lua.http_allowed"});
  if (!client.ok()) return client.error();
  return std::unique_ptr<ScriptKeeper>(
      new ScriptKeeper(settings, api, std::move(client).value(), series, tape));
}

ScriptKeeper::ScriptKeeper(const config::Fixed& settings, const api::Dependencies& api,
                           std::unique_ptr<http_client::Client> client,
                           recorder::ScriptSeries* series, snapshot::FlowTape& tape)
    : tape_(tape),
      store_({.path = settings.data_dir + "/scripts.db", .most_bytes = settings.lua.store_bytes},
             api.clock),
      client_(std::move(client)) {
  api::RegisterRoutes(rest_, api);
  services_.reset(new lua::Services{.snapshots = api.snapshots,
                                    .rest = rest_,
                                    .clock = api.clock,
                                    .places = api.places,
                                    .version = api.build.version,
                                    .revision = api.build.commit,
                                    .started_at = api.started_at,
                                    .script_dirs = ScriptDirs(settings.lua),
                                    .data_dir = settings.data_dir,
                                    .alerts = api.alerts,
                                    .script_series = series,
                                    .key_values = &store_,
                                    .http_client = client_.get(),
                                    .flow_tape = &tape});
  lua::AddLibraries(*services_);
  host_ = std::make_unique<lua::ScriptHost>(MakeHostOptions(settings), *services_);
}

ScriptKeeper::~ScriptKeeper() = default;

void ScriptKeeper::Start() {
  // What is wrong with it the store says.
  (void)MakeDataDir(services_->data_dir).ok();
  store_.Start();
  host_->Start();
}

metrics::ScriptState ScriptKeeper::state() const {
  const lua::ScriptHost::State of_host = host_->state();
  metrics::ScriptState state;
  for (const auto& [script, stats] : of_host.scripts) {
    state.scripts.push_back(StateOf(script, stats));
  }
  state.duration_bounds = lua::ScriptStats::kBounds;
  if (const auto set = host_->scripts(); set != nullptr) CountScripts(*set, state);
  state.generation = of_host.generation;
  state.waiting = of_host.workers.waiting;
  state.busy_workers = of_host.workers.busy;
  state.states_discarded = of_host.workers.states_thrown_away;
  state.worker_memory_bytes.assign(of_host.workers.memory_bytes.begin(),
                                   of_host.workers.memory_bytes.end());
  state.flow_tape = tape_.state();
  state.key_values = store_.state();
  return state;
}

void ScriptKeeper::Stop() { host_->Stop(); }

}  // namespace wiregauge::app
