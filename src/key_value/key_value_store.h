// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "key_value/entry.h"
#include "key_value/entry_file.h"
#include "key_value/memory.h"
#include "store/file_lock.h"

namespace wiregauge::key_value {

struct KeyValueOptions {
  std::string path;                      // of scripts.db
  size_t most_bytes = size_t{16} << 20;  // of everything together, as Memory counts it
  Duration flush_interval = std::chrono::seconds(1);
  Duration retry_interval = std::chrono::seconds(10);  // after a failure
};

// How it stands with the store. Counters are of this process.
struct KeyValueState {
  bool available = false;  // the file is open and the last write went well
  std::string problem{};   // a sentence; empty while it is available
  uint64_t entries = 0;
  uint64_t used_bytes = 0;
  uint64_t most_bytes = 0;
  uint64_t refused = 0;  // there was no room
  uint64_t expired = 0;
  uint64_t files_set_aside = 0;
  // What the file had of an earlier process and was given up: it could not be read for so long that
  // too much had changed.
  uint64_t entries_given_up = 0;
};

// A small persistent store: under a name (a key in a space) stands a string, a hash (fields with
// values), a list or a set. Spaces, keys, values, fields and members are any bytes, as long as
// Memory lets them be. All of it is in memory and is written behind to an SQLite file by a thread,
// so a crash loses what changed in the last flush interval. Whatever happens to the file, the store
// goes on in memory: the file is opened again and again, a damaged one is set aside first, and the
// next one gets all there is. Thread-safe, but for Start.
//
// Nothing is ever evicted. Errors: kInvalidArgument for what is too long, kConflict for an entry of
// another kind and for what finds no room; a name without an entry is none. Strings can expire, by
// wall time, as that is what survives a restart.
class KeyValueStore {
 public:
  using Pair = std::pair<std::string, std::string>;

  // Borrows the clock.
  KeyValueStore(KeyValueOptions options, const Clock& clock);
  // Writes what there is.
  ~KeyValueStore();

  // Opens the file: what an earlier process has left is there when this returns, unless the file
  // cannot be read; then it comes when it can, and what was changed until then wins. Once.
  void Start() WIREGAUGE_EXCLUDES(mutex_);

  // Of any kind.
  bool Delete(const Name& name) WIREGAUGE_EXCLUDES(mutex_);  // false: there was none
  // The first `most` keys of the space that match (glob.h), in order.
  std::vector<std::string> Keys(std::string_view space, std::string_view glob, size_t most) const
      WIREGAUGE_EXCLUDES(mutex_);

  // Strings. `lives_for`: zero is for ever; it may not be negative.
  Result<std::optional<std::string>> Get(const Name& name) const WIREGAUGE_EXCLUDES(mutex_);
  // In the place of what there was, of any kind.
  Status Set(const Name& name, std::string_view value, Duration lives_for = {})
      WIREGAUGE_EXCLUDES(mutex_);
  // False: there was something, of any kind, and it stays.
  Result<bool> SetIfAbsent(const Name& name, std::string_view value, Duration lives_for = {})
      WIREGAUGE_EXCLUDES(mutex_);
  // Of a whole number in decimal, 0 when there is none; gives the new one. It expires when it would
  // have. kConflict: it is no such number, or the sum is none.
  Result<int64_t> Increment(const Name& name, int64_t by) WIREGAUGE_EXCLUDES(mutex_);

  // Hashes.
  Result<std::optional<std::string>> HashGet(const Name& name, std::string_view field) const
      WIREGAUGE_EXCLUDES(mutex_);
  Status HashSet(const Name& name, std::string_view field, std::string_view value)
      WIREGAUGE_EXCLUDES(mutex_);
  Result<bool> HashDelete(const Name& name, std::string_view field) WIREGAUGE_EXCLUDES(mutex_);
  // The first `most`, in the order of the fields.
  Result<std::vector<std::string>> HashFields(const Name& name, size_t most) const
      WIREGAUGE_EXCLUDES(mutex_);
  Result<std::vector<Pair>> HashAll(const Name& name, size_t most) const WIREGAUGE_EXCLUDES(mutex_);

