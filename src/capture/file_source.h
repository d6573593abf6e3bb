// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/interrupt.h"
#include "base/result.h"
#include "capture/packet_source.h"

namespace wiregauge::capture {

struct FileOptions {
  std::string path;  // pcap or pcapng, plain or compressed with gzip or zstd; "-" is standard input
  std::string filter;  // BPF expression; empty takes everything
  // For pipes, whose writer may be silent for long. Once the interrupt is raised Poll returns at
  // once, for ever, and leaves the state as it was. It outlives the source. May be null.
  const Interrupt* interrupt = nullptr;
  // For pipes: called within Poll, between packets or in the middle of one, before it waits for the
  // writer: the time to hand on what was delivered. May be empty.
  std::function<void()> before_wait = {};
};

// Whether the path ("-" is standard input) is something to read that can keep a reader waiting: a
// pipe, a terminal. False also when there is no such file.
bool IsPipe(const std::string& path);

// A capture file that is being read. Poll does not wait, but for a pipe's writer: it does that even
// with `wait` zero.
class FileSource : public PacketSource {
 public:
  // How much of the file was read and how large it is, in bytes on disk, for a progress bar; size 0
  // when it is not known (a pipe).
  virtual uint64_t bytes_read() const noexcept = 0;
  virtual uint64_t size_bytes() const noexcept = 0;
};

// Errors: kNotFound, kPermissionDenied, kDataLoss (empty, not a capture file, damaged header),
// kInvalidArgument (filter, a link type that is not supported: names it). A cut or damage further
// in shows as kCut or kFailed while reading, with the packet's number in problem(). A pipe's header
// is read by the first Poll, since it may be long in coming: what is wrong with it shows as
// kFailed.
Result<std::unique_ptr<FileSource>> OpenFile(const FileOptions& options);

}  // namespace wiregauge::capture
