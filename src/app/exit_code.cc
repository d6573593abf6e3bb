// SPDX-License-Identifier: Apache-2.0
#include "app/exit_code.h"

#include <algorithm>
#include <cstdio>

namespace wiregauge::app {

void Complain(const std::string& message) {
  std::fprintf(stderr, "wiregauge: %s\n", message.c_str());
}

ExitCode ExitCodeOfStart(const Error& error, const shard::EngineOptions& options) {
  // A file's error begins with its path. Not being allowed to read a file is no missing right to
  // capture.
  const bool about_a_file = std::ranges::any_of(options.sources, [&](const auto& source) {
    return !source.live && error.message.starts_with(source.path_or_interface + ":");
  });
  if (error.code == ErrorCode::kPermissionDenied && !about_a_file) return ExitCode::kNotPermitted;
  if (error.code == ErrorCode::kInvalidArgument && !about_a_file) {
    return ExitCode::kBadConfiguration;
  }
  return ExitCode::kFailure;
}

}  // namespace wiregauge::app
