// SPDX-License-Identifier: Apache-2.0
#include "shard/frame_source.h"

namespace wiregauge::shard {
namespace {

class Decoder final : public capture::PacketHandler {
 public:
  Decoder(FrameHandler& handler, const decode::Options& options, const KeyedHash& hash)
      : handler_(handler), options_(options), hash_(hash) {}
  void OnPacket(const PacketView& packet) noexcept override {
    const flow::KeyedFrame frame(packet, options_, hash_);
    handler_.OnFrames({&frame, 1});
  }

 private:
  FrameHandler& handler_;
  const decode::Options& options_;
  const KeyedHash& hash_;
};

}  // namespace

size_t LiveFrames::Poll(FrameHandler& handler, size_t max_frames, Duration wait) noexcept {
  Decoder decoder(handler, options_, hash_);
  return source_->Poll(decoder, max_frames, wait);
}

}  // namespace wiregauge::shard
