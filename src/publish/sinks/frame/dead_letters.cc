// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/dead_letters.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "base/log.h"
#include "base/time.h"
#include "publish/json/writer.h"
#include "publish/sinks/frame/file_bytes.h"

namespace wiregauge::sinks {
namespace {

// Cuts off what stands behind the last whole line. How many bytes there are then; nothing: it
// cannot be told, or not be cut.
std::optional<uint64_t> MendEnd(int fd, const std::string& path) {
  struct stat facts {};
  if (::fstat(fd, &facts) != 0) return std::nullopt;
  const auto size = static_cast<uint64_t>(facts.st_size);
  char last = '\n';
  if (size > 0 && !ReadAt(fd, size - 1, &last, 1).empty()) return std::nullopt;
  if (last == '\n') return size;
  std::string lines(size, '\0');
  if (!ReadAt(fd, 0, lines.data(), size).empty()) return std::nullopt;
  const uint64_t whole = lines.rfind('\n') + 1;
  if (::ftruncate(fd, static_cast<off_t>(whole)) != 0) return std::nullopt;
  log::Warning("sinks", "what an earlier process had begun to write is cut off",
               {{"file", path}, {"bytes", std::to_string(size - whole)}});
  return whole;
}

}  // namespace

bool DeadLetters::Add(std::string_view record, std::string_view reason) {
  std::string line;
  json::Writer writer(line);
  writer.BeginObject();
  writer.Field("time", FormatRfc3339(SystemClock().Now()));
  writer.Field("reason", reason);
  writer.Field("record", record);
  writer.EndObject();
  line.push_back('\n');
  const OwnedFile file(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file.is_open()) return false;
  const auto size = MendEnd(file.fd(), path_);
  if (!size || *size + line.size() > most_bytes_) return false;
  if (WriteAll(file.fd(), line).empty()) return true;
  (void)!::ftruncate(file.fd(), static_cast<off_t>(*size));  // no torn line
  return false;
}

}  // namespace wiregauge::sinks
