// SPDX-License-Identifier: Apache-2.0
#include "history/history_file.h"

#include <sys/stat.h>

#include <algorithm>

#include "history/chunk.h"
#include "store/migrations.h"

namespace wiregauge::history {
namespace {

constexpr Duration kLockWait = std::chrono::milliseconds(500);
constexpr std::string_view kTypeNames[] = {"counter", "gauge"};

size_t PointsIn(size_t tier, uint32_t own_step_seconds) {
  return kTiers[tier].chunk_span_seconds / StepIn(tier, own_step_seconds);
}

// How many own steps a point of the tier has.
uint32_t MostKnown(size_t tier, uint32_t own_step_seconds) {
  return StepIn(tier, own_step_seconds) / own_step_seconds;
}

// Points of a piece into those that are asked for; it begins `offset` points behind (or before)
// them.
void PutInto(std::vector<Point>& points, std::span<const Point> chunk, int64_t offset) {
  const int64_t begin = std::max<int64_t>(0, -offset);
  const int64_t end = std::min(std::ssize(chunk), std::ssize(points) - offset);
  for (int64_t i = begin; i < end; ++i) {
    points[static_cast<size_t>(offset + i)] = chunk[static_cast<size_t>(i)];
  }
}

}  // namespace

Result<HistoryFile> HistoryFile::Open(const std::string& path,
                                      const std::set<OpenHour>& in_memory) {
  auto database = store::Database::Open(path, store::Database::Mode::kReadWrite, kLockWait);
  if (!database.ok()) return database.error();
  HistoryFile file(std::move(database).value());
  Status status =
      file.database_.Execute("PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 8388608");
  if (status.ok()) status = store::Migrate(file.database_, store::MigrationsOf("history"));
  if (status.ok()) status = file.CloseLeftHours(in_memory);
  if (!status.ok()) return status.error();
  return file;
}

HistoryFile::Identity HistoryFile::IdentityOf(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino};
}

bool HistoryFile::IsInPlace() const { return IdentityOf(database_.path()) == identity_; }

bool HistoryFile::IsEmpty() const {
  struct stat info {};
  return ::stat(database_.path().c_str(), &info) == 0 && info.st_size == 0;
}

void HistoryFile::Leave() {
  if (!IsInPlace()) (void)database_.Execute("PRAGMA wal_checkpoint(TRUNCATE)").ok();
}

Result<store::Statement*> HistoryFile::Keep(std::optional<store::Statement>& statement,
                                            std::string_view sql) {
  if (!statement) {
    auto prepared = database_.Prepare(sql);
    if (!prepared.ok()) return prepared.error();
    statement.emplace(std::move(prepared).value());
  }
  return &*statement;
}

Status HistoryFile::Run(std::string_view sql, std::initializer_list<int64_t> numbers) {
  auto statement = database_.Prepare(sql);
  if (!statement.ok()) return statement.error();
  int parameter = 0;
  for (const int64_t number : numbers) statement->Bind(++parameter, number);
  return statement->Run();
}

Result<int64_t> HistoryFile::SourceRow(const std::string& name) {
  auto insert = database_.Prepare("INSERT INTO sources (name) VALUES (?) ON CONFLICT DO NOTHING");
  if (!insert.ok()) return insert.error();
  if (Status status = insert->Bind(1, name).Run(); !status.ok()) return status.error();
  auto select = database_.Prepare("SELECT id FROM sources WHERE name = ?");
  if (!select.ok()) return select.error();
  auto row = select->Bind(1, name).Step();
  if (!row.ok()) return row.error();
  return select->Integer(0);
}

Result<std::vector<StoredSource>> HistoryFile::AllSources() {
  auto select = database_.Prepare(
      "SELECT id, name, path FROM sources "
      "WHERE EXISTS (SELECT 1 FROM series WHERE source_id = sources.id)");
  if (!select.ok()) return select.error();
  std::vector<StoredSource> all;
  while (true) {
    auto row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) return all;
    all.push_back({select->Integer(0), std::string(select->Text(1)), {}});
    if (const auto path = select->MaybeText(2)) all.back().path = *path;
  }
}

