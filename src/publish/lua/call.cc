// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/call.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <iterator>
#include <string_view>

#include "base/text.h"
#include "publish/lua/vm/error.h"
#include "publish/lua/vm/state.h"

namespace wiregauge::lua {
namespace {

// How old a snapshot may be: readers share what was taken within this time.
constexpr Duration kMaxAge = std::chrono::seconds(1);

// The server's own: ntopng's scripts write some of them.
constexpr std::string_view kOwnHeaders[] = {
    "connection", "content-length",    "content-encoding", "date",
    "server",     "transfer-encoding", "keep-alive",       "vary",
};

}  // namespace

uint64_t Call::NextId() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

Call& Call::Of(lua_State* lua) { return *static_cast<Call*>(State::Of(lua).context()); }

const snapshot::Snapshot& Call::counters() {
  // What others have taken for their rows may be older than these counters, which never go down.
  const bool rows_are_older =
      counters_ != nullptr && rows_ != nullptr && rows_->taken_at < counters_->taken_at;
  if (rows_ != nullptr && !rows_are_older) return *rows_;
  if (counters_ == nullptr) counters_ = Look(snapshot::Detail::kCounters);
  return *counters_;
}

const snapshot::Snapshot& Call::rows() {
  if (rows_ == nullptr) rows_ = Look(snapshot::Detail::kRows);
  return *rows_;
}

void Call::SetHeader(const std::string& name, const std::string& value) {
  constexpr size_t kLongestName = 64, kLongestValue = 1024, kMostHeaders = 32;
  const bool is_token = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  });
  if (!is_token || name.size() > kLongestName) throw ScriptError("no header can be called " + name);
  if (value.size() > kLongestValue || headers.size() == kMostHeaders) {
    throw ScriptError("header " + name + ": too long, or too many");
  }
  const std::string lower = ToLower(name);
  for (const std::string_view own : kOwnHeaders) {
    if (lower == own) return;
  }
  headers.push_back({name, value});
}

const std::shared_ptr<const model::HostAlerts>& Call::host_alerts() {
  if (host_alerts_ == nullptr && services.alerts != nullptr) {
    host_alerts_ = services.alerts->host_alerts();
  }
  return host_alerts_;
}

void Call::Keep(std::vector<snapshot::FlowTape::Batch> batches) {
  kept_.insert(kept_.end(), std::make_move_iterator(batches.begin()),
               std::make_move_iterator(batches.end()));
}

std::shared_ptr<const snapshot::Snapshot> Call::Look(snapshot::Detail detail) {
  auto whole = services.snapshots.Get(detail, kMaxAge);
  if (identity == nullptr || !identity->is_restricted()) return whole;
  return services.visible_parts.Get(whole, *identity);
}

}  // namespace wiregauge::lua
