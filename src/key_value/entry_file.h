// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "key_value/entry.h"
#include "store/database.h"

namespace wiregauge::key_value {

// scripts.db: all SQL on it stands here. Errors as store::Database has them. Not thread-safe.
class EntryFile {
 public:
  // Opens or makes the file, and brings it to the newest schema.
  static Result<EntryFile> Open(const std::string& path);

  // False: the file was removed, or there is another one in its place (device, inode).
  bool IsInPlace() const { return IdentityOf(database_.path()) == identity_; }
  // Somebody has cut it to nothing: it never is while it is open.
  bool IsEmpty() const;
  // Before it is closed: if it is not in place, -wal is, and would be taken for the next file's. So
  // all of it goes into the file it belongs to.
  void Leave();

  Status ReadAll(const std::function<void(StoredEntry)>& take);
  // In one transaction.
  Status Write(const Changes& changes);

 private:
  using Identity = std::pair<uint64_t, uint64_t>;  // device and inode; 0, 0: there is none

  static Identity IdentityOf(const std::string& path);
  explicit EntryFile(store::Database database)
      : database_(std::move(database)), identity_(IdentityOf(database_.path())) {}

  Status Prepare();
  Status WriteEntry(const Change& change);
  Status DeleteEntry(const Name& name);
  Result<int64_t> PutEntry(const Change& change);
  Status WritePart(int64_t entry, const std::string& part, const std::optional<std::string>& value);

  store::Database database_;
  Identity identity_;
  std::optional<store::Statement> delete_entry_, put_entry_, put_part_, delete_part_;
};

}  // namespace wiregauge::key_value
