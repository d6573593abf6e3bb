// SPDX-License-Identifier: Apache-2.0
#include "shard/pcap_buffer.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "capture/pcap_format.h"

namespace wiregauge::shard {
namespace {

size_t WholePages(size_t bytes) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

std::unique_ptr<PcapBuffer> PcapBuffer::Create(LinkType link_type, uint32_t snap_length_bytes,
                                               size_t most_bytes) {
  WIREGAUGE_CHECK(most_bytes >= capture::kPcapFileHeaderBytes);
  const size_t memory_bytes = WholePages(most_bytes);
  void* const memory =
      mmap(nullptr, memory_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  return std::unique_ptr<PcapBuffer>(new PcapBuffer(static_cast<uint8_t*>(memory), memory_bytes,
                                                    most_bytes, link_type, snap_length_bytes));
}

PcapBuffer::PcapBuffer(uint8_t* memory, size_t memory_bytes, size_t most_bytes, LinkType link_type,
                       uint32_t snap_length_bytes)
    : memory_(memory),
      memory_bytes_(memory_bytes),
      most_bytes_(most_bytes),
      link_type_(link_type),
      snap_length_bytes_(snap_length_bytes) {
  Write(capture::PcapFileHeader(link_type, snap_length_bytes), 0);
  size_.store(capture::kPcapFileHeaderBytes, std::memory_order_release);
}

PcapBuffer::~PcapBuffer() { munmap(memory_, memory_bytes_); }

bool PcapBuffer::Append(const PacketView& packet) noexcept {
  const size_t stored = std::min<size_t>(packet.captured.size(), snap_length_bytes_);
  const size_t size = size_.load(std::memory_order_relaxed);  // only this thread changes it
  const size_t record = capture::kPcapRecordHeaderBytes + stored;
  if (record > most_bytes_ - size) return false;
  Write(capture::PcapRecordHeader(packet, static_cast<uint32_t>(stored)), size);
  Write(packet.captured.first(stored), size + capture::kPcapRecordHeaderBytes);
  size_.store(size + record, std::memory_order_release);
  return true;
}

void PcapBuffer::Write(std::span<const uint8_t> bytes, size_t at) noexcept {
  if (!bytes.empty()) std::memcpy(memory_ + at, bytes.data(), bytes.size());
}

std::string PcapBuffer::Copy() const { return {reinterpret_cast<const char*>(memory_), size()}; }

void PcapBuffer::Trim() noexcept {
  const size_t needed = WholePages(size());
  if (needed == memory_bytes_) return;
  munmap(memory_ + needed, memory_bytes_ - needed);
  memory_bytes_ = needed;
}

}  // namespace wiregauge::shard