Status HistoryFile::SetSource(int64_t source_row, const std::string& path,
                              const Recorded& recorded) {
  auto update = database_.Prepare(
      "UPDATE sources SET path = ?, newest_second = ?, first_second = ?, last_second = ? "
      "WHERE id = ?");
  if (!update.ok()) return update.error();
  update->Bind(1, path).Bind(2, recorded.newest).Bind(3, recorded.first).Bind(4, recorded.last);
  return update->Bind(5, source_row).Run();
}

// By looking for the piece of each tier that had the last ones.
Status HistoryFile::ForgetExpiredSeries() {
  return database_.Execute(
      "DELETE FROM series WHERE last_hour > 0 "
      "AND NOT EXISTS (SELECT 1 FROM chunks WHERE tier = 0 AND start = last_hour "
      "  AND series_id = series.id) "
      "AND NOT EXISTS (SELECT 1 FROM chunks WHERE tier = 1 AND start = last_hour "
      "  AND series_id = series.id) "
      "AND NOT EXISTS (SELECT 1 FROM chunks WHERE tier = 2 AND start = last_hour - last_hour % "
      "86400 "
      "  AND series_id = series.id)");
}

// Looks for pieces where the source was recorded: others may have many.
Status HistoryFile::ForgetSource(int64_t source_row) {
  for (size_t tier = 0; tier < kTiers.size(); ++tier) {
    Status status =
        Run("DELETE FROM chunks WHERE tier = ?1 "
            "AND start > (SELECT first_second FROM sources WHERE id = ?2) - ?3 "
            "AND start <= (SELECT last_second FROM sources WHERE id = ?2) "
            "AND series_id IN (SELECT id FROM series WHERE source_id = ?2)",
            {static_cast<int64_t>(tier), source_row, kTiers[tier].chunk_span_seconds});
    if (!status.ok()) return status;
  }
  for (const std::string_view sql :
       {"DELETE FROM series WHERE source_id = ?", "DELETE FROM open_points WHERE source_id = ?",
        "DELETE FROM events WHERE source_id = ?"}) {
    if (Status status = Run(sql, {source_row}); !status.ok()) return status;
  }
  return {};
}

Result<std::vector<StoredSeries>> HistoryFile::AllSeries() {
  auto select = database_.Prepare(
      "SELECT series.id, source_id, name, kind, object, measure, type = 'gauge', step_seconds, "
      "newest_second, first_second, last_second "
      "FROM series JOIN sources ON sources.id = source_id ORDER BY series.id");
  if (!select.ok()) return select.error();
  std::vector<StoredSeries> all;
  while (true) {
    auto row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) return all;
    StoredSeries series;
    series.row = select->Integer(0);
    series.source_row = select->Integer(1);
    series.info.source = select->Text(2);
    series.info.key = {std::string(select->Text(3)), std::string(select->Text(4)),
                       std::string(select->Text(5))};
    series.info.type = select->Integer(6) != 0 ? SeriesType::kGauge : SeriesType::kCounter;
    const int64_t step = select->Integer(7);
    if (step < 1 || step > kHourSeconds || kHourSeconds % step != 0) {
      return Error{ErrorCode::kDataLoss, database_.path() + ": a series has steps of " +
                                             std::to_string(step) + " seconds"};
    }
    series.info.step_seconds = static_cast<uint32_t>(step);
    if (const int64_t newest = select->Integer(8); newest != 0) {
      series.recorded = {newest, select->Integer(9), select->Integer(10)};
    }
    all.push_back(std::move(series));
  }
}

