// SPDX-License-Identifier: Apache-2.0
#include "alerts/alert_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "store/migrations.h"

namespace wiregauge::alerts {
namespace {

using std::chrono::microseconds;

constexpr Duration kLockWait = std::chrono::milliseconds(500);

// In the order in which Bind and Read have them; `details` is last, so that it can be left out.
constexpr std::string_view kColumns =
    "id, type, severity, kind, interface, name, text, source, value, threshold, raised_us, "
    "last_seen_us, times, ttl_us, released_us, end_reason, details";

int64_t ToMicroseconds(Timestamp time) {
  return std::chrono::floor<microseconds>(time).time_since_epoch().count();
}
// Beyond what nanoseconds can tell is what somebody else has written.
Duration FromMicroseconds(int64_t count) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() / 1000;
  return microseconds(std::clamp(count, -kMost, kMost));
}

void BindNumber(store::Statement& statement, int parameter, const std::optional<double>& number) {
  if (number) {
    statement.BindReal(parameter, *number);
  } else {
    statement.BindNull(parameter);
  }
}

void BindNumber(store::Statement& statement, int parameter, const std::optional<int64_t>& number) {
  if (number) {
    statement.Bind(parameter, *number);
  } else {
    statement.BindNull(parameter);
  }
}

void Bind(store::Statement& statement, const model::Alert& alert) {
  const model::AlertContent& content = alert.content;
  statement.Bind(1, static_cast<int64_t>(alert.id)).Bind(2, content.type);
  statement.Bind(3, SeverityName(content.severity));
  statement.Bind(4, SubjectKindName(content.subject.kind)).Bind(5, content.subject.interface);
  statement.Bind(6, content.subject.name).Bind(7, content.text).Bind(8, content.source);
  BindNumber(statement, 9, content.value);
  BindNumber(statement, 10, content.threshold);
  statement.Bind(11, ToMicroseconds(alert.raised_at)).Bind(12, ToMicroseconds(alert.last_seen_at));
  statement.Bind(13, static_cast<int64_t>(alert.times));
  std::optional<int64_t> ttl_us, released_us;
  if (alert.ttl) ttl_us = std::chrono::duration_cast<microseconds>(*alert.ttl).count();
  if (alert.released_at) released_us = ToMicroseconds(*alert.released_at);
  BindNumber(statement, 14, ttl_us);
  BindNumber(statement, 15, released_us);
  if (alert.end) {
    statement.Bind(16, AlertEndName(*alert.end));
  } else {
    statement.BindNull(16);
  }
  statement.Bind(17, content.details);
}

// What the schema's checks let through is one of the names.
void ReadContent(const store::Statement& row, model::AlertContent& content) {
  content.type = row.Text(1);
  content.severity = model::ParseSeverity(row.Text(2)).value_or(model::Severity::kInfo);
  content.subject.kind =
      model::ParseSubjectKind(row.Text(3)).value_or(model::SubjectKind::kService);
  content.subject.interface = row.Text(4);
  content.subject.name = row.Text(5);
  content.text = row.Text(6);
  content.source = row.Text(7);
  content.value = row.MaybeReal(8);
  content.threshold = row.MaybeReal(9);
}

void Read(const store::Statement& row, model::Alert& alert) {
  alert.id = static_cast<uint64_t>(row.Integer(0));
  ReadContent(row, alert.content);
  alert.raised_at = Timestamp(FromMicroseconds(row.Integer(10)));
  alert.last_seen_at = Timestamp(FromMicroseconds(row.Integer(11)));
  alert.times = static_cast<uint64_t>(row.Integer(12));
  alert.ttl.reset();
  alert.released_at.reset();
  alert.end.reset();
  if (const auto ttl = row.MaybeInteger(13)) alert.ttl = FromMicroseconds(*ttl);
  if (const auto released = row.MaybeInteger(14)) {
    alert.released_at = Timestamp(FromMicroseconds(*released));
  }
  if (const auto end = row.MaybeText(15)) alert.end = model::ParseAlertEnd(*end);
}

AlertPtr ReadWhole(const store::Statement& row) {
  auto alert = std::make_shared<model::Alert>();
  Read(row, *alert);
  alert->content.details = row.Text(16);
  return alert;
}

std::string Select(std::string_view where) {
  return ("SELECT " + std::string(kColumns) + " FROM alerts WHERE ").append(where);
}

}  // namespace

