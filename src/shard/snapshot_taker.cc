// SPDX-License-Identifier: Apache-2.0
#include "shard/snapshot_taker.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace wiregauge::shard {
namespace {

// How long a shard may take for a slice before readers get the last one instead.
constexpr auto kPatience = std::chrono::seconds(2);

}  // namespace

SnapshotTaker::SnapshotTaker(std::shared_ptr<const model::ApplicationCatalogue> catalogue,
                             std::vector<snapshot::InterfaceFacts> interfaces,
                             std::vector<snapshot::SliceExchange*> exchanges, const Clock& clock)
    : catalogue_(std::move(catalogue)),
      interfaces_(std::move(interfaces)),
      exchanges_(std::move(exchanges)),
      clock_(clock),
      counters_(snapshot::Merge(Timestamp{}, catalogue_, interfaces_, {})),
      rows_(counters_) {}

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
  const SnapshotPtr made = Take(detail);
  MutexLock lock(mutex_);
  taking_ = false;
  taken_.NotifyAll();
  if (made == nullptr) return Newest(detail);
  if (made->detail == snapshot::Detail::kRows) rows_ = made;
  counters_ = made;
  return made;
}

SnapshotTaker::SnapshotPtr SnapshotTaker::Newest(snapshot::Detail detail) const {
  return detail == snapshot::Detail::kRows ? rows_ : counters_;
}

bool SnapshotTaker::IsFresh(const SnapshotPtr& snapshot, Duration max_age) const {
  return snapshot->final || clock_.Now() - snapshot->taken_at <= max_age;
}

SnapshotTaker::SnapshotPtr SnapshotTaker::Take(snapshot::Detail detail) {
  const Timestamp taken_at = clock_.Now();
  const std::vector<SlicePtr> slices = Collect(detail);
  const bool complete = std::none_of(slices.begin(), slices.end(),
                                     [](const SlicePtr& slice) { return slice == nullptr; });
  return complete ? snapshot::Merge(taken_at, catalogue_, interfaces_, slices) : nullptr;
}

std::vector<SnapshotTaker::SlicePtr> SnapshotTaker::Collect(snapshot::Detail detail) {
  std::vector<uint64_t> tickets;
  for (snapshot::SliceExchange* exchange : exchanges_) tickets.push_back(exchange->Request(detail));
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::vector<SlicePtr> slices;
  for (size_t i = 0; i < exchanges_.size(); ++i) {
    slices.push_back(exchanges_[i]->Await(tickets[i], detail, deadline));
  }
  return slices;
}

}  // namespace wiregauge::shard
