// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace wiregauge::store {

// One prepared statement of one Database, which outlives it. Bind, Step until it says there is no
// other row, Reset; bindings stay. Columns are read after a Step that gave a row; views into them
// hold until the next Step or Reset. Not thread-safe.
class Statement {
 public:
  Statement& Bind(int parameter, int64_t value);          // parameters count from 1
  Statement& Bind(int parameter, std::string_view text);  // copied
  Statement& Bind(int parameter, std::span<const uint8_t> blob);
  Statement& BindReal(int parameter, double value);
  Statement& BindNull(int parameter);

  // True: there is a row. An error has reset the statement.
  Result<bool> Step();
  // For statements without rows: Step and Reset.
  Status Run();
  void Reset();

  int64_t Integer(int column) const;  // columns count from 0; 0 for NULL
  std::optional<int64_t> MaybeInteger(int column) const;
  std::optional<double> MaybeReal(int column) const;
  std::string_view Text(int column) const;
  std::optional<std::string_view> MaybeText(int column) const;
  std::span<const uint8_t> Blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection to one SQLite file. Not thread-safe; several connections to one file are.
//
// Errors have the file's name in front. Their code tells what can be done:
//   kDataLoss          the file is damaged, or is no database
//   kUnavailable       somebody else holds its lock, the disk is full, reading or writing fails
//   kPermissionDenied  it may not be opened or written
//   kConflict          it breaks a constraint (UNIQUE, ...)
class Database {
 public:
  enum class Mode : uint8_t { kReadWrite, kReadOnly };

  // kReadWrite makes the file when there is none (mode 0600), turns WAL on, and syncs at
  // checkpoints: a crash of the process loses nothing that is committed, one of the machine at most
  // the last commits, and neither damages the file. To open an existing file writes nothing.
  // `lock_wait`: how long a statement waits for somebody else's lock.
  static Result<Database> Open(const std::string& path, Mode mode, Duration lock_wait);

  Database(Database&&) = default;
  Database& operator=(Database&&) = default;

  Result<Statement> Prepare(std::string_view sql);
  Status Execute(const std::string& sql);  // several statements, rows are dropped
  // The first column of the only row.
  Result<int64_t> QueryInteger(std::string_view sql);
  // Rows that the last statement changed.
  int64_t changes() const;
  int64_t last_insert_rowid() const;
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  Database(std::string path, sqlite3* connection)
      : path_(std::move(path)), connection_(connection) {}

  Status SetUp(Mode mode);

  std::string path_;
  std::unique_ptr<sqlite3, Close> connection_;
};

// BEGIN IMMEDIATE; rolled back unless it is committed.
class Transaction {
 public:
  static Result<Transaction> Begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  // What cannot be committed is rolled back.
  Status Commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

// Moves a damaged database aside, with its -wal and -shm, to a name that is free:
// "history.db.damaged-20261127T064842Z". Nobody has it open. Gives the new name.
Result<std::string> SetAside(const std::string& path, Timestamp now);

}  // namespace wiregauge::store
