// SPDX-License-Identifier: Apache-2.0
#include "key_value/memory.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace wiregauge::key_value {
namespace {

constexpr std::string_view kKindTexts[] = {"a string", "a hash", "a list", "a set"};

Status CheckSize(std::string_view what, size_t bytes, size_t most) {
  if (bytes <= most) return {};
  return Error{ErrorCode::kInvalidArgument, std::string(what) + " of " + std::to_string(bytes) +
                                                " bytes: " + std::to_string(most) +
                                                " are the most"};
}

Status CheckSizes(const Name& name, Kind kind, std::string_view part, std::string_view value) {
  constexpr size_t kMost = Memory::kMostNameBytes;
  Status status = CheckSize("a space", name.space.size(), kMost);
  if (status.ok()) status = CheckSize("a key", name.key.size(), kMost);
  if (status.ok()) {
    status = CheckSize(kind == Kind::kSet ? "a member" : "a field", part.size(), kMost);
  }
  if (status.ok()) status = CheckSize("a value", value.size(), Memory::kMostValueBytes);
  return status;
}

Error OtherKind(const Name& name, Kind is, Kind asked) {
  return {ErrorCode::kConflict, "\"" + ToValidUtf8(name.key) + "\" is " +
                                    std::string(kKindTexts[static_cast<size_t>(is)]) + ", not " +
                                    std::string(kKindTexts[static_cast<size_t>(asked)])};
}

}  // namespace

const Memory::Entry* Memory::Find(const Name& name, Timestamp now) const {
  const auto at = entries_.find(name);
  if (at == entries_.end()) return nullptr;
  return at->second.HasExpired(now) ? nullptr : &at->second;
}

Result<const Memory::Entry*> Memory::Find(const Name& name, Kind kind, Timestamp now) const {
  const Entry* const entry = Find(name, now);
  if (entry != nullptr && entry->kind != kind) return OtherKind(name, entry->kind, kind);
  return entry;
}

Status Memory::Put(const Name& name, Kind kind, std::string_view part, std::string_view value,
                   Timestamp now) {
  if (Status status = CheckSizes(name, kind, part, value); !status.ok()) return status;
  DropExpired(now);
  auto entry = entries_.find(name);
  const bool is_new = entry == entries_.end();
  if (!is_new && entry->second.kind != kind) return OtherKind(name, entry->second.kind, kind);
  const auto before = is_new ? Parts::iterator() : entry->second.parts.find(part);
  const bool has_part = !is_new && before != entry->second.parts.end();
  const size_t freed = has_part ? BytesOf(part, before->second) : 0;
  const size_t wanted = BytesOf(part, value) + (is_new ? BytesOf(name) : 0);
  if (Status status = MakeRoom(freed, wanted); !status.ok()) return status;
  if (is_new) {
    entry = entries_.emplace(OwnedName(name), Entry{.kind = kind}).first;
    MarkWhole(name);
  }
  if (has_part) {
    before->second = value;
  } else {
    entry->second.parts.emplace(part, value);
  }
  MarkPart(name, part);
  return {};
}

Status Memory::Replace(const Name& name, std::string_view value,
                       std::optional<Timestamp> expires_at, Timestamp now) {
  if (Status status = CheckSizes(name, Kind::kString, {}, value); !status.ok()) return status;
  DropExpired(now);
  auto at = entries_.find(name);
  const size_t freed = at == entries_.end() ? 0 : BytesOf(name, at->second);
  Status status = MakeRoom(freed, BytesOf(name) + BytesOf({}, value));
  if (!status.ok()) return status;
  if (at == entries_.end()) at = entries_.emplace(OwnedName(name), Entry{}).first;
  SetExpiry(at, expires_at);
  at->second.kind = Kind::kString;
  at->second.parts.clear();
  at->second.parts.emplace(std::string(), value);
  MarkWhole(name);
  return {};
}

Status Memory::MakeRoom(size_t freed, size_t wanted) {
  if (wanted > freed && used_bytes_ - freed + wanted > most_bytes_) {
    ++refused_;
    return Error{ErrorCode::kConflict, "no room: all keys and values together may take " +
                                           std::to_string(most_bytes_) + " bytes, " +
                                           std::to_string(used_bytes_) + " are in use"};
  }
  used_bytes_ = used_bytes_ - freed + wanted;
  return {};
}

size_t Memory::BytesOf(const Name& name, const Entry& entry) {
  size_t bytes = BytesOf(name);
  for (const auto& [part, value] : entry.parts) bytes += BytesOf(part, value);
  return bytes;
}

