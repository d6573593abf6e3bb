// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wiregauge::metrics {

// A scrape as a reader of the text format sees it.
struct Scrape {
  using Labels = std::map<std::string, std::string>;
  struct Sample {
    std::string name;
    Labels labels;
    double value = 0;
  };

  explicit Scrape(std::string_view text);

  std::map<std::string, std::string> types;  // by family
  std::map<std::string, std::string> helps;
  std::vector<Sample> samples;

  // The samples of that name whose labels include `labels`, summed; 0 when there are none.
  double Sum(std::string_view name, const Labels& labels = {}) const;
  size_t Count(std::string_view name, const Labels& labels = {}) const;
  // What must never go down, by name and labels: counters, and the counts in histograms.
  std::map<std::string, double> Monotonic() const;
};

}  // namespace wiregauge::metrics
