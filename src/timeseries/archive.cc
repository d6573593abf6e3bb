// SPDX-License-Identifier: Apache-2.0
#include "timeseries/archive.h"

#include <algorithm>
#include <array>
#include <utility>

namespace wiregauge::timeseries {
namespace {

using history::Point;

constexpr std::array<std::pair<std::string_view, Aggregation>, 5> kAggregations = {{
    {"avg", Aggregation::kAvg},
    {"min", Aggregation::kMin},
    {"max", Aggregation::kMax},
    {"sum", Aggregation::kSum},
    {"last", Aggregation::kLast},
}};

int64_t CeilTo(int64_t second, int64_t step) { return history::FloorTo(second + step - 1, step); }

Aggregation DefaultOf(Form form) {
  return form == Form::kCount || form == Form::kTotal ? Aggregation::kSum : Aggregation::kAvg;
}

// Adds what another series had in the same step. Of rolled-up points the extremes are bounds then:
// both need not have had theirs in the same second.
void AddBeside(Point& sum, const Point& other) {
  if (other.is_gap()) return;
  sum.known = std::max(sum.known, other.known);
  sum.sum += other.sum;
  sum.min += other.min;
  sum.max += other.max;
  sum.last += other.last;
}

void AddBeside(std::vector<Point>& sums, std::span<const Point> others) {
  if (sums.size() < others.size()) sums.resize(others.size());
  for (size_t i = 0; i < others.size(); ++i) AddBeside(sums[i], others[i]);
}

std::optional<double> ValueOf(const Point& point, Form form, Aggregation aggregation,
                              uint32_t own_step_seconds) {
  if (point.is_gap()) return std::nullopt;
  const double unit = form == Form::kBitsPerSecond ? 8 : 1;
  const bool is_rate = form == Form::kBitsPerSecond || form == Form::kPerSecond;
  const double seconds = is_rate ? own_step_seconds : 1;
  const auto as_unit = [unit](int64_t counted) { return static_cast<double>(counted) * unit; };
  switch (aggregation) {
    case Aggregation::kAvg:
      return as_unit(point.sum) / (seconds * point.known);
    case Aggregation::kMin:
      return as_unit(point.min) / seconds;
    case Aggregation::kMax:
      return as_unit(point.max) / seconds;
    case Aggregation::kSum:
      return as_unit(point.sum);
    case Aggregation::kLast:
      return as_unit(point.last) / seconds;
  }
  return std::nullopt;
}

// Where the reference is known and these points are not, nothing was counted.
void FillWithZeros(std::vector<Point>& points, std::span<const Point> reference) {
  for (size_t i = 0; i < std::min(points.size(), reference.size()); ++i) {
    Point& point = points[i];
    if (reference[i].known <= point.known) continue;
    point.min = point.is_gap() ? 0 : std::min<int64_t>(point.min, 0);
    point.known = reference[i].known;
  }
}

int64_t SumOf(std::span<const Point> points) {
  int64_t sum = 0;
  for (const Point& point : points) sum += point.sum;
  return sum;
}

}  // namespace

std::optional<Aggregation> ParseAggregation(std::string_view name) {
  const auto at =
      std::ranges::find(kAggregations, name, &decltype(kAggregations)::value_type::first);
  return at == kAggregations.end() ? std::nullopt : std::optional(at->second);
}

// Made under the lock: who asks meanwhile waits for it rather than make it, too.
std::shared_ptr<const Catalogue> Archive::catalogue(const model::Identity* identity) const {
  MutexLock lock(mutex_);
  const uint64_t version = history_.series_version();
  if (catalogue_ == nullptr || catalogue_version_ != version) {
    catalogue_ = std::make_shared<const Catalogue>(history_.AllSeries());
    catalogue_version_ = version;
    visible_.clear();
  }
  if (identity == nullptr || !identity->is_restricted()) return catalogue_;
  const auto known = std::ranges::find(
      visible_, *identity, [](const auto& entry) -> const auto& { return entry.first; });
  if (known != visible_.end()) return known->second;
  if (visible_.size() == kMostVisible) visible_.erase(visible_.begin());
  visible_.emplace_back(*identity,
                        std::make_shared<const Catalogue>(catalogue_->VisibleTo(*identity)));
  return visible_.back().second;
}

Result<Archive::Plan> Archive::MakePlan(const Metric& metric, const Question& question) const {
  const Range& range = question.range;
  if (metric.measure->form == Form::kTotal && !question.step_seconds) {
    return PlanOfWhole(metric, range);
  }
  const int64_t seconds = std::max<int64_t>(range.to - range.from, 1);
  const auto points = static_cast<int64_t>(std::max<size_t>(question.max_points, 1));
  const int64_t wanted =
      question.step_seconds ? *question.step_seconds : (seconds + points - 1) / points;

  const size_t own = history::OwnTier(metric.step_seconds);
  size_t tier = history::kTiers.size() - 1;
  while (tier > own && history::StepIn(tier, metric.step_seconds) > wanted) --tier;
  while (tier + 1 < history::kTiers.size() &&
         range.from < history_.KeptFrom(metric.parts.front().series.front(), tier)) {
    ++tier;
  }
  Plan plan{.tier = tier, .tier_step = history::StepIn(tier, metric.step_seconds)};
  plan.step = CeilTo(std::max<int64_t>(wanted, plan.tier_step), plan.tier_step);
  plan.from = history::FloorTo(range.from, plan.step);
  plan.to = CeilTo(range.to, plan.step);
  if (plan.steps() > kMostPoints) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(plan.steps()) + " points of " + std::to_string(plan.step) +
                     " seconds are too many for one answer, which has at most " +
                     std::to_string(kMostPoints) + ": ask for a longer step or a shorter range"};
  }
  return plan;
}

