// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/dead_letters.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "publish/json/writer.h"
#include "publish/sinks/frame/file_bytes.h"

namespace wiregauge::sinks {

bool DeadLetters::Add(std::string_view record, std::string_view reason) {
  std::string line;
  json::Writer writer(line);
  writer.BeginObject();
  writer.Field("time", FormatRfc3339(SystemClock().Now()));
  writer.Field("reason", reason);
  writer.Field("record", record);
  writer.EndObject();
  line.push_back('\n');
  const OwnedFile file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  struct stat facts {};
  if (!file.is_open() || ::fstat(file.fd(), &facts) != 0) return false;
  const auto size = static_cast<uint64_t>(facts.st_size);
  if (size + line.size() > most_bytes_) return false;
  if (WriteAll(file.fd(), line).empty()) return true;
  (void)!::ftruncate(file.fd(), facts.st_size);  // no torn line
  return false;
}

}  // namespace wiregauge::sinks
