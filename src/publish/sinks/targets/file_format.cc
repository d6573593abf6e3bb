// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/file_format.h"

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <memory>
#include <utility>

#include "publish/http/gzip.h"

namespace wiregauge::sinks {
namespace {

constexpr int kZstdLevel = 1;
// What a record, a member, a frame begins with.
constexpr std::string_view kRecordMagic = "{", kGzipMagic = "\x1f\x8b\x08",
                           kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr size_t kScratchBytes = size_t{64} << 10;

struct FreeZstd {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

std::string Gzip(std::string_view lines, std::string& out) {
  auto member = http::Gzip(lines);
  if (!member) return "no memory to compress";
  out = *std::move(member);
  return {};
}

// With a checksum, by which a frame is told from bytes that happen to look like one.
std::string Zstd(std::string_view lines, std::string& out) {
  const std::unique_ptr<ZSTD_CCtx, FreeZstd> context(ZSTD_createCCtx());
  if (context == nullptr) return "no memory to compress";
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kZstdLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compressBound(lines.size()));
  const size_t size =
      ZSTD_compress2(context.get(), out.data(), out.size(), lines.data(), lines.size());
  if (ZSTD_isError(size) != 0) return ZSTD_getErrorName(size);
  out.resize(size);
  return {};
}

// The bytes of the member that `bytes` begins with; 0: there is no whole one.
size_t GzipMemberBytes(std::string_view bytes) {
  constexpr int kGzipFormat = 16;  // added to the window bits, zlib.h
  z_stream stream{};
  if (inflateInit2(&stream, MAX_WBITS + kGzipFormat) != Z_OK) return 0;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::array<Bytef, kScratchBytes> scratch;
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = scratch.data();
    stream.avail_out = scratch.size();
    result = inflate(&stream, Z_NO_FLUSH);
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END ? bytes.size() - stream.avail_in : 0;
}

// The same of a frame.
size_t ZstdFrameBytes(std::string_view bytes) {
  const std::unique_ptr<ZSTD_DCtx, FreeZstd> context(ZSTD_createDCtx());
  ZSTD_inBuffer in{.src = bytes.data(), .size = bytes.size(), .pos = 0};
  std::array<char, kScratchBytes> scratch;
  size_t result = context == nullptr ? 0 : 1;
  while (result != 0) {
    ZSTD_outBuffer out{.dst = scratch.data(), .size = scratch.size(), .pos = 0};
    result = ZSTD_decompressStream(context.get(), &out, &in);
    const bool lacks_bytes = in.pos == in.size && out.pos < out.size;
    if (ZSTD_isError(result) != 0 || (result != 0 && lacks_bytes)) return 0;
  }
  return in.pos;
}

// Looks from the end for one that is whole: the torn one, if any, begins behind it.
size_t EndOfLast(std::string_view tail, std::string_view magic,
                 size_t (*size_of)(std::string_view)) {
  for (size_t before = tail.size(); before > 0;) {
    const size_t at = tail.rfind(magic, before - 1);
    if (at == std::string_view::npos) return 0;
    if (const size_t size = size_of(tail.substr(at)); size > 0) return at + size;
    before = at;
  }
  return 0;
}

std::string_view MagicOf(Compression compression) {
  if (compression == Compression::kGzip) return kGzipMagic;
  return compression == Compression::kZstd ? kZstdMagic : kRecordMagic;
}

size_t EndOf(Compression compression, std::string_view tail) {
  if (compression == Compression::kGzip) return EndOfLast(tail, kGzipMagic, GzipMemberBytes);
  if (compression == Compression::kZstd) return EndOfLast(tail, kZstdMagic, ZstdFrameBytes);
  return tail.rfind('\n') + 1;
}

}  // namespace

Result<std::string_view> Pack(Compression compression, std::string_view lines, std::string& room) {
  if (compression == Compression::kNone) return lines;
  std::string problem = compression == Compression::kGzip ? Gzip(lines, room) : Zstd(lines, room);
  if (!problem.empty()) return Error{ErrorCode::kUnavailable, std::move(problem)};
  return std::string_view(room);
}

std::optional<size_t> WholeBytes(Compression compression, std::string_view tail) {
  const size_t end = EndOf(compression, tail);
  const std::string_view torn = tail.substr(end);
  const bool is_ours =
      torn.empty() || torn.front() == '\0' || torn.front() == MagicOf(compression).front();
  return end > 0 && is_ours ? std::optional(end) : std::nullopt;
}

}  // namespace wiregauge::sinks