Result<int64_t> HistoryFile::AddSeries(int64_t source_row, const SeriesInfo& info) {
  auto insert = database_.Prepare(
      "INSERT INTO series (source_id, kind, object, measure, type, step_seconds) "
      "VALUES (?, ?, ?, ?, ?, ?)");
  if (!insert.ok()) return insert.error();
  insert->Bind(1, source_row).Bind(2, info.key.kind).Bind(3, info.key.object);
  insert->Bind(4, info.key.measure).Bind(5, kTypeNames[static_cast<size_t>(info.type)]);
  insert->Bind(6, int64_t{info.step_seconds});
  if (Status status = insert->Run(); !status.ok()) return status.error();
  return database_.last_insert_rowid();
}

Status HistoryFile::AddEvent(const Event& event, std::optional<int64_t> source_row) {
  auto insert = database_.Prepare(
      "INSERT INTO events (time_ms, interface, kind, text, source_id) VALUES (?, ?, ?, ?, ?)");
  if (!insert.ok()) return insert.error();
  insert->Bind(1, event.unix_ms).Bind(2, event.interface).Bind(3, event.kind);
  insert->Bind(4, event.text);
  if (source_row) insert->Bind(5, *source_row);
  if (Status status = insert->Run(); !status.ok()) return status;
  return Run("DELETE FROM events WHERE id <= ?", {database_.last_insert_rowid() - kMostEvents});
}

Status HistoryFile::AppendOpen(int64_t source_row, int64_t hour_start, const HourPart& part) {
  auto insert = database_.Prepare(
      "INSERT INTO open_points (source_id, start, number, points) SELECT ?1, ?2, "
      "coalesce(max(number), 0) + 1, ?3 FROM open_points WHERE source_id = ?1 AND start = ?2");
  if (!insert.ok()) return insert.error();
  const std::vector<uint8_t> bytes = part.Encode();
  return insert->Bind(1, source_row).Bind(2, hour_start).Bind(3, bytes).Run();
}

Status HistoryFile::ForgetOpen(int64_t source_row, int64_t hour_start) {
  return Run("DELETE FROM open_points WHERE source_id = ? AND start = ?", {source_row, hour_start});
}

Status HistoryFile::CloseLeftHours(const std::set<OpenHour>& in_memory) {
  struct LeftHour {
    int64_t source_row;
    OpenHour hour;
  };
  auto select = database_.Prepare(
      "SELECT DISTINCT source_id, name, start FROM open_points JOIN sources ON id = source_id");
  if (!select.ok()) return select.error();
  std::vector<LeftHour> hours;
  while (true) {
    auto row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) break;
    hours.push_back({select->Integer(0), {std::string(select->Text(1)), select->Integer(2)}});
  }
  if (hours.empty()) return {};
  const auto all = AllSeries();
  if (!all.ok()) return all.error();
  SeriesByRow by_row;
  for (const StoredSeries& series : *all) by_row.emplace(series.row, series.info);
  for (const auto& [source_row, hour] : hours) {
    auto transaction = store::Transaction::Begin(database_);
    if (!transaction.ok()) return transaction.error();
    Status status = in_memory.contains(hour) ? ForgetOpen(source_row, hour.second)
                                             : CloseLeftHour(source_row, hour.second, by_row);
    if (status.ok()) status = transaction->Commit();
    if (!status.ok()) return status;
  }
  return {};
}

Status HistoryFile::CloseLeftHour(int64_t source_row, int64_t start, const SeriesByRow& by_row) {
  auto select = database_.Prepare(
      "SELECT points FROM open_points WHERE source_id = ? AND start = ? ORDER BY number");
  if (!select.ok()) return select.error();
  select->Bind(1, source_row).Bind(2, start);
  Hour hour(start);
  while (true) {
    auto row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) break;
    HourPart part;
    if (!HourPart::Decode(select->Blob(0), part)) {
      ++damaged_chunks_;
      continue;
    }
    for (const HourPart::Entry& entry : part.entries) {
      const auto series = by_row.find(entry.series);
      if (series == by_row.end()) continue;
      const SeriesInfo& info = series->second;
      for (size_t i = 0; i < entry.values.size(); ++i) {
        const int64_t at =
            start + int64_t{info.step_seconds} * static_cast<int64_t>(entry.first_step + i);
        hour.Put(static_cast<uint32_t>(entry.series), info.type, info.step_seconds, at,
                 entry.values[i]);
      }
    }
  }
  return WriteHour(source_row, hour, [](uint32_t number) { return int64_t{number}; });
}

