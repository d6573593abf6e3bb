// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/spool_books.h"

#include <algorithm>
#include <utility>

namespace wiregauge::sinks {
namespace {

using model::SinkDropReason;

uint64_t RecordsIn(const SpoolBooks::Segment& segment) {
  uint64_t records = 0;
  for (const SpoolFrame& frame : segment.frames) records += frame.records;
  return records;
}

}  // namespace

void SpoolBooks::Open(const SpoolPosition& position) {
  ledger_ = position.ledger;
  next_record_ = position.next_record;
}

void SpoolBooks::AddSegment(Segment segment, uint64_t next_record) {
  next_record_ = std::max(next_record_, next_record);
  if (!segment.frames.empty()) segments_.push_back(std::move(segment));
}

SpoolBooks::Gone SpoolBooks::SkipSettled(const SpoolPosition& position) {
  Gone gone;
  while (!segments_.empty() && segments_.front().number < position.segment) {
    gone.segments.push_back(segments_.front().number);
    segments_.pop_front();
  }
  if (segments_.empty() || segments_.front().number != position.segment) return gone;
  Segment& segment = segments_.front();
  while (segment.offset < position.offset && !segment.frames.empty()) {
    segment.offset += segment.frames.front().bytes;
    segment.frames.pop_front();
  }
  return gone;
}

SpoolBooks::Gone SpoolBooks::SetAside() {
  Gone gone;
  for (; !segments_.empty(); segments_.pop_front()) {
    gone.records += RecordsIn(segments_.front());
    gone.segments.push_back(segments_.front().number);
  }
  Drop(SinkDropReason::kSetAside, gone.records);
  return gone;
}

// Gives up the oldest segments.
SpoolBooks::Gone SpoolBooks::MakeRoom(uint64_t bytes, uint64_t most_bytes) {
  Gone gone;
  for (; !segments_.empty() && BytesOnDisk() + bytes > most_bytes; segments_.pop_front()) {
    const Segment& oldest = segments_.front();
    gone.records += RecordsIn(oldest);
    gone.segments.push_back(oldest.number);
    if (taken_ && taken_->segment == oldest.number) {
      gone.records -= taken_->frame.records;  // they are under way
      taken_->segment = 0;
    }
  }
  Drop(SinkDropReason::kSpoolFull, gone.records);
  return gone;
}

SpoolBooks::Gone SpoolBooks::BeginSegment() {
  Gone gone;
  for (; !segments_.empty() && segments_.front().frames.empty(); segments_.pop_front()) {
    gone.segments.push_back(segments_.front().number);
  }
  segments_.push_back({.number = next_record_});
  return gone;
}

void SpoolBooks::Add(const SpoolFrame& frame) {
  segments_.back().file_bytes += frame.bytes;
  segments_.back().frames.push_back(frame);
  next_record_ += frame.records;
}

// Segments before it that are read to their end stay until then.
std::optional<SpoolBooks::Place> SpoolBooks::front() const {
  const auto segment = std::ranges::find_if(
      segments_, [](const Segment& candidate) { return !candidate.frames.empty(); });
  if (segment == segments_.end()) return std::nullopt;
  return Place{segment->number, segment->offset, segment->frames.front()};
}

bool SpoolBooks::Take(const Place& place) {
  if (front() != place) return false;
  taken_ = place;
  return true;
}

SpoolBooks::Gone SpoolBooks::Settle(const model::SinkLedger& totals) {
  constexpr auto kRejected = static_cast<size_t>(SinkDropReason::kRejected);
  Gone gone;
  if (taken_ && taken_->segment != 0) PopFront(gone);
  taken_.reset();
  ledger_.delivered = totals.delivered;
  ledger_.dropped[kRejected] = totals.dropped[kRejected];
  return gone;
}

SpoolBooks::Gone SpoolBooks::GiveUp(const Place& place) {
  Gone gone;
  if (front() != place) return gone;
  PopFront(gone);
  gone.records = place.frame.records;
  Drop(SinkDropReason::kDamaged, gone.records);
  return gone;
}

// The front frame is settled. Segments that are read to their end go, but for the last one.
void SpoolBooks::PopFront(Gone& gone) {
  while (segments_.front().frames.empty()) {
    gone.segments.push_back(segments_.front().number);
    segments_.pop_front();
  }
  Segment& segment = segments_.front();
  segment.offset += segment.frames.front().bytes;
  segment.frames.pop_front();
  if (segment.frames.empty() && segments_.size() > 1) {
    gone.segments.push_back(segment.number);
    segments_.pop_front();
  }
}

// Without its segment what is under way counts as lost until it is settled: after a kill nobody
// has it.
SpoolPosition SpoolBooks::position() const {
  SpoolPosition position{.segment = segments_.empty() ? next_record_ : segments_.front().number,
                         .offset = segments_.empty() ? 0 : segments_.front().offset,
                         .next_record = next_record_,
                         .ledger = ledger_};
  constexpr auto kSpoolFull = static_cast<size_t>(SinkDropReason::kSpoolFull);
  if (taken_ && taken_->segment == 0) position.ledger.dropped[kSpoolFull] += taken_->frame.records;
  return position;
}

model::SinkLedger SpoolBooks::ledger() const {
  model::SinkLedger ledger = ledger_;
  ledger.offered = ledger.delivered + ledger.dropped_sum();
  for (const Segment& segment : segments_) ledger.offered += RecordsIn(segment);
  return ledger;
}

uint64_t SpoolBooks::BytesOnDisk() const {
  uint64_t bytes = 0;
  for (const Segment& segment : segments_) bytes += segment.file_bytes;
  return bytes;
}

uint64_t SpoolBooks::waiting_bytes() const {
  uint64_t bytes = 0;
  for (const Segment& segment : segments_) bytes += segment.file_bytes - segment.offset;
  return bytes;
}

std::optional<Timestamp> SpoolBooks::oldest_waiting() const {
  for (const Segment& segment : segments_) {
    const auto dated = std::ranges::find(segment.frames, false, &SpoolFrame::damaged);
    if (dated != segment.frames.end()) {
      return Timestamp(std::chrono::nanoseconds(dated->offered_at_ns));
    }
  }
  return std::nullopt;
}

}  // namespace wiregauge::sinks
