// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/spool_segment.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "publish/sinks/frame/file_bytes.h"

namespace wiregauge::sinks {
namespace {

constexpr uint32_t kMagic = 0x66677732;

// On disk, in the machine's byte order: a spool stays on its machine.
struct FrameHead {
  uint32_t magic = kMagic;
  uint32_t crc = 0;  // over what follows in the head
  uint32_t parcel_crc = 0;
  uint32_t length = 0;  // of the parcel
  uint64_t first_record = 0;
  int64_t offered_at_ns = 0;
  uint32_t records = 0;
  uint32_t unused = 0;
};
static_assert(sizeof(FrameHead) == 40);

uint32_t Crc(const void* bytes, size_t size) {
  return static_cast<uint32_t>(::crc32_z(0, static_cast<const Bytef*>(bytes), size));
}

uint32_t CrcOf(const FrameHead& head) {
  constexpr size_t kBehind = offsetof(FrameHead, crc) + sizeof head.crc;
  return Crc(reinterpret_cast<const uint8_t*>(&head) + kBehind, sizeof head - kBehind);
}

// Finds frames in an open file.
class Scanner {
 public:
  Scanner(int fd, uint64_t size, uint64_t first_record) : fd_(fd), size_(size) {
    scan_.next_record = first_record;
  }

  // The problem, or empty: it is read to its end.
  std::string Run() {
    while (scan_.bytes < size_) {
      FrameHead head;
      const auto left = static_cast<size_t>(std::min<uint64_t>(sizeof head, size_ - scan_.bytes));
      if (auto problem = ReadAt(fd_, scan_.bytes, &head, left); !problem.empty()) return problem;
      if (left == sizeof head && IsHead(head, scan_.bytes) &&
          head.first_record == scan_.next_record) {
        Add({BytesOf(head), head.records, head.offered_at_ns});
        continue;
      }
      if (auto problem = SkipToHead(); !problem.empty()) return problem;
      if (scan_.rest_bytes > 0) break;
    }
    return {};
  }
  SegmentScan&& scan() && { return std::move(scan_); }

 private:
  static uint32_t BytesOf(const FrameHead& head) {
    return static_cast<uint32_t>(sizeof head + head.length);
  }
  // And its parcel has room in the file.
  bool IsHead(const FrameHead& head, uint64_t at) const {
    return head.magic == kMagic && head.crc == CrcOf(head) &&
           head.first_record >= scan_.next_record && at + sizeof head + head.length <= size_;
  }
  void Add(const SpoolFrame& frame) {
    scan_.frames.push_back(frame);
    scan_.bytes += frame.bytes;
    scan_.next_record += frame.records;
  }
  // Everything before the next good head is damaged; without one it is the rest.
  std::string SkipToHead() {
    std::string rest(size_ - scan_.bytes, '\0');
    if (auto problem = ReadAt(fd_, scan_.bytes, rest.data(), rest.size()); !problem.empty()) {
      return problem;
    }
    const std::string_view magic(reinterpret_cast<const char*>(&kMagic), sizeof kMagic);
    for (size_t at = rest.find(magic); at != std::string::npos; at = rest.find(magic, at + 1)) {
      if (rest.size() - at < sizeof(FrameHead)) break;
      FrameHead head;
      std::memcpy(&head, rest.data() + at, sizeof head);
      if (!IsHead(head, scan_.bytes + at)) continue;
      Add({.bytes = static_cast<uint32_t>(at),
           .records = static_cast<uint32_t>(head.first_record - scan_.next_record),
           .damaged = true});
      return {};
    }
    scan_.rest_bytes = rest.size();
    return {};
  }

  const int fd_;
  const uint64_t size_;
  SegmentScan scan_;
};

// By errno: it cannot be read, or what stands there is no file system's any more.
FrameRead Failed(const std::string& path) {
  const bool is_disk_at_fault = errno == EIO || errno == EBADMSG || errno == EUCLEAN;
  return {.problem = path + ": " + ErrnoText(), .is_disk_at_fault = is_disk_at_fault};
}

}  // namespace

std::string EncodeFrame(const Parcel& parcel, uint64_t first_record) {
  std::string frame(sizeof(FrameHead), '\0');
  parcel.EncodeTo(frame);
  FrameHead head{.length = static_cast<uint32_t>(frame.size() - sizeof(FrameHead)),
                 .first_record = first_record,
                 .offered_at_ns = parcel.oldest_offered_at.time_since_epoch().count(),
                 .records = static_cast<uint32_t>(parcel.size())};
  head.parcel_crc = Crc(frame.data() + sizeof head, head.length);
  head.crc = CrcOf(head);
  std::memcpy(frame.data(), &head, sizeof head);
  return frame;
}

Result<SegmentScan> ScanSegment(const std::string& path, uint64_t first_record) {
  const OwnedFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (!file.is_open() || ::fstat(file.fd(), &facts) != 0) {
    return Error{ErrorCode::kUnavailable, path + ": " + ErrnoText()};
  }
  Scanner scanner(file.fd(), static_cast<uint64_t>(facts.st_size), first_record);
  if (const std::string problem = scanner.Run(); !problem.empty()) {
    return Error{ErrorCode::kUnavailable, path + ": " + problem};
  }
  return std::move(scanner).scan();
}

FrameRead ReadFrame(const std::string& path, uint64_t offset, const SpoolFrame& frame) {
  const OwnedFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return errno == ENOENT ? FrameRead{} : Failed(path);
  std::string bytes(frame.bytes, '\0');
  if (!ReadAt(file.fd(), offset, bytes.data(), bytes.size()).empty()) return Failed(path);
  FrameHead head;
  std::memcpy(&head, bytes.data(), sizeof head);
  const std::string_view encoded = std::string_view(bytes).substr(sizeof head);
  auto parcel = std::make_shared<Parcel>();
  if (head.magic != kMagic || head.crc != CrcOf(head) || head.length != encoded.size() ||
      head.parcel_crc != Crc(encoded.data(), encoded.size()) || !Parcel::Decode(encoded, *parcel) ||
      parcel->size() != frame.records) {
    return {};
  }
  return {.parcel = std::move(parcel)};
}

}  // namespace wiregauge::sinks
