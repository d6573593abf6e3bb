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
    : store_({.path = settings.data_dir + "/scripts.db", .most_bytes = settings.lua.store_bytes},
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

void ScriptKeeper::Stop() { host_->Stop(); }

}  // namespace wiregauge::app
