// SPDX-License-Identifier: Apache-2.0
// A store of every older version is opened, and all that was in it is still there.
#include "history/chunk.h"
#include "history_fixture.h"
#include "store/database.h"
#include "store/migrations.h"

namespace wiregauge::history {
namespace {

using namespace std::chrono_literals;

class HistoryVersionsTest : public HistoryTest, public testing::WithParamInterface<int64_t> {
 protected:
  // What version 1 wrote of two sources: an hour by second that is over, in all tiers; the first
  // ten seconds of the next; and two events.
  static void FillVersion1(store::Database& database) {
    Run(database,
        "INSERT INTO sources VALUES (1, 'eth0', ?1 + 3609, ?1, ?1 + 3609), "
        "(2, 'cap.pcap', ?1 + 3609, ?1, ?1 + 3609)");
    for (const int64_t series : {11, 12}) {
      Run(database, "INSERT INTO series VALUES (" + std::to_string(series) + ", " +
                        std::to_string(series - 10) +
                        ", 'interface', '', 'bytes', 'counter', 1, ?1)");
      std::vector<Point> points = PointsOf({SeriesType::kCounter, 1, Values(series)});
      PutChunk(database, 0, series, points);
      PutChunk(database, 1, series, points = RollUp(points, 60));
      PutChunk(database, 2, series, RollUp(points, 60));
      const HourPart part{{{series, 0, std::vector<int64_t>(10, series)}}};
      auto open = database.Prepare("INSERT INTO open_points VALUES (?, ?, 1, ?)");
      const std::vector<uint8_t> bytes = part.Encode();
      open->Bind(1, series - 10).Bind(2, kStart + 3600).Bind(3, bytes);
      ASSERT_TRUE(open->Run().ok());
    }
    Run(database,
        "INSERT INTO events VALUES (1, ?1 * 1000, '', 'service_started', 'it began'), "
        "(2, ?1 * 1000 + 500, 'eth0', 'interface_gone', 'eth0 is gone')");
  }
  static std::vector<int64_t> Values(int64_t series) {
    std::vector<int64_t> values(3600, series);
    values[7] = 1000 * series;
    return values;
  }
  static void Run(store::Database& database, const std::string& sql) {
    auto statement = database.Prepare(sql);
    ASSERT_TRUE(statement.ok()) << statement.error().message;
    ASSERT_TRUE(statement->Bind(1, kStart).Run().ok()) << sql;
  }
  static void PutChunk(store::Database& database, int64_t tier, int64_t series,
                       const std::vector<Point>& points) {
    auto put = database.Prepare("INSERT INTO chunks VALUES (?, ?, ?, ?)");
    const std::vector<uint8_t> bytes = EncodeChunk(points);
    put->Bind(1, tier).Bind(2, kStart).Bind(3, series).Bind(4, bytes);
    ASSERT_TRUE(put->Run().ok());
  }
  static void Migrate(store::Database& database, int64_t version) {
    const auto migrations = store::MigrationsOf("history");
    const Status status = store::Migrate(database, migrations.first(static_cast<size_t>(version)));
    ASSERT_TRUE(status.ok()) << status.error().message;
  }
};

std::vector<int64_t> OlderVersions() {
  std::vector<int64_t> versions(store::MigrationsOf("history").size() - 1);
  std::iota(versions.begin(), versions.end(), 1);
  return versions;
}

INSTANTIATE_TEST_SUITE_P(Version, HistoryVersionsTest, testing::ValuesIn(OlderVersions()));

TEST_P(HistoryVersionsTest, EverythingIsStillThere) {
  {
    auto database = store::Database::Open(options_.path, store::Database::Mode::kReadWrite, 10ms);
    ASSERT_TRUE(database.ok());
    Migrate(*database, 1);
    FillVersion1(*database);
    Migrate(*database, GetParam());
  }
  Open();
  ASSERT_TRUE(history_->Flush(10s)) << history_->state().problem;
  EXPECT_EQ(history_->state().files_set_aside, 0u);

  const std::vector<SeriesInfo> all = history_->AllSeries();
  ASSERT_EQ(all.size(), 2u);
  for (const SeriesInfo& info : all) {
    const int64_t value = info.source == "eth0" ? 11 : 12;
    EXPECT_EQ(info.key, (SeriesKey{"interface", "", "bytes"}));
    EXPECT_EQ(history_->RecordedOf(info.id).newest, kStart + 3609);
    bytes_ = static_cast<uint32_t>(info.id);
    EXPECT_EQ(Read(0, kStart + 7, kStart + 8)[0].sum, 1000 * value);
    EXPECT_EQ(SumIn(0, kStart + 3600, kStart + 7200), 10 * value) << "what was open";
    for (size_t tier = 0; tier < kTiers.size(); ++tier) {
      EXPECT_EQ(SumIn(tier, kStart, kStart + 86400), (3609 + 1000) * value) << tier;
    }
  }
  const auto events =
      history_->Events(0, (kStart + 86400) * 1000, 10, [](const Event&) { return true; });
  ASSERT_TRUE(events.ok());
  const std::vector<Event> expected = {
      {kStart * 1000, "", "service_started", "it began"},
      {kStart * 1000 + 500, "eth0", "interface_gone", "eth0 is gone"}};
  EXPECT_EQ(*events, expected);

  Add("");
  Record(kStart + 3610, 5);
  ASSERT_TRUE(history_->Flush(10s)) << history_->state().problem;
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), (3609 + 1000) * 11 + 5) << "it goes on";
}

}  // namespace
}  // namespace wiregauge::history
