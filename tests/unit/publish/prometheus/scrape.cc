// SPDX-License-Identifier: Apache-2.0
#include "scrape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace wiregauge::metrics {
namespace {

// Reads `name="value",...}` with its escapes; returns what is behind the brace.
std::string_view ParseLabels(std::string_view text, Scrape::Labels& labels) {
  while (!text.starts_with('}')) {
    const size_t equals = text.find("=\"");
    EXPECT_NE(equals, std::string_view::npos);
    const std::string name(text.substr(0, equals));
    text.remove_prefix(equals + 2);
    std::string value;
    for (; !text.starts_with('"'); text.remove_prefix(1)) {
      if (text.starts_with('\\')) {
        text.remove_prefix(1);
        value += text.front() == 'n' ? '\n' : text.front();
      } else {
        value += text.front();
      }
    }
    text.remove_prefix(1);
    if (text.starts_with(',')) text.remove_prefix(1);
    EXPECT_TRUE(labels.emplace(name, value).second) << name;
  }
  return text.substr(1);
}

Scrape::Sample ParseSample(const std::string& line) {
  Scrape::Sample sample;
  const size_t name_end = line.find_first_of("{ ");
  sample.name = line.substr(0, name_end);
  std::string_view rest = std::string_view(line).substr(name_end);
  if (rest.starts_with('{')) rest = ParseLabels(rest.substr(1), sample.labels);
  sample.value = std::strtod(std::string(rest).c_str(), nullptr);
  return sample;
}

bool Includes(const Scrape::Labels& all, const Scrape::Labels& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

}  // namespace

Scrape::Scrape(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::string line;
  while (std::getline(in, line)) {
    if (!line.starts_with("# ")) {
      samples.push_back(ParseSample(line));
      continue;
    }
    const size_t name_end = line.find(' ', 7);
    auto& into = line.starts_with("# HELP ") ? helps : types;
    EXPECT_TRUE(into.emplace(line.substr(7, name_end - 7), line.substr(name_end + 1)).second);
  }
}

double Scrape::Sum(std::string_view name, const Labels& labels) const {
  double sum = 0;
  for (const Sample& sample : samples) {
    if (sample.name == name && Includes(sample.labels, labels)) sum += sample.value;
  }
  return sum;
}

size_t Scrape::Count(std::string_view name, const Labels& labels) const {
  return static_cast<size_t>(
      std::count_if(samples.begin(), samples.end(), [&](const Sample& sample) {
        return sample.name == name && Includes(sample.labels, labels);
      }));
}

std::map<std::string, double> Scrape::Monotonic() const {
  std::map<std::string, double> values;
  for (const Sample& sample : samples) {
    const auto type = types.find(sample.name);
    if (type != types.end() && type->second == "gauge") continue;
    std::string key = sample.name;
    for (const auto& [name, value] : sample.labels)
      key.append("\n").append(name).append("=").append(value);
    EXPECT_TRUE(values.emplace(key, sample.value).second) << "twice: " << key;
  }
  return values;
}

}  // namespace wiregauge::metrics