Status HistoryFile::WriteSeries(int64_t series_row, int64_t start, const Hour::Series& series) {
  if (Status status = Run("UPDATE series SET last_hour = ? WHERE id = ?", {start, series_row});
      !status.ok()) {
    return status;
  }
  std::vector<Point> points = PointsOf(series);
  size_t tier = OwnTier(series.step_seconds);
  while (true) {
    if (Status status = PutPoints(tier, series_row, start, points, series); !status.ok()) {
      return status;
    }
    if (++tier == kTiers.size()) return {};
    points = RollUp(points, kTiers[tier].step_seconds / StepIn(tier - 1, series.step_seconds));
  }
}

// Into the piece that is there already, if one is.
Status HistoryFile::PutPoints(size_t tier, int64_t series_row, int64_t at,
                              const std::vector<Point>& points, const Hour::Series& series) {
  const int64_t start = FloorTo(at, kTiers[tier].chunk_span_seconds);
  const auto offset = static_cast<size_t>(at - start) / StepIn(tier, series.step_seconds);
  const auto select = Keep(
      select_chunk_, "SELECT points FROM chunks WHERE tier = ? AND start = ? AND series_id = ?");
  if (!select.ok()) return select.error();
  (*select)->Bind(1, static_cast<int64_t>(tier)).Bind(2, start).Bind(3, series_row);
  const auto row = (*select)->Step();
  if (!row.ok()) return row.error();
  std::vector<Point> all;
  if (*row) {
    auto known = DecodeChunk((*select)->Blob(0), PointsIn(tier, series.step_seconds));
    if (known.ok()) {
      all = std::move(known).value();
    } else {
      ++damaged_chunks_;
    }
  }
  (*select)->Reset();
  all.resize(std::max(all.size(), offset + points.size()));
  Overlay(std::span(all).subspan(offset), points, series.type,
          MostKnown(tier, series.step_seconds));
  const std::vector<uint8_t> bytes = EncodeChunk(all);
  const auto put =
      Keep(put_chunk_,
           "INSERT OR REPLACE INTO chunks (tier, start, series_id, points) VALUES (?, ?, ?, ?)");
  if (!put.ok()) return put.error();
  (*put)->Bind(1, static_cast<int64_t>(tier)).Bind(2, start).Bind(3, series_row).Bind(4, bytes);
  return (*put)->Run();
}

// The source has this hour and those before it, in any series: in the tier of minutes all are.
Result<bool> HistoryFile::IsBelievable(int64_t source_row, int64_t hour_start) {
  constexpr int64_t kHours = 3;
  auto select = database_.Prepare(
      "SELECT EXISTS (SELECT 1 FROM chunks WHERE tier = 1 AND start = ? AND series_id IN "
      "(SELECT id FROM series WHERE source_id = ?))");
  if (!select.ok()) return select.error();
  for (int64_t hour = 0; hour < kHours; ++hour) {
    select->Bind(1, hour_start - hour * kHourSeconds).Bind(2, source_row);
    auto row = select->Step();
    if (!row.ok()) return row.error();
    if (select->Integer(0) == 0) return false;
    select->Reset();
  }
  return true;
}

Status HistoryFile::Expire(int64_t source_row, int64_t hour_start, const Retention& keep) {
  const auto believable = IsBelievable(source_row, hour_start);
  if (!believable.ok()) return believable.error();
  if (!*believable) return {};
  for (size_t tier = 0; tier < kTiers.size(); ++tier) {
    const int64_t kept = std::chrono::duration_cast<std::chrono::seconds>(keep[tier]).count();
    const int64_t end = hour_start + kHourSeconds - kept - kTiers[tier].chunk_span_seconds;
    Status status =
        Run("DELETE FROM chunks WHERE tier = ? AND start <= ? AND series_id IN "
            "(SELECT id FROM series WHERE source_id = ?)",
            {static_cast<int64_t>(tier), end, source_row});
    if (!status.ok()) return status;
  }
  return {};
}

