// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ip_address.h"
#include "model/host_record.h"
#include "model/name_index.h"
#include "model/place_tallies.h"
#include "publish/lua/compat/view.h"

namespace wiregauge::lua {
class State;
}

namespace wiregauge::lua::compat {

// What is found out once for all rows of a call. Kept by the state for its newest call; what it
// points into is good in that call only. Of one thread.
class Memo {
 public:
  // Of the present call.
  static Memo& Of(lua_State* lua);
  explicit Memo(State& state) : state_(state) {}
  ~Memo();
  Memo(const Memo&) = delete;
  Memo& operator=(const Memo&) = delete;

  // Null when there is no such host on the interface.
  const model::HostRecord* FindHost(const View& view, const IpAddress& ip, uint16_t vlan);
  // The active flows of the host, each once.
  const std::vector<const model::FlowRecord*>& FlowsOf(const View& view,
                                                       const model::HostRecord& host);
  // snapshot::TalliesOf the host on its interface.
  model::HostTallies TalliesOf(const View& view, const model::HostRecord& host);
  // True the first time.
  bool IsNewWarning(std::string_view message);

 private:
  using Key = model::NameIndex::Key;
  template <typename Value>
  using ByHost = std::unordered_map<Key, Value, model::NameIndex::KeyHash>;

  void IndexHosts(const View& view);
  void IndexFlows(const View& view);
  void Hold(size_t bytes);

  State& state_;
  uint64_t call_id_ = 0;
  size_t held_bytes_ = 0;
  bool has_hosts_ = false, has_flows_ = false;
  ByHost<const model::HostRecord*> hosts_;
  ByHost<std::vector<const model::FlowRecord*>> flows_;
  std::set<std::string, std::less<>> warnings_;
};

}  // namespace wiregauge::lua::compat
