// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/parcel.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/check.h"

namespace wiregauge::sinks {
namespace {

// The head of an encoded parcel, in the machine's byte order: a spool stays on its machine.
struct Head {
  uint64_t offered_at_ns = 0;
  uint32_t records = 0, bytes = 0;
};

}  // namespace

Parcel::Record Parcel::operator[](size_t index) const {
  WIREGAUGE_CHECK(index < marks_.size());
  const size_t begin = BeginOf(index);
  const std::string_view all = bytes_;
  const Mark& mark = marks_[index];
  return {.key = all.substr(begin, mark.key_end - begin),
          .body = all.substr(mark.key_end, mark.end - mark.key_end)};
}

void Parcel::EndRecord() {
  WIREGAUGE_CHECK(bytes_.size() <= UINT32_MAX);
  const size_t key_end = std::max(key_end_, BeginOf(marks_.size()));
  marks_.push_back({static_cast<uint32_t>(key_end), static_cast<uint32_t>(bytes_.size())});
}

void Parcel::DropUnfinished() { bytes_.resize(BeginOf(marks_.size())); }

void Parcel::Reserve(size_t records, size_t bytes) {
  marks_.reserve(records);
  bytes_.reserve(bytes);
}

Parcel Parcel::Select(std::span<const uint32_t> numbers) const {
  Parcel part;
  part.oldest_offered_at = oldest_offered_at;
  for (const uint32_t number : numbers) {
    const Record record = (*this)[number];
    part.bytes_.append(record.key);
    part.EndKey();
    part.bytes_.append(record.body);
    part.EndRecord();
  }
  return part;
}

Parcel Parcel::Range(size_t begin, size_t end) const {
  std::vector<uint32_t> numbers(end - begin);
  std::iota(numbers.begin(), numbers.end(), static_cast<uint32_t>(begin));
  return Select(numbers);
}

void Parcel::EncodeTo(std::string& out) const {
  const Head head{
      .offered_at_ns = static_cast<uint64_t>(oldest_offered_at.time_since_epoch().count()),
      .records = static_cast<uint32_t>(marks_.size()),
      .bytes = static_cast<uint32_t>(bytes_.size())};
  out.reserve(out.size() + sizeof head + marks_.size() * sizeof(Mark) + bytes_.size());
  out.append(reinterpret_cast<const char*>(&head), sizeof head);
  out.append(reinterpret_cast<const char*>(marks_.data()), marks_.size() * sizeof(Mark));
  out.append(bytes_);
}

bool Parcel::Decode(std::string_view bytes, Parcel& out) {
  Head head;
  if (bytes.size() < sizeof head) return false;
  std::memcpy(&head, bytes.data(), sizeof head);
  const size_t marks_bytes = size_t{head.records} * sizeof(Mark);
  if (bytes.size() != sizeof head + marks_bytes + head.bytes) return false;
  out = {};
  out.oldest_offered_at =
      Timestamp(std::chrono::nanoseconds(static_cast<int64_t>(head.offered_at_ns)));
  out.marks_.resize(head.records);
  if (marks_bytes > 0) std::memcpy(out.marks_.data(), bytes.data() + sizeof head, marks_bytes);
  out.bytes_ = bytes.substr(sizeof head + marks_bytes);
  uint32_t at = 0;
  for (const Mark& mark : out.marks_) {
    if (mark.key_end < at || mark.end < mark.key_end || mark.end > head.bytes) return false;
    at = mark.end;
  }
  return at == head.bytes;
}

}  // namespace wiregauge::sinks
