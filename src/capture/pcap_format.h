// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/packet_view.h"

// The classic pcap file format, written: version 2.4 with nanoseconds (magic a1b23c4d), in the
// host's byte order, as draft-ietf-opsawg-pcap has it. Pure functions.
namespace wiregauge::capture {

inline constexpr size_t kPcapFileHeaderBytes = 24, kPcapRecordHeaderBytes = 16;

// What a file begins with. It holds frames of one link type.
std::array<uint8_t, kPcapFileHeaderBytes> PcapFileHeader(LinkType link_type,
                                                         uint32_t snap_length_bytes) noexcept;

// What stands before the `stored_bytes` of a frame. A time before 1970 or after 2106 wraps.
std::array<uint8_t, kPcapRecordHeaderBytes> PcapRecordHeader(const PacketView& packet,
                                                             uint32_t stored_bytes) noexcept;

}  // namespace wiregauge::capture
