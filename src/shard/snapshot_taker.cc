// SPDX-License-Identifier: Apache-2.0
#include "shard/snapshot_taker.h"

#include <chrono>
#include <utility>

namespace wiregauge::shard {
namespace {

// How long a shard may take for a slice before its last one stands for it.
constexpr auto kPatience = std::chrono::seconds(2);

}  // namespace

SnapshotTaker::SnapshotTaker(Catalogues catalogues,
                             std::vector<snapshot::InterfaceFacts> interfaces,
                             std::vector<ShardExchange> shards, const Clock& clock,
                             snapshot::NameSupplement* names)
    : catalogues_(std::move(catalogues)),
      interfaces_(std::move(interfaces)),
      clock_(clock),
      names_(names) {
  for (const ShardExchange& shard : shards) {
    shards_.push_back({.exchange = shard.exchange,
                       .interface_index = shard.interface_index,
                       .missed = std::nullopt});
  }
}

std::shared_ptr<const snapshot::Snapshot> SnapshotTaker::Get(snapshot::Detail detail,
                                                             Duration max_age) {
  {
    MutexLock lock(mutex_);
    while (true) {
      SnapshotPtr newest = Newest(detail);
      if (IsFresh(newest, max_age)) return newest;
      if (!taking_) break;
      taken_.Wait(lock);
    }
    taking_ = true;
  }
  SnapshotPtr made;
  try {
    made = Take(detail);
  } catch (...) {  // no memory: others may have more luck
    EndTaking(nullptr);
    throw;
  }
  EndTaking(made);
  return made;
}

void SnapshotTaker::EndTaking(const SnapshotPtr& made) {
  MutexLock lock(mutex_);
  taking_ = false;
  taken_.NotifyAll();
  if (made == nullptr) return;
  if (made->detail == snapshot::Detail::kRows) rows_ = made;
  counters_ = made;
}

SnapshotTaker::SnapshotPtr SnapshotTaker::Newest(snapshot::Detail detail) const {
  return detail == snapshot::Detail::kRows ? rows_ : counters_;
}

bool SnapshotTaker::IsFresh(const SnapshotPtr& snapshot, Duration max_age) const {
  if (snapshot == nullptr) return false;
  // When all sources have ended, names may still come.
  const bool is_last = snapshot->final && names_ == nullptr;
  return is_last || clock_.SteadyNow() - snapshot->taken_at <= max_age;
}

SnapshotTaker::SnapshotPtr SnapshotTaker::Take(snapshot::Detail detail) {
  const SteadyTime taken_at = clock_.SteadyNow();
  for (Shard& shard : shards_) shard.ticket = shard.exchange->Request(detail);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::vector<SlicePtr> slices;
  for (Shard& shard : shards_) {
    if (SlicePtr slice = Await(shard, detail, deadline)) slices.push_back(std::move(slice));
  }
  const auto snapshot =
      snapshot::Merge(taken_at, catalogues_.applications, interfaces_, detail, slices);
  if (catalogues_.vendors != nullptr) snapshot->vendors = catalogues_.vendors;
  for (const Shard& shard : shards_) {
    if (!shard.missed) continue;
    snapshot->final = false;
    snapshot::InterfaceView& interface = snapshot->interfaces[shard.interface_index];
    interface.state = "stalled";
    interface.problem =
        interface.name + ": a worker does not answer; what is shown of it is its last known";
  }
  if (names_ != nullptr) names_->Complete(*snapshot);
  return snapshot;
}

SnapshotTaker::SlicePtr SnapshotTaker::Await(Shard& shard, snapshot::Detail detail,
                                             SteadyTime deadline) {
  snapshot::SliceExchange& exchange = *shard.exchange;
  const bool is_late = shard.missed && exchange.Await(shard.missed->ticket, shard.missed->detail,
                                                      std::chrono::steady_clock::now()) == nullptr;
  if (!is_late) {
    if (SlicePtr slice = exchange.Await(shard.ticket, detail, deadline)) {
      shard.missed.reset();
      return slice;
    }
    shard.missed = {shard.ticket, detail};
  }
  if (SlicePtr last = exchange.Newest(detail)) return last;
  return exchange.Newest(snapshot::Detail::kCounters);
}

}  // namespace wiregauge::shard
