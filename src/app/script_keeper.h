// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "config/settings.h"
#include "http_client/client.h"
#include "key_value/key_value_store.h"
#include "model/place.h"
#include "publish/api/routes.h"
#include "publish/http/router.h"
#include "publish/lua/host/script_host.h"
#include "publish/prometheus/script_state.h"
#include "recorder/script_series.h"
#include "snapshot/flow_tape.h"
#include "snapshot/snapshot.h"

namespace wiregauge::app {

// What the settings bound: one run of a script for a request, and one of a callback.
lua::Limits RequestLimits(const config::Lua& settings);
lua::Limits CallbackLimits(const config::Lua& settings);

// Users' scripts as the service has them: what they reach, what they keep, and who runs them.
class ScriptKeeper {
 public:
  // Borrows all but the settings; `series` is null while history is off. kInvalidArgument: a
  // setting cannot be used.
  static Result<std::unique_ptr<ScriptKeeper>> Make(const config::Fixed& settings,
                                                    const api::Dependencies& api,
                                                    recorder::ScriptSeries* series,
                                                    snapshot::FlowTape& tape);
  ~ScriptKeeper();
  ScriptKeeper(const ScriptKeeper&) = delete;
  ScriptKeeper& operator=(const ScriptKeeper&) = delete;

  // Loads the scripts; from now on requests are answered and callbacks run.
  void Start();
  // Once requests are no longer served.
  void Stop();

  lua::ScriptHost& host() { return *host_; }
  metrics::ScriptState state() const;

 private:
  ScriptKeeper(const config::Fixed& settings, const api::Dependencies& api,
               std::unique_ptr<http_client::Client> client, recorder::ScriptSeries* series,
               snapshot::FlowTape& tape);

  snapshot::FlowTape& tape_;
  http::Router rest_;
  key_value::KeyValueStore store_;
  std::unique_ptr<http_client::Client> client_;
  std::unique_ptr<lua::Services> services_;
  std::unique_ptr<lua::ScriptHost> host_;
};

}  // namespace wiregauge::app
