// SPDX-License-Identifier: Apache-2.0
#include "timeseries/archive.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
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
  sum.sum = history::BoundedSum(sum.sum, other.sum);
  sum.min = history::BoundedSum(sum.min, other.min);
  sum.max = history::BoundedSum(sum.max, other.max);
  sum.last = history::BoundedSum(sum.last, other.last);
}

void AddBeside(std::vector<Point>& sums, std::span<const Point> others) {
  if (sums.size() < others.size()) sums.resize(others.size());
  for (size_t i = 0; i < others.size(); ++i) AddBeside(sums[i], others[i]);
}

// How many seconds of the points' steps were recorded.
double SecondsOf(const Point& point, const Point& coverage, uint32_t own_step_seconds) {
  const int64_t most = int64_t{point.known} * own_step_seconds;
  if (coverage.is_gap()) return static_cast<double>(most);
  return static_cast<double>(std::clamp<int64_t>(coverage.sum, 1, most));
}

// BoundedSum: what it is, is not known.
bool DoesNotFit(int64_t sum) {
  return sum == std::numeric_limits<int64_t>::max() || sum == std::numeric_limits<int64_t>::min();
}

std::optional<double> ValueOf(const Point& point, const Point& coverage, const Metric& metric,
                              Aggregation aggregation) {
  if (point.is_gap()) return std::nullopt;
  const Form form = metric.measure->form;
  const double unit = form == Form::kBitsPerSecond ? 8 : 1;
  const bool is_rate = form == Form::kBitsPerSecond || form == Form::kPerSecond;
  const double own_seconds = is_rate ? metric.step_seconds : 1;
  const auto as_unit = [unit, scale = static_cast<double>(metric.measure->scale)](int64_t counted) {
    return static_cast<double>(counted) * unit / scale;
  };
  const bool is_of_sum =
      aggregation == Aggregation::kSum || aggregation == Aggregation::kAvg || point.known == 1;
  if (is_of_sum && DoesNotFit(point.sum)) return std::nullopt;
  if (aggregation == Aggregation::kSum) return as_unit(point.sum);
  if (is_of_sum) {
    return as_unit(point.sum) /
           (is_rate ? SecondsOf(point, coverage, metric.step_seconds) : point.known);
  }
  const int64_t one = aggregation == Aggregation::kMin   ? point.min
                      : aggregation == Aggregation::kMax ? point.max
                                                         : point.last;
  return as_unit(one) / own_seconds;
}

// How much of what a step counted is in the range, if it was counted evenly while it was recorded.
double ShareOf(Range step, Range range, const history::Recorded& recorded) {
  step = {std::max(step.from, recorded.first), std::min(step.to, recorded.last + 1)};
  const int64_t within = std::min(step.to, range.to) - std::max(step.from, range.from);
  if (within <= 0) return 0;
  return static_cast<double>(within) / static_cast<double>(step.to - step.from);
}

// Whether a part that has no point had nothing, where its source was recorded.
bool MeansZero(const Metric& metric) {
  return metric.measure->form != Form::kGauge && (metric.is_all || metric.kind->is_complete);
}

void FillWithZeros(std::vector<Point>& points, std::span<const Point> coverage) {
  for (size_t i = 0; i < std::min(points.size(), coverage.size()); ++i) {
    Point& point = points[i];
    if (coverage[i].known <= point.known) continue;
    point.min = point.is_gap() ? 0 : std::min<int64_t>(point.min, 0);
    point.known = coverage[i].known;
  }
}

int64_t SumOf(std::span<const Point> points) {
  int64_t sum = 0;
  for (const Point& point : points) sum = history::BoundedSum(sum, point.sum);
  return sum;
}

