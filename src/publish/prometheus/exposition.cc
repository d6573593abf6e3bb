// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/exposition.h"

#include <prometheus/text_serializer.h>

#include <sstream>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace wiregauge::metrics {
namespace {

prometheus::MetricType TypeOf(FamilyType type) {
  switch (type) {
    case FamilyType::kCounter:
      return prometheus::MetricType::Counter;
    case FamilyType::kGauge:
      return prometheus::MetricType::Gauge;
    case FamilyType::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

}  // namespace

struct Exposition::Families {
  std::vector<prometheus::MetricFamily> list;

  prometheus::MetricFamily& Of(Family family) { return list[static_cast<size_t>(family)]; }

  prometheus::ClientMetric& Append(Family family,
                                   std::initializer_list<std::string_view> label_values) {
    const FamilyInfo& info = InfoOf(family);
    prometheus::ClientMetric& metric = Of(family).metric.emplace_back();
    metric.label.reserve(label_values.size());
    for (const std::string_view value : label_values) {
      const std::string_view name = info.labels[metric.label.size()];
      WIREGAUGE_CHECK(!name.empty());
      metric.label.push_back({std::string(name), ToValidUtf8(value)});
    }
    return metric;
  }
};

Exposition::Exposition() : families_(std::make_unique<Families>()) {
  for (const FamilyInfo& info : AllFamilies()) {
    families_->list.push_back(
        {std::string(info.name), std::string(info.help), TypeOf(info.type), {}});
  }
}

Exposition::~Exposition() = default;

void Exposition::Add(Family family, std::initializer_list<std::string_view> label_values,
                     uint64_t value) {
  AddReal(family, label_values, static_cast<double>(value));
}

void Exposition::AddReal(Family family, std::initializer_list<std::string_view> label_values,
                         double value) {
  prometheus::ClientMetric& metric = families_->Append(family, label_values);
  if (InfoOf(family).type == FamilyType::kCounter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
}

void Exposition::AddHistogram(Family family, std::initializer_list<std::string_view> label_values,
                              const HistogramCounts& histogram) {
  WIREGAUGE_CHECK(histogram.counts.size() == histogram.upper_bounds.size() + 1);
  prometheus::ClientMetric::Histogram& out = families_->Append(family, label_values).histogram;
  uint64_t cumulative = 0;
  for (size_t i = 0; i < histogram.upper_bounds.size(); ++i) {
    cumulative += histogram.counts[i];
    out.bucket.push_back({cumulative, histogram.upper_bounds[i]});
  }
  out.sample_count = cumulative + histogram.counts.back();
  out.sample_sum = histogram.sum;
}

void Exposition::AddInfo(Family family, const std::vector<Label>& labels) {
  prometheus::ClientMetric& metric = families_->Append(family, {});
  for (const Label& label : labels) metric.label.push_back({label.name, ToValidUtf8(label.value)});
  metric.gauge.value = 1;
}

std::string Exposition::Text() && {
  std::erase_if(families_->list,
                [](const prometheus::MetricFamily& family) { return family.metric.empty(); });
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families_->list);
  return std::move(out).str();
}

}  // namespace wiregauge::metrics
