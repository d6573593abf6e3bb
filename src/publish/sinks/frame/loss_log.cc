// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/loss_log.h"

#include <utility>
#include <vector>

#include "base/log.h"

namespace wiregauge::sinks {
namespace {

using model::SinkDropReason;

constexpr Duration kInterval = std::chrono::minutes(1);

// Null: it is told elsewhere.
const char* TextOf(SinkDropReason reason) {
  switch (reason) {
    case SinkDropReason::kQueueFull:
      return "records are lost: the queue is full, the oldest make room";
    case SinkDropReason::kSpoolFull:
      return "records are lost: the spool is full, the oldest make room";
    case SinkDropReason::kRejected:
      return "the receiver refuses records for good";
    case SinkDropReason::kShutdown:
    case SinkDropReason::kDamaged:
    case SinkDropReason::kSetAside:
    case SinkDropReason::kCount:
      break;
  }
  return nullptr;
}

}  // namespace

void LossLog::Add(SinkDropReason reason, uint64_t records, SteadyTime now) {
  if (TextOf(reason) == nullptr) return;
  {
    MutexLock lock(mutex_);
    losses_[static_cast<size_t>(reason)].records += records;
  }
  TellIfDue(reason, now);
}

void LossLog::AddRejected(const std::string& why, bool kept, SteadyTime now) {
  {
    MutexLock lock(mutex_);
    Loss& loss = losses_[static_cast<size_t>(SinkDropReason::kRejected)];
    ++loss.records;
    if (kept) ++loss.kept;
    loss.why = why;
  }
  TellIfDue(SinkDropReason::kRejected, now);
}

void LossLog::Tell(SteadyTime now) {
  for (size_t i = 0; i < model::kSinkDropReasons; ++i) {
    TellIfDue(static_cast<SinkDropReason>(i), now);
  }
}

void LossLog::TellRest() {
  {
    MutexLock lock(mutex_);
    for (Loss& loss : losses_) loss.told_at.reset();
  }
  Tell(SteadyTime());
}

void LossLog::TellIfDue(SinkDropReason reason, SteadyTime now) {
  if (const auto due = TakeIfDue(reason, now)) Write(reason, *due);
}

std::optional<LossLog::Loss> LossLog::TakeIfDue(SinkDropReason reason, SteadyTime now) {
  MutexLock lock(mutex_);
  Loss& loss = losses_[static_cast<size_t>(reason)];
  if (loss.records == 0 || (loss.told_at && now < *loss.told_at + kInterval)) return {};
  return std::exchange(loss, Loss{.told_at = now});
}

void LossLog::Write(SinkDropReason reason, const Loss& loss) const {
  std::vector<log::Field> fields = {{"sink", sink_}, {"records", std::to_string(loss.records)}};
  if (reason == SinkDropReason::kRejected) {
    fields.push_back({"last_refusal", loss.why});
    fields.push_back({"in_dead_letters", std::to_string(loss.kept)});
    if (loss.kept > 0) fields.push_back({"dead_letters", dead_letter_path_});
  }
  log::Write(log::Level::kWarning, "sinks", TextOf(reason), fields);
}

}  // namespace wiregauge::sinks