  // Lists. Indices count from 0; -1 is the last one. The length after the push.
  Result<size_t> ListPushFront(const Name& name, std::string_view value) WIREGAUGE_EXCLUDES(mutex_);
  Result<size_t> ListPushBack(const Name& name, std::string_view value) WIREGAUGE_EXCLUDES(mutex_);
  Result<std::optional<std::string>> ListPopFront(const Name& name) WIREGAUGE_EXCLUDES(mutex_);
  Result<std::optional<std::string>> ListPopBack(const Name& name) WIREGAUGE_EXCLUDES(mutex_);
  // Those from `first` to `last`, both included.
  Result<std::vector<std::string>> ListRange(const Name& name, int64_t first, int64_t last) const
      WIREGAUGE_EXCLUDES(mutex_);
  // Takes the others away.
  Status ListTrim(const Name& name, int64_t first, int64_t last) WIREGAUGE_EXCLUDES(mutex_);
  Result<size_t> ListLength(const Name& name) const WIREGAUGE_EXCLUDES(mutex_);

  // Sets. Whether that changed the set.
  Result<bool> SetAdd(const Name& name, std::string_view member) WIREGAUGE_EXCLUDES(mutex_);
  Result<bool> SetRemove(const Name& name, std::string_view member) WIREGAUGE_EXCLUDES(mutex_);
  // The first `most`, in order.
  Result<std::vector<std::string>> SetMembers(const Name& name, size_t most) const
      WIREGAUGE_EXCLUDES(mutex_);

  KeyValueState state() const WIREGAUGE_EXCLUDES(mutex_);
  // Waits until all that was changed before is written, or `most` is over. False: it is not.
  bool Flush(Duration most) WIREGAUGE_EXCLUDES(mutex_);

 private:
  enum class End : uint8_t { kFront, kBack };

  Result<std::optional<Timestamp>> ExpiryOf(Duration lives_for) const;
  Result<std::optional<std::string>> PartOf(const Name& name, Kind kind,
                                            std::string_view part) const WIREGAUGE_EXCLUDES(mutex_);
  Result<bool> ErasePart(const Name& name, Kind kind, std::string_view part)
      WIREGAUGE_EXCLUDES(mutex_);
  Result<std::vector<Pair>> FirstParts(const Name& name, Kind kind, size_t most) const
      WIREGAUGE_EXCLUDES(mutex_);
  Result<std::vector<std::string>> FirstPartNames(const Name& name, Kind kind, size_t most) const
      WIREGAUGE_EXCLUDES(mutex_);
  Result<size_t> Push(const Name& name, std::string_view value, End end) WIREGAUGE_EXCLUDES(mutex_);
  Result<std::optional<std::string>> Pop(const Name& name, End end) WIREGAUGE_EXCLUDES(mutex_);

  // The thread's.
  void Run();
  Status WriteRound();
  Status TryRound();
  Status CheckFile();
  Status OpenFile() WIREGAUGE_EXCLUDES(mutex_);
  Status Restore() WIREGAUGE_EXCLUDES(mutex_);
  Status WriteChanges() WIREGAUGE_EXCLUDES(mutex_);
  void LeaveFile() WIREGAUGE_EXCLUDES(mutex_);
  bool SetAside(const Error& error) WIREGAUGE_EXCLUDES(mutex_);
  void Succeed() WIREGAUGE_EXCLUDES(mutex_);
  void Fail(const Error& error) WIREGAUGE_EXCLUDES(mutex_);

  const KeyValueOptions options_;
  const Clock& clock_;

  // The thread's alone.
  std::optional<store::FileLock> file_lock_;  // two processes would write over each other
  std::optional<EntryFile> file_;
  bool is_read_ = false;  // what an earlier process left is in memory

  mutable Mutex mutex_;
  CondVar changed_;
  Memory memory_ WIREGAUGE_GUARDED_BY(mutex_);
  KeyValueState state_ WIREGAUGE_GUARDED_BY(mutex_);
  uint64_t rounds_wanted_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t rounds_begun_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  uint64_t rounds_done_ WIREGAUGE_GUARDED_BY(mutex_) = 0;
  bool stopping_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace wiregauge::key_value
