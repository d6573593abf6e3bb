// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "flow_records.h"

namespace wiregauge::sinks {
namespace {

namespace fs = std::filesystem;
using model::SinkDropReason;

constexpr uint64_t kMiB = uint64_t{1} << 20;

class SpoolTest : public testing::Test {
 protected:
  std::unique_ptr<Spool> Open(uint64_t most_bytes = 64 * kMiB, uint64_t segment_bytes = 16 * kMiB,
                              const std::string& encoding = {}) {
    auto spool = Spool::Open({.dir = folder_ / "spool",
                              .most_bytes = most_bytes,
                              .segment_bytes = segment_bytes,
                              .encoding = encoding});
    EXPECT_TRUE(spool.ok()) << spool.error().message;
    return std::move(spool).value();
  }
  static ParcelQueue::Taken Take(Spool& spool) {
    return spool.Take(std::chrono::steady_clock::now() + std::chrono::milliseconds(20));
  }
  static std::string TakeText(Spool& spool) {
    const auto taken = Take(spool);
    return taken.parcel == nullptr ? "" : std::string(taken.parcel->whole());
  }
  // Everything that waits, and settles it.
  static std::string Drain(Spool& spool) {
    std::string all;
    model::SinkLedger ledger = spool.ledger();
    while (true) {
      const auto taken = Take(spool);
      ledger.dropped[static_cast<size_t>(SinkDropReason::kDamaged)] += taken.damaged;
      if (taken.parcel == nullptr) return all;
      all += taken.parcel->whole();
      ledger.delivered += taken.parcel->size();
      spool.Settle(ledger);
    }
  }
  std::vector<fs::path> Segments() const {
    std::vector<fs::path> segments;
    for (const auto& entry : fs::directory_iterator(folder_ / "spool")) {
      if (entry.path().extension() == ".spool") segments.push_back(entry.path());
    }
    std::ranges::sort(segments);
    return segments;
  }

