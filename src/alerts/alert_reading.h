// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alerts/alert_file.h"
#include "alerts/alert_filter.h"
#include "base/result.h"

namespace wiregauge::alerts {

// An alert among many: what they are ordered by.
struct AlertRow {
  uint64_t id = 0;
  model::Severity severity = model::Severity::kInfo;
  Timestamp raised_at{}, last_seen_at{};
  std::optional<Timestamp> released_at{};
  uint64_t times = 1;
};

// All alerts as they were when it was made, in memory and in the file. Short-lived: while it is
// there, the file is not given up. Not thread-safe.
class AlertReading {
 public:
  // Hears why the file cannot be read.
  using Report = std::function<void(const Error&)>;

  // `memory`: in the order of their ids; each wins over what the file has under its id. `in_use`:
  // given up when the file is closed.
  AlertReading(std::vector<AlertPtr> memory, std::optional<AlertFileReader> file,
               std::shared_ptr<void> in_use, Report report)
      : in_use_(std::move(in_use)),
        memory_(std::move(memory)),
        file_(std::move(file)),
        report_(std::move(report)) {}

  // Errors are kUnavailable: the file cannot be read, and what is past is in it.
  // Those that the filter takes, in no order.
  Result<std::vector<AlertRow>> Select(const AlertFilter& filter);
  // Null: there is none.
  Result<AlertPtr> Find(uint64_t id);
  // The interfaces of those that the filter takes.
  Result<std::set<std::string>> Interfaces(const AlertFilter& filter);

 private:
  Status ForEach(const AlertFilter& filter, const AlertFileReader::Visit& visit);
  AlertPtr InMemory(uint64_t id) const;
  Error CannotRead(const Error& error) const;

  std::shared_ptr<void> in_use_;  // first: the file is closed before
  std::vector<AlertPtr> memory_;
  std::optional<AlertFileReader> file_;
  Report report_;
};

// What is answered then.
Error CannotReadPast();

}  // namespace wiregauge::alerts
