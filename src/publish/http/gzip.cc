// SPDX-License-Identifier: Apache-2.0
#include "publish/http/gzip.h"

#include <zlib.h>

#include <algorithm>

#include "base/text.h"

namespace wiregauge::http {
namespace {

// The weight of one entry, "gzip;q=0.5"; 1 when it has none, 0 when it is malformed.
double Weight(std::string_view parameters) {
  const std::string_view text = Trim(parameters);
  if (text.empty()) return 1;
  if (!text.starts_with("q=") && !text.starts_with("Q=")) return 0;
  return ParseNumber<double>(text.substr(2)).value_or(0);
}

}  // namespace

bool AcceptsGzip(std::string_view accept_encoding) {
  bool any = false;
  for (const std::string_view entry : Split(accept_encoding, ',')) {
    const size_t semicolon = entry.find(';');
    const std::string name = ToLower(Trim(entry.substr(0, semicolon)));
    const bool wanted =
        semicolon == std::string_view::npos || Weight(entry.substr(semicolon + 1)) > 0;
    if (name == "gzip" || name == "x-gzip") return wanted;
    if (name == "*") any = wanted;
  }
  return any;
}

std::optional<std::string> Gzip(std::string_view bytes) {
  constexpr int kGzipFormat = 16;  // added to the window bits, see deflateInit2 in zlib.h
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzipFormat, MAX_MEM_LEVEL,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string packed;
  packed.resize(deflateBound(&stream, bytes.size()));
  // zlib's lengths have 32 bits: fed and drained in pieces.
  constexpr size_t kPiece = size_t{1} << 30;
  size_t used = 0;
  size_t written = 0;
  int result = Z_OK;
  while (result == Z_OK) {
    const size_t in = std::min(kPiece, bytes.size() - used);
    const size_t out = std::min(kPiece, packed.size() - written);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + used));
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = reinterpret_cast<Bytef*>(packed.data() + written);
    stream.avail_out = static_cast<uInt>(out);
    result = deflate(&stream, used + in == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    used += in - stream.avail_in;
    written += out - stream.avail_out;
  }
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return std::nullopt;
  packed.resize(written);
  return packed;
}

}  // namespace wiregauge::http
