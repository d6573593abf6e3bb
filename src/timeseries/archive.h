// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "history/history.h"
#include "model/identity.h"
#include "timeseries/catalogue.h"
#include "timeseries/pieces.h"

namespace wiregauge::timeseries {

// How the own points within a step become one value.
enum class Aggregation : uint8_t {
  kAvg,
  kMin,
  kMax,
  kSum,  // of a rate: what was counted, in bits or packets
  kLast,
};
std::optional<Aggregation> ParseAggregation(std::string_view name);
// "avg, min, max, sum, last"
inline constexpr std::string_view kAggregationNames = "avg, min, max, sum or last";

struct Question {
  Range range;
  // At least this; nothing: so that there are at most `max_points` of them, and half as many or
  // more.
  std::optional<uint32_t> step_seconds{};
  size_t max_points = 1000;
  // Nothing: avg of rates and gauges, sum of counts. A total is a sum and nothing else.
  std::optional<Aggregation> aggregation{};
  // Of an "all..." metric: lines for the objects with most, the rest is "other"; of gauges, whose
  // values do not add up, there is no rest.
  size_t max_lines = 20;
};

// Values of one object, by step. Nothing where nothing is known: a gap.
struct Line {
  std::string name;  // the metric's; of an "all..." metric the object's
  Tags tags;
  int64_t from = 0;  // the beginning of the first step
  int64_t step_seconds = 1;
  std::vector<std::optional<double>> values;
};

// Which object of a kind has counted most in a range.
struct TopRow {
  std::string object;
  uint64_t bytes = 0;
  double bits_per_second = 0;  // over the seconds of the range that are known
};

// History as users ask for it: metrics by name, over ranges and steps. REST, Grafana and scripts
// ask here, so a number is computed in one way. Thread-safe.
class Archive {
 public:
  // A question may have so many points a line, and so many in all of its lines.
  static constexpr size_t kMostPoints = 100'000, kMostPointsOfAll = 1'000'000;
  // So many are read for an answer, a second's work, before a coarser tier is taken.
  static constexpr int64_t kMostPointsRead = 20'000'000;

  explicit Archive(history::History& history) : history_(history) {}

  // What there is to ask for. Null identity: everything.
  std::shared_ptr<const Catalogue> catalogue(const model::Identity* identity) const
      WIREGAUGE_EXCLUDES(mutex_);

  // The metric's lines. Steps are multiples of the step of the tier that is read, which is the
  // coarsest one that is fine enough, or the finest one that goes back to the range's beginning and
  // can be read in time.
  // A metric of the form kTotal has one value, over the whole range, unless a step is asked for: a
  // range that ends within a step of its points has its share of that step.
  // Where the source was recorded and an object of a complete kind, or a line of an "all..."
  // metric, has no point, it counts as 0: so lines sum to the whole at every step. A rate is of the
  // seconds of its step that were recorded; least and most of several points are of whole ones.
  // kInvalidArgument: the step is too short for the range, or a total is asked for otherwise.
  Result<std::vector<Line>> Evaluate(const Metric& metric, const Question& question) const;

  // The objects of an "all..." metric with most bytes in the range, the heaviest first, at most
  // `limit`; what has no series of its own is not among them.
  Result<std::vector<TopRow>> Top(const Metric& metric, Range range, size_t limit) const;

  // What happened in the range, the oldest first; of a user's interfaces alone when they are kept
  // to some, nothing when they are kept to networks. At most kMostEvents, the newest ones.
  static constexpr size_t kMostEvents = 1000;
  using EventTest = std::function<bool(const history::Event&)>;
  // Of those that the test takes.
  Result<std::vector<history::Event>> Events(Range range, const model::Identity* identity,
                                             const EventTest& takes = {}) const;

  history::HistoryState state() const { return history_.state(); }

 private:
  // Where and how fine points are read.
  struct Plan {
    size_t tier = 0;
    int64_t from = 0, to = 0;  // the beginning of the first step, the end of the last one
    int64_t tier_step = 1, step = 1;
    size_t steps() const { return static_cast<size_t>((to - from) / step); }
    // The beginning of the step that holds the second.
    int64_t StepWith(int64_t second) const { return from + history::FloorTo(second - from, step); }
  };

  Result<Plan> MakePlan(const Metric& metric, const Question& question) const;
  Plan PlanOf(const Metric& metric, Range range, int64_t wanted_step) const;
  // What a metric's part has counted in a whole range.
  struct Whole {
    double sum = 0;
    bool is_known = false;  // in some of it
  };
  std::vector<Piece> CutRange(const Metric& metric, Range range) const;
  Result<Whole> Sum(std::span<const int64_t> series, const std::vector<Piece>& pieces) const;
  Result<std::vector<Line>> EvaluateWhole(const Metric& metric, Range range) const;
  // 40 bytes each.
  using Points = std::vector<history::Point>;
  static Status CheckSize(const Metric& metric, const Question& question, const Plan& plan);
  // Of the series that tells how much of each step is known; empty: all of what has a point.
  Result<Points> ReadCoverage(const Metric& metric, const Plan& plan) const;
  Result<std::vector<Line>> EvaluateAll(const Metric& metric, const Question& question,
                                        const Plan& plan) const;
  // The part's points by step.
  Result<std::vector<history::Point>> ReadSteps(const Part& part, const Plan& plan) const;
  Line MakeLine(const Metric& metric, const Question& question, const Plan& plan, std::string name,
                Tags tags, std::span<const history::Point> points,
                std::span<const history::Point> coverage) const;

  history::History& history_;
  mutable Mutex mutex_;
  mutable std::shared_ptr<const Catalogue> catalogue_ WIREGAUGE_GUARDED_BY(mutex_);
  // What users may see of it, the newest last.
  static constexpr size_t kMostVisible = 8;
  mutable std::vector<std::pair<model::Identity, std::shared_ptr<const Catalogue>>> visible_
      WIREGAUGE_GUARDED_BY(mutex_);
  mutable uint64_t catalogue_version_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
};

}  // namespace wiregauge::timeseries
