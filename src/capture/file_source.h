// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "capture/packet_source.h"

namespace wiregauge::capture {

struct FileOptions {
  std::string path;  // pcap or pcapng, plain or compressed with gzip or zstd; "-" is standard input
  std::string filter;  // BPF expression; empty takes everything
};

// A capture file that is being read.
class FileSource : public PacketSource {
 public:
  // How much of the file was read and how large it is, in bytes on disk, for a progress bar; size 0
  // when it is not known (a pipe).
  virtual uint64_t bytes_read() const noexcept = 0;
  virtual uint64_t size_bytes() const noexcept = 0;
};

// Errors: kNotFound, kPermissionDenied, kDataLoss (empty, not a capture file, damaged header),
// kInvalidArgument (filter, a link type that is not supported: names it). A cut or damage further
// in shows as kCut or kFailed while reading, with the packet's number in problem().
Result<std::unique_ptr<FileSource>> OpenFile(const FileOptions& options);

}  // namespace wiregauge::capture
