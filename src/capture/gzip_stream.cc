// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include <algorithm>

#include "base/check.h"
#include "capture/byte_stream.h"

namespace wiregauge::capture {
namespace {

class GzipStream final : public ByteStream {
 public:
  explicit GzipStream(ByteStream& compressed) : compressed_(compressed), input_(kInputBytes) {
    constexpr int kGzipOnly = 16;  // added to the window bits, zlib.h
    WIREGAUGE_CHECK(inflateInit2(&zlib_, MAX_WBITS + kGzipOnly) == Z_OK);
  }
  ~GzipStream() override { inflateEnd(&zlib_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  size_t Read(std::span<uint8_t> buffer) noexcept override {
    if (problem().has_value()) return 0;
    zlib_.next_out = buffer.data();
    zlib_.avail_out = static_cast<uInt>(std::min(buffer.size(), kOutputLimitBytes));
    const uInt room = zlib_.avail_out;
    while (zlib_.avail_out > 0 && Step()) {
    }
    return room - zlib_.avail_out;
  }

 private:
  static constexpr size_t kInputBytes = size_t{64} << 10;
  static constexpr size_t kOutputLimitBytes = size_t{1} << 30;  // zlib counts in 32 bits

  // Inflates something. False: the end, or a problem.
  bool Step() {
    if (zlib_.avail_in == 0 && !Refill()) {
      if (compressed_.problem().has_value()) {
        Fail(*compressed_.problem());
      } else if (in_member_) {
        Fail({.cut = true, .reason = "the gzip stream ends early"});
      }
      return false;
    }
    if (!in_member_ && !StartMember()) return false;
    const int status = inflate(&zlib_, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      in_member_ = false;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      Fail({.cut = false,
            .reason = std::string("the gzip stream is damaged: ") +
                      (zlib_.msg != nullptr ? zlib_.msg : zError(status))});
      return false;
    }
    return true;
  }

  bool Refill() {
    zlib_.next_in = input_.data();
    zlib_.avail_in = static_cast<uInt>(compressed_.Read(input_));
    return zlib_.avail_in > 0;
  }

  // After a member comes another one, zeros (a tape's padding; gzip(1) passes over them too), or
  // something that does not belong there.
  bool StartMember() {
    constexpr uint8_t kFirstByte = 0x1f;
    if (first_member_) {
      first_member_ = false;
    } else {
      inflateReset(&zlib_);
      while (zlib_.avail_in > 0 && *zlib_.next_in == 0) {
        ++zlib_.next_in;
        --zlib_.avail_in;
      }
      if (zlib_.avail_in == 0) return true;  // no input: Step refills
      if (*zlib_.next_in != kFirstByte) {
        Fail({.cut = false, .reason = "the gzip stream is followed by bytes that are not gzip"});
        return false;
      }
    }
    in_member_ = true;
    return true;
  }

  ByteStream& compressed_;
  std::vector<uint8_t> input_;
  z_stream zlib_{};
  bool first_member_ = true;
  bool in_member_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> NewGzipStream(ByteStream& compressed) {
  return std::make_unique<GzipStream>(compressed);
}

}  // namespace wiregauge::capture
