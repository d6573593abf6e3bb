// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "capture/file_source.h"
#include "capture_bytes.h"

namespace wiregauge::capture::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using Compress = std::string (*)(std::string_view);

struct CompressionCase {
  std::string name;
  Compress compress;
};

class CompressedFile : public ::testing::TestWithParam<CompressionCase> {
 protected:
  std::unique_ptr<FileSource> Open(const std::string& bytes) {
    auto source = OpenFile({.path = folder_.Write("x.pcap.z", bytes), .filter = ""});
    EXPECT_TRUE(source.ok()) << source.error().message;
    return source.ok() ? std::move(*source) : nullptr;
  }
  std::string Compressed(std::string_view bytes) const { return GetParam().compress(bytes); }

  TemporaryFolder folder_;
};

// Contents that do not compress to nothing, so that the stream has many blocks.
std::vector<StoredPacket> VariedPackets(size_t count) {
  auto packets = SomePackets(count);
  uint32_t state = 1;
  for (StoredPacket& packet : packets) {
    for (char& byte : packet.bytes) {
      state = state * 1664525 + 1013904223;
      byte = static_cast<char>(state >> 24);
    }
  }
  return packets;
}

void ExpectSameBytes(const std::vector<StoredPacket>& stored, const std::vector<SeenPacket>& seen) {
  ASSERT_LE(seen.size(), stored.size());
  for (size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i].bytes, stored[i].bytes) << i;
}

TEST_P(CompressedFile, DeliversWhatIsStored) {
  const auto stored = VariedPackets(1000);
  for (const std::string& capture : {Pcap({}, stored), Pcapng({.big_endian = true}, stored)}) {
    const std::string bytes = Compressed(capture);
    const auto source = Open(bytes);
    ASSERT_NE(source, nullptr);
    const auto seen = ReadAll(*source);
    EXPECT_EQ(seen.size(), stored.size());
    ExpectSameBytes(stored, seen);
    EXPECT_EQ(source->state(), SourceState::kEnded);
    EXPECT_EQ(source->bytes_read(), bytes.size());
    EXPECT_EQ(source->size_bytes(), bytes.size());
  }
}

TEST_P(CompressedFile, HighlyCompressedDataComesOutWhole) {
  const std::vector<StoredPacket> stored(
      2000, {.seconds = 1, .subsecond = 2, .bytes = std::string(1500, '\0'), .wire_bytes = 1500});
  const auto source = Open(Compressed(Pcap({}, stored)));
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(ReadAll(*source).size(), stored.size());
  EXPECT_EQ(source->state(), SourceState::kEnded);
}

TEST_P(CompressedFile, SeveralMembersAreOneStream) {
  const auto stored = VariedPackets(300);
  const std::string capture = Pcap({}, stored);
  // Cut anywhere, also inside a packet and inside the header.
  const std::string bytes = Compressed(capture.substr(0, 10)) +
                            Compressed(capture.substr(10, 90'001)) + Compressed("") +
                            Compressed(capture.substr(90'011));
  const auto source = Open(bytes);
  ASSERT_NE(source, nullptr);
  const auto seen = ReadAll(*source);
  EXPECT_EQ(seen.size(), stored.size());
  ExpectSameBytes(stored, seen);
  EXPECT_EQ(source->state(), SourceState::kEnded);
}

TEST_P(CompressedFile, ACutStreamSaysSoAfterWhatCameBefore) {
  const auto stored = VariedPackets(1000);
  const std::string whole = Compressed(Pcap({}, stored));
  for (const size_t keep : {whole.size() / 2, whole.size() - 1, whole.size() - 5}) {
    const auto source = Open(whole.substr(0, keep));
    ASSERT_NE(source, nullptr);
    const auto seen = ReadAll(*source);
    EXPECT_EQ(source->state(), SourceState::kCut);
    EXPECT_THAT(source->problem(),
                HasSubstr("x.pcap.z: cut after packet " + std::to_string(seen.size()) + " (the "));
    EXPECT_THAT(source->problem(), HasSubstr("stream ends early"));
    EXPECT_GT(seen.size(), keep == whole.size() / 2 ? 300u : 990u);
    ExpectSameBytes(stored, seen);
  }
}

TEST_P(CompressedFile, ADamagedStreamFailsAfterWhatCameBefore) {
  const auto stored = VariedPackets(1000);
  std::string bytes = Compressed(Pcap({}, stored));
  // Bytes near the end: the checksum is what tells.
  for (size_t i = bytes.size() - 8; i < bytes.size(); ++i) bytes[i] = static_cast<char>(~bytes[i]);
  const auto source = Open(bytes);
  ASSERT_NE(source, nullptr);
  const auto seen = ReadAll(*source);
  EXPECT_EQ(source->state(), SourceState::kFailed);
  EXPECT_THAT(source->problem(), HasSubstr("stream is damaged"));
  EXPECT_THAT(source->problem(), HasSubstr("after packet " + std::to_string(seen.size())));
  EXPECT_GT(seen.size(), 800u);
  ExpectSameBytes(stored, seen);
}

TEST_P(CompressedFile, ForeignBytesBehindTheStreamAreSaid) {
  const auto stored = VariedPackets(10);
  const auto source = Open(Compressed(Pcap({}, stored)) + "and then some text");
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(ReadAll(*source).size(), stored.size());
  EXPECT_EQ(source->state(), SourceState::kFailed);
  EXPECT_THAT(source->problem(), HasSubstr("after packet 10"));
}

TEST_P(CompressedFile, WhatIsInsideMustBeACapture) {
  for (const std::string_view inside : {"", "some text that is no capture at all"}) {
    const auto source = OpenFile({.path = folder_.Write("x.z", Compressed(inside)), .filter = ""});
    ASSERT_FALSE(source.ok());
    EXPECT_EQ(source.error().code, ErrorCode::kDataLoss);
    EXPECT_THAT(source.error().message, HasSubstr("x.z: is not a pcap or pcapng file"));
  }
}

TEST_P(CompressedFile, AStreamCutInTheHeaderIsAnError) {
  const std::string whole = Compressed(Pcap({}, SomePackets(3)));
  const auto source = OpenFile({.path = folder_.Write("x.z", whole.substr(0, 6)), .filter = ""});
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(source.error().message, HasSubstr("stream ends early"));
}

INSTANTIATE_TEST_SUITE_P(All, CompressedFile,
                         ::testing::Values(CompressionCase{"Gzip", Gzip},
                                           CompressionCase{"Zstd", Zstd}),
                         [](const auto& test) { return test.param.name; });

TEST(GzipFile, ZerosBehindTheStreamArePadding) {
  const TemporaryFolder folder;
  const std::string bytes = Gzip(Pcap({}, SomePackets(5))) + std::string(100'000, '\0');
  auto source = OpenFile({.path = folder.Write("x.pcap.gz", bytes), .filter = ""});
  ASSERT_TRUE(source.ok()) << source.error().message;
  EXPECT_EQ(ReadAll(**source).size(), 5u);
  EXPECT_EQ((*source)->state(), SourceState::kEnded);
}

}  // namespace
}  // namespace wiregauge::capture::testing
