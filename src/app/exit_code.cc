// SPDX-License-Identifier: Apache-2.0
#include "app/exit_code.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "capture/file_source.h"
#include "capture/live_source.h"

namespace wiregauge::app {
namespace {

Status OpenWithoutFilter(const shard::SourceOptions& source, const shard::EngineOptions& options) {
  if (!source.live) {
    // A second opening would take what the first is to read.
    if (capture::IsPipe(source.path_or_interface)) return {};
    const auto file = capture::OpenFile({.path = source.path_or_interface, .filter = {}});
    return file.ok() ? Status() : Status(file.error());
  }
  capture::LiveOptions live;
  live.interface = source.path_or_interface;
  live.promiscuous = options.promiscuous;
  live.snap_length_bytes = options.snap_length_bytes;
  live.ring_bytes = options.ring_bytes;
  const auto opened = capture::OpenLive(live);
  return opened.ok() ? Status() : Status(opened.error());
}

}  // namespace

void Complain(const std::string& message) {
  std::fprintf(stderr, "wiregauge: %s\n", message.c_str());
}

ExitCode Print(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return ExitCode::kOk;
  Complain("standard output cannot be written");
  return ExitCode::kFailure;
}

ExitCode Refuse(const Error& error, ExitCode code) {
  Complain(error.message);
  return code;
}

ExitCode RefuseStart(const Error& error) {
  return Refuse(error, error.code == ErrorCode::kInvalidArgument ? ExitCode::kBadConfiguration
                                                                 : ExitCode::kFailure);
}

void GiveUp(const std::string& reason) {
  Complain(reason + "; what was not written is lost");
  std::_Exit(static_cast<int>(ExitCode::kFailure));
}

ExitCode ExitCodeOfStart(const Error& error, const shard::EngineOptions& options) {
  const auto failed = std::ranges::find_if(options.sources, [&](const auto& source) {
    const Status opened = OpenWithoutFilter(source, options);
    return !opened.ok() && opened.error().code == error.code;
  });
  const bool found = failed != options.sources.end();
  // Not being allowed to read a file is no missing right to capture.
  if (error.code == ErrorCode::kPermissionDenied && found && failed->live) {
    return ExitCode::kNotPermitted;
  }
  if (error.code == ErrorCode::kInvalidArgument && !found) return ExitCode::kBadConfiguration;
  return ExitCode::kFailure;
}

}  // namespace wiregauge::app