// Whether an object has a line of an "all..." metric: a gauge also when it is 0.
bool HasLine(const Metric& metric, std::span<const Point> points) {
  if (metric.measure->form != Form::kGauge) return SumOf(points) > 0;
  return std::ranges::any_of(points, [](const Point& point) { return !point.is_gap(); });
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
  const size_t lines = metric.is_all ? std::min(metric.parts.size(), question.max_lines) + 1 : 1;
  const auto most_points =
      static_cast<int64_t>(std::clamp<size_t>(question.max_points, 1, kMostPointsOfAll / lines));
  const int64_t seconds = std::max<int64_t>(range.to - range.from, 1);
  Plan plan = question.step_seconds
                  ? PlanOf(metric, range, *question.step_seconds)
                  : PlanOf(metric, range, (seconds + most_points - 1) / most_points);
  // A range that begins within a step needs one more than it is long.
  while (!question.step_seconds && static_cast<int64_t>(plan.steps()) > most_points) {
    plan = PlanOf(metric, range, plan.step + plan.tier_step);
  }
  if (plan.steps() <= kMostPoints) return plan;
  return Error{ErrorCode::kInvalidArgument,
               std::to_string(plan.steps()) + " points of " + std::to_string(plan.step) +
                   " seconds are too many for one answer, which has at most " +
                   std::to_string(kMostPoints) + ": ask for a longer step or a shorter range"};
}

Archive::Plan Archive::PlanOf(const Metric& metric, Range range, int64_t wanted_step) const {
  const auto step_in = [&](size_t tier) {
    return int64_t{history::StepIn(tier, metric.step_seconds)};
  };
  const int64_t series = static_cast<int64_t>(metric.parts.size() * metric.parts[0].series.size());
  const auto is_too_much = [&](size_t tier) {
    return (range.to - range.from) / step_in(tier) > kMostPointsRead / series;
  };
  size_t tier = history::kTiers.size() - 1;
  while (tier > history::OwnTier(metric.step_seconds) && step_in(tier) > wanted_step) --tier;
  while (tier + 1 < history::kTiers.size() &&
         (range.from < history_.KeptFrom(metric.parts.front().series.front(), tier) ||
          is_too_much(tier))) {
    ++tier;
  }
  Plan plan{.tier = tier, .tier_step = step_in(tier)};
  plan.step = CeilTo(std::max(wanted_step, plan.tier_step), plan.tier_step);
  plan.from = history::FloorTo(range.from, plan.step);
  plan.to = CeilTo(range.to, plan.step);
  return plan;
}

std::vector<Piece> Archive::CutRange(const Metric& metric, Range range) const {
  const int64_t series = metric.parts.front().series.front();
  const history::Recorded recorded = history_.RecordedOf(series);
  if (recorded.newest == 0) return {};
  constexpr int64_t kLongest = history::kTiers.back().step_seconds;
  const Range known = {std::max(range.from, history::FloorTo(recorded.first, kLongest)),
                       std::min(range.to, CeilTo(recorded.last + 1, kLongest))};
  return CutIntoPieces(known, metric.step_seconds,
                       [&](size_t tier) { return history_.KeptFrom(series, tier); });
}

Result<Archive::Whole> Archive::Sum(std::span<const int64_t> series,
                                    const std::vector<Piece>& pieces) const {
  Whole whole;
  const history::Recorded recorded = history_.RecordedOf(series.front());
  for (const Piece& piece : pieces) {
    for (const int64_t one : series) {
      const auto read = history_.Read(one, piece.tier, piece.range.from, piece.range.to);
      if (!read.ok()) return read.error();
      int64_t begin = read->from;
      for (const Point& point : read->points) {
        const Range step = {begin, begin + read->step_seconds};
        whole.sum += static_cast<double>(point.sum) * ShareOf(step, piece.range, recorded);
        whole.is_known |= !point.is_gap();
        begin = step.to;
      }
    }
  }
  return whole;
}

