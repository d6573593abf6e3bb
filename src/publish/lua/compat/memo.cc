// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/memo.h"

#include <memory>
#include <new>

#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua::compat {
namespace {

constexpr const char* kMemo = "wiregauge.memo";
constexpr uint64_t kSpendPerEntry = 150;

int Collect(lua_State* lua) {
  std::destroy_at(static_cast<Memo*>(lua_touserdata(lua, 1)));
  return 0;
}

Memo& Make(lua_State* lua) {
  Memo* const memo = new (lua_newuserdata(lua, sizeof(Memo))) Memo(State::Of(lua));
  lua_createtable(lua, 0, 1);
  lua_pushcfunction(lua, Collect);
  lua_setfield(lua, -2, "__gc");
  lua_setmetatable(lua, -2);
  lua_setfield(lua, LUA_REGISTRYINDEX, kMemo);
  return *memo;
}

}  // namespace

Memo& Memo::Of(lua_State* lua) {
  const uint64_t call_id = Call::Of(lua).id;
  lua_getfield(lua, LUA_REGISTRYINDEX, kMemo);
  auto* const kept = static_cast<Memo*>(lua_touserdata(lua, -1));
  lua_pop(lua, 1);
  if (kept != nullptr && kept->call_id_ == call_id) return *kept;
  Memo& memo = Make(lua);
  memo.call_id_ = call_id;
  return memo;
}

Memo::~Memo() { state_.HoldBytes(-static_cast<int64_t>(held_bytes_)); }

void Memo::Hold(size_t bytes) {
  held_bytes_ += bytes;
  state_.HoldBytes(static_cast<int64_t>(bytes));
}

void Memo::IndexHosts(const View& view) {
  constexpr size_t kBytesPerHost = 64;
  if (has_hosts_) return;
  Hold(view.tables.hosts.size() * kBytesPerHost);
  state_.Spend(view.tables.hosts.size() * kSpendPerEntry);
  hosts_.reserve(view.tables.hosts.size());
  for (const model::HostRecord& host : view.tables.hosts) {
    hosts_.emplace(Key{host.ip, host.vlan, host.interface_index}, &host);
  }
  has_hosts_ = true;
}

void Memo::IndexFlows(const View& view) {
  constexpr size_t kBytesPerFlow = 192;
  if (has_flows_) return;
  for (const auto& batch : view.tables.active_flows) {
    Hold(batch->size() * kBytesPerFlow);
    state_.Spend(batch->size() * 2 * kSpendPerEntry);
    for (const model::FlowRecord& flow : *batch) {
      flows_[Key{flow.client.ip, flow.vlan, flow.interface_index}].push_back(&flow);
      if (flow.client.ip == flow.server.ip) continue;
      flows_[Key{flow.server.ip, flow.vlan, flow.interface_index}].push_back(&flow);
    }
  }
  has_flows_ = true;
}

const model::HostRecord* Memo::FindHost(const View& view, const IpAddress& ip, uint16_t vlan) {
  IndexHosts(view);
  const auto host = hosts_.find(Key{ip, vlan, view.interface_index});
  return host == hosts_.end() ? nullptr : host->second;
}

const std::vector<const model::FlowRecord*>& Memo::FlowsOf(const View& view,
                                                           const model::HostRecord& host) {
  static const std::vector<const model::FlowRecord*> kNone;
  IndexFlows(view);
  const auto flows = flows_.find(Key{host.ip, host.vlan, host.interface_index});
  return flows == flows_.end() ? kNone : flows->second;
}

model::HostTallies Memo::TalliesOf(const View& view, const model::HostRecord& host) {
  constexpr uint64_t kSpendPerCopy = 20'000;
  state_.Spend(kSpendPerCopy);
  model::HostTallies tallies = host.tallies ? *host.tallies : model::HostTallies{};
  for (const model::FlowRecord* const flow : FlowsOf(view, host)) {
    state_.Spend(kSpendPerEntry);
    if (flow->client.ip == host.ip) tallies.AddUnreported(*flow, true);
    if (flow->server.ip == host.ip) tallies.AddUnreported(*flow, false);
  }
  return tallies;
}

bool Memo::IsNewWarning(std::string_view message) { return warnings_.emplace(message).second; }

}  // namespace wiregauge::lua::compat
