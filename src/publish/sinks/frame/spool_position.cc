// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/spool_position.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace wiregauge::sinks {
namespace {

constexpr uint32_t kMagic = 0x70677732;
// Slots in blocks of their own, so that one write damages one of them at most.
constexpr uint64_t kSlotDistance = 4096;

// On disk, in the machine's byte order: a spool stays on its machine.
struct Slot {
  uint32_t magic = kMagic;
  uint32_t crc = 0;  // over what follows
  uint64_t sequence = 0;
  uint64_t segment = 0, offset = 0;
  uint64_t next_record = 0;
  uint64_t delivered = 0;
  std::array<uint64_t, 8> dropped{};
};
static_assert(sizeof(Slot) == 8 + 13 * 8);
static_assert(model::kSinkDropReasons <= std::tuple_size_v<decltype(Slot::dropped)>);

uint32_t CrcOf(const Slot& slot) {
  constexpr size_t kBehind = offsetof(Slot, crc) + sizeof slot.crc;
  const auto* const bytes = reinterpret_cast<const Bytef*>(&slot);
  return static_cast<uint32_t>(::crc32_z(0, bytes + kBehind, sizeof slot - kBehind));
}

}  // namespace

Status SpoolPositionFile::Open(const std::string& path) {
  file_ = OwnedFile(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file_.is_open()) return Error{ErrorCode::kUnavailable, path + ": " + ErrnoText()};
  opened_ = {};
  for (const uint64_t at : {uint64_t{0}, kSlotDistance}) {
    Slot slot{.magic = 0};
    if (const auto problem = ReadAt(file_.fd(), at, &slot, sizeof slot); !problem.empty()) {
      return Error{ErrorCode::kUnavailable, path + ": " + problem};
    }
    if (slot.magic != kMagic || slot.crc != CrcOf(slot) || slot.sequence <= sequence_) continue;
    sequence_ = slot.sequence;
    opened_ = {.segment = slot.segment, .offset = slot.offset, .next_record = slot.next_record};
    opened_.ledger.delivered = slot.delivered;
    std::copy_n(slot.dropped.begin(), opened_.ledger.dropped.size(),
                opened_.ledger.dropped.begin());
  }
  return {};
}

std::string SpoolPositionFile::Write(const SpoolPosition& position) {
  Slot slot{.sequence = ++sequence_,
            .segment = position.segment,
            .offset = position.offset,
            .next_record = position.next_record,
            .delivered = position.ledger.delivered};
  std::ranges::copy(position.ledger.dropped, slot.dropped.begin());
  slot.crc = CrcOf(slot);
  const auto at = static_cast<off_t>(slot.sequence % 2 == 0 ? 0 : kSlotDistance);
  const ssize_t written = ::pwrite(file_.fd(), &slot, sizeof slot, at);
  if (written == static_cast<ssize_t>(sizeof slot)) return {};
  return written < 0 ? ErrnoText() : "written in part";
}

bool SpoolPositionFile::Sync() { return ::fdatasync(file_.fd()) == 0; }

}  // namespace wiregauge::sinks
