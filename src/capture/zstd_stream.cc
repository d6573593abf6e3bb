// SPDX-License-Identifier: Apache-2.0
#include <zstd.h>

#include "base/check.h"
#include "capture/byte_stream.h"

namespace wiregauge::capture {
namespace {

class ZstdStream final : public ByteStream {
 public:
  explicit ZstdStream(ByteStream& compressed)
      : compressed_(compressed), buffer_(ZSTD_DStreamInSize()), zstd_(ZSTD_createDCtx()) {
    WIREGAUGE_CHECK(zstd_ != nullptr);
  }
  ~ZstdStream() override { ZSTD_freeDCtx(zstd_); }
  ZstdStream(const ZstdStream&) = delete;
  ZstdStream& operator=(const ZstdStream&) = delete;

  size_t Read(std::span<uint8_t> buffer) noexcept override {
    if (problem().has_value()) return 0;
    ZSTD_outBuffer output{.dst = buffer.data(), .size = buffer.size(), .pos = 0};
    while (output.pos < output.size && Step(output)) {
    }
    return output.pos;
  }

 private:
  // Decompresses something. False: the end, or a problem.
  bool Step(ZSTD_outBuffer& output) {
    // What the decoder still holds comes out without new input.
    if (input_.pos == input_.size && !holds_output_ && !Refill()) {
      if (compressed_.problem().has_value()) {
        Fail(*compressed_.problem());
      } else if (in_frame_) {
        Fail({.cut = true, .reason = "the zstd stream ends early"});
      }
      return false;
    }
    const size_t status = ZSTD_decompressStream(zstd_, &output, &input_);
    if (ZSTD_isError(status) != 0) {
      Fail({.cut = false,
            .reason = std::string("the zstd stream is damaged: ") + ZSTD_getErrorName(status)});
      return false;
    }
    in_frame_ = status != 0;
    holds_output_ = in_frame_ && output.pos == output.size;
    return true;
  }

  bool Refill() {
    input_ = {.src = buffer_.data(), .size = compressed_.Read(buffer_), .pos = 0};
    return input_.size > 0;
  }

  ByteStream& compressed_;
  std::vector<uint8_t> buffer_;
  ZSTD_inBuffer input_{};
  ZSTD_DCtx* zstd_;
  bool in_frame_ = false;
  bool holds_output_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> NewZstdStream(ByteStream& compressed) {
  return std::make_unique<ZstdStream>(compressed);
}

}  // namespace wiregauge::capture
