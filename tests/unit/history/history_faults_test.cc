// SPDX-License-Identifier: Apache-2.0
// What history does when the clock leaps, the process is killed, the disk is full, or somebody has
// been at the file.
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "history_fixture.h"
#include "store/database.h"

namespace wiregauge::history {
namespace {

using namespace std::chrono_literals;

class HistoryFaultsTest : public HistoryTest {
 protected:
  ~HistoryFaultsTest() override {
    history_.reset();
    for (const std::string& folder : mounts_) umount2(folder.c_str(), MNT_DETACH);
  }

  void RecordHours(int64_t from, int64_t to, int64_t value = 1) {
    for (int64_t hour = from; hour < to; ++hour) {
      for (int64_t second = 0; second < 3600; second += 100) {
        Record(kStart + hour * 3600 + second, value, true);
      }
    }
  }
  // Every second something else; gives the sum.
  int64_t RecordDense(int64_t from, int64_t to) {
    std::mt19937 random;
    int64_t sum = 0;
    for (int64_t second = from * 3600; second < to * 3600; ++second) {
      const auto value = static_cast<int64_t>(random() % 1'000'000);
      Record(kStart + second, value, true);
      sum += value;
    }
    return sum;
  }
  store::Database Other() {
    auto other = store::Database::Open(options_.path, store::Database::Mode::kReadWrite, 10ms);
    EXPECT_TRUE(other.ok());
    return std::move(other).value();
  }
  // What a process finds that starts after this one was killed now; it has nothing to write.
  std::vector<int64_t> SumsAfterCrash() {
    const std::string copy = folder_ + "/copy";
    std::filesystem::remove_all(copy);
    std::filesystem::create_directory(copy);
    CopyFile(copy + "/history.db");
    HistoryOptions options = options_;
    options.path = copy + "/history.db";
    History after(options, clock_);
    after.Start();
    EXPECT_TRUE(after.Flush(10s)) << after.state().problem;
    std::vector<int64_t> sums(kTiers.size());
    for (const SeriesInfo& info : after.AllSeries()) {
      if (info.key.measure != "bytes") continue;
      for (size_t tier = 0; tier < sums.size(); ++tier) {
        const auto read = after.Read(info.id, tier, kStart, kStart + 2 * 86400);
        for (const Point& point : read->points) sums[tier] += point.sum;
      }
    }
    return sums;
  }
  void CopyFile(const std::string& to) {
    for (const std::string suffix : {"", "-wal"}) {
      if (!std::filesystem::exists(options_.path + suffix)) continue;
      std::filesystem::copy_file(options_.path + suffix, to + suffix);
    }
  }
  static std::vector<int64_t> InEachTier(int64_t sum) {
    return std::vector<int64_t>(kTiers.size(), sum);
  }
  int64_t InFile(const std::string& sql) { return *Other().QueryInteger(sql); }
  size_t FilesAside() {
    size_t aside = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      const std::string name = entry.path().filename();
      aside += name.starts_with("history.db.damaged-") && !name.ends_with("-wal") &&
               !name.ends_with("-shm");
    }
    return aside;
  }

