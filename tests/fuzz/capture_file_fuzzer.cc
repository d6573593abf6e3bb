// SPDX-License-Identifier: Apache-2.0
// The input is a capture file: opened, and read to its end. What it holds decides which library
// reads it: libpcap alone, or zlib or zstd before it.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "base/check.h"
#include "capture/file_source.h"

namespace {

using wiregauge::Duration;
using wiregauge::PacketView;
using wiregauge::capture::FileSource;
using wiregauge::capture::OpenFile;
using wiregauge::capture::PacketHandler;
using wiregauge::capture::SourceState;

constexpr size_t kBatchPackets = 16;
// A few bytes can hold gigabytes of zeros; enough is enough.
constexpr uint64_t kMaxPackets = 20'000;

class Checker final : public PacketHandler {
 public:
  void OnPacket(const PacketView& packet) noexcept override {
    ++packets;
    WIREGAUGE_CHECK(packet.number == packets);
    WIREGAUGE_CHECK(packet.wire_bytes >= packet.captured.size());
    for (const uint8_t byte : packet.captured) checksum += byte;  // every byte is there to be read
  }
  uint64_t packets = 0;
  uint64_t checksum = 0;
};

void ReadToTheEnd(FileSource& source) {
  Checker checker;
  while (source.state() == SourceState::kOpen && checker.packets < kMaxPackets) {
    const uint64_t before = checker.packets;
    const size_t delivered = source.Poll(checker, kBatchPackets, Duration::zero());
    WIREGAUGE_CHECK(delivered <= kBatchPackets && before + delivered == checker.packets);
    WIREGAUGE_CHECK(delivered > 0 || source.state() != SourceState::kOpen);
  }
  const bool stopped_badly =
      source.state() == SourceState::kCut || source.state() == SourceState::kFailed;
  WIREGAUGE_CHECK(stopped_badly == !source.problem().empty());
  WIREGAUGE_CHECK(source.bytes_read() <= source.size_bytes());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const int fd = memfd_create("capture", MFD_CLOEXEC);
  WIREGAUGE_CHECK(fd >= 0);
  WIREGAUGE_CHECK(ftruncate(fd, 0) == 0);
  WIREGAUGE_CHECK(pwrite(fd, data, size, 0) == static_cast<ssize_t>(size));
  auto source = OpenFile({.path = "/proc/self/fd/" + std::to_string(fd), .filter = ""});
  if (source.ok()) {
    ReadToTheEnd(**source);
  } else {
    WIREGAUGE_CHECK(!source.error().message.empty());
  }
  return 0;
}
