// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <lua.hpp>
#include <memory>
#include <string>
#include <utility>

#include "dpi/classifier.h"
#include "publish/lua/call.h"
#include "publish/lua/compat/embedded.h"
#include "publish/lua/compat/libraries.h"
#include "publish/lua/compat/request_globals.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"
#include "shard/engine.h"
#include "unit/base/fixed_clock.h"
#include "unit/shard/engine_runs.h"
#include "unit/snapshot/fixed_source.h"

namespace wiregauge::lua::compat {

// What the engine made of captures, an interface each: eth0 (recorded_http), dns, vlan, icmp, tls.
// Read once in a process.
inline const snapshot::Snapshot& CapturedTables() {
  static const std::shared_ptr<const snapshot::Snapshot> tables = [] {
    static const SystemClock clock;
    const std::string folder =
        std::string(std::getenv("WIREGAUGE_SOURCE_DIR")) + "/tests/captures/";
    shard::EngineOptions options = shard::FileOptions("", 1);
    options.sources = {{"eth0", folder + "recorded_http.pcap", false},
                       {"dns", folder + "recorded_dns.pcap", false},
                       {"vlan", folder + "vlan.pcap", false},
                       {"icmp", folder + "icmp.pcap", false},
                       {"tls", folder + "recorded_tls.pcap", false}};
    auto engine = shard::Engine::Start(options, dpi::MakeCatalogue(), clock, nullptr);
    if (!engine.ok()) throw std::runtime_error(engine.error().message);
    (*engine)->WaitForFiles(std::chrono::minutes(1));
    return (*engine)->Get(snapshot::Detail::kRows, Duration::zero());
  }();
  return *tables;
}

// require as the host has it, for modules that are built in.
inline int RequireBuiltIn(lua_State* lua) {
  const char* const text = EmbeddedModule(TextArgument(lua, 1, "modname"));
  if (text == nullptr) throw ScriptError("no such module");
  PushCallersEnvironment(lua);
  Load(lua, text, "module.lua");
  lua_call(lua, 0, 1);
  return 1;
}

// A state with ntopng's libraries over the captures' tables, which a test may change.
class World {
 public:
  World() : places_(shard::TestAtlas()) {
    source.snapshot = CapturedTables();
    clock.now = Timestamp(std::chrono::seconds(1700000100));
    MakeState();
  }

  // A new state, as after a breach.
  void MakeState() {
    state_ = std::move(State::Make()).value();
    const Outcome made = state_->Run({}, [](lua_State* lua) {
      static const Library require = {.name = "",
                                      .help = "",
                                      .functions = {{"require", "", {}, {}, Entry<RequireBuiltIn>}},
                                      .constants = {},
                                      .records = {}};
      const Library* const libraries[] = {&InterfaceLibrary(), &NtopLibrary(), &GlobalLibrary(),
                                          &JsonLibrary(), &require};
      PublishLibraries(lua, libraries);
      OpenLibraryFunctions(lua);
    });
    if (!made.ok()) throw std::runtime_error(made.message);
  }

  // What the script prints, or "error: ...".
  std::string Print(const std::string& script) {
    Call call(services, "test.lua");
    call.request = request;
    call.identity = identity;
    state_->set_context(&call);
    const Outcome outcome = state_->Run(limits, [&](lua_State* lua) {
      PushEnvironment(lua);
      PushRequestGlobals(lua, call);
      if (keeps_globals) KeepGlobals(lua);
      Load(lua, script, "test.lua");
      lua_call(lua, 0, 0);
    });
    state_->set_context(nullptr);
    content_type = call.content_type;
    headers = call.headers;
    status = call.status;
    const std::string output = state_->TakeOutput();
    return outcome.ok() ? output : "error: " + outcome.message;
  }

  snapshot::FixedSource source;
  FixedClock clock;
  http::Router rest;
  Limits limits;
  const http::Request* request = nullptr;
  std::shared_ptr<const model::Identity> identity;
  bool keeps_globals = false;  // a table `kept` is there in each call of one state
  std::string content_type;
  std::vector<http::Header> headers;
  int status = 0;

 private:
  static void KeepGlobals(lua_State* lua) {
    lua_getfield(lua, LUA_REGISTRYINDEX, "test.kept");
    if (lua_isnil(lua, -1)) {
      lua_pop(lua, 1);
      lua_newtable(lua);
      lua_pushvalue(lua, -1);
      lua_setfield(lua, LUA_REGISTRYINDEX, "test.kept");
    }
    lua_setfield(lua, -2, "kept");
  }

  const std::shared_ptr<const geo::Atlas> places_;

 public:
  Services services{.snapshots = source,
                    .rest = rest,
                    .clock = clock,
                    .places = *places_,
                    .version = "0.1.0",
                    .revision = "abc",
                    .started_at = Timestamp(std::chrono::seconds(1700000000)),
                    .script_dirs = {"/scripts"},
                    .data_dir = "/data"};

 private:
  std::unique_ptr<State> state_;
};

}  // namespace wiregauge::lua::compat
