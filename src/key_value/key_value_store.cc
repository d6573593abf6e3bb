// SPDX-License-Identifier: Apache-2.0
// What callers do; what the thread does: key_value_writer.cc.
#include "key_value/key_value_store.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/text.h"
#include "key_value/glob.h"
#include "key_value/list_position.h"

namespace wiregauge::key_value {
namespace {

constexpr std::string_view kStringPart;

// Redis' indices, both included, as the half-open range of those that there are.
std::pair<size_t, size_t> RangeOf(int64_t first, int64_t last, size_t size) {
  const auto count = static_cast<int64_t>(size);
  const auto from_end = [count](int64_t index) { return index < 0 ? index + count : index; };
  const int64_t begin = std::clamp<int64_t>(from_end(first), 0, count);
  const int64_t end = std::clamp<int64_t>(from_end(last), -1, count - 1) + 1;
  return {static_cast<size_t>(begin), static_cast<size_t>(std::max(begin, end))};
}

// The list's element at an index below its length.
Parts::const_iterator At(const Parts& list, size_t index) {
  const int64_t first = PositionOf(list.begin()->first);
  return list.lower_bound(PartOf(first + static_cast<int64_t>(index)));
}

}  // namespace

KeyValueStore::KeyValueStore(KeyValueOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), memory_(options_.most_bytes) {}

bool KeyValueStore::Delete(const Name& name) {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const bool was_there = memory_.Find(name, now) != nullptr;
  memory_.Erase(name);
  return was_there;
}

std::vector<std::string> KeyValueStore::Keys(std::string_view space, std::string_view glob,
                                             size_t most) const {
  const std::string prefix = FixedPrefix(glob);
  const Timestamp now = clock_.Now();
  std::vector<std::string> keys;
  MutexLock lock(mutex_);
  const Memory::Entries& entries = memory_.entries();
  for (auto at = entries.lower_bound(Name{space, prefix}); at != entries.end(); ++at) {
    const auto& [name, entry] = *at;
    const bool is_beyond = name.space != space || !name.key.starts_with(prefix);
    if (is_beyond || keys.size() >= most) break;
    if (!entry.HasExpired(now) && MatchesGlob(glob, name.key)) keys.push_back(name.key);
  }
  return keys;
}

Result<std::optional<std::string>> KeyValueStore::Get(const Name& name) const {
  return PartOf(name, Kind::kString, kStringPart);
}

Status KeyValueStore::Set(const Name& name, std::string_view value, Duration lives_for) {
  const auto expires_at = ExpiryOf(lives_for);
  if (!expires_at.ok()) return expires_at.error();
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  return memory_.Replace(name, value, *expires_at, now);
}

Result<bool> KeyValueStore::SetIfAbsent(const Name& name, std::string_view value,
                                        Duration lives_for) {
  const auto expires_at = ExpiryOf(lives_for);
  if (!expires_at.ok()) return expires_at.error();
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  if (memory_.Find(name, now) != nullptr) return false;
  if (Status status = memory_.Replace(name, value, *expires_at, now); !status.ok()) {
    return status.error();
  }
  return true;
}

Result<int64_t> KeyValueStore::Increment(const Name& name, int64_t by) {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const auto entry = memory_.Find(name, Kind::kString, now);
  if (!entry.ok()) return entry.error();
  const auto number = *entry != nullptr ? ParseNumber<int64_t>((*entry)->parts.begin()->second)
                                        : std::optional<int64_t>(0);
  int64_t sum = 0;
  if (!number || __builtin_add_overflow(*number, by, &sum)) {
    return Error{ErrorCode::kConflict, "\"" + ToValidUtf8(name.key) + "\" is no number of 64 bits" +
                                           (number ? " any more" : "")};
  }
  Status status = memory_.Put(name, Kind::kString, kStringPart, std::to_string(sum), now);
  if (!status.ok()) return status.error();
  return sum;
}

Result<std::optional<std::string>> KeyValueStore::HashGet(const Name& name,
                                                          std::string_view field) const {
  return PartOf(name, Kind::kHash, field);
}

Status KeyValueStore::HashSet(const Name& name, std::string_view field, std::string_view value) {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  return memory_.Put(name, Kind::kHash, field, value, now);
}

Result<bool> KeyValueStore::HashDelete(const Name& name, std::string_view field) {
  return ErasePart(name, Kind::kHash, field);
}

Result<std::vector<std::string>> KeyValueStore::HashFields(const Name& name, size_t most) const {
  return FirstPartNames(name, Kind::kHash, most);
}

Result<std::vector<KeyValueStore::Pair>> KeyValueStore::HashAll(const Name& name,
                                                                size_t most) const {
  return FirstParts(name, Kind::kHash, most);
}

Result<size_t> KeyValueStore::ListPushFront(const Name& name, std::string_view value) {
  return Push(name, value, End::kFront);
}

Result<size_t> KeyValueStore::ListPushBack(const Name& name, std::string_view value) {
  return Push(name, value, End::kBack);
}

Result<std::optional<std::string>> KeyValueStore::ListPopFront(const Name& name) {
  return Pop(name, End::kFront);
}

Result<std::optional<std::string>> KeyValueStore::ListPopBack(const Name& name) {
  return Pop(name, End::kBack);
}

Result<std::vector<std::string>> KeyValueStore::ListRange(const Name& name, int64_t first,
                                                          int64_t last) const {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const auto entry = memory_.Find(name, Kind::kList, now);
  if (!entry.ok()) return entry.error();
  std::vector<std::string> values;
  if (*entry == nullptr) return values;
  const Parts& list = (*entry)->parts;
  const auto [begin, end] = RangeOf(first, last, list.size());
  if (begin == end) return values;
  auto at = At(list, begin);
  for (size_t i = begin; i < end && at != list.end(); ++i, ++at) values.push_back(at->second);
  return values;
}

Status KeyValueStore::ListTrim(const Name& name, int64_t first, int64_t last) {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const auto entry = memory_.Find(name, Kind::kList, now);
  if (!entry.ok()) return entry.error();
  if (*entry == nullptr) return {};
  const Parts& list = (*entry)->parts;
  const auto [begin, end] = RangeOf(first, last, list.size());
  if (begin == end) {
    memory_.Erase(name);
    return {};
  }
  const size_t behind = list.size() - end;
  for (size_t i = 0; i < begin; ++i) memory_.Erase(name, std::string(list.begin()->first));
  for (size_t i = 0; i < behind; ++i) memory_.Erase(name, std::string(list.rbegin()->first));
  return {};
}

Result<size_t> KeyValueStore::ListLength(const Name& name) const {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const auto entry = memory_.Find(name, Kind::kList, now);
  if (!entry.ok()) return entry.error();
  return *entry != nullptr ? (*entry)->parts.size() : 0;
}

Result<bool> KeyValueStore::SetAdd(const Name& name, std::string_view member) {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const auto entry = memory_.Find(name, Kind::kSet, now);
  if (!entry.ok()) return entry.error();
  if (*entry != nullptr && (*entry)->parts.contains(member)) return false;
  if (Status status = memory_.Put(name, Kind::kSet, member, {}, now); !status.ok()) {
    return status.error();
  }
  return true;
}

Result<bool> KeyValueStore::SetRemove(const Name& name, std::string_view member) {
  return ErasePart(name, Kind::kSet, member);
}

Result<std::vector<std::string>> KeyValueStore::SetMembers(const Name& name, size_t most) const {
  return FirstPartNames(name, Kind::kSet, most);
}

Result<std::optional<Timestamp>> KeyValueStore::ExpiryOf(Duration lives_for) const {
  if (lives_for < Duration::zero()) {
    return Error{ErrorCode::kInvalidArgument, "the time that a value lives is negative"};
  }
  if (lives_for == Duration::zero()) return std::optional<Timestamp>();
  const Timestamp now = clock_.Now();
  const bool is_beyond_time = lives_for > Timestamp::max() - now;
  return is_beyond_time ? std::optional<Timestamp>() : std::optional(now + lives_for);
}

Result<std::optional<std::string>> KeyValueStore::PartOf(const Name& name, Kind kind,
                                                         std::string_view part) const {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const auto entry = memory_.Find(name, kind, now);
  if (!entry.ok()) return entry.error();
  if (*entry == nullptr) return std::optional<std::string>();
  const auto at = (*entry)->parts.find(part);
  return at != (*entry)->parts.end() ? std::optional(at->second) : std::nullopt;
}

Result<bool> KeyValueStore::ErasePart(const Name& name, Kind kind, std::string_view part) {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const auto entry = memory_.Find(name, kind, now);
  if (!entry.ok()) return entry.error();
  if (*entry == nullptr || !(*entry)->parts.contains(part)) return false;
  memory_.Erase(name, std::string(part));
  return true;
}

Result<std::vector<KeyValueStore::Pair>> KeyValueStore::FirstParts(const Name& name, Kind kind,
                                                                   size_t most) const {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const auto entry = memory_.Find(name, kind, now);
  if (!entry.ok()) return entry.error();
  if (*entry == nullptr) return std::vector<Pair>();
  const Parts& parts = (*entry)->parts;
  const auto count = static_cast<ptrdiff_t>(std::min(most, parts.size()));
  return std::vector<Pair>(parts.begin(), std::next(parts.begin(), count));
}

Result<std::vector<std::string>> KeyValueStore::FirstPartNames(const Name& name, Kind kind,
                                                               size_t most) const {
  auto parts = FirstParts(name, kind, most);
  if (!parts.ok()) return parts.error();
  std::vector<std::string> names;
  for (auto& [part, value] : *parts) names.push_back(std::move(part));
  return names;
}

Result<size_t> KeyValueStore::Push(const Name& name, std::string_view value, End end) {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const auto entry = memory_.Find(name, Kind::kList, now);
  if (!entry.ok()) return entry.error();
  int64_t position = 0;
  size_t length = 0;
  if (*entry != nullptr) {
    const Parts& list = (*entry)->parts;
    length = list.size();
    position = end == End::kFront ? PositionOf(list.begin()->first) - 1
                                  : PositionOf(list.rbegin()->first) + 1;
  }
  Status status = memory_.Put(name, Kind::kList, key_value::PartOf(position), value, now);
  if (!status.ok()) return status.error();
  return length + 1;
}

Result<std::optional<std::string>> KeyValueStore::Pop(const Name& name, End end) {
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  const auto entry = memory_.Find(name, Kind::kList, now);
  if (!entry.ok()) return entry.error();
  if (*entry == nullptr) return std::optional<std::string>();
  const Parts& list = (*entry)->parts;
  const auto [part, value] = end == End::kFront ? *list.begin() : *list.rbegin();
  memory_.Erase(name, part);
  return std::optional(value);
}

KeyValueState KeyValueStore::state() const {
  MutexLock lock(mutex_);
  KeyValueState state = state_;
  state.entries = memory_.entries().size();
  state.used_bytes = memory_.used_bytes();
  state.most_bytes = options_.most_bytes;
  state.refused = memory_.refused();
  state.expired = memory_.expired();
  return state;
}

}  // namespace wiregauge::key_value
