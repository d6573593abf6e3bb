// SPDX-License-Identifier: Apache-2.0
// What scripts cost: 100,000 flows as rows and as tables, and a call that does nothing.
#include <benchmark/benchmark.h>

#include <lua.hpp>
#include <memory>
#include <string>
#include <utility>

#include "publish/lua/call.h"
#include "publish/lua/native/libraries.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/state.h"

namespace wiregauge::lua {
namespace {

constexpr uint64_t kFlows = 100'000;

std::shared_ptr<const model::ApplicationCatalogue> Catalogue() {
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  catalogue->applications.resize(300, {"Protocol", 1, "Acceptable"});
  catalogue->applications[91] = {"TLS", 5, "Safe"};
  catalogue->applications[126] = {"Google", 5, "Acceptable"};
  catalogue->categories = {"Unspecified", "Media", "VPN", "Email", "DataTransfer", "Web"};
  return catalogue;
}

model::FlowRecord Flow(uint64_t id) {
  model::FlowRecord flow;
  flow.id = id;
  flow.l4_protocol = 6;
  flow.first_seen = Timestamp(std::chrono::seconds(1'700'000'000 + id % 1000));
  flow.last_seen = flow.first_seen + std::chrono::seconds(1);
  flow.application = {.master = 91, .app = static_cast<uint16_t>(100 + id % 100), .category = 5};
  flow.client.ip = *IpAddress::Parse("192.168.100.17");
  flow.server.ip = *IpAddress::Parse("142.250.185.78");
  flow.client.sent = flow.server.sent = {10, 1000 + id};
  return flow;
}

// The same snapshot for all.
class Source final : public snapshot::SnapshotSource {
 public:
  Source() {
    auto flows = std::make_shared<model::FlowBatch>();
    for (uint64_t id = 0; id < kFlows; ++id) flows->push_back(Flow(id));
    snapshot_->detail = snapshot::Detail::kRows;
    snapshot_->catalogue = Catalogue();
    snapshot_->interfaces.resize(1);
    snapshot_->interfaces[0].name = "eth0";
    snapshot_->active_flows.push_back(std::move(flows));
  }
  std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail, Duration) override {
    return snapshot_;
  }

 private:
  std::shared_ptr<snapshot::Snapshot> snapshot_ = std::make_shared<snapshot::Snapshot>();
};

// One script in one state.
class Fixture {
 public:
  explicit Fixture(const std::string& source) {
    state_->Run(kLimits, [&](lua_State* lua) {
      PublishLibraries(lua, NativeLibraries());
      PushEnvironment(lua);
      Load(lua, source, "bench.lua");
      lua_setfield(lua, LUA_REGISTRYINDEX, "bench.script");
    });
  }

  // What it returns, as JSON.
  std::string Call() {
    lua::Call call(services_, "bench.lua");
    state_->set_context(&call);
    std::string text;
    const Outcome outcome = state_->Run(kLimits, [&](lua_State* lua) {
      lua_getfield(lua, LUA_REGISTRYINDEX, "bench.script");
      PushEnvironment(lua);
      lua_setfenv(lua, -2);
      lua_call(lua, 0, 1);
      WriteJson(lua, -1, text);
    });
    return outcome.ok() ? text : outcome.message;
  }
  size_t used_bytes() const { return state_->used_bytes(); }

 private:
  static constexpr Limits kLimits{.wall_time = std::chrono::minutes(5),
                                  .instructions = UINT64_MAX / 2,
                                  .memory_bytes = size_t{8} << 30};
  Source source_;
  const http::Router router_;
  const SystemClock clock_;
  const model::PlaceNames places_;
  Services services_{.snapshots = source_,
                     .rest = router_,
                     .clock = clock_,
                     .places = places_,
                     .version = "",
                     .revision = "",
                     .started_at = {},
                     .script_dirs = {},
                     .data_dir = {}};
  std::unique_ptr<State> state_ = std::move(State::Make()).value();
};

// `mib_more`: what the state has more after the first call than before it, garbage included.
void RunScript(benchmark::State& state, const std::string& source) {
  Fixture fixture(source);
  const size_t before = fixture.used_bytes();
  std::string result = fixture.Call();
  const auto more = static_cast<double>(fixture.used_bytes()) - static_cast<double>(before);
  for (auto _ : state) {
    result = fixture.Call();
    benchmark::DoNotOptimize(result);
  }
  state.SetLabel(result);
  state.counters["mib_more"] = more / (1 << 20);
}

void BM_MakeList(benchmark::State& state) { RunScript(state, "return #wiregauge.flows()"); }
BENCHMARK(BM_MakeList)->Unit(benchmark::kMillisecond);

void BM_IterateRows(benchmark::State& state) {
  RunScript(state, R"(
    local bytes, names = 0, {}
    for flow in wiregauge.flows():each() do
      bytes = bytes + flow.bytes
      names[flow.application.name] = true
    end
    return bytes)");
}
BENCHMARK(BM_IterateRows)->Unit(benchmark::kMillisecond);

// A member that has no way of its own.
void BM_IterateRowsThroughJson(benchmark::State& state) {
  RunScript(state, R"(
    local ratio = 0
    for flow in wiregauge.flows():each() do ratio = ratio + flow.goodput_ratio end
    return ratio)");
}
BENCHMARK(BM_IterateRowsThroughJson)->Unit(benchmark::kMillisecond);

void BM_IterateTables(benchmark::State& state) {
  RunScript(state, R"(
    local flows = {}
    for flow in wiregauge.flows():each() do flows[#flows + 1] = flow:table() end
    local bytes, names = 0, {}
    for _, flow in ipairs(flows) do
      bytes = bytes + flow.bytes
      names[flow.application.name] = true
    end
    return bytes)");
}
BENCHMARK(BM_IterateTables)->Unit(benchmark::kMillisecond);

void BM_TrivialCall(benchmark::State& state) { RunScript(state, "return {ok = true}"); }
BENCHMARK(BM_TrivialCall);

}  // namespace
}  // namespace wiregauge::lua
