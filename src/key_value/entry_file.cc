// SPDX-License-Identifier: Apache-2.0
#include "key_value/entry_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>

#include "store/migrations.h"

namespace wiregauge::key_value {
namespace {

constexpr Duration kLockWait = std::chrono::milliseconds(500);
constexpr std::string_view kKindNames[] = {"string", "hash", "list", "set"};

std::span<const uint8_t> AsBlob(std::string_view bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

std::string_view BytesAt(const store::Statement& row, int column) {
  const auto blob = row.Blob(column);
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

// The schema has no other names.
Kind KindNamed(std::string_view name) {
  return static_cast<Kind>(std::ranges::find(kKindNames, name) - std::begin(kKindNames));
}

std::string_view NameOf(Kind kind) { return kKindNames[static_cast<size_t>(kind)]; }

int64_t ToUnixMs(Timestamp time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

// What somebody else wrote may be beyond what a Timestamp has.
Timestamp FromUnixMs(int64_t ms) {
  using std::chrono::milliseconds;
  constexpr auto kMost = std::chrono::floor<milliseconds>(Duration::max()).count();
  return Timestamp(milliseconds(std::clamp(ms, int64_t{0}, kMost)));
}

StoredEntry EntryAt(const store::Statement& row) {
  StoredEntry entry{.name = OwnedName({BytesAt(row, 1), BytesAt(row, 2)}),
                    .kind = KindNamed(row.Text(3))};
  if (const auto ms = row.MaybeInteger(4)) entry.expires_at = FromUnixMs(*ms);
  return entry;
}

}  // namespace

Result<EntryFile> EntryFile::Open(const std::string& path) {
  auto database = store::Database::Open(path, store::Database::Mode::kReadWrite, kLockWait);
  if (!database.ok()) return database.error();
  EntryFile file(std::move(database).value());
  Status status = store::Migrate(file.database_, store::MigrationsOf("key_value"));
  if (status.ok()) status = file.Prepare();
  if (!status.ok()) return status.error();
  return file;
}

Status EntryFile::Prepare() {
  const std::pair<std::optional<store::Statement>*, std::string_view> statements[] = {
      {&delete_entry_, "DELETE FROM entries WHERE space = ? AND key = ?"},
      {&put_entry_,
       "INSERT INTO entries (space, key, kind, expires_at_ms) VALUES (?, ?, ?, ?) "
       "ON CONFLICT (space, key) DO UPDATE SET kind = excluded.kind, "
       "expires_at_ms = excluded.expires_at_ms RETURNING id"},
      {&put_part_,
       "INSERT INTO elements (entry_id, part, value) VALUES (?, ?, ?) "
       "ON CONFLICT (entry_id, part) DO UPDATE SET value = excluded.value"},
      {&delete_part_, "DELETE FROM elements WHERE entry_id = ? AND part = ?"}};
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_.Prepare(sql);
    if (!prepared.ok()) return prepared.error();
    statement->emplace(std::move(prepared).value());
  }
  return {};
}

EntryFile::Identity EntryFile::IdentityOf(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino};
}

bool EntryFile::IsEmpty() const {
  struct stat info {};
  return ::stat(database_.path().c_str(), &info) == 0 && info.st_size == 0;
}

void EntryFile::Leave() {
  if (!IsInPlace()) (void)database_.Execute("PRAGMA wal_checkpoint(TRUNCATE)").ok();
}

Status EntryFile::ReadAll(const std::function<void(StoredEntry)>& take) {
  auto select = database_.Prepare(
      "SELECT id, space, key, kind, expires_at_ms, part, value "
      "FROM entries JOIN elements ON entry_id = id ORDER BY id");
  if (!select.ok()) return select.error();
  std::optional<std::pair<int64_t, StoredEntry>> entry;
  while (true) {
    const auto row = select->Step();
    if (!row.ok()) return row.error();
    const int64_t id = *row ? select->Integer(0) : 0;
    if (entry && (!*row || entry->first != id)) {
      take(std::move(entry->second));
      entry.reset();
    }
    if (!*row) return {};
    if (!entry) entry.emplace(id, EntryAt(*select));
    entry->second.parts.emplace(BytesAt(*select, 5), BytesAt(*select, 6));
  }
}

Status EntryFile::Write(const Changes& changes) {
  auto transaction = store::Transaction::Begin(database_);
  if (!transaction.ok()) return transaction.error();
  if (changes.is_all) {
    if (Status status = database_.Execute("DELETE FROM entries"); !status.ok()) return status;
  }
  for (const Change& change : changes.entries) {
    if (Status status = WriteEntry(change); !status.ok()) return status;
  }
  return transaction->Commit();
}

Status EntryFile::WriteEntry(const Change& change) {
  if (change.is_whole) {
    if (Status status = DeleteEntry(change.name); !status.ok()) return status;
  }
  if (!change.exists) return {};
  const auto entry = PutEntry(change);
  if (!entry.ok()) return entry.error();
  for (const auto& [part, value] : change.parts) {
    if (Status status = WritePart(*entry, part, value); !status.ok()) return status;
  }
  return {};
}

Status EntryFile::DeleteEntry(const Name& name) {
  return delete_entry_->Bind(1, AsBlob(name.space)).Bind(2, AsBlob(name.key)).Run();
}

Result<int64_t> EntryFile::PutEntry(const Change& change) {
  put_entry_->Bind(1, AsBlob(change.name.space)).Bind(2, AsBlob(change.name.key));
  put_entry_->Bind(3, NameOf(change.kind));
  if (change.expires_at) {
    put_entry_->Bind(4, ToUnixMs(*change.expires_at));
  } else {
    put_entry_->BindNull(4);
  }
  const auto row = put_entry_->Step();
  if (!row.ok()) return row.error();
  const int64_t id = put_entry_->Integer(0);
  put_entry_->Reset();
  return id;
}

Status EntryFile::WritePart(int64_t entry, const std::string& part,
                            const std::optional<std::string>& value) {
  store::Statement& statement = value ? *put_part_ : *delete_part_;
  statement.Bind(1, entry).Bind(2, AsBlob(part));
  if (value) statement.Bind(3, AsBlob(*value));
  return statement.Run();
}

}  // namespace wiregauge::key_value
