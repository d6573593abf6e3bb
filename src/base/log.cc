// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "base/time.h"

namespace wiregauge::log {
namespace {

std::atomic<Format> current_format{Format::kText};

// spdlog does the writing and the level filter; the line is ours, so that all formats carry the
// same fields.
spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("wiregauge",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *logger;
}

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

const char* Name(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "info";
}

// The priorities of sd-daemon(3).
const char* JournalPrefix(Level level) {
  switch (level) {
    case Level::kDebug:
      return "<7>";
    case Level::kInfo:
      return "<6>";
    case Level::kWarning:
      return "<4>";
    case Level::kError:
      return "<3>";
  }
  return "<6>";
}

// Quoted when it is empty or holds a space, a quote, an equals sign or a control character.
std::string Quoted(const std::string& value) {
  const bool plain = !value.empty() && value.find_first_of(" \"=\t\r\n") == std::string::npos;
  if (plain) return value;
  std::string quoted;
  AppendJsonString(value, quoted);
  return quoted;
}

std::string TextLine(std::string_view room, std::string_view message,
                     std::span<const Field> fields) {
  std::string line;
  line.append(room).append(": ").append(message);
  for (const Field& field : fields) {
    line.append(" ").append(field.key).append("=").append(Quoted(field.value));
  }
  return line;
}

std::string JsonLine(Level level, std::string_view room, std::string_view message,
                     std::span<const Field> fields) {
  std::string line =
      "{\"time\":\"" + FormatRfc3339(SystemClock().Now()) + "\",\"level\":\"" + Name(level) + "\"";
  const auto append = [&line](std::string_view key, std::string_view value) {
    line += ',';
    AppendJsonString(key, line);
    line += ':';
    AppendJsonString(value, line);
  };
  append("room", room);
  append("message", message);
  for (const Field& field : fields) append(field.key, field.value);
  return line + "}";
}

}  // namespace

void Configure(Level level, Format format) {
  Logger().set_level(ToSpdlog(level));
  current_format.store(format, std::memory_order_relaxed);
}

Format DefaultFormat() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  unsigned long long device = 0;
  unsigned long long inode = 0;
  if (stream == nullptr || std::sscanf(stream, "%llu:%llu", &device, &inode) != 2) {
    return Format::kText;
  }
  const bool same =
      fstat(fileno(stderr), &status) == 0 && status.st_dev == device && status.st_ino == inode;
  return same ? Format::kJournal : Format::kText;
}

std::optional<Level> ParseLevel(std::string_view text) {
  for (const Level level : {Level::kDebug, Level::kInfo, Level::kWarning, Level::kError}) {
    if (text == Name(level)) return level;
  }
  return std::nullopt;
}

std::optional<Format> ParseFormat(std::string_view text) {
  if (text == "text") return Format::kText;
  if (text == "json") return Format::kJson;
  if (text == "journal") return Format::kJournal;
  return std::nullopt;
}

void Write(Level level, std::string_view room, std::string_view message,
           std::span<const Field> fields) {
  if (!Logger().should_log(ToSpdlog(level))) return;
  std::string line;
  switch (current_format.load(std::memory_order_relaxed)) {
    case Format::kText:
      line = FormatRfc3339(SystemClock().Now()) + " " + Name(level) + " " +
             TextLine(room, message, fields);
      break;
    case Format::kJson:
      line = JsonLine(level, room, message, fields);
      break;
    case Format::kJournal:
      line = JournalPrefix(level) + TextLine(room, message, fields);
      break;
  }
  Logger().log(ToSpdlog(level), line);
}

void Debug(std::string_view room, std::string_view message, std::initializer_list<Field> fields) {
  Write(Level::kDebug, room, message, fields);
}
void Info(std::string_view room, std::string_view message, std::initializer_list<Field> fields) {
  Write(Level::kInfo, room, message, fields);
}
void Warning(std::string_view room, std::string_view message, std::initializer_list<Field> fields) {
  Write(Level::kWarning, room, message, fields);
}
void Error(std::string_view room, std::string_view message, std::initializer_list<Field> fields) {
  Write(Level::kError, room, message, fields);
}

}  // namespace wiregauge::log
