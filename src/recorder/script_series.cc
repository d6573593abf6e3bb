// SPDX-License-Identifier: Apache-2.0
#include "recorder/script_series.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace wiregauge::recorder {
namespace {

using history::SeriesType;
using timeseries::ScriptKey;

Error Invalid(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

std::string Quoted(std::string_view text) { return "\"" + ToValidUtf8(text) + "\""; }

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

Status CheckText(std::string_view what, std::string_view text, size_t most_bytes) {
  const bool is_text = ToValidUtf8(text) == text && std::ranges::none_of(text, IsControl);
  if (is_text && text.size() <= most_bytes) return {};
  return Invalid("the " + std::string(what) + " of a series is UTF-8 without control characters, " +
                 "at most " + std::to_string(most_bytes) + " bytes");
}

Status CheckName(std::string_view name) {
  const bool is_name = !name.empty() && name.size() <= ScriptSeries::kMostNameBytes &&
                       std::ranges::all_of(name, IsNameCharacter);
  if (is_name) return {};
  return Invalid(Quoted(name.substr(0, ScriptSeries::kMostNameBytes)) +
                 ": the name of a series is 1 to 48 of a-z, 0-9 and _");
}

Status CheckValue(const ScriptPoint& point) {
  const std::string name = Quoted(point.name);
  if (!(std::abs(point.value) <= ScriptSeries::kMostValue)) {  // also what is no number
    return Invalid(name + ": a value is a number from -10^12 to 10^12");
  }
  const bool is_count = point.value >= 0 && point.value == std::floor(point.value);
  if (point.type == SeriesType::kGauge || is_count) return {};
  return Invalid(name + " is a counter: it grows by whole numbers that are not negative");
}

Status CheckStep(uint32_t step_seconds) {
  const bool divides = step_seconds > 0 && history::kHourSeconds % step_seconds == 0;
  return divides ? Status() : Status(Invalid("the step of a series divides an hour"));
}

Status Check(const ScriptPoint& point) {
  Status status = CheckName(point.name);
  if (status.ok()) status = CheckText("object", point.object, ScriptSeries::kMostObjectBytes);
  if (status.ok()) status = CheckText("unit", point.unit, ScriptSeries::kMostUnitBytes);
  if (status.ok()) status = CheckStep(point.step_seconds);
  return status.ok() ? CheckValue(point) : status;
}

ScriptKey KeyOf(const ScriptPoint& point) {
  return {std::string(point.name), std::string(point.object), point.type, point.step_seconds,
          std::string(point.unit)};
}

bool AreRecordedAlike(const ScriptKey& a, const ScriptKey& b) {
  return a.type == b.type && a.step_seconds == b.step_seconds && a.unit == b.unit;
}

std::string FormOf(SeriesType type, std::string_view unit) {
  const std::string name = type == SeriesType::kGauge ? "a gauge" : "a counter";
  return unit.empty() ? name : name + " of the unit " + Quoted(unit);
}

int64_t Scaled(const ScriptPoint& point) {
  const bool is_gauge = point.type == SeriesType::kGauge;
  return std::llround(is_gauge ? point.value * timeseries::kScriptScale : point.value);
}

}  // namespace

ScriptSeries::ScriptSeries(history::History& history, size_t most_series, const Clock& clock)
    : history_(history),
      most_series_(most_series),
      clock_(clock),
      service_{.name = {}, .number = history.AddSource({})} {}

void ScriptSeries::AddInterface(std::string name, uint32_t source, bool live) {
  MutexLock lock(mutex_);
  interfaces_.push_back({.name = std::move(name), .number = source, .live = live});
}

Status ScriptSeries::Add(const ScriptPoint& point) {
  if (Status status = Check(point); !status.ok()) return status;
  MutexLock lock(mutex_);
  Source* const source = FindSource(point.interface);
  if (source == nullptr) {
    return Error{ErrorCode::kNotFound, "there is no interface " + Quoted(point.interface)};
  }
  if (Status status = CheckSource(*source); !status.ok()) return status;
  const auto series = SeriesOf(*source, point);
  if (!series.ok()) return series.error();
  Put(*source, *series, point);
  return {};
}

ScriptSeries::Source* ScriptSeries::FindSource(std::string_view name) {
  if (name.empty()) return &service_;
  const auto at = std::ranges::find(interfaces_, name, &Source::name);
  return at == interfaces_.end() ? nullptr : &*at;
}

Status ScriptSeries::CheckSource(const Source& source) const {
  if (!history_.IsRecorded(source.number)) {
    return Error{ErrorCode::kConflict, source.name +
                                           " is not recorded, because its name is a live "
                                           "interface's history: give the file another name"};
  }
  if (!source.live && !source.file_second) {
    return Error{ErrorCode::kUnavailable,
                 "nothing of " + source.name + " is recorded yet, so a point has no time"};
  }
  return {};
}

Result<uint32_t> ScriptSeries::SeriesOf(Source& source, const ScriptPoint& point) {
  auto name = source.names.find(point.name);
  const auto is_known = [&] {
    return name != source.names.end() && name->second.series.contains(point.object);
  };
  if (!is_known()) {
    LookIntoHistory();
    name = source.names.find(point.name);
  }
  ScriptKey key = KeyOf(point);
  if (name == source.names.end()) return MakeSeries(source, key);
  const ScriptKey& first = name->second.first;
  if (first.type != point.type || first.unit != point.unit) {
    return Error{ErrorCode::kConflict,
                 Quoted(point.name) + " is " + FormOf(first.type, first.unit) +
                     " already: give what is " + FormOf(point.type, point.unit) + " another name"};
  }
  if (is_known()) return name->second.series.find(point.object)->second;
  key.step_seconds = first.step_seconds;
  return MakeSeries(source, key);
}

// Which series there are, when others have come since the last look.
void ScriptSeries::LookIntoHistory() {
  const uint64_t version = history_.series_version();
  if (version == version_looked_at_) return;
  version_looked_at_ = version;
  series_ = 0;
  for (const history::SeriesInfo& info : history_.AllSeries()) {
    const auto key = ScriptKey::Parse(info.key);
    if (!key) continue;
    ++series_;
    Source* const source = FindSource(info.source);
    if (source == nullptr) continue;
    Name& name = source->names.try_emplace(key->name, Name{*key, {}}).first->second;
    if (!AreRecordedAlike(name.first, *key)) continue;
    name.series.try_emplace(key->object, static_cast<uint32_t>(info.id));
  }
}

Result<uint32_t> ScriptSeries::MakeSeries(Source& source, const ScriptKey& key) {
  if (series_ >= most_series_) {
    history_.CountCut(timeseries::kScriptKind, 1);
    return Error{ErrorCode::kConflict, Quoted(key.name) + " is refused, because scripts have " +
                                           std::to_string(series_) +
                                           " series, as many as history.max_script_series allows"};
  }
  const uint32_t series =
      history_.AddSeries(source.number, key.Encode(), key.type, key.step_seconds);
  // One that nobody else has added is no news.
  if (history_.series_version() == version_looked_at_ + 1) ++version_looked_at_;
  ++series_;
  Name& name = source.names.try_emplace(key.name, Name{key, {}}).first->second;
  name.series.emplace(key.object, series);
  return series;
}

void ScriptSeries::Put(Source& source, uint32_t series, const ScriptPoint& point) {
  int64_t second = source.live ? UnixSeconds(clock_.Now()) : 0;
  if (source.waiting.size() >= kMostWaitingSeconds && !source.waiting.contains(second)) {
    second = source.waiting.rbegin()->first;
  }
  const auto [at, is_new] = source.waiting[second].try_emplace(series, Scaled(point));
  if (is_new) return;
  const int64_t before = point.type == SeriesType::kCounter ? at->second : 0;
  at->second = history::BoundedSum(before, Scaled(point));
}

void ScriptSeries::TellSecond(size_t interface_index, std::optional<int64_t> unix_second) {
  MutexLock lock(mutex_);
  interfaces_[interface_index].file_second = unix_second;
}

void ScriptSeries::Record(std::optional<int64_t> until) {
  for (const Batch& batch : TakeBatches(until)) {
    history_.Record(batch.source, batch.unix_second, batch.values, false);
  }
}

std::vector<ScriptSeries::Batch> ScriptSeries::TakeBatches(std::optional<int64_t> until) {
  std::vector<Batch> batches;
  MutexLock lock(mutex_);
  const auto is_due = [&](const Source& source, int64_t second) {
    return !source.live || !until || second <= *until || second > *until + kMostAheadSeconds;
  };
  const auto take = [&](Source& source) {
    for (auto at = source.waiting.begin(); at != source.waiting.end();) {
      if (!is_due(source, at->first)) {
        ++at;
        continue;
      }
      Batch batch{source.number, source.file_second.value_or(at->first), {}};
      for (const auto& [series, value] : at->second) batch.values.push_back({series, value});
      batches.push_back(std::move(batch));
      at = source.waiting.erase(at);
    }
  };
  take(service_);
  for (Source& source : interfaces_) take(source);
  return batches;
}

Status AddPoint(ScriptSeries* series, const ScriptPoint& point) {
  if (series != nullptr) return series->Add(point);
  return Error{ErrorCode::kUnavailable,
               "nothing is recorded, because the setting history.enabled is false"};
}

}  // namespace wiregauge::recorder
