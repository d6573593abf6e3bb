// SPDX-License-Identifier: Apache-2.0
#include "shard/file_feed.h"

#include <pthread.h>

#include <utility>

namespace wiregauge::shard {
namespace {

constexpr size_t kPollPackets = 1024;

// Symmetric: the sum does not depend on the direction. Its result decides only which shard works,
// so it needs no secret.
uint64_t AddressHash(const decode::DecodedPacket& packet) {
  const auto mix = [](const IpAddress& address) {
    uint64_t hash = 0;
    for (const uint8_t byte : address.storage()) hash = (hash ^ byte) * 0x100000001b3u;
    return hash ^ (hash >> 29);
  };
  const uint64_t sum = mix(packet.src) + mix(packet.dst);
  return (sum ^ (sum >> 32)) * 0x9e3779b97f4a7c15u >> 32;
}

}  // namespace

FileFeed::FileFeed(const FeedOptions& options, FileState& progress)
    : options_(options), progress_(progress) {
  for (uint32_t i = 0; i < options_.workers; ++i) {
    queues_.push_back(std::make_shared<BlockQueue>());
    open_.push_back(queues_.back()->TakeEmpty());
  }
}

Result<std::unique_ptr<FileFeed>> FileFeed::Open(const std::string& path, const std::string& filter,
                                                 const FeedOptions& options,
                                                 FileState& progress) {
  std::unique_ptr<FileFeed> feed(new FileFeed(options, progress));
  auto file = capture::OpenFile({.path = path,
                                 .filter = filter,
                                 .interrupt = &feed->interrupt_,
                                 .before_wait = [self = feed.get()] { self->Flush(); }});
  if (!file.ok()) return file.error();
  feed->file_ = std::move(*file);
  progress.size_bytes = feed->file_->size_bytes();
  return feed;
}

FileFeed::~FileFeed() {
  Stop();
  for (const auto& queue : queues_) queue->Close();
  if (thread_.joinable()) thread_.join();
}

std::unique_ptr<FrameSource> FileFeed::MakeSource(uint32_t worker) {
  return std::make_unique<BlockSource>(queues_[worker], file_->link_type());
}

void FileFeed::Start() {
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "file-reader");
}

uint32_t FileFeed::WorkerOf(const flow::KeyedFrame& frame) const {
  if (open_.size() == 1 || !frame.is_ip()) return 0;
  return static_cast<uint32_t>(AddressHash(frame.packet) % open_.size());
}

void FileFeed::OnPacket(const PacketView& packet) noexcept {
  PacketView timed = packet;
  timed.clock = clock_.Advance(packet.time);
  if (options_.tells_seconds) TellSecond(UnixSeconds(*timed.clock));
  const flow::KeyedFrame frame(timed, options_.decode, options_.hash);
  const uint32_t worker = WorkerOf(frame);
  if (open_[worker]->Add(frame)) return;
  Send(worker);
  open_[worker]->Add(frame);
}

// The last second is the shards' own: they know when the file has ended.
void FileFeed::TellSecond(int64_t unix_second) {
  if (second_ == unix_second) return;
  const auto over = std::exchange(second_, unix_second);
  if (!over) return;
  for (uint32_t worker = 0; worker < open_.size(); ++worker) {
    open_[worker]->EndSecond({*over, unix_second});
    Send(worker);
  }
}

void FileFeed::Flush() {
  for (uint32_t worker = 0; worker < open_.size(); ++worker) {
    if (!open_[worker]->empty()) Send(worker);
  }
}

void FileFeed::Send(uint32_t worker) {
  progress_.packets.fetch_add(open_[worker]->frames().size(), std::memory_order_relaxed);
  progress_.bytes_read.store(file_->bytes_read(), std::memory_order_relaxed);
  queues_[worker]->Push(std::exchange(open_[worker], queues_[worker]->TakeEmpty()));
}

void FileFeed::Run() noexcept {
  while (file_->state() == capture::SourceState::kOpen && !interrupt_.raised()) {
    file_->Poll(*this, kPollPackets, Duration::zero());
  }
  Flush();
  progress_.bytes_read.store(file_->bytes_read(), std::memory_order_relaxed);
  for (const auto& queue : queues_) queue->Close();
}

}  // namespace wiregauge::shard
