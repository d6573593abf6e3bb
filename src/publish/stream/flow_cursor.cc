// SPDX-License-Identifier: Apache-2.0
#include "publish/stream/flow_cursor.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace wiregauge::stream {

std::optional<FlowCursor::Missed> FlowCursor::LookAtNew(const snapshot::FlowTape& tape) {
  if (!view_->shows_all()) Look(tape);
  const snapshot::FlowTape::Extent extent = tape.extent();
  if (next_record_ >= extent.oldest_record) return std::nullopt;
  const uint64_t kept = extent.next_record - extent.oldest_record;
  uint64_t place = extent.oldest_record + kept / 2;
  if (!view_->shows_all()) {
    if (looked_at_ < extent.oldest_record) {
      unseen_ += extent.oldest_record - std::exchange(looked_at_, extent.oldest_record);
    }
    place = std::min(place, looked_at_);
  }
  const uint64_t unseen = std::exchange(unseen_, 0);
  const Missed missed{.records = MoveTo(place) + unseen, .exact = unseen == 0};
  return missed.records > 0 ? std::optional(missed) : std::nullopt;
}

void FlowCursor::Look(const snapshot::FlowTape& tape) {
  const auto stretch = tape.ReadFrom(looked_at_, std::numeric_limits<size_t>::max());
  unseen_ += stretch.first_record > looked_at_ ? stretch.first_record - looked_at_ : 0;
  uint64_t number = stretch.first_record;
  for (const auto& batch : stretch.batches) {
    for (const model::FlowRecord& flow : *batch) {
      if (number >= looked_at_ && view_->Shows(flow)) wanted_.push_back(number);
      ++number;
    }
  }
  looked_at_ = std::max(looked_at_, number);
  // What nobody wants need not be gone through.
  if (unseen_ == 0) next_record_ = wanted_.empty() ? looked_at_ : wanted_.front();
}

uint64_t FlowCursor::MoveTo(uint64_t number) {
  if (view_->shows_all()) return number - std::exchange(next_record_, number);
  uint64_t passed = 0;
  for (; !wanted_.empty() && wanted_.front() < number; ++passed) wanted_.pop_front();
  next_record_ = number;
  return passed;
}

}  // namespace wiregauge::stream