Result<std::vector<Line>> Archive::EvaluateWhole(const Metric& metric, Range range) const {
  const std::vector<Piece> pieces = CutRange(metric, range);
  const Part& part = metric.parts.front();
  const auto whole = Sum(part.series, pieces);
  if (!whole.ok()) return whole.error();
  bool is_known = whole->is_known;
  if (!is_known && MeansZero(metric) && metric.coverage) {
    const auto covered = Sum(std::span(&*metric.coverage, 1), pieces);
    if (!covered.ok()) return covered.error();
    is_known = covered->is_known;
  }
  const int64_t seconds = std::max<int64_t>(range.to - range.from, 1);
  const auto value = is_known ? std::optional(std::round(whole->sum)) : std::nullopt;
  return std::vector<Line>{{metric.name, part.tags, range.from, seconds, {value}}};
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
                       std::string name, Tags tags, std::span<const Point> points,
                       std::span<const Point> coverage) const {
  const Aggregation aggregation = question.aggregation.value_or(DefaultOf(metric.measure->form));
  Line line{std::move(name), std::move(tags), plan.from, plan.step, {}};
  line.values.reserve(plan.steps());
  for (size_t i = 0; i < points.size(); ++i) {
    const Point covered = i < coverage.size() ? coverage[i] : Point();
    line.values.push_back(ValueOf(points[i], covered, metric, aggregation));
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

Result<Archive::Points> Archive::ReadCoverage(const Metric& metric, const Plan& plan) const {
  if (!metric.coverage || metric.measure->form == Form::kGauge) return Points();
  return ReadSteps({.object = {}, .series = {*metric.coverage}, .tags = {}}, plan);
}

Result<std::vector<Line>> Archive::Evaluate(const Metric& metric, const Question& question) const {
  if (metric.measure->form == Form::kTotal) {
    if (question.aggregation.value_or(Aggregation::kSum) != Aggregation::kSum) {
      return Error{ErrorCode::kInvalidArgument,
                   metric.name + " is a total: there is no other aggregation of it than sum"};
    }
    if (!question.step_seconds) return EvaluateWhole(metric, question.range);
  }
  const auto plan = MakePlan(metric, question);
  if (!plan.ok()) return plan.error();
  if (Status status = CheckSize(metric, question, *plan); !status.ok()) return status.error();
  if (metric.is_all) return EvaluateAll(metric, question, *plan);
  const auto coverage = ReadCoverage(metric, *plan);
  if (!coverage.ok()) return coverage.error();
  const Part& part = metric.parts.front();
  auto points = ReadSteps(part, *plan);
  if (!points.ok()) return points.error();
  if (MeansZero(metric)) FillWithZeros(*points, *coverage);
  return std::vector<Line>{
      MakeLine(metric, question, *plan, metric.name, part.tags, *points, *coverage)};
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
    if (part.object == kOther && metric.measure->form != Form::kGauge) {
      AddBeside(rest, *points);
    } else if (HasLine(metric, *points)) {
      candidates.push_back({&part, sum, std::move(points).value()});
    }
    if (candidates.size() <= question.max_lines) continue;
    const auto lightest = std::ranges::min_element(candidates, {}, &Candidate::sum);
    if (metric.measure->form != Form::kGauge) AddBeside(rest, lightest->points);
    candidates.erase(lightest);
  }
  std::ranges::stable_sort(candidates, std::greater<>(), &Candidate::sum);

  const auto coverage = ReadCoverage(metric, plan);
  if (!coverage.ok()) return coverage.error();
  std::vector<Line> lines;
  for (Candidate& candidate : candidates) {
    FillWithZeros(candidate.points, *coverage);
    lines.push_back(MakeLine(metric, question, plan, candidate.part->object, candidate.part->tags,
                             candidate.points, *coverage));
  }
  if (SumOf(rest) > 0) {
    FillWithZeros(rest, *coverage);
    Tags tags = metric.parts.front().tags;
    tags.back().second = kOther;
    lines.push_back(
        MakeLine(metric, question, plan, std::string(kOther), std::move(tags), rest, *coverage));
  }
  return lines;
}

Result<std::vector<TopRow>> Archive::Top(const Metric& metric, Range range, size_t limit) const {
  const std::vector<Piece> pieces = CutRange(metric, range);
  auto seconds = static_cast<double>(range.to - range.from);
  if (metric.coverage) {
    const auto covered = Sum(std::span(&*metric.coverage, 1), pieces);
    if (!covered.ok()) return covered.error();
    seconds = std::min(seconds, covered->sum);
  }
  std::vector<TopRow> rows;
  for (const Part& part : metric.parts) {
    if (part.object == kOther) continue;
    const auto whole = Sum(part.series, pieces);
    if (!whole.ok()) return whole.error();
    const auto bytes = static_cast<uint64_t>(std::llround(std::max(whole->sum, 0.0)));
    if (bytes == 0) continue;
    rows.push_back({part.object, bytes, whole->sum * 8 / std::max(seconds, 1.0)});
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