  Folder folder_;
};

TEST_F(SpoolTest, GivesParcelsInOrderUntilTheyAreSettled) {
  const auto spool = Open();
  EXPECT_EQ(TakeText(*spool), "");
  spool->Add(MakeParcel(1, 2));
  spool->Add(MakeParcel(3, 1));
  EXPECT_EQ(TakeText(*spool), "1\n2\n");
  EXPECT_EQ(TakeText(*spool), "1\n2\n");
  spool->Settle({.offered = 3, .delivered = 2});
  EXPECT_EQ(TakeText(*spool), "3\n");
  EXPECT_FALSE(spool->is_done());
  spool->Settle({.offered = 3, .delivered = 3});
  spool->Close();
  EXPECT_TRUE(spool->is_done());
  EXPECT_EQ(spool->state().spool_bytes, 0u);
}

TEST_F(SpoolTest, OutlivesTheProcess) {
  {
    const auto spool = Open();
    for (uint64_t i = 0; i < 10; ++i) spool->Add(MakeParcel(i * 10, 10));
    Take(*spool);
    spool->Settle({.offered = 100, .delivered = 9, .dropped = {0, 0, 1}});
    Take(*spool);  // and is not settled
  }
  const auto spool = Open();
  const model::SinkLedger& ledger = spool->ledger();
  EXPECT_EQ(ledger.delivered, 9u);
  EXPECT_EQ(ledger.dropped[static_cast<size_t>(SinkDropReason::kRejected)], 1u);
  EXPECT_EQ(ledger.waiting(), 90u);
  EXPECT_EQ(ledger.offered, 100u);
  EXPECT_EQ(spool->state().oldest_waiting, kFirstSeen);
  EXPECT_TRUE(TakeText(*spool).starts_with("10\n11\n"));
  EXPECT_EQ(Drain(*spool).size(), 90u * 3);
  const auto spool_dir_of_another = Spool::Open({.dir = folder_ / "spool", .most_bytes = kMiB});
  EXPECT_FALSE(spool_dir_of_another.ok()) << "two processes had it";
}

// Wherever a crash cut the file, before the position told of what it was writing.
TEST_F(SpoolTest, ATornEndIsCutOff) {
  const std::string path = folder_ / "spool" + "/position";
  std::string position;
  {
    const auto spool = Open();
    spool->Add(MakeParcel(1, 3));
    position = ReadFile(path);
    spool->Add(MakeParcel(4, 3));
  }
  const fs::path segment = Segments().front();
  const std::string whole = ReadFile(segment);
  const size_t frame = whole.size() / 2;
  for (size_t size = frame; size < whole.size(); ++size) {
    fs::resize_file(segment, size);
    std::ofstream(path, std::ios::binary) << position;
    {
      const auto spool = Open();
      EXPECT_EQ(spool->ledger().waiting(), 3u) << size;
      EXPECT_EQ(fs::file_size(segment), frame);
      EXPECT_EQ(TakeText(*spool), "1\n2\n3\n");
    }
    std::ofstream(segment, std::ios::binary) << whole;
  }
  EXPECT_EQ(Open()->ledger().waiting(), 6u);
}

TEST_F(SpoolTest, ADamagedParcelIsSkippedAndCounted) {
  {
    const auto spool = Open();
    for (uint64_t i = 0; i < 3; ++i) spool->Add(MakeParcel(i * 10, 5));
  }
  const fs::path segment = Segments().front();
  std::string bytes = ReadFile(segment);
  bytes[bytes.size() / 2] ^= 1;  // in the second parcel's lines
  std::ofstream(segment, std::ios::binary) << bytes;
  const auto spool = Open();
  EXPECT_EQ(spool->ledger().waiting(), 15u);
  EXPECT_EQ(TakeText(*spool), "0\n1\n2\n3\n4\n");
  spool->Settle({.offered = 15, .delivered = 5});
  const auto taken = Take(*spool);
  EXPECT_EQ(taken.damaged, 5u);
  EXPECT_EQ(taken.parcel->whole(), "20\n21\n22\n23\n24\n");
}

TEST_F(SpoolTest, ADamagedPositionLeavesTheOneBefore) {
  {
    const auto spool = Open();
    for (uint64_t i = 0; i < 4; ++i) spool->Add(MakeParcel(i, 1));
    for (uint64_t i = 1; i <= 2; ++i) {
      Take(*spool);
      spool->Settle({.offered = 4, .delivered = i});
    }
  }
  const std::string position = folder_ / "spool" + "/position";
  std::string bytes = ReadFile(position);
  bytes[10] ^= 1;  // the second one stands in the first slot
  std::ofstream(position, std::ios::binary) << bytes;
  {
    const auto spool = Open();
    EXPECT_EQ(spool->ledger().delivered, 1u);
    EXPECT_EQ(spool->ledger().waiting(), 3u);
    EXPECT_EQ(TakeText(*spool), "1\n");
  }
  fs::resize_file(position, 0);
  EXPECT_EQ(Open()->ledger().waiting(), 4u);
}

TEST_F(SpoolTest, TheOldestSegmentGoesWhenItIsFull) {
  uint64_t dropped = 0;
  {
    const auto spool = Open(1 * kMiB, kMiB / 8);
    for (uint64_t i = 0; i < 100; ++i) {
      Parcel parcel;
      parcel.buffer().assign(16 << 10, static_cast<char>('a' + i % 26));
      parcel.EndRecord();
      const auto put = spool->Add(std::move(parcel));
      dropped += put.made_room;
      EXPECT_EQ(put.left_out, 0u);
      uint64_t on_disk = 0;
      for (const auto& segment : Segments()) on_disk += fs::file_size(segment);
      ASSERT_LE(on_disk, 1 * kMiB);
    }
    EXPECT_GT(dropped, 0u);
  }
  const auto spool = Open(1 * kMiB, kMiB / 8);
  EXPECT_EQ(spool->ledger().offered, 100u);
  EXPECT_EQ(spool->ledger().waiting(), 100u - dropped);
  EXPECT_EQ(spool->ledger().dropped[static_cast<size_t>(SinkDropReason::kSpoolFull)], dropped);
  EXPECT_EQ(Drain(*spool).size(), (100u - dropped) * (16 << 10));
}

TEST_F(SpoolTest, WhatIsUnderWayWhenItsSegmentGoesIsNotCountedAsDropped) {
  const auto spool = Open(1 * kMiB, kMiB / 8);
  spool->Add(MakeParcel(1, 4));
  ASSERT_EQ(TakeText(*spool), "1\n2\n3\n4\n");
  uint64_t dropped = 0, added = 4;
  for (; added < 100; ++added) {
    Parcel parcel;
    parcel.buffer().assign(16 << 10, 'x');
    parcel.EndRecord();
    dropped += spool->Add(std::move(parcel)).made_room;
  }
  spool->Settle({.offered = added, .delivered = 4});
  model::SinkLedger ledger{.offered = added, .delivered = 4};
  uint64_t drained = 0;
  for (auto taken = Take(*spool); taken.parcel != nullptr; taken = Take(*spool)) {
    drained += taken.parcel->size();
    spool->Settle(ledger);
  }
  EXPECT_EQ(4 + drained + dropped, added);
}

TEST_F(SpoolTest, WhatWasUnderWayWithoutItsSegmentStaysInTheBooks) {
  uint64_t added = 4;
  {
    const auto spool = Open(1 * kMiB, kMiB / 8);
    spool->Add(MakeParcel(1, 4));
    ASSERT_EQ(TakeText(*spool), "1\n2\n3\n4\n");
    for (; added < 100; ++added) {
      Parcel parcel;
      parcel.buffer().assign(16 << 10, 'x');
      parcel.EndRecord();
      spool->Add(std::move(parcel));
    }
  }  // as a kill would have it
  const model::SinkLedger ledger = Open(1 * kMiB, kMiB / 8)->ledger();
  EXPECT_EQ(ledger.offered, added);
  EXPECT_EQ(ledger.dropped_sum() + ledger.waiting(), added);
}

TEST_F(SpoolTest, SegmentsThatAreReadGoFromTheDisk) {
  const auto spool = Open(64 * kMiB, 1000);
  for (uint64_t i = 0; i < 50; ++i) spool->Add(MakeParcel(i * 100, 100));
  EXPECT_GT(Segments().size(), 10u);
  Drain(*spool);
  EXPECT_LE(Segments().size(), 1u);
}

// Each single bit of a segment: nothing comes torn or twice, and what does not come is counted.
TEST_F(SpoolTest, WhateverBitTurnsEachRecordIsDeliveredOrDamaged) {
  const std::string dir = folder_ / "spool";
  {
    const auto spool = Open();
    for (uint64_t i = 1; i <= 4; ++i) spool->Add(MakeParcel(i * 10, 2));
  }
  const fs::path segment = Segments().front();
  const std::string whole = ReadFile(segment), position = ReadFile(dir + "/position");
  const std::string all = "10\n11\n20\n21\n30\n31\n40\n41\n";
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    fs::remove_all(dir);
    fs::create_directory(dir);
    std::ofstream(segment, std::ios::binary) << bytes;
    std::ofstream(dir + "/position", std::ios::binary) << position;
    std::ofstream(dir + "/encoding");
    const auto spool = Open();
    spool->Close();
    ASSERT_EQ(spool->ledger().offered, 8u) << "bit " << bit;
    std::string expected = all;
    expected.erase(bit / (whole.size() * 2) * 6, 6);
    ASSERT_EQ(Drain(*spool), expected) << "bit " << bit;
    ASSERT_EQ(fs::file_size(segment), whole.size()) << "bit " << bit;
  }
  const model::SinkLedger ledger = Open()->ledger();
  EXPECT_EQ(ledger.dropped[static_cast<size_t>(SinkDropReason::kDamaged)], 2u);
  EXPECT_EQ(ledger.offered, 8u);
  EXPECT_EQ(ledger.waiting(), 0u);
}

TEST_F(SpoolTest, ADamagedEndIsToldByTheNextSegment) {
  {
    const auto spool = Open(64 * kMiB, 1);
    for (uint64_t i = 0; i < 3; ++i) spool->Add(MakeParcel(i * 10, 5));
  }
  const fs::path second = Segments()[1];
  const auto size = fs::file_size(second);
  fs::resize_file(second, size - 1);
  const auto spool = Open(64 * kMiB, 1);
  EXPECT_EQ(spool->ledger().waiting(), 15u);
  EXPECT_EQ(fs::file_size(second), size - 1) << "what is not the last end is not cut off";
  EXPECT_EQ(Drain(*spool), "0\n1\n2\n3\n4\n20\n21\n22\n23\n24\n");
}

// Without a Settle after it: a disk that is full while the receiver is away.
TEST_F(SpoolTest, WhatWasDroppedOutlivesTheProcess) {
  {
    const auto spool = Open();
    spool->NoteQueueFull(7);
    spool->Add(MakeParcel(1, 2));
  }
  const auto spool = Open();
  EXPECT_EQ(spool->ledger().dropped[static_cast<size_t>(SinkDropReason::kQueueFull)], 7u);
  EXPECT_EQ(spool->ledger().offered, 9u);
}

TEST_F(SpoolTest, ASegmentThatCannotBeReadNowIsAnErrorAndStays) {
  {
    const auto spool = Open();
    spool->Add(MakeParcel(1, 2));
  }
  const fs::path segment = Segments().front();
  const fs::path hidden = folder_ / "hidden";
  fs::rename(segment, hidden);
  fs::create_symlink(segment.filename(), segment);  // to itself: ELOOP, for root too
  const auto spool = Spool::Open({.dir = folder_ / "spool", .most_bytes = kMiB});
  ASSERT_FALSE(spool.ok());
  EXPECT_EQ(spool.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(spool.error().message, testing::HasSubstr(segment.string()));
  EXPECT_TRUE(fs::is_symlink(segment));
}

TEST_F(SpoolTest, WhatCannotBeReadNowIsReadLater) {
  const auto spool = Open();
  spool->Add(MakeParcel(1, 2));
  const fs::path segment = Segments().front();
  const fs::path hidden = folder_ / "hidden";
  fs::rename(segment, hidden);
  fs::create_symlink(segment.filename(), segment);
  for (int reading = 0; reading <= Spool::kMostReadings; ++reading) {
    const auto taken = Take(*spool);
    EXPECT_EQ(taken.parcel, nullptr);
    EXPECT_EQ(taken.damaged, 0u);
  }
  EXPECT_THAT(spool->state().spool_problem, testing::HasSubstr(segment.string()));
  fs::rename(hidden, segment);
  EXPECT_EQ(TakeText(*spool), "1\n2\n");
  EXPECT_EQ(spool->state().spool_problem, "");
}

// What is at address 0 of a process no disk could give less: EIO.
void MakeUnreadable(const fs::path& segment) {
  fs::remove(segment);
  fs::create_symlink("/proc/self/mem", segment);
}

TEST_F(SpoolTest, WhatTheDiskNeverGivesIsDamagedAfterAFewReadings) {
  const auto spool = Open(64 * kMiB, 1);
  for (uint64_t i = 1; i <= 3; ++i) spool->Add(MakeParcel(i * 10, 2));
  MakeUnreadable(Segments()[1]);
  EXPECT_EQ(TakeText(*spool), "10\n11\n");
  spool->Settle({.offered = 6, .delivered = 2});
  for (int reading = 1; reading < Spool::kMostReadings; ++reading) {
    const auto taken = Take(*spool);
    ASSERT_EQ(taken.parcel, nullptr);
    ASSERT_EQ(taken.damaged, 0u);
    EXPECT_THAT(spool->state().spool_problem, testing::HasSubstr("Input/output error"));
  }
  const auto taken = Take(*spool);
  EXPECT_EQ(taken.damaged, 2u);
  EXPECT_EQ(taken.parcel->whole(), "30\n31\n");
  EXPECT_EQ(spool->state().spool_problem, "");
  EXPECT_EQ(Segments().size(), 1u);
}

// All of it may be there when the disk is.
TEST_F(SpoolTest, ADiskThatTakesNothingEitherIsWaitedFor) {
  const auto spool = Open(64 * kMiB, 1);
  for (uint64_t i = 1; i <= 2; ++i) spool->Add(MakeParcel(i * 10, 2));
  MakeUnreadable(Segments()[0]);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit nothing{.rlim_cur = 0, .rlim_max = before.rlim_max};
  std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &nothing);
  uint64_t damaged = 0;
  for (int reading = 0; reading <= 2 * Spool::kMostReadings; ++reading) {
    damaged += Take(*spool).damaged;
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_DFL);
  EXPECT_EQ(damaged, 0u);
  EXPECT_EQ(Take(*spool).damaged, 2u);
}

TEST_F(SpoolTest, RecordsOfAnotherEncodingAreSetAside) {
  {
    const auto spool = Open(64 * kMiB, 16 * kMiB, "lines");
    spool->Add(MakeParcel(1, 2));
    spool->Add(MakeParcel(3, 1));
    Take(*spool);
    spool->Settle({.offered = 3, .delivered = 2});
  }
  {
    const auto spool = Open(64 * kMiB, 16 * kMiB, "bulk");
    EXPECT_EQ(spool->ledger().offered, 3u);
    EXPECT_EQ(spool->ledger().delivered, 2u);
    EXPECT_EQ(spool->ledger().dropped[static_cast<size_t>(SinkDropReason::kSetAside)], 1u);
    EXPECT_EQ(TakeText(*spool), "");
    spool->Add(MakeParcel(7, 1));
  }
  EXPECT_EQ(TakeText(*Open(64 * kMiB, 16 * kMiB, "bulk")), "7\n");
  std::string aside;
  for (const auto& entry : fs::directory_iterator(folder_ / "spool")) {
    if (entry.is_directory()) aside = entry.path();
  }
  const auto old = Spool::Open({.dir = aside, .most_bytes = kMiB, .encoding = "lines"});
  ASSERT_TRUE(old.ok());
  EXPECT_EQ(TakeText(**old), "3\n");
}

// Wherever a kill comes: what waits no more is in a folder that was set aside, and is counted once.
TEST_F(SpoolTest, AKillWhileRecordsAreSetAsideLosesNone) {
  constexpr uint64_t kParcels = 40;
  const std::string dir = folder_ / "spool", before = folder_ / "before";
  {
    const auto spool = Open(64 * kMiB, 1, "lines");
    for (uint64_t i = 0; i < kParcels; ++i) spool->Add(MakeParcel(100 + i, 1));
  }
  fs::rename(dir, before);
  for (int kill = 0; kill < 40; ++kill) {
    fs::remove_all(dir);
    fs::copy(before, dir);
    const pid_t child = ::fork();
    if (child == 0) {
      Open(64 * kMiB, 1, "bulk");
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(100) * kill);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const model::SinkLedger ledger = Open(64 * kMiB, 1, "bulk")->ledger();
    ASSERT_EQ(ledger.offered, kParcels);
    ASSERT_EQ(ledger.dropped[static_cast<size_t>(SinkDropReason::kSetAside)], kParcels);
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(dir)) {
      if (!entry.is_directory()) continue;
      const auto old = Spool::Open({.dir = entry.path(), .most_bytes = kMiB, .encoding = "lines"});
      ASSERT_TRUE(old.ok()) << old.error().message;
      const std::string lines = Drain(**old);
      for (size_t at = 0; at < lines.size(); at += 4) found.insert(lines.substr(at, 4));
    }
    ASSERT_EQ(found.size(), kParcels);
  }
}

TEST_F(SpoolTest, AnotherEncodingIsNoMatterWhenNothingWaits) {
  {
    const auto spool = Open(64 * kMiB, 16 * kMiB, "lines");
    spool->Add(MakeParcel(1, 2));
    Drain(*spool);
  }
  EXPECT_EQ(Open(64 * kMiB, 16 * kMiB, "bulk")->ledger().delivered, 2u);
}

TEST_F(SpoolTest, AFolderThatWasThereKeepsItsMode) {
  fs::create_directory(folder_ / "spool");
  fs::permissions(folder_ / "spool", fs::perms(0755));
  Open();
  EXPECT_EQ(fs::status(folder_ / "spool").permissions(), fs::perms(0755));
}

TEST_F(SpoolTest, AFolderThatCannotBeIsAnError) {
  std::ofstream(folder_ / "spool") << "a file";
  const auto spool = Spool::Open({.dir = folder_ / "spool", .most_bytes = kMiB});
  ASSERT_FALSE(spool.ok());
  EXPECT_THAT(spool.error().message, testing::HasSubstr("spool"));
}

}  // namespace
}  // namespace wiregauge::sinks
