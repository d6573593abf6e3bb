// SPDX-License-Identifier: Apache-2.0
#include "store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace wiregauge::store {
namespace {

ErrorCode CodeOf(int result) {
  switch (result & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kDataLoss;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return ErrorCode::kPermissionDenied;
    case SQLITE_CONSTRAINT:
      return ErrorCode::kConflict;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kInternal;
  }
}

// SQLite tells the system's reason apart from its own.
std::string Reason(sqlite3* connection, int result) {
  std::string reason = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(result);
  const int system = connection != nullptr ? sqlite3_system_errno(connection) : 0;
  const int kind = result & 0xff;
  if (system != 0 && (kind == SQLITE_CANTOPEN || kind == SQLITE_IOERR)) {
    reason += std::string(": ") + std::strerror(system);
  }
  return reason;
}

Error MakeError(sqlite3* connection, int result) {
  const char* file = sqlite3_db_filename(connection, "main");
  const std::string name = file != nullptr && *file != '\0' ? file : "database";
  return {CodeOf(result), name + ": " + Reason(connection, result)};
}

// Only its owner may read what is in it. SQLite gives -wal and -shm the database's mode.
void MakePrivate(const std::string& path) {
  // To close a file gives up all locks that the process has on it, other connections' too (fcntl).
  if (::access(path.c_str(), F_OK) == 0) return;
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);  // what is wrong with it sqlite3_open_v2 says
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::Bind(int parameter, int64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter, value);
  return *this;
}

Statement& Statement::Bind(int parameter, std::string_view text) {
  const char* data = text.data() != nullptr ? text.data() : "";
  sqlite3_bind_text64(statement_.get(), parameter, data, text.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::Bind(int parameter, std::span<const uint8_t> blob) {
  if (blob.empty()) {
    sqlite3_bind_zeroblob(statement_.get(), parameter, 0);
  } else {
    sqlite3_bind_blob64(statement_.get(), parameter, blob.data(), blob.size(), SQLITE_TRANSIENT);
  }
  return *this;
}

Statement& Statement::BindReal(int parameter, double value) {
  sqlite3_bind_double(statement_.get(), parameter, value);
  return *this;
}

Statement& Statement::BindNull(int parameter) {
  sqlite3_bind_null(statement_.get(), parameter);
  return *this;
}

Result<bool> Statement::Step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  Error error = MakeError(sqlite3_db_handle(statement_.get()), result);
  Reset();
  return error;
}

Status Statement::Run() {
  auto stepped = Step();
  if (!stepped.ok()) return stepped.error();
  Reset();
  return {};
}

void Statement::Reset() { sqlite3_reset(statement_.get()); }

int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::optional<int64_t> Statement::MaybeInteger(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return Integer(column);
}

std::optional<double> Statement::MaybeReal(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::optional<std::string_view> Statement::MaybeText(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return Text(column);
}

std::span<const uint8_t> Statement::Blob(int column) const {
  const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Result<Database> Database::Open(const std::string& path, Mode mode, Duration lock_wait) {
  if (mode == Mode::kReadWrite) MakePrivate(path);
  const int access =
      mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* connection = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &connection,
                                     access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(path, connection);
  if (result != SQLITE_OK) return Error{CodeOf(result), path + ": " + Reason(connection, result)};
  const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(lock_wait).count();
  sqlite3_busy_timeout(connection, static_cast<int>(wait));
  if (Status status = database.SetUp(mode); !status.ok()) return status.error();
  return database;
}

Status Database::SetUp(Mode mode) {
  if (Status status = Execute("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;");
      !status.ok()) {
    return status;
  }
  // Reads the file's header, so that what is no database is said here.
  if (mode == Mode::kReadOnly) return Execute("SELECT count(*) FROM sqlite_schema;");
  // On a file with something in it auto_vacuum would change nothing, and be a commit all the same.
  const auto pages = QueryInteger("PRAGMA page_count");
  if (!pages.ok()) return pages.error();
  const std::string when_new = *pages == 0 ? "PRAGMA auto_vacuum = INCREMENTAL;" : "";
  return Execute(when_new + "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
}

Result<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return MakeError(connection_.get(), result);
  return Statement(statement);
}

Status Database::Execute(const std::string& sql) {
  const int result = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return MakeError(connection_.get(), result);
  return {};
}

Result<int64_t> Database::QueryInteger(std::string_view sql) {
  auto statement = Prepare(sql);
  if (!statement.ok()) return statement.error();
  auto row = statement->Step();
  if (!row.ok()) return row.error();
  return *row ? statement->Integer(0) : 0;
}

int64_t Database::changes() const { return sqlite3_changes64(connection_.get()); }
int64_t Database::last_insert_rowid() const { return sqlite3_last_insert_rowid(connection_.get()); }

Result<Transaction> Transaction::Begin(Database& database) {
  if (Status status = database.Execute("BEGIN IMMEDIATE"); !status.ok()) return status.error();
  return Transaction(database);
}

Transaction::~Transaction() {
  // An error here means that SQLite has rolled back itself.
  if (database_ != nullptr) (void)database_->Execute("ROLLBACK").ok();
}

Status Transaction::Commit() {
  if (Status status = database_->Execute("COMMIT"); !status.ok()) return status;
  database_ = nullptr;
  return {};
}

Result<std::string> SetAside(const std::string& path, Timestamp now) {
  std::string time = FormatRfc3339(now).substr(0, 19) + "Z";
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  const std::string base = path + ".damaged-" + time;
  std::string name = base;
  std::error_code error;
  for (int i = 2; std::filesystem::exists(name, error); ++i) name = base + "-" + std::to_string(i);
  std::filesystem::rename(path, name, error);
  if (error) {
    return Error{ErrorCode::kUnavailable, path + ": cannot be renamed: " + error.message()};
  }
  for (const char* suffix : {"-wal", "-shm"}) {
    std::filesystem::rename(path + suffix, name + suffix, error);  // there may be none
  }
  return name;
}

}  // namespace wiregauge::store