// The finest tier that goes back so far and is quick to sum up.
Archive::Plan Archive::PlanOfWhole(const Metric& metric, Range range) const {
  size_t tier = history::OwnTier(metric.step_seconds);
  const auto is_too_fine = [&] {
    const int64_t steps = (range.to - range.from) / history::StepIn(tier, metric.step_seconds);
    return steps > int64_t{kMostPoints} ||
           range.from < history_.KeptFrom(metric.parts.front().series.front(), tier);
  };
  while (tier + 1 < history::kTiers.size() && is_too_fine()) ++tier;
  Plan plan{.tier = tier, .tier_step = history::StepIn(tier, metric.step_seconds)};
  plan.from = history::FloorTo(range.from, plan.tier_step);
  plan.to = std::max(CeilTo(range.to, plan.tier_step), plan.from + plan.tier_step);
  plan.step = plan.to - plan.from;
  return plan;
}

// Reads no more of the range than there can be.
Result<std::vector<Point>> Archive::ReadSteps(const Part& part, const Plan& plan) const {
  std::vector<Point> points(plan.steps());
  const history::Recorded recorded = history_.RecordedOf(part.series.front());
  if (recorded.newest == 0) return points;
  const int64_t from = std::max(plan.from, plan.StepWith(recorded.first));
  const int64_t to = recorded.last < plan.to ? plan.StepWith(recorded.last) + plan.step : plan.to;
  if (from >= to) return points;
  std::vector<Point> fine;
  for (const int64_t series : part.series) {
    auto read = history_.Read(series, plan.tier, from, to);
    if (!read.ok()) return read.error();
    AddBeside(fine, read->points);
  }
  const std::vector<Point> rolled = history::RollUp(fine, plan.step / plan.tier_step);
  const auto first = static_cast<size_t>((from - plan.from) / plan.step);
  std::copy_n(rolled.begin(), std::min(rolled.size(), points.size() - first),
              points.begin() + static_cast<ptrdiff_t>(first));
  return points;
}

Line Archive::MakeLine(const Metric& metric, const Question& question, const Plan& plan,
                       std::string name, Tags tags, std::span<const Point> points) const {
  const Aggregation aggregation = question.aggregation.value_or(DefaultOf(metric.measure->form));
  Line line{std::move(name), std::move(tags), plan.from, plan.step, {}};
  line.values.reserve(plan.steps());
  for (const Point& point : points) {
    line.values.push_back(ValueOf(point, metric.measure->form, aggregation, metric.step_seconds));
  }
  return line;
}

Status Archive::CheckSize(const Metric& metric, const Question& question, const Plan& plan) {
  const size_t lines = std::min(metric.parts.size(), question.max_lines) + 1;
  if (!metric.is_all || plan.steps() * lines <= kMostPointsOfAll) return {};
  return Error{ErrorCode::kInvalidArgument,
               std::to_string(plan.steps()) + " points of " + std::to_string(lines) +
                   " lines are too many for one answer, which has at most " +
                   std::to_string(kMostPointsOfAll) +
                   ": ask for a longer step, a shorter range or fewer lines"};
}

