// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "base/time.h"
#include "model/sink_state.h"

namespace wiregauge::sinks {

// Tells the log which records a sink loses: at once when it begins to, then how many more at most
// once a minute for each reason. Of reasons that are told where they come up (kShutdown, kDamaged,
// kSetAside) it says nothing. Thread-safe.
class LossLog {
 public:
  // `dead_letter_path`: where rejected records are kept, those that are.
  LossLog(std::string sink, std::string dead_letter_path)
      : sink_(std::move(sink)), dead_letter_path_(std::move(dead_letter_path)) {}

  void Add(model::SinkDropReason reason, uint64_t records, SteadyTime now)
      WIREGAUGE_EXCLUDES(mutex_);
  // One that the receiver rejects, and why; `kept`: it is in the dead letters.
  void AddRejected(const std::string& why, bool kept, SteadyTime now) WIREGAUGE_EXCLUDES(mutex_);
  // Tells what it is time to tell.
  void Tell(SteadyTime now) WIREGAUGE_EXCLUDES(mutex_);
  // Tells all that was not told.
  void TellRest() WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Loss {
    uint64_t records = 0, kept = 0;  // not told yet; of these in the dead letters
    std::string why{};               // of the last one
    std::optional<SteadyTime> told_at{};
  };
  void TellIfDue(model::SinkDropReason reason, SteadyTime now) WIREGAUGE_EXCLUDES(mutex_);
  std::optional<Loss> TakeIfDue(model::SinkDropReason reason, SteadyTime now)
      WIREGAUGE_EXCLUDES(mutex_);
  void Write(model::SinkDropReason reason, const Loss& loss) const;

  const std::string sink_, dead_letter_path_;
  Mutex mutex_;
  std::array<Loss, model::kSinkDropReasons> losses_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::sinks
