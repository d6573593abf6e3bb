// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wiregauge::log {

enum class Level { kDebug, kInfo, kWarning, kError };
enum class Format {
  kText,     // "2026-01-31T23:59:59.123456Z warning capture: interface is gone interface=eth0"
  kJson,     // one object a line
  kJournal,  // "<4>capture: ..." for journald, which adds the time
};

// One key=value of a line; the value is quoted when it needs to be.
struct Field {
  std::string_view key;
  std::string value;
};

// Lines go to stderr. Before the first call: level kInfo, format kText. Thread-safe.
void Configure(Level level, Format format);
// kJournal when stderr is journald's socket (, systemd.exec(5)), else kText.
Format DefaultFormat();
std::optional<Level> ParseLevel(std::string_view text);
std::optional<Format> ParseFormat(std::string_view text);

// `room` says who speaks: the folder of src. Thread-safe. Never called per packet.
void Write(Level level, std::string_view room, std::string_view message,
           std::span<const Field> fields);
void Debug(std::string_view room, std::string_view message,
           std::initializer_list<Field> fields = {});
void Info(std::string_view room, std::string_view message,
          std::initializer_list<Field> fields = {});
void Warning(std::string_view room, std::string_view message,
             std::initializer_list<Field> fields = {});
void Error(std::string_view room, std::string_view message,
           std::initializer_list<Field> fields = {});

}  // namespace wiregauge::log
