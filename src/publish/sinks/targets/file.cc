// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "publish/sinks/targets/file_target.h"
#include "publish/sinks/targets/pipe_target.h"
#include "publish/sinks/targets/types.h"

namespace wiregauge::sinks {
namespace {

// Standard output, or what is there and no file: a FIFO, a terminal.
bool IsPipe(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  return path == "-" || (std::filesystem::exists(status) && !is_regular_file(status));
}

}  // namespace

Result<Parts> MakeFile(const config::Sink& settings, const Surroundings& with) {
  auto encoder = MakeJsonLines(settings, with);
  if (!encoder.ok()) return encoder.error();
  if (IsPipe(settings.path)) {
    return Parts{.encoder = std::move(encoder).value(),
                 .target = std::make_unique<PipeTarget>(PipeOptions{.path = settings.path})};
  }
  FileOptions options{.path = settings.path,
                      .compression = settings.compression == "gzip"   ? Compression::kGzip
                                     : settings.compression == "zstd" ? Compression::kZstd
                                                                      : Compression::kNone,
                      .rotate_bytes = settings.rotate_bytes,
                      .rotate_interval = settings.rotate_interval,
                      .keep_files = settings.keep_files};
  return Parts{.encoder = std::move(encoder).value(),
               .target = std::make_unique<FileTarget>(std::move(options), with.clock)};
}

}  // namespace wiregauge::sinks
