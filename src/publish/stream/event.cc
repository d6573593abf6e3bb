// SPDX-License-Identifier: Apache-2.0
#include "publish/stream/event.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/text.h"
#include "publish/json/writer.h"

namespace wiregauge::stream {
namespace {

constexpr size_t kRunDigits = 16;
// How soon a client whose stream has ended comes back.
constexpr std::string_view kRetry = "retry: 3000\n";

bool IsHexDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

void AppendField(std::string_view name, std::string_view value, std::string& out) {
  out += name;
  out += ": ";
  out += value;
  out += '\n';
}

}  // namespace

std::string MakeRun() {
  std::array<uint32_t, 2> random{};
  WIREGAUGE_CHECK(::getentropy(random.data(), sizeof random) == 0);
  std::string run;
  for (const uint32_t half : random) run += NumberAsHexadecimal(half, kRunDigits / 2).substr(2);
  return run;
}

std::string FormatEventId(std::string_view run, uint64_t next_record) {
  return std::string(run) + "-" + std::to_string(next_record);
}

std::optional<EventId> ParseEventId(std::string_view text) {
  const std::string_view run = text.substr(0, text.find('-'));
  if (run.size() != kRunDigits || run.size() == text.size()) return std::nullopt;
  const auto number = ParseNumber<uint64_t>(text.substr(run.size() + 1));
  if (!std::ranges::all_of(run, IsHexDigit) || !number) return std::nullopt;
  return EventId{std::string(run), *number};
}

const char* GapReasonName(GapReason reason) {
  switch (reason) {
    case GapReason::kSlowReader:
      return "slow_reader";
    case GapReason::kTooOld:
      return "too_old";
    case GapReason::kUnknownId:
      return "unknown_id";
  }
  return "";
}

void AppendFlowEvent(std::string_view id, std::string_view json, std::string& out) {
  AppendField("id", id, out);
  AppendField("event", "flow", out);
  AppendField("data", json, out);
  out += '\n';
}

void AppendGapEvent(std::string_view id, const Gap& gap, std::string& out) {
  std::string json;
  json::Writer writer(json);
  writer.BeginObject();
  writer.Field("missed", gap.missed);
  writer.Field("exact", gap.exact);
  writer.Field("reason", GapReasonName(gap.reason));
  writer.EndObject();
  AppendField("id", id, out);
  AppendField("event", "gap", out);
  AppendField("data", json, out);
  out += '\n';
}

void AppendStart(std::string_view id, std::string& out) {
  out += kRetry;
  AppendField("id", id, out);
  out += '\n';
}

void AppendKeepAlive(std::string_view id, std::string& out) {
  out += ": keep-alive\n";
  AppendField("id", id, out);
  out += '\n';
}

}  // namespace wiregauge::stream
