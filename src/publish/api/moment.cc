// SPDX-License-Identifier: Apache-2.0
#include "publish/api/moment.h"

namespace wiregauge::api {
namespace {

std::optional<Timestamp> ParseMoment(std::string_view text, Timestamp now) {
  if (!text.starts_with("now")) return ParseTimestamp(text);
  text.remove_prefix(3);
  if (text.empty()) return now;
  if (text.front() != '-') return std::nullopt;
  const auto back = ParseDuration(text.substr(1));
  if (!back || *back > now.time_since_epoch()) return std::nullopt;
  return now - *back;
}

}  // namespace

std::optional<Timestamp> ReadMoment(Query& query, std::string_view name, Timestamp now) {
  const std::string* const text = query.One(name);
  if (text == nullptr) return std::nullopt;
  const auto moment = ParseMoment(*text, now);
  if (!moment) {
    query.Refuse(name, *text,
                 "a time: RFC 3339, seconds or milliseconds since 1970, \"now\" or \"now-6h\"");
  }
  return moment;
}

}  // namespace wiregauge::api
