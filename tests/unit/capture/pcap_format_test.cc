// SPDX-License-Identifier: Apache-2.0
// What is written is read back by libpcap as it was.
#include "capture/pcap_format.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "capture/file_source.h"

namespace wiregauge::capture {
namespace {

using namespace std::chrono_literals;

class Keeper final : public PacketHandler {
 public:
  void OnPacket(const PacketView& packet) noexcept override {
    views.push_back(packet);
    frames.emplace_back(packet.captured.begin(), packet.captured.end());
  }
  std::vector<PacketView> views;
  std::vector<std::vector<uint8_t>> frames;
};

class PcapFormatTest : public testing::TestWithParam<LinkType> {
 protected:
  PcapFormatTest() {
    char folder[] = "/tmp/wiregauge-pcap-XXXXXX";
    EXPECT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
  }
  ~PcapFormatTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_P(PcapFormatTest, IsReadBackAsItWas) {
  const std::vector<uint8_t> frame(60, 0xab);
  PacketView packet;
  packet.time = Timestamp(1'700'000'000s + 123'456'789ns);
  packet.captured = frame;
  packet.wire_bytes = 1500;
  packet.link_type = GetParam();
  {
    std::ofstream file(folder_ / "one.pcap", std::ios::binary);
    const auto write = [&](const auto& bytes, size_t count) {
      file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(count));
    };
    write(PcapFileHeader(packet.link_type, 262144), kPcapFileHeaderBytes);
    write(PcapRecordHeader(packet, 60), kPcapRecordHeaderBytes);
    write(frame, 60);
    write(PcapRecordHeader(packet, 0), kPcapRecordHeaderBytes);
  }
  auto file = OpenFile({.path = folder_ / "one.pcap", .filter = ""});
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ((*file)->link_type(), GetParam());
  Keeper keeper;
  while ((*file)->state() == SourceState::kOpen) (*file)->Poll(keeper, 16, 0s);
  EXPECT_EQ((*file)->state(), SourceState::kEnded) << (*file)->problem();
  ASSERT_EQ(keeper.frames.size(), 2u);
  EXPECT_EQ(keeper.frames[0], frame);
  EXPECT_EQ(keeper.views[0].time, packet.time);
  EXPECT_EQ(keeper.views[0].wire_bytes, 1500u);
  EXPECT_TRUE(keeper.frames[1].empty());
}

INSTANTIATE_TEST_SUITE_P(EveryLinkType, PcapFormatTest,
                         testing::Values(LinkType::kEthernet, LinkType::kLinuxCooked,
                                         LinkType::kLinuxCookedV2, LinkType::kRawIp,
                                         LinkType::kBsdNull, LinkType::kBsdLoop, LinkType::kPpp,
                                         LinkType::kPppHdlc, LinkType::kPppEthernet,
                                         LinkType::kCiscoHdlc));

}  // namespace
}  // namespace wiregauge::capture
