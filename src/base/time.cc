// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <charconv>
#include <cstdio>
#include <limits>

namespace wiregauge {

std::string FormatRfc3339(Timestamp time) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto in_day = floor<std::chrono::microseconds>(time - day);
  const std::chrono::hh_mm_ss clock{in_day};
  char text[48];
  const int length = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return std::string(text, static_cast<size_t>(length));
}

namespace {

// Takes decimal digits from the front of a text.
class DigitReader {
 public:
  explicit DigitReader(std::string_view text) : text_(text) {}

  // Exactly so many digits; nothing otherwise.
  std::optional<unsigned> Number(size_t digits) {
    unsigned number = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (text_.empty() || text_.front() < '0' || text_.front() > '9') return std::nullopt;
      number = number * 10 + static_cast<unsigned>(text_.front() - '0');
      text_.remove_prefix(1);
    }
    return number;
  }
  // One of these characters, or 0 and nothing is taken.
  char OneOf(std::string_view characters) {
    if (text_.empty() || characters.find(text_.front()) == std::string_view::npos) return 0;
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }
  // A fraction's digits, as nanoseconds; what is finer is cut off.
  std::optional<Duration> Fraction() {
    int64_t nanoseconds = 0;
    int64_t unit = 100'000'000;
    const size_t before = text_.size();
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      nanoseconds += (text_.front() - '0') * unit;
      unit /= 10;
      text_.remove_prefix(1);
    }
    if (text_.size() == before) return std::nullopt;
    return Duration(nanoseconds);
  }
  bool empty() const { return text_.empty(); }

 private:
  std::string_view text_;
};

std::optional<std::chrono::sys_days> ReadDate(DigitReader& reader) {
  const auto year = reader.Number(4);
  if (!year || reader.OneOf("-") == 0) return std::nullopt;
  const auto month = reader.Number(2);
  if (!month || reader.OneOf("-") == 0) return std::nullopt;
  const auto day = reader.Number(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  // Nanoseconds of 64 bits end in 2262.
  if (!date.ok() || *year < 1970 || *year > 2261) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<Duration> ReadTimeOfDay(DigitReader& reader) {
  const auto hours = reader.Number(2);
  if (!hours || *hours > 23 || reader.OneOf(":") == 0) return std::nullopt;
  const auto minutes = reader.Number(2);
  if (!minutes || *minutes > 59 || reader.OneOf(":") == 0) return std::nullopt;
  const auto seconds = reader.Number(2);
  if (!seconds || *seconds > 60) return std::nullopt;  // 60: a leap second
  Duration time =
      std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
  if (reader.OneOf(".") == 0) return time;
  const auto fraction = reader.Fraction();
  if (!fraction) return std::nullopt;
  return time + *fraction;
}

std::optional<Duration> ReadOffset(DigitReader& reader) {
  if (reader.OneOf("Zz") != 0) return Duration::zero();
  const char sign = reader.OneOf("+- ");
  const auto hours = sign != 0 ? reader.Number(2) : std::nullopt;
  if (!hours || *hours > 23 || reader.OneOf(":") == 0) return std::nullopt;
  const auto minutes = reader.Number(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return sign == '-' ? -offset : offset;
}

std::optional<Timestamp> ParseEpoch(std::string_view text) {
  constexpr int64_t kLeastMilliseconds = 100'000'000'000, kMostMilliseconds = 9'223'372'036'854;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  DigitReader rest(text.substr(static_cast<size_t>(end - text.data())));
  if (number < kLeastMilliseconds) {
    if (number > kMostMilliseconds / 1000) return std::nullopt;
    const auto fraction = rest.OneOf(".") != 0 ? rest.Fraction() : Duration::zero();
    if (!fraction || !rest.empty()) return std::nullopt;
    return Timestamp(std::chrono::seconds(number)) + *fraction;
  }
  if (number > kMostMilliseconds || !rest.empty()) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(number));
}

}  // namespace

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  if (const auto epoch = ParseEpoch(text)) return epoch;
  DigitReader reader(text);
  const auto date = ReadDate(reader);
  if (!date || reader.OneOf("Tt ") == 0) return std::nullopt;
  const auto time = ReadTimeOfDay(reader);
  if (!time) return std::nullopt;
  const auto offset = ReadOffset(reader);
  if (!offset || !reader.empty()) return std::nullopt;
  return Timestamp(*date) + *time - *offset;
}

std::optional<Duration> ParseDuration(std::string_view text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0) return std::nullopt;
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  int64_t nanoseconds = 0;
  if (unit == "ms") {
    nanoseconds = 1'000'000;
  } else if (unit.empty() || unit == "s") {
    nanoseconds = 1'000'000'000;
  } else if (unit == "m") {
    nanoseconds = 60'000'000'000;
  } else if (unit == "h") {
    nanoseconds = 3'600'000'000'000;
  } else if (unit == "d") {
    nanoseconds = 86'400'000'000'000;
  } else {
    return std::nullopt;
  }
  if (count > std::numeric_limits<int64_t>::max() / nanoseconds) return std::nullopt;
  return Duration(count * nanoseconds);
}

Timestamp SystemClock::Now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace wiregauge