  // A file system of its own in this folder, in this process alone. False: not permitted.
  bool Mount(const std::string& folder, const std::string& size) {
    std::filesystem::create_directory(folder);
    if (unshare(CLONE_NEWNS) != 0) return false;
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
    if (mount("none", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) return false;
    mounts_.push_back(folder);
    options_.path = folder + "/history.db";
    return true;
  }

  std::vector<std::string> mounts_;
};

TEST_F(HistoryFaultsTest, ACrashLosesWhatWasNotFlushedAndCountsNothingTwice) {
  Start();
  int64_t recorded = 0;
  const auto record = [&](int64_t second, int64_t value) {
    Record(kStart + second, value);
    recorded += value;
  };
  int64_t value = 1;
  // Ahead and back, within the hour and over hours.
  for (const int64_t begin : {0, 100, 3000, 50, 3550, 7150, 20, 90000, 3600, 3590, 3700, 60}) {
    for (int64_t second = begin; second < begin + 30; ++second) record(second, value++);
    ASSERT_TRUE(history_->Flush(10s));
    const int64_t not_over = value - 1;
    EXPECT_EQ(SumsAfterCrash(), InEachTier(recorded - not_over)) << begin;
    record(begin + 30, value++);  // is not flushed
    EXPECT_EQ(SumsAfterCrash(), InEachTier(recorded - not_over - (value - 1))) << begin;
    EXPECT_EQ(SumIn(0, kStart, kStart + 2 * 86400), recorded);
  }
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  for (size_t tier = 0; tier < kTiers.size(); ++tier) {
    EXPECT_EQ(SumIn(tier, kStart, kStart + 2 * 86400), recorded) << tier;
  }
}

TEST_F(HistoryFaultsTest, NothingExpiresBecauseAClockLeaps) {
  Start();
  RecordHours(0, 31);
  Record(kStart + 29 * 3600 + 3599, 1);
  ASSERT_TRUE(history_->Flush(10s));
  const int64_t oldest = InFile("SELECT min(start) FROM chunks WHERE tier = 0");
  EXPECT_EQ(oldest, kStart + 7 * 3600) << "24 hours up to the newest";
  for (const int64_t leap : {2, 5, 24 * 100, -20, -24 * 100}) {
    Record(kStart + (30 + leap) * 3600, 1);
    Record(kStart + 29 * 3600 + 3599, 1, true);
    ASSERT_TRUE(history_->Flush(10s));
    EXPECT_EQ(
        InFile("SELECT count(*) FROM chunks WHERE tier = 0 AND start = " + std::to_string(oldest)),
        1)
        << leap;
  }
}

TEST_F(HistoryFaultsTest, WhatIsOldGoesWhenTheClockStaysAhead) {
  Start();
  RecordHours(0, 10);
  RecordHours(1000, 1004);
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(InFile("SELECT min(start) FROM chunks WHERE tier = 0"), kStart + 1000 * 3600);
  EXPECT_EQ(SumIn(2, kStart, kStart + 86400), 360) << "hours are kept for longer";
  EXPECT_EQ(SumIn(1, kStart, kStart + 86400), 0);
}

TEST_F(HistoryFaultsTest, TheOldestGoesWhenTheFileIsFull) {
  options_.max_file_bytes = 300'000;
  Start();
  for (int64_t hour = 0; hour < 40; ++hour) {
    RecordDense(hour, hour + 1);
    ASSERT_TRUE(history_->Flush(10s));
  }
  const HistoryState state = history_->state();
  EXPECT_GT(state.chunks_dropped, 0u);
  EXPECT_LE(state.file_bytes, options_.max_file_bytes);
  EXPECT_EQ(Read(0, kStart + 38 * 3600, kStart + 39 * 3600)[0].known, 1u);
  EXPECT_TRUE(Read(0, kStart, kStart + 3600)[0].is_gap());
  history_.reset();
  EXPECT_LE(std::filesystem::file_size(options_.path), options_.max_file_bytes * 5 / 4);
}

TEST_F(HistoryFaultsTest, ASmallerLimitHoldsAtOnce) {
  Start();
  RecordDense(0, 40);
  options_.max_file_bytes = 200'000;
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_LE(history_->state().file_bytes, options_.max_file_bytes);
  history_.reset();
  EXPECT_LE(std::filesystem::file_size(options_.path), options_.max_file_bytes);
}

TEST_F(HistoryFaultsTest, AFullDiskLosesNothingThatFitsIntoMemory) {
  if (!Mount(folder_ + "/small", "1m")) GTEST_SKIP() << "may not mount";
  Start();
  RecordHours(0, 1);
  ASSERT_TRUE(history_->Flush(10s));
  const std::string ballast = folder_ + "/small/ballast";
  {
    std::ofstream file(ballast);
    const std::string block(1024, 'x');
    while (file << block << std::flush) {
    }
  }
  const int64_t sum = 36 + RecordDense(1, 12);
  EXPECT_FALSE(history_->Flush(10s));
  const HistoryState state = history_->state();
  EXPECT_FALSE(state.available);
  EXPECT_NE(state.problem.find("full"), std::string::npos) << state.problem;
  EXPECT_EQ(state.points_lost, 0u);
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), sum);
  std::filesystem::remove(ballast);
  EXPECT_TRUE(history_->Flush(10s)) << history_->state().problem;
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), sum);
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(2, kStart, kStart + 86400), sum);
}

