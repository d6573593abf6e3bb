// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/time.h"
#include "publish/sinks/frame/file_bytes.h"
#include "publish/sinks/frame/target.h"

namespace wiregauge::sinks {

struct PipeOptions {
  std::string path;                             // "-": standard output
  Duration patience = std::chrono::seconds(3);  // with a reader that takes nothing
};

// Writes lines to what cannot be taken back: standard output, a FIFO, a terminal. It never blocks:
// a reader that is not there, or that takes nothing for `patience`, is a problem that is told. What
// was written until then is delivered in whole lines; the line that was begun is ended by the next
// call, to which the frame brings its record first, or by Finish.
class PipeTarget final : public Target {
 public:
  explicit PipeTarget(PipeOptions options);

  Delivery Deliver(const Parcel& parcel, const Interrupt& stop) override;
  std::string Tend(const Interrupt&) override { return {}; }
  void Finish() override;
  TargetState state() const override WIREGAUGE_EXCLUDES(mutex_);

 private:
  bool is_standard_output() const { return options_.path == "-"; }
  std::string Open();
  bool HasMoved() const;
  std::string WriteLines(std::string_view lines, size_t& at, const Interrupt& stop);
  std::string Write(std::string_view bytes, size_t& at, Duration patience, int stop_fd);

  const PipeOptions options_;
  OwnedFile file_;
  size_t most_bytes_ = 0;  // of one write(2)
  std::string rest_;       // of the line that was begun
  mutable Mutex mutex_;
  uint64_t opened_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
};

}  // namespace wiregauge::sinks
