// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/call.h"

#include <atomic>

#include "publish/lua/vm/state.h"

namespace wiregauge::lua {
namespace {

// How old a snapshot may be: readers share what was taken within this time.
constexpr Duration kMaxAge = std::chrono::seconds(1);

}  // namespace

uint64_t Call::NextId() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

Call& Call::Of(lua_State* lua) { return *static_cast<Call*>(State::Of(lua).context()); }

const snapshot::Snapshot& Call::counters() {
  if (rows_ != nullptr) return *rows_;
  if (counters_ == nullptr) counters_ = Look(snapshot::Detail::kCounters);
  return *counters_;
}

const snapshot::Snapshot& Call::rows() {
  if (rows_ == nullptr) rows_ = Look(snapshot::Detail::kRows);
  return *rows_;
}

std::shared_ptr<const snapshot::Snapshot> Call::Look(snapshot::Detail detail) {
  auto whole = services.snapshots.Get(detail, kMaxAge);
  if (identity == nullptr || !identity->is_restricted()) return whole;
  return services.visible_parts.Get(whole, *identity);
}

}  // namespace wiregauge::lua