void Memory::SetExpiry(Entries::iterator at, std::optional<Timestamp> expires_at) {
  std::optional<Expiries::iterator>& expiry = at->second.expiry;
  if (expiry) expiries_.erase(*expiry);
  expiry.reset();
  if (expires_at) expiry = expiries_.emplace(*expires_at, &at->first);
}

void Memory::Erase(const Name& name, const std::string& part) {
  const auto at = entries_.find(name);
  Parts& parts = at->second.parts;
  const auto found = parts.find(part);
  if (found == parts.end()) return;
  if (parts.size() == 1) return Remove(at);
  used_bytes_ -= BytesOf(found->first, found->second);
  parts.erase(found);
  MarkPart(name, part);
}

void Memory::Erase(const Name& name) {
  const auto at = entries_.find(name);
  if (at != entries_.end()) Remove(at);
}

void Memory::Remove(Entries::iterator at) {
  used_bytes_ -= BytesOf(at->first, at->second);
  SetExpiry(at, std::nullopt);
  MarkWhole(at->first);
  entries_.erase(at);
}

void Memory::DropExpired(Timestamp now) {
  while (!expiries_.empty() && expiries_.begin()->first <= now) {
    ++expired_;
    Remove(entries_.find(*expiries_.begin()->second));
  }
}

Memory::Mark& Memory::MarkOf(const Name& name) {
  auto at = marks_.find(name);
  if (at == marks_.end()) {
    at = marks_.emplace(OwnedName(name), Mark{}).first;
    marks_bytes_ += BytesOf(name);
  }
  return at->second;
}

void Memory::MarkPart(const Name& name, std::string_view part) {
  if (!is_stored_) return MarkWhole(name);
  if (is_all_) return;
  Mark& mark = MarkOf(name);
  if (mark.is_whole) return;
  if (!mark.parts.emplace(part).second) return;
  marks_bytes_ += BytesOf(part, {});
  BoundMarks();
}

void Memory::MarkWhole(const Name& name) {
  if (is_all_) return;
  Mark& mark = MarkOf(name);
  mark.is_whole = true;
  for (const std::string& part : mark.parts) marks_bytes_ -= BytesOf(part, {});
  mark.parts.clear();
  BoundMarks();
}

// Marks can be of what is gone, so the entries' budget does not bound them.
void Memory::BoundMarks() {
  if (marks_bytes_ > most_bytes_) RewriteAll();
}

void Memory::RewriteAll() {
  is_all_ = true;
  marks_.clear();
  marks_bytes_ = 0;
}

bool Memory::Restore(StoredEntry stored) {
  if (is_all_) return false;
  if (marks_.contains(stored.name) || stored.parts.empty()) return true;
  used_bytes_ += BytesOf(stored.name);
  for (const auto& [part, value] : stored.parts) used_bytes_ += BytesOf(part, value);
  const auto [at, is_new] =
      entries_.emplace(stored.name, Entry{.kind = stored.kind, .parts = std::move(stored.parts)});
  SetExpiry(at, stored.expires_at);
  return true;
}

Change Memory::ChangeOf(const Name& name, const Mark& mark) const {
  Change change{.name = OwnedName(name), .is_whole = mark.is_whole};
  const auto at = entries_.find(name);
  if (at == entries_.end()) return change;
  const Entry& entry = at->second;
  change.exists = true;
  change.kind = entry.kind;
  change.expires_at = entry.expires_at();
  if (mark.is_whole) change.parts.assign(entry.parts.begin(), entry.parts.end());
  for (const std::string& part : mark.parts) {
    const auto found = entry.parts.find(part);
    change.parts.emplace_back(
        part, found != entry.parts.end() ? std::optional(found->second) : std::nullopt);
  }
  return change;
}

Changes Memory::TakeChanges() {
  Changes changes{.is_all = is_all_};
  if (is_all_) {
    const Mark whole{.is_whole = true};
    for (const auto& [name, entry] : entries_) changes.entries.push_back(ChangeOf(name, whole));
  }
  for (const auto& [name, mark] : marks_) changes.entries.push_back(ChangeOf(name, mark));
  marks_.clear();
  marks_bytes_ = 0;
  is_all_ = false;
  return changes;
}

void Memory::GiveBack(const Changes& changes) {
  if (changes.is_all) return RewriteAll();
  for (const Change& change : changes.entries) {
    if (change.is_whole) MarkWhole(change.name);
    for (const auto& [part, value] : change.parts) MarkPart(change.name, part);
  }
}

}  // namespace wiregauge::key_value
