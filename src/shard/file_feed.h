// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/interrupt.h"
#include "base/packet_clock.h"
#include "capture/file_source.h"
#include "flow/keyed_frame.h"
#include "shard/packet_block.h"

namespace wiregauge::shard {

// How a file that is read is doing; written by its reader, read by anyone.
struct FileState {
  std::atomic<uint64_t> bytes_read{0};  // on disk
  std::atomic<uint64_t> size_bytes{0};
  std::atomic<uint64_t> packets{0};    // handed to shards
  std::atomic<size_t> shards_done{0};  // shards that have ended all their flows
};

struct FeedOptions {
  decode::Options decode;
  const KeyedHash& hash;  // of the tables
  uint32_t workers = 1;
  bool tells_seconds = false;  // the shards are told when a second of the file's time is over
};

// Reads, decodes and keys one file for its shards, so that they wait neither for each other nor for
// a pipe's writer: a thread that gives each packet to the shard of its two addresses (both
// directions, and all fragments, to the same one), in the file's order. Frames that are not IP go
// to the first shard.
class FileFeed final : public capture::PacketHandler {
 public:
  // Errors: see capture::OpenFile. `progress` outlives the feed.
  static Result<std::unique_ptr<FileFeed>> Open(const std::string& path, const std::string& filter,
                                                const FeedOptions& options, FileState& progress);
  ~FileFeed() override;

  std::unique_ptr<FrameSource> MakeSource(uint32_t worker);
  void Start();
  // Stops reading, also when a pipe's writer is silent: the shards get what was read so far, and
  // then their sources end.
  void Stop() { interrupt_.Raise(); }

  // What the file's reader says; valid after a source of this feed has ended. Open: it was stopped.
  capture::SourceState state() const { return file_->state(); }
  const std::string& problem() const { return file_->problem(); }
  std::optional<LinkType> link_type() const { return file_->link_type(); }
  Timestamp time() const { return clock_.now(); }

  void OnPacket(const PacketView& packet) noexcept override;

 private:
  FileFeed(const FeedOptions& options, FileState& progress);
  void Run() noexcept;
  uint32_t WorkerOf(const flow::KeyedFrame& frame) const;
  void TellSecond(int64_t unix_second);
  // Hands on what was read, however little.
  void Flush();
  void Send(uint32_t worker);

  Interrupt interrupt_;  // before file_, which looks at it
  std::unique_ptr<capture::FileSource> file_;
  const FeedOptions options_;
  std::optional<int64_t> second_;  // of the newest packet
  FileState& progress_;
  std::vector<std::shared_ptr<BlockQueue>> queues_;
  std::vector<std::unique_ptr<PacketBlock>> open_;
  PacketClock clock_;
  std::thread thread_;
};

}  // namespace wiregauge::shard
