// SPDX-License-Identifier: Apache-2.0
#include "shard/capture_keeper.h"

#include <algorithm>
#include <utility>

namespace wiregauge::shard {
namespace {

// How old the rows may be in which a flow is looked up, as in the rest of the API.
constexpr Duration kMaxAge = std::chrono::seconds(1);
// How long a shard may take for an answer.
constexpr auto kPatience = std::chrono::seconds(2);
// What a capture takes beside its file.
constexpr uint64_t kOverheadBytes = 1024;

Error NoSuchFlow(uint64_t flow_id) {
  return {ErrorCode::kNotFound, "There is no flow " + std::to_string(flow_id) +
                                    ": it never was, or it ended too long ago."};
}

Error HasEnded(uint64_t flow_id) {
  return {ErrorCode::kConflict,
          "Flow " + std::to_string(flow_id) + " has ended: no further packet of it will come."};
}

}  // namespace

CaptureKeeper::CaptureKeeper(const snapshot::FlowCaptureBudget& budget, Desks desks,
                             snapshot::SnapshotSource& snapshots, const Clock& clock)
    : budget_(budget), desks_(std::move(desks)), snapshots_(snapshots), clock_(clock) {}

Result<model::FlowCaptureRecord> CaptureKeeper::Start(uint64_t flow_id,
                                                      const model::FlowCaptureLimits& limits) {
  const auto snapshot = snapshots_.Get(snapshot::Detail::kRows, kMaxAge);
  const model::FlowRecord* const flow = snapshot->FindFlow(flow_id);
  if (flow == nullptr) return NoSuchFlow(flow_id);
  if (flow->state == model::FlowState::kEnded) return HasEnded(flow_id);
  const snapshot::InterfaceView& interface = snapshot->interfaces[flow->interface_index];
  auto file = PcapBuffer::Create(interface.link_type.value_or(LinkType::kEthernet),
                                 limits.snap_length_bytes, limits.max_bytes);
  if (file == nullptr) {
    return Error{ErrorCode::kUnavailable, "The system has no memory for a capture of that size."};
  }
  FlowCapture::Order order{.flow_id = flow_id,
                           .key = flow::KeyOf(*flow),
                           .interface_index = flow->interface_index,
                           .limits = limits};
  {
    MutexLock lock(mutex_);
    order.id = ++last_id_;
  }
  const auto capture = std::make_shared<FlowCapture>(order, std::move(file),
                                                     desks_[order.interface_index].size(), clock_);
  if (Status admitted = Admit(capture); !admitted) return admitted.error();
  if (Status asked = Ask(capture); !asked) {
    SetStanding(capture, Standing::kForgotten);
    return asked.error();
  }
  SetStanding(capture, Standing::kShown);
  return capture->Record();
}

uint64_t CaptureKeeper::Entry::memory_bytes() const {
  return capture->memory_bytes() + kOverheadBytes;
}

Status CaptureKeeper::Admit(const CapturePtr& capture) {
  std::vector<Entry> leaving;  // destroyed when the lock is gone
  MutexLock lock(mutex_);
  Settle();
  if (Status running = CheckRunning(capture->order().flow_id); !running) return running;
  Entry entry{.capture = capture};
  if (!MakeRoom(entry.memory_bytes(), leaving)) {
    return Error{ErrorCode::kUnavailable,
                 "flow_capture.memory_bytes has no room for it beside the captures that run."};
  }
  entries_.push_back(std::move(entry));
  return {};
}

Status CaptureKeeper::CheckRunning(uint64_t flow_id) const {
  uint32_t running = 0;
  for (const Entry& entry : entries_) {
    if (entry.is_settled) continue;
    ++running;
    if (entry.capture->order().flow_id != flow_id) continue;
    return Error{ErrorCode::kConflict,
                 "A capture of flow " + std::to_string(flow_id) + " runs already."};
  }
  if (running < budget_.most_running) return {};
  return Error{ErrorCode::kUnavailable,
               "As many captures run as may at once (flow_capture.max_running): " +
                   std::to_string(running) + "."};
}

bool CaptureKeeper::MakeRoom(uint64_t bytes, std::vector<Entry>& leaving) {
  uint64_t used = Used(), running = 0;
  for (const Entry& entry : entries_) running += entry.is_settled ? 0 : entry.memory_bytes();
  if (running + bytes > budget_.memory_bytes) return false;
  std::erase_if(entries_, [&](Entry& entry) {
    if (!entry.is_settled || used + bytes <= budget_.memory_bytes) return false;
    used -= entry.memory_bytes();
    leaving.push_back(std::move(entry));
    return true;
  });
  return true;
}

Status CaptureKeeper::Ask(const CapturePtr& capture) {
  for (CaptureDesk* const desk : desks_[capture->order().interface_index]) desk->Hand(capture);
  switch (capture->AwaitAnswer(std::chrono::steady_clock::now() + kPatience)) {
    case FlowCapture::Answer::kAccepted:
      return {};
    case FlowCapture::Answer::kDeclined:
      return HasEnded(capture->order().flow_id);
    case FlowCapture::Answer::kLate:
      break;
  }
  return Error{ErrorCode::kUnavailable, "The worker that has the flow does not answer."};
}

CaptureKeeper::CapturePtr CaptureKeeper::FindCapture(uint64_t id) {
  MutexLock lock(mutex_);
  Settle();
  for (const Entry& entry : entries_) {
    if (entry.capture->order().id == id && entry.standing == Standing::kShown) return entry.capture;
  }
  return nullptr;
}

void CaptureKeeper::Settle() {
  std::erase_if(entries_, [](Entry& entry) {
    if (!entry.is_settled && entry.capture->is_done()) {
      entry.capture->Trim();
      entry.is_settled = true;
    }
    return entry.is_settled && entry.standing == Standing::kForgotten;
  });
}

uint64_t CaptureKeeper::Used() const {
  uint64_t used = 0;
  for (const Entry& entry : entries_) used += entry.memory_bytes();
  return used;
}

uint64_t CaptureKeeper::memory_bytes() {
  MutexLock lock(mutex_);
  Settle();
  return Used();
}

std::vector<model::FlowCaptureRecord> CaptureKeeper::List() {
  std::vector<CapturePtr> captures;
  {
    MutexLock lock(mutex_);
    Settle();
    for (const Entry& entry : entries_) {
      if (entry.standing == Standing::kShown) captures.push_back(entry.capture);
    }
  }
  std::vector<model::FlowCaptureRecord> records;
  for (const CapturePtr& capture : captures) records.push_back(capture->Record());
  return records;
}

std::optional<model::FlowCaptureRecord> CaptureKeeper::Find(uint64_t id) {
  const CapturePtr capture = FindCapture(id);
  if (capture == nullptr) return std::nullopt;
  return capture->Record();
}

std::optional<std::string> CaptureKeeper::ReadFile(uint64_t id) {
  const CapturePtr capture = FindCapture(id);
  if (capture == nullptr) return std::nullopt;
  return capture->File();
}

std::optional<model::FlowCaptureRecord> CaptureKeeper::Stop(uint64_t id) {
  const CapturePtr capture = FindCapture(id);
  if (capture == nullptr) return std::nullopt;
  capture->RequestStop();
  capture->AwaitEnd(std::chrono::steady_clock::now() + kPatience);
  return capture->Record();
}

bool CaptureKeeper::Remove(uint64_t id) {
  const CapturePtr capture = FindCapture(id);
  if (capture == nullptr) return false;
  capture->RequestStop();
  capture->AwaitEnd(std::chrono::steady_clock::now() + kPatience);
  SetStanding(capture, Standing::kForgotten);
  return true;
}

void CaptureKeeper::SetStanding(const CapturePtr& capture, Standing standing) {
  MutexLock lock(mutex_);
  for (Entry& entry : entries_) {
    if (entry.capture == capture) entry.standing = standing;
  }
  Settle();
}

}  // namespace wiregauge::shard
