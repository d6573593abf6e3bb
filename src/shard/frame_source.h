// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "capture/packet_source.h"
#include "flow/keyed_frame.h"
#include "snapshot/tick_sink.h"

namespace wiregauge::shard {

// Receives frames in order. What they view is valid only during the call.
class FrameHandler {
 public:
  virtual ~FrameHandler() = default;
  // Those that are there at once: one may be prepared while another is worked on.
  virtual void OnFrames(std::span<const flow::KeyedFrame> frames) noexcept = 0;
  // A file's frames of this second are over: the next one is of another.
  virtual void OnTick(const snapshot::TickSink::Tick& tick) noexcept = 0;
};

// Where a shard's frames come from. Owned and polled by one thread. See capture::PacketSource,
// whose words these are.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual size_t Poll(FrameHandler& handler, size_t max_frames, Duration wait) noexcept = 0;
  virtual capture::SourceState state() const noexcept = 0;
  virtual const std::string& problem() const noexcept = 0;
  virtual capture::SourceDrops drops() noexcept = 0;
  virtual std::optional<LinkType> link_type() const noexcept = 0;
};

// An interface's frames, decoded one by one: what libpcap shows is gone with the next one.
class LiveFrames final : public FrameSource {
 public:
  LiveFrames(std::unique_ptr<capture::PacketSource> source, const decode::Options& options,
             const KeyedHash& hash)
      : source_(std::move(source)), options_(options), hash_(hash) {}

  size_t Poll(FrameHandler& handler, size_t max_frames, Duration wait) noexcept override;
  capture::SourceState state() const noexcept override { return source_->state(); }
  const std::string& problem() const noexcept override { return source_->problem(); }
  capture::SourceDrops drops() noexcept override { return source_->drops(); }
  std::optional<LinkType> link_type() const noexcept override { return source_->link_type(); }

 private:
  std::unique_ptr<capture::PacketSource> source_;
  const decode::Options options_;
  const KeyedHash hash_;
};

}  // namespace wiregauge::shard
