// SPDX-License-Identifier: Apache-2.0
#include "config/read_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace wiregauge::config {

Result<std::string> ReadFile(const std::string& path, size_t most_bytes) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) {
    text.resize(most_bytes);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad() || (file.fail() && !file.eof())) {
    const ErrorCode code = errno == ENOENT   ? ErrorCode::kNotFound
                           : errno == EACCES ? ErrorCode::kPermissionDenied
                                             : ErrorCode::kInvalidArgument;
    return Error{code, std::strerror(errno)};
  }
  return text;
}

}  // namespace wiregauge::config