TEST_F(HistoryFaultsTest, ADiskThatIsFullFromTheStart) {
  if (!Mount(folder_ + "/small", "4k")) GTEST_SKIP() << "may not mount";
  Start();
  RecordHours(0, 3);
  EXPECT_FALSE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 3 * 36);
  ASSERT_EQ(mount("none", mounts_[0].c_str(), "tmpfs", MS_REMOUNT, "size=1m"), 0);
  EXPECT_TRUE(history_->Flush(10s)) << history_->state().problem;
  EXPECT_EQ(SumIn(1, kStart, kStart + 86400), 3 * 36);
}

TEST_F(HistoryFaultsTest, AFileSystemThatBecomesReadOnly) {
  if (!Mount(folder_ + "/mounted", "1m")) GTEST_SKIP() << "may not mount";
  const auto set_read_only = [&](bool read_only) {
    return mount("none", mounts_[0].c_str(), nullptr,
                 MS_REMOUNT | MS_BIND | (read_only ? MS_RDONLY : 0), nullptr) == 0;
  };
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  history_.reset();
  ASSERT_TRUE(set_read_only(true));
  Start();
  RecordHours(0, 2);
  EXPECT_FALSE(history_->Flush(10s));
  EXPECT_NE(history_->state().problem.find("history.db.lock: "), std::string::npos);
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 2 * 36);
  ASSERT_TRUE(set_read_only(false));
  EXPECT_TRUE(history_->Flush(10s)) << history_->state().problem;
  EXPECT_EQ(SumIn(2, kStart, kStart + 86400), 2 * 36);
}

TEST_F(HistoryFaultsTest, ALockOfTwoHoursLosesNothing) {
  options_.retry_interval = 1h;
  Start();
  Record(kStart, 1);
  ASSERT_TRUE(history_->Flush(10s));
  auto other = Other();
  {
    auto transaction = store::Transaction::Begin(other);
    ASSERT_TRUE(transaction.ok());
    for (int64_t hour = 0; hour < 2; ++hour) {
      RecordHours(hour, hour + 1);
      EXPECT_FALSE(history_->Flush(10s));
      EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 36 * (hour + 1) + 1);
    }
    EXPECT_EQ(history_->state().points_lost, 0u);
  }
  EXPECT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 73);
  EXPECT_EQ(SumsAfterCrash(), InEachTier(72)) << "but for the second that is not over";
}

TEST_F(HistoryFaultsTest, WhatDoesNotFitIntoMemoryIsCounted) {
  options_.max_waiting_bytes = 100'000;
  options_.retry_interval = 1h;
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  auto other = Other();
  auto transaction = store::Transaction::Begin(other);
  for (int64_t second = 0; second < 10 * 3600; ++second) Record(kStart + second, 1);
  EXPECT_FALSE(history_->Flush(10s));
  const auto lost = static_cast<int64_t>(history_->state().points_lost);
  EXPECT_GT(lost, 0);
  EXPECT_EQ(lost % 3600, 0) << "whole hours, the oldest first";
  EXPECT_EQ(SumIn(0, kStart, kStart + lost), 0);
  EXPECT_EQ(SumIn(0, kStart, kStart + 10 * 3600), 36000 - lost);
}

TEST_F(HistoryFaultsTest, EndsSoonWhenTheFileIsLocked) {
  Start();
  Record(kStart, 1);
  ASSERT_TRUE(history_->Flush(10s));
  auto other = Other();
  auto transaction = store::Transaction::Begin(other);
  Record(kStart + 1, 1);
  const auto begin = std::chrono::steady_clock::now();
  history_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST_F(HistoryFaultsTest, AFileThatIsRemovedIsMadeAgain) {
  Start();
  RecordHours(0, 2);
  ASSERT_TRUE(history_->Flush(10s));
  for (const std::string suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(options_.path + suffix);
  }
  Record(kStart + 2 * 3600, 1);
  ASSERT_TRUE(history_->Flush(10s));
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 3600), 0) << "what was in the file is gone with it";
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 37) << "the hour that was open is not";
}

