// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/dead_letters.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/log.h"
#include "base/time.h"
#include "publish/json/writer.h"
#include "publish/sinks/frame/file_bytes.h"

namespace wiregauge::sinks {
namespace {

// Where the last whole line ends within the first `size` bytes; nothing: it cannot be read.
std::optional<uint64_t> EndOfLastLine(int fd, uint64_t size) {
  std::array<char, 64 << 10> block;
  while (size > 0) {
    const uint64_t bytes = std::min<uint64_t>(size, block.size());
    if (!ReadAt(fd, size - bytes, block.data(), bytes).empty()) return std::nullopt;
    const size_t newline = std::string_view(block.data(), bytes).rfind('\n');
    if (newline != std::string_view::npos) return size - bytes + newline + 1;
    size -= bytes;
  }
  return 0;
}

// Cuts off what stands behind the last whole line. How many bytes there are then; nothing: it
// cannot be told, or not be cut.
std::optional<uint64_t> MendEnd(int fd, const std::string& path) {
  struct stat facts {};
  if (::fstat(fd, &facts) != 0) return std::nullopt;
  const auto size = static_cast<uint64_t>(facts.st_size);
  const auto end = EndOfLastLine(fd, size);
  if (!end || *end == size) return end;
  const uint64_t whole = *end;
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
  if (line.size() > most_bytes_) return false;
  const OwnedFile file(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file.is_open()) return false;
  const auto size = MendEnd(file.fd(), path_);
  if (!size || *size + line.size() > most_bytes_) return false;
  if (WriteAll(file.fd(), line).empty()) return true;
  (void)!::ftruncate(file.fd(), static_cast<off_t>(*size));  // no torn line
  return false;
}

}  // namespace wiregauge::sinks
