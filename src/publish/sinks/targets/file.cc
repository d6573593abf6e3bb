// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/file_target.h"
#include "publish/sinks/targets/types.h"

namespace wiregauge::sinks {

Result<Parts> MakeFile(const config::Sink& settings, const Surroundings& with) {
  auto encoder = MakeJsonLines(settings, with);
  if (!encoder.ok()) return encoder.error();
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