TEST_F(HistoryFaultsTest, WhatCannotBeReadIsAnErrorAndNotNothing) {
  Start();
  RecordHours(0, 2);
  ASSERT_TRUE(history_->Flush(10s));
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto points = history_->Read(bytes_, 0, kStart, kStart + 3600);
  const auto events = history_->Events(0, kStart * 1000, 10, [](const Event&) { return true; });
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_FALSE(points.ok());
  EXPECT_EQ(points.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(events.ok());
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 2 * 36);
}

TEST_F(HistoryFaultsTest, AnotherProcessOnTheSameFileIsKeptOut) {
  Start();
  Record(kStart, 7);
  ASSERT_TRUE(history_->Flush(10s));
  {
    History other(options_, clock_);
    other.Start();
    EXPECT_FALSE(other.Flush(1s));
    EXPECT_NE(other.state().problem.find("another process has it"), std::string::npos);
  }
  EXPECT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 10), 7);
}

TEST_F(HistoryFaultsTest, AFileThatIsReplacedIsReadAnew) {
  HistoryOptions other_options = options_;
  other_options.path = folder_ + "/other.db";
  {
    History other(other_options, clock_);
    other.Start();
    const uint32_t source = other.AddSource("other");
    for (const char* measure : {"a", "b", "c"}) {
      const Value value = {other.AddSeries(source, {"x", "", measure}, SeriesType::kCounter, 1), 9};
      other.Record(source, kStart, std::span(&value, 1), false);
    }
  }
  Start();
  RecordHours(0, 1);
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 36);
  std::filesystem::rename(other_options.path, options_.path);
  Record(kStart + 3500, 1);
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 37) << "the open hour is in memory";
  EXPECT_EQ(history_->AllSeries().size(), 5u);
  EXPECT_EQ(InFile("SELECT count(*) FROM sources"), 2);
}

TEST_F(HistoryFaultsTest, AnEarlierCopyOfTheFileCountsNothingTwice) {
  Start();
  for (int64_t second = 0; second < 50; ++second) Record(kStart + second, 1);
  ASSERT_TRUE(history_->Flush(10s));
  CopyFile(folder_ + "/backup.db");
  for (int64_t second = 50; second < 100; ++second) Record(kStart + second, 1);
  ASSERT_TRUE(history_->Flush(10s));
  std::filesystem::rename(folder_ + "/backup.db", options_.path);
  std::filesystem::rename(folder_ + "/backup.db-wal", options_.path + "-wal");
  Record(kStart + 100, 1);
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 3600), 101);
  EXPECT_EQ(SumsAfterCrash(), InEachTier(100));
}

TEST_F(HistoryFaultsTest, RowsThatSomebodyTookAwayComeBack) {
  Start();
  RecordHours(0, 1);
  ASSERT_TRUE(history_->Flush(10s));
  ASSERT_TRUE(Other().Execute("PRAGMA foreign_keys = ON; DELETE FROM sources").ok());
  Record(kStart + 3510, 1);
  (void)history_->Flush(10s);  // finds out
  ASSERT_TRUE(history_->Flush(10s)) << history_->state().problem;
  EXPECT_EQ(SumIn(0, kStart, kStart + 3600), 37);
  EXPECT_EQ(SumsAfterCrash(), InEachTier(36));
}

// Pages of chunks in the middle of the file.
class DamagedPagesTest : public HistoryFaultsTest {
 protected:
  void MakeDamagedFile() {
    options_.keep[0] = 240h;
    Start();
    RecordDense(0, 40);
    history_.reset();
    const auto pages = std::filesystem::file_size(options_.path) / 4096;
    ASSERT_GT(pages, 60u);
    std::fstream file(options_.path, std::ios::in | std::ios::out | std::ios::binary);
    for (uint64_t page = 20; page < pages; ++page) {
      file.seekp(static_cast<std::streamoff>(page * 4096));
      file << std::string(64, '\x5a');
    }
  }
};