Result<uint64_t> HistoryFile::UsedBytes() {
  const auto bytes = database_.QueryInteger(
      "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, "
      "pragma_freelist_count, pragma_page_size");
  if (!bytes.ok()) return bytes.error();
  return static_cast<uint64_t>(*bytes);
}

Result<uint64_t> HistoryFile::Shrink(uint64_t most_bytes) {
  uint64_t dropped = 0;
  while (true) {
    const auto used = UsedBytes();
    if (!used.ok()) return used.error();
    if (*used <= most_bytes) break;
    Status status = database_.Execute(
        "DELETE FROM chunks WHERE (tier, start) = (SELECT tier, start FROM ("
        "SELECT 0 AS tier, min(start) AS start FROM chunks WHERE tier = 0 UNION ALL "
        "SELECT 1, min(start) FROM chunks WHERE tier = 1 UNION ALL "
        "SELECT 2, min(start) FROM chunks WHERE tier = 2) "
        "WHERE start IS NOT NULL ORDER BY start, tier LIMIT 1)");
    if (!status.ok()) return status.error();
    if (database_.changes() == 0) break;
    dropped += static_cast<uint64_t>(database_.changes());
  }
  if (dropped > 0) {
    if (Status status = database_.Execute("PRAGMA incremental_vacuum"); !status.ok()) {
      return status.error();
    }
  }
  return dropped;
}

Result<HistoryReader> HistoryReader::Open(const std::string& path) {
  auto database = store::Database::Open(path, store::Database::Mode::kReadOnly, kLockWait);
  if (!database.ok()) return database.error();
  auto select =
      database->Prepare("SELECT points FROM chunks WHERE tier = ? AND start = ? AND series_id = ?");
  if (!select.ok()) return select.error();
  return HistoryReader(std::move(database).value(), std::move(select).value());
}

Status HistoryReader::Begin() {
  // The first reading statement fixes what is seen.
  return database_.Execute("BEGIN; SELECT count(*) FROM sqlite_schema");
}

void HistoryReader::End() { (void)database_.Execute("COMMIT").ok(); }

Result<std::vector<Point>> HistoryReader::Read(size_t tier, int64_t series_row,
                                               uint32_t step_seconds, int64_t from, int64_t to) {
  const int64_t span = kTiers[tier].chunk_span_seconds;
  const int64_t step = StepIn(tier, step_seconds);
  std::vector<Point> points(static_cast<size_t>((to - from) / step));
  for (int64_t start = FloorTo(from, span); start < to; start += span) {
    select_.Bind(1, static_cast<int64_t>(tier)).Bind(2, start).Bind(3, series_row);
    auto row = select_.Step();
    if (!row.ok()) return row.error();
    if (*row) {
      const auto chunk = DecodeChunk(select_.Blob(0), PointsIn(tier, step_seconds));
      if (chunk.ok()) {
        PutInto(points, *chunk, (start - from) / step);
      } else {
        ++damaged_chunks_;
      }
    }
    select_.Reset();
  }
  return points;
}

Result<std::vector<Event>> HistoryReader::ReadEvents(
    int64_t from_unix_ms, int64_t to_unix_ms, size_t most,
    const std::function<bool(const Event&)>& takes) {
  auto select = database_.Prepare(
      "SELECT time_ms, interface, kind, text FROM events WHERE time_ms >= ? AND time_ms < ? "
      "ORDER BY time_ms DESC, id DESC");
  if (!select.ok()) return select.error();
  select->Bind(1, from_unix_ms).Bind(2, to_unix_ms);
  std::vector<Event> events;
  while (events.size() < most) {
    auto row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) break;
    Event event{select->Integer(0), std::string(select->Text(1)), std::string(select->Text(2)),
                std::string(select->Text(3))};
    if (takes(event)) events.push_back(std::move(event));
  }
  return events;
}

}  // namespace wiregauge::history
