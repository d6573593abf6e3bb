// SPDX-License-Identifier: Apache-2.0
#include "app/data_dir.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace wiregauge::app {

Status MakeDataDir(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return Error{ErrorCode::kUnavailable, path + ": " + std::strerror(errno)};
}

}  // namespace wiregauge::app
