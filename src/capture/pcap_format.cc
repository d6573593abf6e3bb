// SPDX-License-Identifier: Apache-2.0
#include "capture/pcap_format.h"

#include <chrono>
#include <cstring>

namespace wiregauge::capture {
namespace {

// LINKTYPE_ values: those of files, which are not libpcap's DLT_ values everywhere.
uint32_t LinkTypeInFiles(LinkType type) {
  switch (type) {
    case LinkType::kEthernet:
      return 1;
    case LinkType::kLinuxCooked:
      return 113;
    case LinkType::kLinuxCookedV2:
      return 276;
    case LinkType::kRawIp:
      return 101;
    case LinkType::kBsdNull:
      return 0;
    case LinkType::kBsdLoop:
      return 108;
    case LinkType::kPpp:
      return 9;
    case LinkType::kPppHdlc:
      return 50;
    case LinkType::kPppEthernet:
      return 51;
    case LinkType::kCiscoHdlc:
      return 104;
  }
  return 1;
}

template <size_t kBytes, size_t kWords>
std::array<uint8_t, kBytes> InHostOrder(const std::array<uint32_t, kWords>& words) {
  static_assert(kBytes == sizeof words);
  std::array<uint8_t, kBytes> bytes;
  std::memcpy(bytes.data(), words.data(), kBytes);
  return bytes;
}

}  // namespace

std::array<uint8_t, kPcapFileHeaderBytes> PcapFileHeader(LinkType link_type,
                                                         uint32_t snap_length_bytes) noexcept {
  constexpr uint32_t kMagic = 0xa1b23c4d;
  constexpr std::array<uint16_t, 2> kVersion = {2, 4};
  uint32_t version;
  std::memcpy(&version, kVersion.data(), sizeof version);
  return InHostOrder<kPcapFileHeaderBytes>(
      std::array{kMagic, version, 0u, 0u, snap_length_bytes, LinkTypeInFiles(link_type)});
}

std::array<uint8_t, kPcapRecordHeaderBytes> PcapRecordHeader(const PacketView& packet,
                                                             uint32_t stored_bytes) noexcept {
  const auto second = std::chrono::floor<std::chrono::seconds>(packet.time);
  return InHostOrder<kPcapRecordHeaderBytes>(std::array{
      static_cast<uint32_t>(second.time_since_epoch().count()),
      static_cast<uint32_t>((packet.time - second).count()), stored_bytes, packet.wire_bytes});
}

}  // namespace wiregauge::capture
