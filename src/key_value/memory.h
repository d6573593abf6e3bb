// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "key_value/entry.h"

namespace wiregauge::key_value {

// All entries, and which of them a file does not have yet. Not thread-safe.
//
// Errors: kInvalidArgument for what is too long, kConflict for an entry of another kind and for
// what finds no room.
class Memory {
 public:
  static constexpr size_t kMostNameBytes = 256;  // of a space, a key, a field or a member
  static constexpr size_t kMostValueBytes = size_t{64} << 10;
  // What an entry and a part take beside their bytes: nodes of trees, and malloc's rounding.
  static constexpr size_t kEntryBytes = 256, kPartBytes = 112;

  // When entries expire; the names are keys of `Entries`.
  using Expiries = std::multimap<Timestamp, const OwnedName*>;
  struct Entry {
    std::optional<Timestamp> expires_at() const {
      return expiry ? std::optional((*expiry)->first) : std::nullopt;
    }

    bool HasExpired(Timestamp now) const { return expiry && (*expiry)->first <= now; }

    Kind kind = Kind::kString;
    std::optional<Expiries::iterator> expiry{};
    Parts parts{};  // never empty
  };
  using Entries = std::map<OwnedName, Entry, ByName>;

  // `most_bytes`: of everything together, kEntryBytes and kPartBytes included.
  explicit Memory(size_t most_bytes) : most_bytes_(most_bytes) {}

  // Null: there is none, or it has expired.
  const Entry* Find(const Name& name, Timestamp now) const;
  Result<const Entry*> Find(const Name& name, Kind kind, Timestamp now) const;
  // Of any kind; expired ones too.
  const Entries& entries() const { return entries_; }

  // Puts a part, and makes its entry when there is none.
  Status Put(const Name& name, Kind kind, std::string_view part, std::string_view value,
             Timestamp now);
  // In the place of what there was, of any kind.
  Status Replace(const Name& name, std::string_view value, std::optional<Timestamp> expires_at,
                 Timestamp now);
  // Takes a part away, and the entry with its last one. There is such an entry.
  void Erase(const Name& name, const std::string& part);
  void Erase(const Name& name);
  void DropExpired(Timestamp now);

  // Changes are told whole until then: what a file has of an entry is not known.
  void SetStored() { is_stored_ = true; }
  // Takes in what an earlier process has left, also beyond most_bytes. What was changed here wins.
  // False: everything here has to be written, whatever there was (RewriteAll).
  bool Restore(StoredEntry stored);
  // The file is another one, or too many changes wait for one.
  void RewriteAll();
  Changes TakeChanges();
  // They could not be written.
  void GiveBack(const Changes& changes);
  bool has_changes() const { return is_all_ || !marks_.empty(); }

  size_t used_bytes() const { return used_bytes_; }
  uint64_t expired() const { return expired_; }
  uint64_t refused() const { return refused_; }  // there was no room

 private:
  struct Mark {
    bool is_whole = false;
    std::set<std::string, std::less<>> parts{};
  };

  static size_t BytesOf(const Name& name) {
    return kEntryBytes + name.space.size() + name.key.size();
  }
  static size_t BytesOf(std::string_view part, std::string_view value) {
    return kPartBytes + part.size() + value.size();
  }
  static size_t BytesOf(const Name& name, const Entry& entry);
  Status MakeRoom(size_t freed, size_t wanted);
  void SetExpiry(Entries::iterator at, std::optional<Timestamp> expires_at);
  void Remove(Entries::iterator at);
  void MarkPart(const Name& name, std::string_view part);
  void MarkWhole(const Name& name);
  Mark& MarkOf(const Name& name);
  void BoundMarks();
  Change ChangeOf(const Name& name, const Mark& mark) const;

  const size_t most_bytes_;
  Entries entries_;
  Expiries expiries_;
  std::map<OwnedName, Mark, ByName> marks_;
  size_t marks_bytes_ = 0;
  bool is_all_ = false;
  bool is_stored_ = false;
  size_t used_bytes_ = 0;
  uint64_t expired_ = 0, refused_ = 0;
};

}  // namespace wiregauge::key_value
