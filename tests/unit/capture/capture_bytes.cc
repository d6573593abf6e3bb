// SPDX-License-Identifier: Apache-2.0
#include "capture_bytes.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <fstream>

namespace wiregauge::capture::testing {
namespace {

constexpr uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr uint32_t kInterfaceDescription = 1;
constexpr uint32_t kEnhancedPacket = 6;

std::string Padded(std::string bytes) {
  bytes.resize((bytes.size() + 3) / 4 * 4, '\0');
  return bytes;
}

}  // namespace

std::vector<StoredPacket> SomePackets(size_t count) {
  std::vector<StoredPacket> packets;
  for (size_t i = 0; i < count; ++i) {
    const size_t size = 20 + (i * 131) % 1400;
    packets.push_back({.seconds = static_cast<uint32_t>(1'700'000'000 + i),
                       .subsecond = static_cast<uint32_t>((i * 7919) % 1'000'000),
                       .bytes = std::string(size, static_cast<char>('A' + i % 50)),
                       .wire_bytes = static_cast<uint32_t>(size + i % 3 * 100)});
  }
  return packets;
}

std::string Number(const Layout& layout, uint32_t value, size_t bytes) {
  std::string out(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) {
    out[layout.big_endian ? bytes - 1 - i : i] = static_cast<char>(value >> (8 * i));
  }
  return out;
}

std::string PcapHeader(const Layout& layout) {
  const uint32_t magic = layout.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  return Number(layout, magic, 4) + Number(layout, 2, 2) + Number(layout, 4, 2) +
         Number(layout, 0, 4) + Number(layout, 0, 4) + Number(layout, layout.snap_length, 4) +
         Number(layout, layout.link_type, 4);
}

std::string PcapRecord(const Layout& layout, const StoredPacket& packet) {
  return Number(layout, packet.seconds, 4) + Number(layout, packet.subsecond, 4) +
         Number(layout, static_cast<uint32_t>(packet.bytes.size()), 4) +
         Number(layout, packet.wire_bytes, 4) + packet.bytes;
}

std::string Pcap(const Layout& layout, const std::vector<StoredPacket>& packets) {
  std::string out = PcapHeader(layout);
  for (const StoredPacket& packet : packets) out += PcapRecord(layout, packet);
  return out;
}

std::string PcapngBlock(const Layout& layout, uint32_t type, const std::string& body) {
  const std::string length = Number(layout, static_cast<uint32_t>(body.size() + 12), 4);
  return Number(layout, type, 4) + length + body + length;
}

std::string PcapngSection(const Layout& layout) {
  return PcapngBlock(layout, kSectionHeader,
                     Number(layout, 0x1a2b3c4d, 4) + Number(layout, 1, 2) + Number(layout, 0, 2) +
                         std::string(8, '\xff'));
}

std::string PcapngInterface(const Layout& layout) {
  std::string body = Number(layout, layout.link_type, 2) + Number(layout, 0, 2) +
                     Number(layout, layout.snap_length, 4);
  if (layout.nanoseconds) {
    // if_tsresol = 10^-9, and the end of the options.
    body += Number(layout, 9, 2) + Number(layout, 1, 2) + Padded("\x09") + std::string(4, '\0');
  }
  return PcapngBlock(layout, kInterfaceDescription, body);
}

std::string PcapngPacket(const Layout& layout, uint32_t interface, const StoredPacket& packet) {
  const uint64_t units = layout.nanoseconds ? 1'000'000'000 : 1'000'000;
  const uint64_t time = packet.seconds * units + packet.subsecond;
  return PcapngBlock(layout, kEnhancedPacket,
                     Number(layout, interface, 4) +
                         Number(layout, static_cast<uint32_t>(time >> 32), 4) +
                         Number(layout, static_cast<uint32_t>(time), 4) +
                         Number(layout, static_cast<uint32_t>(packet.bytes.size()), 4) +
                         Number(layout, packet.wire_bytes, 4) + Padded(packet.bytes));
}

std::string Pcapng(const Layout& layout, const std::vector<StoredPacket>& packets) {
  std::string out = PcapngSection(layout) + PcapngInterface(layout);
  for (const StoredPacket& packet : packets) out += PcapngPacket(layout, 0, packet);
  return out;
}

std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY),
            Z_OK);
  std::string in(bytes);
  std::string out(deflateBound(&stream, in.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  const size_t size = ZSTD_compress2(context, out.data(), out.size(), bytes.data(), bytes.size());
  ZSTD_freeCCtx(context);
  EXPECT_FALSE(ZSTD_isError(size));
  out.resize(size);
  return out;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "wiregauge-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
  // Searchable by all: one test reads as another user.
  std::filesystem::permissions(path_, std::filesystem::perms(0755));
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(path_); }

std::string TemporaryFolder::Write(std::string_view name, std::string_view bytes) const {
  std::ofstream file(path_ / name, std::ios::binary);
  file << bytes;
  EXPECT_TRUE(file.good());
  return Path(name);
}

void Recorder::OnPacket(const PacketView& packet) noexcept {
  packets_.push_back({.time = packet.time,
                      .bytes = std::string(packet.captured.begin(), packet.captured.end()),
                      .wire_bytes = packet.wire_bytes,
                      .number = packet.number,
                      .link_type = packet.link_type});
}

std::vector<SeenPacket> ReadAll(PacketSource& source) {
  Recorder recorder;
  while (source.state() == SourceState::kOpen) {
    const size_t before = recorder.packets().size();
    const size_t delivered = source.Poll(recorder, 7, Duration::zero());
    EXPECT_EQ(recorder.packets().size(), before + delivered);
    EXPECT_LE(delivered, 7u);
  }
  EXPECT_EQ(source.Poll(recorder, 7, Duration::zero()), 0u);
  return recorder.packets();
}

}  // namespace wiregauge::capture::testing