TEST_F(DamagedPagesTest, FoundByAReader) {
  MakeDamagedFile();
  Start();
  (void)history_->Flush(10s);
  Record(kStart + 50 * 3600, 7);
  bool found = history_->state().files_set_aside > 0;
  for (size_t tier = 0; tier < kTiers.size() && !found; ++tier) {
    found = !history_->Read(bytes_, tier, kStart, kStart + 40 * 3600).ok();
  }
  EXPECT_TRUE(found);
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(history_->state().files_set_aside, 1u);
  EXPECT_EQ(FilesAside(), 1u);
  EXPECT_TRUE(history_->state().available);
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400 * 3), 7);
}

TEST_F(DamagedPagesTest, FoundByTheWriter) {
  MakeDamagedFile();
  Start();
  RecordHours(0, 60);  // again
  ASSERT_TRUE(history_->Flush(10s)) << history_->state().problem;
  EXPECT_EQ(history_->state().files_set_aside, 1u);
  EXPECT_EQ(FilesAside(), 1u);
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400 * 3), 60 * 36);
  history_.reset();
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400 * 3), 60 * 36) << "nothing of this process is lost";
}

TEST_F(DamagedPagesTest, FoundWithTheLastWrite) {
  MakeDamagedFile();
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  RecordHours(0, 10);
  history_.reset();
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 10 * 36);
}

TEST_F(HistoryFaultsTest, AFileThatIsCutWhileItIsOpenIsSetAside) {
  for (const uint64_t left : {uint64_t{0}, uint64_t{8192}}) {
    options_.path = folder_ + "/history.db";
    Start();
    RecordHours(0, 40);
    ASSERT_TRUE(history_->Flush(10s));
    const size_t before = FilesAside();
    std::filesystem::resize_file(options_.path, left);
    EXPECT_FALSE(history_->Read(bytes_, 0, kStart, kStart + 40 * 3600).ok()) << left;
    Record(kStart + 50 * 3600, 7);
    ASSERT_TRUE(history_->Flush(10s)) << history_->state().problem;
    EXPECT_EQ(FilesAside(), before + 1) << left;
    EXPECT_TRUE(history_->state().available);
    EXPECT_EQ(SumIn(0, kStart + 50 * 3600, kStart + 51 * 3600), 7) << left;
    history_.reset();
  }
}

TEST_F(HistoryFaultsTest, ADamagedPieceIsAGap) {
  Start();
  RecordHours(0, 3);
  ASSERT_TRUE(history_->Flush(10s));
  ASSERT_TRUE(Other()
                  .Execute("UPDATE chunks SET points = x'0102ff' WHERE tier < 2 AND start = " +
                           std::to_string(kStart))
                  .ok());
  EXPECT_EQ(SumIn(0, kStart, kStart + 3 * 3600), 72);
  EXPECT_TRUE(Read(0, kStart, kStart + 1)[0].is_gap());
  EXPECT_EQ(SumIn(2, kStart, kStart + 3 * 3600), 108);
  EXPECT_EQ(history_->state().damaged_chunks, 2u);
  Record(kStart + 5, 7);  // the hour comes again
  Record(kStart + 3 * 3600, 1);
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 3600), 7);
  const HistoryState state = history_->state();
  EXPECT_TRUE(state.available);
  EXPECT_EQ(state.files_set_aside, 0u);
}

TEST_F(HistoryFaultsTest, DamagedOpenPointsLoseNothingElse) {
  Start();
  RecordHours(0, 2);
  history_.reset();
  // One or more: the end of the first hour may have been written before the second one was over.
  const auto rows = static_cast<uint64_t>(InFile("SELECT count(*) FROM open_points"));
  ASSERT_GE(rows, 1u);
  ASSERT_TRUE(Other().Execute("UPDATE open_points SET points = x'ffffff'").ok());
  Start();
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 36);
  EXPECT_EQ(history_->state().damaged_chunks, rows);
  EXPECT_EQ(history_->state().files_set_aside, 0u);
}

