// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "capture/file_source.h"
#include "capture/packet_source.h"

// Capture files that the tests write byte by byte, and what is read of them.
namespace wiregauge::capture::testing {

constexpr uint16_t kLinkEthernet = 1;

// A packet as it stands in a file. `subsecond` is in the file's unit.
struct StoredPacket {
  uint32_t seconds = 0;
  uint32_t subsecond = 0;
  std::string bytes;
  uint32_t wire_bytes = 0;
};

struct Layout {
  bool big_endian = false;
  bool nanoseconds = false;
  uint32_t link_type = kLinkEthernet;
  uint32_t snap_length = 262144;
};

// `count` packets of different sizes, contents, times and wire lengths.
std::vector<StoredPacket> SomePackets(size_t count);

std::string Number(const Layout& layout, uint32_t value, size_t bytes);

std::string PcapHeader(const Layout& layout);
std::string PcapRecord(const Layout& layout, const StoredPacket& packet);
std::string Pcap(const Layout& layout, const std::vector<StoredPacket>& packets);

// A pcapng block: type, length, body, length.
std::string PcapngBlock(const Layout& layout, uint32_t type, const std::string& body);
std::string PcapngSection(const Layout& layout);
std::string PcapngInterface(const Layout& layout);
std::string PcapngPacket(const Layout& layout, uint32_t interface, const StoredPacket& packet);
// One section, one interface.
std::string Pcapng(const Layout& layout, const std::vector<StoredPacket>& packets);

std::string Gzip(std::string_view bytes);
std::string Zstd(std::string_view bytes);

// A folder that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string Path(std::string_view name) const { return (path_ / name).string(); }
  // Writes a file and returns its path.
  std::string Write(std::string_view name, std::string_view bytes) const;

 private:
  std::filesystem::path path_;
};

struct SeenPacket {
  Timestamp time;
  std::string bytes;
  uint32_t wire_bytes = 0;
  uint64_t number = 0;
  LinkType link_type = LinkType::kEthernet;
};

// Keeps a copy of what it is handed.
class Recorder final : public PacketHandler {
 public:
  void OnPacket(const PacketView& packet) noexcept override;
  const std::vector<SeenPacket>& packets() const { return packets_; }

 private:
  std::vector<SeenPacket> packets_;
};

// Polls until the source is not open any more.
std::vector<SeenPacket> ReadAll(PacketSource& source);

}  // namespace wiregauge::capture::testing
