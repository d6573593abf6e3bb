// SPDX-License-Identifier: Apache-2.0
// Real captures, where a folder of them is at hand: their packets are counted by walking the
// records here, without libpcap.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "capture/file_source.h"
#include "capture_bytes.h"

namespace wiregauge::capture::testing {
namespace {

struct Totals {
  uint64_t packets = 0;
  uint64_t captured_bytes = 0;
  bool cut = false;
  bool operator==(const Totals&) const = default;
};

class Walker {
 public:
  explicit Walker(const std::string& bytes) : bytes_(bytes) {}

  Totals Walk() { return bytes_.starts_with("\x0a\x0d\x0d\x0a") ? WalkPcapng() : WalkPcap(); }

 private:
  uint32_t Number(size_t at) const {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) {
      value |= uint32_t{static_cast<uint8_t>(bytes_[at + i])} << (big_endian_ ? 24 - 8 * i : 8 * i);
    }
    return value;
  }

  Totals WalkPcap() {
    big_endian_ = bytes_[0] == '\xa1';
    // Before version 2.3 the two lengths stood the other way round.
    const size_t stored_at = bytes_[big_endian_ ? 7 : 6] < 3 ? 12 : 8;
    Totals totals;
    size_t at = 24;
    while (at + 16 <= bytes_.size()) {
      const uint32_t stored = Number(at + stored_at);
      if (at + 16 + stored > bytes_.size()) break;
      at += 16 + stored;
      ++totals.packets;
      totals.captured_bytes += stored;
    }
    totals.cut = at < bytes_.size();
    return totals;
  }

  Totals WalkPcapng() {
    Totals totals;
    size_t at = 0;
    while (at + 12 <= bytes_.size()) {
      const uint32_t type = Number(at);
      if (type == 0x0a0d0d0a) big_endian_ = bytes_[at + 8] == '\x1a';
      const uint32_t length = Number(at + 4);
      if (length < 12 || at + length > bytes_.size()) break;
      if (type == 6 || type == 2) {
        ++totals.packets;
        totals.captured_bytes += Number(at + 20);
      } else if (type == 3) {
        ++totals.packets;
        totals.captured_bytes += std::min(Number(at + 8), length - 16);
      }
      at += length;
    }
    totals.cut = at < bytes_.size();
    return totals;
  }

  const std::string& bytes_;
  bool big_endian_ = false;
};

class Counter final : public PacketHandler {
 public:
  void OnPacket(const PacketView& packet) noexcept override {
    ++totals.packets;
    totals.captured_bytes += packet.captured.size();
    shrunk |= packet.wire_bytes < packet.captured.size();
  }
  Totals totals;
  bool shrunk = false;
};

std::filesystem::path CorpusFolder() {
  if (const char* folder = std::getenv("WIREGAUGE_CORPUS_DIR")) return folder;
  const char* const source = std::getenv("WIREGAUGE_SOURCE_DIR");
  return std::filesystem::path(source != nullptr ? source : ".") / "../shared/corpus/pcap";
}

TEST(Corpus, EveryPacketOfEveryCaptureIsDelivered) {
  const auto folder = CorpusFolder();
  if (!std::filesystem::is_directory(folder)) {
    GTEST_SKIP() << "no captures at " << folder << "; WIREGAUGE_CORPUS_DIR names another folder";
  }
  const TemporaryFolder temporary;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    ASSERT_GE(bytes.size(), 24u) << entry.path();
    const Totals expected = Walker(bytes).Walk();
    EXPECT_GT(expected.packets, 0u) << entry.path();
    for (const std::string& path : {entry.path().string(), temporary.Write("x.gz", Gzip(bytes))}) {
      auto source = OpenFile({.path = path, .filter = ""});
      ASSERT_TRUE(source.ok()) << source.error().message;
      Counter counter;
      while ((*source)->state() == SourceState::kOpen) {
        (*source)->Poll(counter, 64, Duration::zero());
      }
      EXPECT_EQ((*source)->state(), expected.cut ? SourceState::kCut : SourceState::kEnded)
          << (*source)->problem();
      EXPECT_EQ(counter.totals.packets, expected.packets) << entry.path();
      EXPECT_EQ(counter.totals.captured_bytes, expected.captured_bytes) << entry.path();
      EXPECT_FALSE(counter.shrunk) << entry.path();
    }
  }
}

}  // namespace
}  // namespace wiregauge::capture::testing