Result<AlertFile> AlertFile::Open(const std::string& path) {
  auto database = store::Database::Open(path, store::Database::Mode::kReadWrite, kLockWait);
  if (!database.ok()) return database.error();
  AlertFile file(std::move(database).value());
  Status status = file.database_.Execute("PRAGMA journal_size_limit = 8388608");
  if (status.ok()) status = store::Migrate(file.database_, store::MigrationsOf("alerts"));
  if (!status.ok()) return status.error();
  return file;
}

AlertFile::Identity AlertFile::IdentityOf(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino};
}

bool AlertFile::IsInPlace() const { return IdentityOf(database_.path()) == identity_; }

bool AlertFile::IsEmpty() const {
  struct stat info {};
  return ::stat(database_.path().c_str(), &info) == 0 && info.st_size == 0;
}

void AlertFile::Leave() {
  if (!IsInPlace()) (void)database_.Execute("PRAGMA wal_checkpoint(TRUNCATE)").ok();
}

Result<uint64_t> AlertFile::LastId() {
  const auto id = database_.QueryInteger("SELECT seq FROM sqlite_sequence WHERE name = 'alerts'");
  if (!id.ok()) return id.error();
  return static_cast<uint64_t>(*id);
}

Result<std::vector<AlertPtr>> AlertFile::Engaged() {
  auto select = database_.Prepare(Select("released_us IS NULL ORDER BY id"));
  if (!select.ok()) return select.error();
  std::vector<AlertPtr> alerts;
  while (true) {
    auto row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) return alerts;
    alerts.push_back(ReadWhole(*select));
  }
}

Status AlertFile::Write(const std::vector<AlertPtr>& alerts) {
  auto transaction = store::Transaction::Begin(database_);
  if (!transaction.ok()) return transaction.error();
  auto put = database_.Prepare("INSERT OR REPLACE INTO alerts (" + std::string(kColumns) +
                               ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!put.ok()) return put.error();
  for (const AlertPtr& alert : alerts) {
    Bind(*put, *alert);
    if (Status status = put->Run(); !status.ok()) return status;
  }
  return transaction->Commit();
}

Status AlertFile::Expire(Timestamp before) {
  auto remove = database_.Prepare("DELETE FROM alerts WHERE released_us < ?");
  if (!remove.ok()) return remove.error();
  return remove->Bind(1, ToMicroseconds(before)).Run();
}

Result<uint64_t> AlertFile::Trim(size_t most_past) {
  const auto past =
      database_.QueryInteger("SELECT count(*) FROM alerts WHERE released_us IS NOT NULL");
  if (!past.ok()) return past.error();
  const int64_t beyond = *past - static_cast<int64_t>(most_past);
  if (beyond <= 0) return uint64_t{0};
  auto remove = database_.Prepare(
      "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE released_us IS NOT NULL "
      "ORDER BY released_us, id LIMIT ?)");
  if (!remove.ok()) return remove.error();
  if (Status status = remove->Bind(1, beyond).Run(); !status.ok()) return status.error();
  return static_cast<uint64_t>(database_.changes());
}

Result<AlertFileReader> AlertFileReader::Open(const std::string& path) {
  auto database = store::Database::Open(path, store::Database::Mode::kReadOnly, kLockWait);
  if (!database.ok()) return database.error();
  // The first reading statement fixes what is seen.
  const Status status = database->Execute("BEGIN; SELECT count(*) FROM sqlite_schema");
  if (!status.ok()) return status.error();
  return AlertFileReader(std::move(database).value());
}

Status AlertFileReader::ForEachPast(const std::optional<Timestamp>& from,
                                    const std::optional<Timestamp>& to, const Visit& visit) {
  auto select = database_.Prepare(Select("released_us >= ? AND raised_us < ?"));
  if (!select.ok()) return select.error();
  // Rounded so that none is missed: the caller looks again.
  select->Bind(1, from ? ToMicroseconds(*from) : std::numeric_limits<int64_t>::min());
  select->Bind(2, to ? ToMicroseconds(*to) + 1 : std::numeric_limits<int64_t>::max());
  model::Alert alert;
  while (true) {
    auto row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) return {};
    Read(*select, alert);
    visit(alert);
  }
}

Result<AlertPtr> AlertFileReader::Find(uint64_t id) {
  if (!find_) {
    auto prepared = database_.Prepare(Select("id = ?"));
    if (!prepared.ok()) return prepared.error();
    find_.emplace(std::move(prepared).value());
  }
  if (id > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return AlertPtr();
  auto row = find_->Bind(1, static_cast<int64_t>(id)).Step();
  if (!row.ok()) return row.error();
  AlertPtr alert = *row ? ReadWhole(*find_) : nullptr;
  find_->Reset();
  return alert;
}

}  // namespace wiregauge::alerts
