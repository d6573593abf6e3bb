// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/filter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace wiregauge::grafana {
namespace {

// What old editors send while nothing is chosen.
constexpr std::string_view kNoValueYet = "select tag value";

// What becomes of a filter's value: numbers come as text, but a hand-written request may hold them.
std::string ValueText(json::ParsedValue value) {
  if (const auto text = value.text()) return std::string(*text);
  std::string out;
  if (value.number()) {
    json::Writer writer(out);
    value.WriteTo(writer);
  }
  return out;
}

bool IsLess(std::string_view a, std::string_view b) {
  const auto number_a = ParseNumber<double>(a), number_b = ParseNumber<double>(b);
  return number_a && number_b ? *number_a < *number_b : a < b;
}

}  // namespace

std::optional<Filters::Operator> Filters::ParseOperator(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Operator>, 6> kOperators = {
      {{"=", Operator::kEqual},
       {"!=", Operator::kUnequal},
       {"=~", Operator::kMatch},
       {"!~", Operator::kNoMatch},
       {"<", Operator::kLess},
       {">", Operator::kGreater}}};
  const auto at = std::ranges::find(kOperators, text, [](const auto& pair) { return pair.first; });
  return at == kOperators.end() ? std::nullopt : std::optional(at->second);
}

Result<Filters::Filter> Filters::ReadOne(json::ParsedValue given) {
  Filter filter{std::string(*given["key"].text()), {}, ValueText(given["value"]), {}};
  const auto refuse = [&filter](const std::string& what) {
    return Error{ErrorCode::kInvalidArgument, "The filter of " + filter.key + ": " + what};
  };
  const std::string_view text = given["operator"].text().value_or("=");
  const auto op = ParseOperator(text);
  if (!op) return refuse("\"" + std::string(text) + "\" is none of = != =~ !~ < >.");
  filter.op = *op;
  if (*op == Operator::kMatch || *op == Operator::kNoMatch) {
    filter.pattern = Pattern::Compile(
        filter.value, filter.ignores_case() ? Pattern::Case::kIgnore : Pattern::Case::kRespect);
    if (!filter.pattern) return refuse("\"" + filter.value + "\" is no regular expression.");
  }
  return filter;
}

Result<Filters> Filters::Read(json::ParsedValue request) {
  Filters filters;
  for (const json::ParsedValue list : {request["adhocFilters"], request["filters"]}) {
    for (size_t i = 0; i < list.size(); ++i) {
      const json::ParsedValue given = list.at(i);
      const std::string value = ValueText(given["value"]);
      if (!given["key"].text() || value.empty() || value == kNoValueYet) continue;
      auto filter = ReadOne(given);
      if (!filter.ok()) return filter.error();
      filters.filters_.push_back(std::move(filter).value());
    }
  }
  return filters;
}

bool Filters::Filter::IsValue(std::string_view text) const {
  return ignores_case() ? ToLower(text) == ToLower(value) : text == value;
}

bool Filters::Filter::Accepts(std::string_view text) const {
  switch (op) {
    case Operator::kEqual:
      return IsValue(text);
    case Operator::kUnequal:
      return !IsValue(text);
    case Operator::kMatch:
      return pattern->IsIn(text);
    case Operator::kNoMatch:
      return !pattern->IsIn(text);
    case Operator::kLess:
      return IsLess(text, value);
    case Operator::kGreater:
      return IsLess(value, text);
  }
  return true;
}

bool Filters::Filter::AcceptsAnyOrAll(const std::vector<std::string>& values) const {
  const auto accepts = [this](const std::string& text) { return Accepts(text); };
  return op == Operator::kUnequal || op == Operator::kNoMatch
             ? std::ranges::all_of(values, accepts)
             : std::ranges::any_of(values, accepts);
}

bool Filters::Accept(const timeseries::Tags& tags) const {
  return std::ranges::all_of(filters_, [&tags](const Filter& filter) {
    const auto tag =
        std::ranges::find(tags, filter.key, [](const auto& pair) { return pair.first; });
    return tag == tags.end() || filter.Accepts(tag->second);
  });
}

bool Filters::Accept(const ValuesOf& values_of) const {
  return std::ranges::all_of(filters_, [&values_of](const Filter& filter) {
    const std::vector<std::string> values = values_of(filter.key);
    return values.empty() || filter.AcceptsAnyOrAll(values);
  });
}

}  // namespace wiregauge::grafana
