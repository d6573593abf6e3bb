// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/clickhouse_answer.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "publish/sinks/targets/http_sender.h"

namespace wiregauge::sinks {
namespace {

// ErrorCodes.cpp of ClickHouse. What a row can be refused for: its text, a number, a time, an
// address, a NULL.
constexpr int kRowCodes[] = {6,  25,  26,  27,  32,  33,  38,  41,  69,
                             72, 117, 130, 131, 349, 376, 467, 675, 676};
constexpr int kMissingCodes[] = {16, 60, 81};
constexpr int kLoginCodes[] = {192, 193, 194, 195, 516};
constexpr int kRightCodes[] = {164, 497};
constexpr int kTooManyParts = 252;
// CANNOT_WRITE_TO_FILE_DESCRIPTOR, TIMEOUT_EXCEEDED, CANNOT_ALLOCATE_MEMORY,
// TOO_MANY_SIMULTANEOUS_QUERIES, MEMORY_LIMIT_EXCEEDED, NOT_ENOUGH_SPACE.
constexpr int kBusyCodes[] = {75, 159, 173, 202, 241, 243};
// Of who stands in the way.
constexpr int kBusyStatuses[] = {429, 502, 503, 504};

bool IsIn(int code, std::span<const int> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

// "Code: 60, e.displayText() = ...", "Code: 60. DB::Exception: ..."
int CodeOf(const http_client::Answer& answer) {
  if (const auto code = ParseNumber<int>(HeaderOf(answer, "x-clickhouse-exception-code"))) {
    return *code;
  }
  constexpr std::string_view kBegin = "Code: ";
  const std::string_view body = answer.body;
  const size_t begin = body.find(kBegin);
  if (begin == std::string_view::npos) return 0;
  const std::string_view rest = body.substr(begin + kBegin.size());
  return ParseNumber<int>(rest.substr(0, rest.find_first_not_of("0123456789"))).value_or(0);
}

// 18.16 sends X-ClickHouse-Server-Display-Name, later ones more of them. The page of who stands in
// the way has none.
bool IsOfClickHouse(const http_client::Answer& answer) {
  return std::ranges::any_of(answer.headers, [](const http_client::Header& header) {
    return header.first.starts_with("x-clickhouse-");
  });
}

ClickHouseAnswer::Kind KindOf(const http_client::Answer& answer, int code) {
  using Kind = ClickHouseAnswer::Kind;
  if (IsIn(code, kMissingCodes)) return Kind::kMissing;
  if (IsIn(code, kRowCodes) || answer.status == 413) return Kind::kBadRow;
  if (IsIn(code, kBusyCodes)) return Kind::kBusy;
  if (code == 0 && IsIn(answer.status, kBusyStatuses)) return Kind::kBusy;
  // Fewer rows have fewer days. Else it is about parts that wait to be merged.
  const bool is_of_rows =
      answer.body.find("Too many partitions for single INSERT block") != std::string::npos;
  return code == kTooManyParts && is_of_rows ? Kind::kBadRow : Kind::kOther;
}

}  // namespace

ClickHouseAnswer ReadClickHouseAnswer(const http_client::Answer& answer) {
  const int code = CodeOf(answer);
  if (answer.status == 200 && code == 0 && IsOfClickHouse(answer)) return {};
  ClickHouseAnswer read{.kind = KindOf(answer, code), .code = code, .problem = Summary(answer)};
  if (IsIn(code, kLoginCodes) || answer.status == 401) {
    read.problem = "user or password is wrong: " + read.problem;
  } else if (IsIn(code, kRightCodes) || answer.status == 403) {
    read.problem = "the user may not write there: " + read.problem;
  } else if (answer.status >= 300 && answer.status < 400) {
    read.problem += ": the url leads to " + std::string(HeaderOf(answer, "location"));
  } else if (code == 0) {
    read.problem = "this is no answer of ClickHouse: " + read.problem;
  }
  return read;
}

}  // namespace wiregauge::sinks
