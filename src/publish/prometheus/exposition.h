// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "publish/prometheus/families.h"

namespace wiregauge::metrics {

struct Label {
  std::string name;
  std::string value;
};

// A histogram as it is counted: by class, not cumulative.
struct HistogramCounts {
  std::span<const double> upper_bounds;  // ascending; what is above the last one has no bound
  std::span<const uint64_t> counts;      // one more than there are bounds
  double sum = 0;
};

// One scrape being written. Label values may be any bytes: they are made valid UTF-8 and escaped.
// Nobody repairs what is given twice: the same family and label values are added once.
// Thread safety: one thread.
class Exposition {
 public:
  Exposition();
  ~Exposition();
  Exposition(const Exposition&) = delete;
  Exposition& operator=(const Exposition&) = delete;

  // `label_values` in the order of the family's labels. Integers above 2^53 are rounded.
  void Add(Family family, std::initializer_list<std::string_view> label_values, uint64_t value);
  void AddReal(Family family, std::initializer_list<std::string_view> label_values, double value);
  void AddHistogram(Family family, std::initializer_list<std::string_view> label_values,
                    const HistogramCounts& histogram);
  // For the family whose labels are chosen at build time: value 1.
  void AddInfo(Family family, const std::vector<Label>& labels);

  // Text format 0.0.4. Families in the table's order; those without a sample are left out. Ends the
  // exposition: call it once, last.
  std::string Text() &&;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace wiregauge::metrics
