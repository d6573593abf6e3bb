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

void LossLog::Add(SinkDropReason reason, uint64_t records, const std::string& why, SteadyTime now) {
  if (TextOf(reason) == nullptr) return;
  {
    MutexLock lock(mutex_);
    Loss& loss = losses_[static_cast<size_t>(reason)];
    loss.records += records;
    loss.why = why;
  }
  Tell(now);
}

void LossLog::Tell(SteadyTime now) {
  std::vector<std::pair<SinkDropReason, Loss>> due;
  {
    MutexLock lock(mutex_);
    for (size_t i = 0; i < losses_.size(); ++i) {
      Loss& loss = losses_[i];
      if (loss.records == 0 || (loss.told_at && now < *loss.told_at + kInterval)) continue;
      loss.told_at = now;
      due.emplace_back(static_cast<SinkDropReason>(i), loss);
      loss.records = 0;
    }
  }
  for (const auto& [reason, loss] : due) Write(reason, loss);
}

void LossLog::TellRest() { Tell(SteadyTime::max()); }

void LossLog::Write(SinkDropReason reason, const Loss& loss) const {
  std::vector<log::Field> fields = {{"sink", sink_}, {"records", std::to_string(loss.records)}};
  if (!loss.why.empty()) fields.push_back({"last_refusal", loss.why});
  if (reason == SinkDropReason::kRejected && !dead_letter_path_.empty()) {
    fields.push_back({"dead_letters", dead_letter_path_});
  }
  log::Write(log::Level::kWarning, "sinks", TextOf(reason), fields);
}

}  // namespace wiregauge::sinks
