// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerts/engaged_alerts.h"
#include "base/result.h"
#include "base/time.h"
#include "model/alert.h"
#include "store/database.h"

namespace wiregauge::alerts {

// alerts.db, as its one writer has it: all SQL that changes it stands here. Not thread-safe.
class AlertFile {
 public:
  // Opens or makes the file and brings it to the newest schema.
  static Result<AlertFile> Open(const std::string& path);
  // False: the file was removed, or there is another one in its place.
  bool IsInPlace() const;
  // Somebody has cut it to nothing: it never is while it is open.
  bool IsEmpty() const;
  // Before it is closed, when nobody reads it: if it is not in place, -wal is, and would be taken
  // for the next file's. So all of it goes into the file it belongs to.
  void Leave();

  // The highest that it ever had; 0: none.
  Result<uint64_t> LastId();
  // The oldest first.
  Result<std::vector<AlertPtr>> Engaged();
  // All of them or none: new ones, and what has become of those that it has.
  Status Write(const std::vector<AlertPtr>& alerts);
  // Of those that are past: drops what was released before that.
  Status Expire(Timestamp before);
  // ... and the oldest ones beyond so many; gives how many went.
  Result<uint64_t> Trim(size_t most_past);

 private:
  // Which file it is, whatever it is called.
  struct Identity {
    uint64_t device = 0, inode = 0;
    bool operator==(const Identity&) const = default;
  };

  explicit AlertFile(store::Database database)
      : database_(std::move(database)), identity_(IdentityOf(database_.path())) {}

  static Identity IdentityOf(const std::string& path);

  store::Database database_;
  Identity identity_;
};

// A connection that reads: sees the file as it was at Open. Not thread-safe.
class AlertFileReader {
 public:
  static Result<AlertFileReader> Open(const std::string& path);

  using Visit = std::function<void(const model::Alert&)>;
  // Past alerts that were engaged at some time in [from, to), without their details.
  Status ForEachPast(const std::optional<Timestamp>& from, const std::optional<Timestamp>& to,
                     const Visit& visit);
  // Null: there is none.
  Result<AlertPtr> Find(uint64_t id);

 private:
  explicit AlertFileReader(store::Database database) : database_(std::move(database)) {}

  store::Database database_;
  std::optional<store::Statement> find_;
};

}  // namespace wiregauge::alerts