TEST_F(HistoryFaultsTest, ASeriesWithAnImpossibleStepIsDamage) {
  for (const char* step : {"4294967296", "7", "86400"}) {
    Start();
    RecordHours(0, 1);
    history_.reset();
    ASSERT_TRUE(Other().Execute("UPDATE series SET step_seconds = " + std::string(step)).ok());
    Start();
    EXPECT_TRUE(history_->Flush(10s));
    EXPECT_EQ(history_->state().files_set_aside, 1u) << step;
  }
}

TEST_F(HistoryFaultsTest, IsForgottenAlsoWhenTheFileWasReadBefore) {
  Start("/captures/eth0");
  RecordHours(0, 2);
  Open();
  ASSERT_TRUE(history_->Flush(10s));
  Add("/captures/eth0");
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 0);
  RecordHours(0, 2, 5);
  ASSERT_TRUE(history_->Flush(10s)) << history_->state().problem;
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 360);
  EXPECT_EQ(SumsAfterCrash(), InEachTier(355));
}

TEST_F(HistoryFaultsTest, IsForgottenWhenTheFileComesBack) {
  Start("/captures/eth0");
  RecordHours(0, 2);
  ASSERT_TRUE(history_->Flush(10s));
  {
    auto other = Other();
    auto transaction = store::Transaction::Begin(other);
    Add("/captures/eth0");
    RecordHours(0, 2, 5);
    EXPECT_FALSE(history_->Flush(10s));
    EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 360);
  }
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(SumIn(0, kStart, kStart + 86400), 360);
  EXPECT_EQ(history_->state().points_lost, 0u);
}

TEST_F(HistoryFaultsTest, WritesNothingWhenNothingChanged) {
  Start();
  RecordHours(0, 2);
  ASSERT_TRUE(history_->Flush(10s));
  auto other = Other();
  const int64_t version = *other.QueryInteger("PRAGMA data_version");
  const auto size = std::filesystem::file_size(options_.path + "-wal");
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(*other.QueryInteger("PRAGMA data_version"), version);
  EXPECT_EQ(std::filesystem::file_size(options_.path + "-wal"), size);
}

TEST_F(HistoryFaultsTest, TheWalDoesNotGrow) {
  Start();
  std::mt19937 random;
  for (int64_t second = 0; second < 5000; ++second) {
    Record(kStart + second % 3000, static_cast<int64_t>(random()));
    ASSERT_TRUE(history_->Flush(10s));
  }
  EXPECT_LT(std::filesystem::file_size(options_.path + "-wal"), 4u << 20);
}

TEST_F(HistoryFaultsTest, AReaderSeesEachPointOnceWhileHoursMove) {
  options_.flush_interval = 1ms;
  Start();
  std::atomic<int64_t> recorded = 0;
  std::atomic<bool> over = false;
  std::vector<std::thread> readers;
  for (size_t tier = 0; tier < kTiers.size(); ++tier) {
    readers.emplace_back([&, tier] {
      while (!over) {
        const int64_t before = recorded;
        const int64_t sum = SumIn(tier, kStart, kStart + 86400);
        const int64_t after = recorded;
        ASSERT_GE(sum, before) << tier;
        ASSERT_LE(sum, after + 1) << tier;
      }
    });
  }
  // Every eleventh hour the clock goes back one.
  for (int64_t i = 0; i < 200; ++i) {
    const int64_t hour = (i - i / 11) % 20;
    for (int64_t second = 0; second < 3600; second += 60) {
      Record(kStart + hour * 3600 + second, 1, true);
      ++recorded;
    }
    std::this_thread::yield();
  }
  ASSERT_TRUE(history_->Flush(10s));
  over = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(SumIn(2, kStart, kStart + 86400), recorded);
}

TEST_F(HistoryFaultsTest, AnUnusualRangeIsEmpty) {
  Start();
  RecordHours(0, 1);
  EXPECT_EQ(history_->Read(bytes_, 0, kStart + 100, kStart)->points.size(), 0u);
  const auto minutes = history_->Read(hosts_, 0, kStart, kStart + 3600);
  EXPECT_EQ(minutes->step_seconds, 60u) << "there is no finer tier";
}

}  // namespace
}  // namespace wiregauge::history
