// SPDX-License-Identifier: Apache-2.0
// What the book does when something is wrong with its file.
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>

#include <fstream>

#include "alert_fixture.h"
#include "store/database.h"

namespace wiregauge::alerts {
namespace {

using namespace std::chrono_literals;
using model::AlertEnd;
using testing::HasSubstr;

class AlertFaultsTest : public AlertTest {
 protected:
  ~AlertFaultsTest() override {
    book_.reset();
    if (!mount_.empty()) umount2(mount_.c_str(), MNT_DETACH);
  }

  void Write(const std::string& text, size_t times = 1) {
    std::ofstream file(options_.path, std::ios::binary);
    for (size_t i = 0; i < times; ++i) file << text;
  }
  size_t FilesAside() {
    size_t aside = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      const std::string name = entry.path().filename();
      aside += name.starts_with("alerts.db.damaged-") && !name.ends_with("-wal") &&
               !name.ends_with("-shm");
    }
    return aside;
  }
  // A file system of its own, in this process alone. False: not permitted.
  bool Mount(const std::string& size) {
    const std::string folder = folder_ + "/small";
    std::filesystem::create_directory(folder);
    if (unshare(CLONE_NEWNS) != 0) return false;
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
    if (mount("none", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) return false;
    mount_ = folder;
    options_.path = folder + "/alerts.db";
    return true;
  }

  std::string mount_;
};

TEST_F(AlertFaultsTest, WithoutAFolderItGoesOnInMemory) {
  options_.path = folder_ + "/none/alerts.db";
  Start();
  const uint64_t engaged = Raise(About(Host("192.0.2.1")));
  const auto event = book_->Store(About(Interface("eth0")));
  EXPECT_FALSE(book_->Flush(10s));
  EXPECT_FALSE(book_->state().available);
  EXPECT_THAT(book_->state().problem, HasSubstr("alerts.db"));
  EXPECT_EQ(Engaged().size(), 1u);
  EXPECT_EQ(Past().size(), 1u);
  std::filesystem::create_directory(folder_ + "/none");
  EXPECT_TRUE(book_->Flush(10s)) << book_->state().problem;
  Start();
  EXPECT_EQ(Engaged().at(0)->id, engaged);
  EXPECT_EQ(Past().at(0)->id, *event);
}

TEST_F(AlertFaultsTest, IdsAscendWhenTheFileIsReadableOnlyLater) {
  Start();
  const uint64_t before = Raise(About(Host("192.0.2.1")));
  book_.reset();
  std::filesystem::rename(options_.path, options_.path + ".kept");
  std::filesystem::create_directory(options_.path);
  Start();
  const uint64_t after = Raise(About(Host("192.0.2.2")));
  EXPECT_GT(after, before);
  EXPECT_FALSE(book_->Flush(10s));
  std::filesystem::remove(options_.path);
  std::filesystem::rename(options_.path + ".kept", options_.path);
  ASSERT_TRUE(book_->Flush(10s)) << book_->state().problem;
  EXPECT_EQ(Engaged().size(), 2u);
  EXPECT_NE(Find(after), nullptr) << "it is still the one that was told";
  Start();
  EXPECT_GT(Raise(About(Host("192.0.2.3"))), after);
}

TEST_F(AlertFaultsTest, AFileThatIsNoDatabaseIsSetAside) {
  Write("this is no database. ", 1000);
  Start();
  EXPECT_TRUE(book_->state().available);
  EXPECT_EQ(book_->state().files_set_aside, 1u);
  EXPECT_EQ(FilesAside(), 1u);
  const uint64_t id = Raise(About(Host("192.0.2.1")));
  EXPECT_GT(id, 1'000'000u) << "above what may have been in it";
  Start();
  EXPECT_EQ(Engaged().at(0)->id, id);
}

TEST_F(AlertFaultsTest, AFileThatIsDamagedWhileItIsOpenIsSetAside) {
  Start();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(book_->Store(About(Interface("eth0"))).ok());
  const uint64_t engaged = Raise(About(Host("192.0.2.1")));
  ASSERT_TRUE(book_->Flush(10s));
  std::filesystem::resize_file(options_.path, 0);
  Raise(About(Host("192.0.2.2")));
  EXPECT_TRUE(book_->Flush(10s)) << book_->state().problem;
  EXPECT_EQ(FilesAside(), 1u);
  Start();
  EXPECT_EQ(Engaged().size(), 2u) << "what was engaged is in the new one";
  EXPECT_EQ(Engaged().at(0)->id, engaged);
  EXPECT_TRUE(Past().empty());
}

TEST_F(AlertFaultsTest, AReaderThatFindsDamageHasTheFileSetAside) {
  Start();
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(book_->Store(About(Interface("eth0"))).ok());
  book_.reset();
  {
    std::fstream file(options_.path, std::ios::binary | std::ios::in | std::ios::out);
    const auto size = std::filesystem::file_size(options_.path);
    for (size_t page = 5; page * 4096 < size; ++page) {
      file.seekp(static_cast<std::streamoff>(page * 4096));
      file << std::string(4096, '\xee');
    }
  }
  Start();
  if (book_->state().files_set_aside == 0) {
    auto reading = book_->Read();
    ASSERT_TRUE(reading.ok());
    const auto rows = reading->Select({});
    ASSERT_FALSE(rows.ok());
    EXPECT_EQ(rows.error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(book_->ReadEngaged().Select({}).ok());
  }
  EXPECT_TRUE(book_->Flush(10s));
  EXPECT_EQ(FilesAside(), 1u);
  EXPECT_TRUE(Past().empty());
}

TEST_F(AlertFaultsTest, AFileThatIsRemovedIsMadeAgain) {
  Start();
  const uint64_t engaged = Raise(About(Host("192.0.2.1")));
  ASSERT_TRUE(book_->Store(About(Interface("eth0"))).ok());
  ASSERT_TRUE(book_->Flush(10s));
  for (const std::string suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(options_.path + suffix);
  }
  ASSERT_TRUE(book_->Flush(10s));
  Start();
  EXPECT_EQ(Engaged().at(0)->id, engaged);
  EXPECT_GT(Raise(About(Host("192.0.2.2"))), engaged);
}

TEST_F(AlertFaultsTest, AnotherProcessOnTheSameFileIsKeptOut) {
  Start();
  const uint64_t engaged = Raise(About(Host("192.0.2.1")));
  ASSERT_TRUE(book_->Flush(10s));
  AlertBook other(options_, clock_);
  other.Start();
  EXPECT_THAT(other.state().problem, HasSubstr("another process has it"));
  const auto id = other.Raise(About(Host("192.0.2.2")));
  EXPECT_GT(*id, engaged);
  EXPECT_FALSE(other.Flush(10s));
}

TEST_F(AlertFaultsTest, WhatDoesNotFitIntoMemoryIsCounted) {
  options_.max_waiting_bytes = 10'000;
  options_.path = folder_ + "/none/alerts.db";
  Start();
  constexpr uint64_t kEvents = 200;
  for (uint64_t i = 0; i < kEvents; ++i) {
    ASSERT_TRUE(book_->Store(About(Interface("eth0"))).ok());
  }
  const uint64_t lost = Lost(AlertLoss::kQueueFull);
  EXPECT_GT(lost, kEvents / 2);
  EXPECT_EQ(Past().size(), kEvents - lost);
  std::filesystem::create_directory(folder_ + "/none");
  ASSERT_TRUE(book_->Flush(10s));
  EXPECT_EQ(Past().size(), kEvents - lost);
  EXPECT_EQ(Lost(AlertLoss::kQueueFull), lost);
}

TEST_F(AlertFaultsTest, ALockedFileLosesNothing) {
  Start();
  const uint64_t id = Raise(About(Host("192.0.2.1")));
  ASSERT_TRUE(book_->Flush(10s));
  auto other = store::Database::Open(options_.path, store::Database::Mode::kReadWrite, 10ms);
  ASSERT_TRUE(other.ok());
  {
    auto transaction = store::Transaction::Begin(*other);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(book_->Release(id).ok());
    EXPECT_FALSE(book_->Flush(10s));
    EXPECT_EQ(Past().size(), 1u);
    EXPECT_TRUE(Engaged().empty());
  }
  EXPECT_TRUE(book_->Flush(10s));
  EXPECT_EQ(Past().size(), 1u);
}

// Its end was lost: it must not be engaged for good.
TEST_F(AlertFaultsTest, WhatIsEngagedInTheFileAloneEndsWhenTheFileIsOpenedAgain) {
  Start();
  const uint64_t id = Raise(About(Host("192.0.2.1")));
  ASSERT_TRUE(book_->Flush(10s));
  options_.max_waiting_bytes = 0;
  const std::string copy = options_.path + ".copy";
  std::filesystem::copy_file(options_.path, copy);
  if (std::filesystem::exists(options_.path + "-wal")) {
    std::filesystem::copy_file(options_.path + "-wal", copy + "-wal");
  }
  ASSERT_TRUE(book_->Release(id).ok());
  ASSERT_TRUE(book_->Flush(10s));
  for (const std::string suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(options_.path + suffix);
  }
  if (std::filesystem::exists(copy + "-wal")) {
    std::filesystem::rename(copy + "-wal", options_.path + "-wal");
  }
  std::filesystem::rename(copy, options_.path);
  ASSERT_TRUE(book_->Flush(10s)) << book_->state().problem;
  ASSERT_EQ(Past().size(), 1u);
  EXPECT_EQ(Past()[0]->end, AlertEnd::kEvicted);
  EXPECT_TRUE(Engaged().empty());
}

TEST_F(AlertFaultsTest, AFullDiskLosesNothingThatFitsIntoMemory) {
  if (!Mount("1m")) GTEST_SKIP() << "may not mount";
  Start();
  Raise(About(Host("192.0.2.1")));
  ASSERT_TRUE(book_->Flush(10s));
  const std::string ballast = folder_ + "/small/ballast";
  {
    std::ofstream file(ballast);
    const std::string block(1024, 'x');
    while (file << block << std::flush) {
    }
  }
  auto big = About(Interface("eth0"));
  big.details = R"({"text":")" + std::string(4000, 'x') + "\"}";
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(book_->Store(big).ok());
  EXPECT_FALSE(book_->Flush(10s));
  EXPECT_THAT(book_->state().problem, HasSubstr("full"));
  EXPECT_EQ(Past().size(), 50u);
  std::filesystem::remove(ballast);
  EXPECT_TRUE(book_->Flush(10s)) << book_->state().problem;
  Start();
  EXPECT_EQ(Past().size(), 50u);
  EXPECT_EQ(Lost(AlertLoss::kQueueFull), 0u);
}

TEST_F(AlertFaultsTest, AFolderThatIsReadOnlyFromTheStart) {
  if (!Mount("1m")) GTEST_SKIP() << "may not mount";
  const auto set_read_only = [&](bool read_only) {
    return mount("none", mount_.c_str(), nullptr,
                 MS_REMOUNT | MS_BIND | (read_only ? MS_RDONLY : 0), nullptr) == 0;
  };
  ASSERT_TRUE(set_read_only(true));
  Start();
  Raise(About(Host("192.0.2.1")));
  EXPECT_FALSE(book_->Flush(10s));
  EXPECT_THAT(book_->state().problem, HasSubstr("alerts.db.lock: "));
  EXPECT_EQ(Engaged().size(), 1u);
  ASSERT_TRUE(set_read_only(false));
  EXPECT_TRUE(book_->Flush(10s)) << book_->state().problem;
}

}  // namespace
}  // namespace wiregauge::alerts