Result<Archive::Points> Archive::ReadReference(const Metric& metric, const Plan& plan) const {
  const bool is_gauge = metric.measure->form == Form::kGauge;
  const bool means_zero = metric.is_all || metric.kind->is_complete;
  if (is_gauge || !means_zero || !metric.reference) return Points();
  return ReadSteps({.object = {}, .series = {*metric.reference}, .tags = {}}, plan);
}

Result<std::vector<Line>> Archive::Evaluate(const Metric& metric, const Question& question) const {
  const auto plan = MakePlan(metric, question);
  if (!plan.ok()) return plan.error();
  if (Status status = CheckSize(metric, question, *plan); !status.ok()) return status.error();
  if (metric.is_all) return EvaluateAll(metric, question, *plan);
  const auto reference = ReadReference(metric, *plan);
  if (!reference.ok()) return reference.error();
  const Part& part = metric.parts.front();
  auto points = ReadSteps(part, *plan);
  if (!points.ok()) return points.error();
  FillWithZeros(*points, *reference);
  return std::vector<Line>{MakeLine(metric, question, *plan, metric.name, part.tags, *points)};
}

Result<std::vector<Line>> Archive::EvaluateAll(const Metric& metric, const Question& question,
                                               const Plan& plan) const {
  struct Candidate {
    const Part* part;
    int64_t sum;
    Points points;
  };
  std::vector<Candidate> candidates;  // no more than there may be lines
  Points rest;
  for (const Part& part : metric.parts) {
    auto points = ReadSteps(part, plan);
    if (!points.ok()) return points.error();
    const int64_t sum = SumOf(*points);
    if (part.object == kOther) {
      AddBeside(rest, *points);
    } else if (sum > 0) {
      candidates.push_back({&part, sum, std::move(points).value()});
    }
    if (candidates.size() <= question.max_lines) continue;
    const auto lightest = std::ranges::min_element(candidates, {}, &Candidate::sum);
    AddBeside(rest, lightest->points);
    candidates.erase(lightest);
  }
  std::ranges::stable_sort(candidates, std::greater<>(), &Candidate::sum);

  const auto reference = ReadReference(metric, plan);
  if (!reference.ok()) return reference.error();
  std::vector<Line> lines;
  for (Candidate& candidate : candidates) {
    FillWithZeros(candidate.points, *reference);
    lines.push_back(MakeLine(metric, question, plan, candidate.part->object, candidate.part->tags,
                             candidate.points));
  }
  if (SumOf(rest) > 0) {
    FillWithZeros(rest, *reference);
    Tags tags = metric.parts.front().tags;
    tags.back().second = kOther;
    lines.push_back(MakeLine(metric, question, plan, std::string(kOther), std::move(tags), rest));
  }
  return lines;
}

Result<std::vector<TopRow>> Archive::Top(const Metric& metric, Range range, size_t limit) const {
  Plan plan = PlanOfWhole(metric, range);
  std::vector<TopRow> rows;
  for (const Part& part : metric.parts) {
    if (part.object == kOther) continue;
    const auto points = ReadSteps(part, plan);
    if (!points.ok()) return points.error();
    const auto bytes = static_cast<uint64_t>(std::max<int64_t>(SumOf(*points), 0));
    if (bytes == 0) continue;
    const auto seconds = static_cast<double>(std::max<int64_t>(range.to - range.from, 1));
    rows.push_back({part.object, bytes, static_cast<double>(bytes) * 8 / seconds});
  }
  std::ranges::sort(rows, [](const TopRow& a, const TopRow& b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.object < b.object;
  });
  if (rows.size() > limit) rows.resize(limit);
  return rows;
}

Result<std::vector<history::Event>> Archive::Events(Range range, const model::Identity* identity,
                                                    const EventTest& takes) const {
  if (identity != nullptr && !identity->networks.empty()) return std::vector<history::Event>();
  const auto may_see = [identity](const history::Event& event) {
    return identity == nullptr || identity->interfaces.empty() || event.interface.empty() ||
           std::ranges::count(identity->interfaces, event.interface) > 0;
  };
  return history_.Events(
      range.from * 1000, range.to * 1000, kMostEvents,
      [&](const history::Event& event) { return may_see(event) && (!takes || takes(event)); });
}

}  // namespace wiregauge::timeseries
