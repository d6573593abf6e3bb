// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/alerts.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "publish/grafana/columns.h"

namespace wiregauge::grafana {
namespace {

using alerts::AlertPtr;
using alerts::AlertRow;
using model::AlertContent;
using model::SubjectKind;

int64_t UnixMilliseconds(Timestamp time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

void WriteRow(json::Writer& writer, const model::Alert& alert) {
  const AlertContent& content = alert.content;
  writer.BeginArray();
  writer.Value(UnixMilliseconds(alert.raised_at));
  writer.Value(SeverityName(content.severity));
  writer.Value(content.type);
  writer.Value(content.subject.interface);
  writer.Value(content.subject.name);
  writer.Value(content.text);
  writer.Value(alert.is_engaged() ? "engaged" : "past");
  writer.Value(alert.released_at ? std::optional(ToSeconds(*alert.released_at - alert.raised_at))
                                 : std::nullopt);
  writer.Value(alert.times);
  writer.Value(content.value);
  writer.Value(content.threshold);
  writer.EndArray();
}

}  // namespace

std::vector<std::string> NamesOf(const AlertContent& content) {
  const model::AlertSubject& subject = content.subject;
  const std::string of_interface = "interface_" + subject.interface + "_";
  std::vector<std::string> names = {std::string(kAlertsName)};
  if (!subject.interface.empty()) names.push_back(of_interface + std::string(kAlertsName));
  if (subject.kind == SubjectKind::kHost) {
    names.push_back("host_" + subject.name + "_" + of_interface + std::string(kAlertsName));
  }
  const size_t alone = names.size();
  for (size_t i = 0; i < alone; ++i) {
    names[i] = ToLower(names[i]);
    names.push_back(names[i] + " " + std::string(SeverityName(content.severity)));
  }
  return names;
}

std::vector<std::pair<std::string, std::string>> TagsOf(const AlertContent& content) {
  const model::AlertSubject& subject = content.subject;
  std::vector<std::pair<std::string, std::string>> tags = {
      {"severity", std::string(SeverityName(content.severity))}, {"type", content.type}};
  if (!subject.interface.empty()) tags.emplace_back("interface", subject.interface);
  if (subject.kind == SubjectKind::kHost) tags.emplace_back("host", subject.name);
  if (subject.kind == SubjectKind::kNetwork) tags.emplace_back("network", subject.name);
  return tags;
}

Result<std::vector<AlertPtr>> ReadAlerts(const View& view, timeseries::Range range,
                                         alerts::AlertFilter filter, size_t most,
                                         const std::function<bool(const AlertContent&)>& takes) {
  if (view.dependencies.alerts == nullptr) return std::vector<AlertPtr>();
  filter.from = Timestamp(std::chrono::seconds(range.from));
  filter.to = Timestamp(std::chrono::seconds(range.to));
  filter.identity = view.identity;
  auto reading = view.dependencies.alerts->Read();
  if (!reading.ok()) return reading.error();
  auto rows = reading->Select(filter);
  if (!rows.ok()) return rows.error();
  std::ranges::sort(*rows, std::ranges::greater(), &AlertRow::id);
  std::vector<AlertPtr> found;
  for (const AlertRow& row : *rows) {
    if (found.size() == most) break;
    auto alert = reading->Find(row.id);
    if (!alert.ok()) return alert.error();
    if (*alert != nullptr && takes((*alert)->content)) found.push_back(std::move(alert).value());
  }
  return found;
}

void WriteAlertTable(json::Writer& writer, std::span<const AlertPtr> alerts,
                     const std::optional<std::string>& ref_id) {
  constexpr Column kColumns[] = {
      {"Time", "time"},        {"Severity", "string"},  {"Type", "string"},
      {"Interface", "string"}, {"Subject", "string"},   {"Text", "string"},
      {"State", "string"},     {"Seconds", "number"},   {"Times", "number"},
      {"Value", "number"},     {"Threshold", "number"},
  };
  BeginTable(writer, kColumns, ref_id);
  for (const AlertPtr& alert : alerts) WriteRow(writer, *alert);
  EndTable(writer);
}

}  // namespace wiregauge::grafana
