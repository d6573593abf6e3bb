// SPDX-License-Identifier: Apache-2.0
#include "publish/api/query.h"

#include <algorithm>

#include "base/text.h"

namespace wiregauge::api {
namespace {

constexpr size_t kMostQuotedBytes = 100;

std::string Quoted(std::string_view value) {
  if (value.size() <= kMostQuotedBytes) return "\"" + ToValidUtf8(value) + "\"";
  return "\"" + ToValidUtf8(value.substr(0, kMostQuotedBytes)) + "...\"";
}

}  // namespace

Query::Query(const http::Request& request, std::span<const std::string_view> known)
    : request_(request) {
  for (const http::Parameter& parameter : request.query) {
    if (std::find(known.begin(), known.end(), parameter.name) != known.end()) continue;
    std::string detail = "There is no parameter " + Quoted(parameter.name) + " here";
    if (known.empty()) {
      detail += ": this path takes none.";
    } else {
      detail += "; there are: ";
      for (size_t i = 0; i < known.size(); ++i) {
        detail += i == 0 ? "" : ", ";
        detail += known[i];
      }
      detail += ".";
    }
    Refuse(parameter.name, std::move(detail));
  }
}

const std::string* Query::One(std::string_view name) {
  const std::string* found = nullptr;
  for (const http::Parameter& parameter : request_.query) {
    if (parameter.name != name) continue;
    if (found != nullptr) {
      Refuse(name, "The parameter \"" + std::string(name) + "\" is given more than once.");
    }
    found = &parameter.value;
  }
  return found;
}

std::vector<std::string_view> Query::AnyOf(std::string_view name) {
  std::vector<std::string_view> values;
  for (const http::Parameter& parameter : request_.query) {
    if (parameter.name != name) continue;
    for (const std::string_view part : Split(parameter.value, ',')) {
      const std::string_view value = Trim(part);
      if (value.empty()) {
        Refuse(name, "The parameter \"" + std::string(name) + "\" holds an empty value.");
      } else {
        values.push_back(value);
      }
    }
  }
  return values;
}

std::optional<uint64_t> Query::Number(std::string_view name, uint64_t least, uint64_t most) {
  const std::string* const text = One(name);
  if (text == nullptr) return std::nullopt;
  const auto number = ParseNumber<uint64_t>(*text);
  if (!number || *number < least || *number > most) {
    Refuse(name, *text,
           "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }
  return number;
}

std::optional<bool> Query::Boolean(std::string_view name) {
  const std::string* const text = One(name);
  if (text == nullptr) return std::nullopt;
  if (*text == "true") return true;
  if (*text == "false") return false;
  Refuse(name, *text, "true or false");
  return std::nullopt;
}

void Query::Refuse(std::string_view name, std::string_view value, std::string_view expected) {
  std::string detail = std::string(name) + ": " + Quoted(value) + " is not ";
  detail += expected;
  Refuse(name, detail + ".");
}

void Query::Refuse(std::string_view name, std::string detail) {
  if (refusal_) return;
  refusal_ = http::Parameter{ToValidUtf8(name), std::move(detail)};
}

std::optional<http::Response> Query::refusal() const {
  if (!refusal_) return std::nullopt;
  return http::BadParameter(refusal_->name, refusal_->value);
}

}  // namespace wiregauge::api
