// SPDX-License-Identifier: Apache-2.0
#include "app/script_keeper.h"

#include <utility>

#include "app/script_dirs.h"

namespace wiregauge::app {
namespace {

lua::HostOptions MakeHostOptions(const config::Fixed& settings) {
  const config::Lua& lua = settings.lua;
  lua::HostOptions options;
  options.folders = ScriptDirs(lua);
  options.workers = lua.workers;
  options.most_waiting = lua.max_waiting;
  options.limits = {.wall_time = lua.wall_time,
                    .instructions = lua.instructions,
                    .memory_bytes = lua.memory_bytes,
                    .output_bytes = lua.output_bytes,
                    .stop = nullptr};
  options.callback_limits = options.limits;
  options.callback_limits.wall_time = lua.callback_wall_time;
  options.callback_limits.instructions = lua.callback_instructions;
  options.allowed_origin = settings.http.allowed_origin;
  return options;
}

}  // namespace

Result<std::unique_ptr<ScriptKeeper>> ScriptKeeper::Make(const config::Fixed& settings,
                                                         const api::Dependencies& api,
                                                         snapshot::FlowTape& tape) {
  auto client = http_client::Client::Create(
      {.allowed = settings.lua.http_allowed, .setting = "lua.http_allowed"});
  if (!client.ok()) return client.error();
  return std::unique_ptr<ScriptKeeper>(
      new ScriptKeeper(settings, api, std::move(client).value(), tape));
}

ScriptKeeper::ScriptKeeper(const config::Fixed& settings, const api::Dependencies& api,
                           std::unique_ptr<http_client::Client> client, snapshot::FlowTape& tape)
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
                                    .key_values = &store_,
                                    .http_client = client_.get(),
                                    .flow_tape = &tape});
  host_ = std::make_unique<lua::ScriptHost>(MakeHostOptions(settings), *services_);
}

ScriptKeeper::~ScriptKeeper() = default;

void ScriptKeeper::Start() {
  store_.Start();
  host_->Start();
}

void ScriptKeeper::Stop() { host_->Stop(); }

}  // namespace wiregauge::app
