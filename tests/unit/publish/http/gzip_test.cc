// SPDX-License-Identifier: Apache-2.0
#include "publish/http/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace wiregauge::http {
namespace {

std::string Unpack(std::string packed, size_t size) {
  std::string plain(size, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_out, 0u);
  inflateEnd(&stream);
  return plain;
}

TEST(Gzip, ReadsBackTheSame) {
  std::string text;
  uint32_t state = 1;
  while (text.size() < 1000000) {
    state = state * 1664525 + 1013904223;
    text.append(state >> 29, static_cast<char>(state >> 16));
    text.push_back(static_cast<char>(state >> 24));
  }
  const auto packed = Gzip(text);
  ASSERT_TRUE(packed.has_value());
  EXPECT_TRUE(Unpack(*packed, text.size()) == text);
  EXPECT_LT(Gzip(std::string(100000, 'a'))->size(), 1000u);
  EXPECT_EQ(Unpack(*Gzip("a"), 1), "a");
}

TEST(Gzip, HonoursAcceptEncoding) {
  for (const char* const yes : {"gzip", "GZIP", "deflate, gzip", "gzip;q=0.5", "br, *",
                                "gzip ; q=1.0", "x-gzip", "*;q=0, gzip"}) {
    EXPECT_TRUE(AcceptsGzip(yes)) << yes;
  }
  for (const char* const no : {"", "identity", "gzip;q=0", "gzip;q=0.000", "*, gzip;q=0", "gzipped",
                               "*;q=0", "gzip;q=x", "gzip;z"}) {
    EXPECT_FALSE(AcceptsGzip(no)) << no;
  }
}

}  // namespace
}  // namespace wiregauge::http
