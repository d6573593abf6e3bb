// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "capture/file_source.h"
#include "decode/packet.h"
#include "shard/packet_block.h"

namespace wiregauge::shard {

// How a file that is read is doing; written by its reader, read by anyone.
struct FileState {
  std::atomic<uint64_t> bytes_read{0};
  std::atomic<uint64_t> size_bytes{0};
  std::atomic<uint64_t> packets{0};
  std::atomic<size_t> shards_done{0};  // shards that have ended all their flows
};

// Reads one file for several shards: a thread that gives each packet to the shard of its two
// addresses (both directions, and all fragments, to the same one), in the file's order. Frames that
// are not IP go to the first shard.
class FileFeed final : public capture::PacketHandler {
 public:
  FileFeed(std::unique_ptr<capture::FileSource> file, const decode::Options& decode,
           uint32_t workers, FileState& progress);
  ~FileFeed() override;

  std::unique_ptr<capture::PacketSource> MakeSource(uint32_t worker);
  void Start();
  // Stops reading: the shards get what was read so far.
  void Stop() { stop_.store(true, std::memory_order_relaxed); }

  // What the file's reader says; valid after a source of this feed has ended.
  capture::SourceState state() const { return file_->state(); }
  const std::string& problem() const { return file_->problem(); }
  Timestamp last_packet_time() const { return last_packet_time_; }

  void OnPacket(const PacketView& packet) noexcept override;

 private:
  void Run() noexcept;
  void Send(uint32_t worker);

  std::unique_ptr<capture::FileSource> file_;
  decode::Options decode_;
  FileState& progress_;
  std::vector<std::shared_ptr<BlockSource::Queue>> queues_;
  std::vector<std::unique_ptr<PacketBlock>> open_;
  Timestamp last_packet_time_{};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace wiregauge::shard
