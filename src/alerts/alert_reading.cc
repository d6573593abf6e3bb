// SPDX-License-Identifier: Apache-2.0
#include "alerts/alert_reading.h"

#include <algorithm>

namespace wiregauge::alerts {

Error CannotReadPast() {
  return {ErrorCode::kUnavailable, "past alerts cannot be read now; those that are engaged can"};
}

Error AlertReading::CannotRead(const Error& error) const {
  report_(error);
  return CannotReadPast();
}

AlertPtr AlertReading::InMemory(uint64_t id) const {
  const auto at =
      std::ranges::lower_bound(memory_, id, {}, [](const AlertPtr& a) { return a->id; });
  return at != memory_.end() && (*at)->id == id ? *at : nullptr;
}

Status AlertReading::ForEach(const AlertFilter& filter, const AlertFileReader::Visit& visit) {
  for (const AlertPtr& alert : memory_) {
    if (filter.Matches(*alert)) visit(*alert);
  }
  if (!file_ || filter.is_engaged == true) return {};  // what is engaged is in memory
  return file_->ForEachPast(filter.from, filter.to, [&](const model::Alert& alert) {
    if (filter.Matches(alert) && InMemory(alert.id) == nullptr) visit(alert);
  });
}

Result<std::vector<AlertRow>> AlertReading::Select(const AlertFilter& filter) {
  std::vector<AlertRow> rows;
  Status status = ForEach(filter, [&](const model::Alert& alert) {
    rows.push_back({alert.id, alert.content.severity, alert.raised_at, alert.last_seen_at,
                    alert.released_at, alert.times});
  });
  if (!status.ok()) return CannotRead(status.error());
  return rows;
}

Result<std::set<std::string>> AlertReading::Interfaces(const AlertFilter& filter) {
  std::set<std::string> interfaces;
  Status status = ForEach(filter, [&](const model::Alert& alert) {
    const std::string& interface = alert.content.subject.interface;
    if (!interface.empty()) interfaces.insert(interface);
  });
  if (!status.ok()) return CannotRead(status.error());
  return interfaces;
}

Result<AlertPtr> AlertReading::Find(uint64_t id) {
  if (AlertPtr alert = InMemory(id)) return alert;
  if (!file_) return AlertPtr();
  auto found = file_->Find(id);
  if (!found.ok()) return CannotRead(found.error());
  // Engaged in the file alone: its end was lost, or is not seen yet.
  if (*found && (*found)->is_engaged()) return AlertPtr();
  return found;
}

}  // namespace wiregauge::alerts
