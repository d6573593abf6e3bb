// SPDX-License-Identifier: Apache-2.0
// What becomes of history when two sources have one name.
#include <gmock/gmock.h>

#include "history_fixture.h"
#include "store/database.h"

namespace wiregauge::history {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kLive = "";
constexpr const char* kFirst = "/o1/eth0";
constexpr const char* kOther = "/o2/eth0";

// Both orders: the service adds its sources before the store is opened.
class HistorySourcesTest : public HistoryTest, public testing::WithParamInterface<bool> {
 protected:
  void Begin(const std::string& path) {
    history_.reset();
    testing::internal::CaptureStderr();
    if (GetParam()) {
      Open();
      ASSERT_TRUE(history_->Flush(10s));
      Add(path);
    } else {
      history_ = std::make_unique<History>(options_, clock_);
      Add(path);
      Record(kStart + 3, 1);
      history_->Start();
    }
    Record(kStart + 3, 1);
    Record(kStart + 4, 1);
    history_->RecordEvent(source_, {(kStart + 4) * 1000, "eth0", "capture_ended", path});
    ASSERT_TRUE(history_->Flush(10s));
    log_ = testing::internal::GetCapturedStderr();
  }
  // What this run has recorded.
  int64_t own() const { return GetParam() ? 2 : 3; }
  int64_t Sum() { return SumIn(0, kStart, kStart + 3600); }
  std::vector<std::string> Told(const std::string& kind) {
    const auto events = history_->Events(0, std::numeric_limits<int64_t>::max(), 100,
                                         [&](const Event& event) { return event.kind == kind; });
    EXPECT_TRUE(events.ok());
    std::vector<std::string> told;
    for (const Event& event : *events) {
      EXPECT_EQ(event.interface, "eth0");
      told.push_back(event.text);
    }
    return told;
  }
  void ExpectReplaced(const std::string& before, const std::string& now) {
    const auto told = Told("history_replaced");
    ASSERT_EQ(told.size(), 1u);
    for (const std::string& text : {told[0], log_}) {
      EXPECT_THAT(text, HasSubstr("the history of " + before + " is replaced by that of " + now +
                                  ": to keep both, give the file another name, or use another "
                                  "data_dir"));
    }
    EXPECT_THAT(log_, HasSubstr("warning history: history is replaced interface=eth0"));
    EXPECT_EQ(history_->state().refused, "");
    EXPECT_EQ(Sum(), own());
    EXPECT_EQ(Told("capture_ended").size(), 1u);
  }

  std::string log_;
};

INSTANTIATE_TEST_SUITE_P(WhenTheStoreIs, HistorySourcesTest, testing::Bool(),
                         [](const auto& test) { return test.param ? "open" : "not_open_yet"; });

TEST_P(HistorySourcesTest, TheSameFileBeginsAnewWithoutAWord) {
  for (int run = 0; run < 3; ++run) {
    Begin(kFirst);
    EXPECT_EQ(log_, "");
    EXPECT_EQ(Sum(), own());
    EXPECT_EQ(Told("history_replaced").size(), 0u);
    EXPECT_EQ(Told("capture_ended").size(), 1u);
  }
}

TEST_P(HistorySourcesTest, TheSameInterfaceGoesOn) {
  Begin(kLive);
  Begin(kLive);
  EXPECT_EQ(log_, "");
  EXPECT_EQ(Sum(), 2 * own());
}

TEST_P(HistorySourcesTest, AnotherFileReplacesAFilesHistoryAndSaysSo) {
  Begin(kFirst);
  Begin(kOther);
  ExpectReplaced(kFirst, kOther);
  Begin(kOther);
  EXPECT_EQ(log_, "");
  EXPECT_EQ(Told("history_replaced").size(), 1u) << "it is told of what happened, not of the file";
}

TEST_P(HistorySourcesTest, AnInterfaceReplacesAFilesHistoryAndSaysSo) {
  Begin(kFirst);
  Begin(kLive);
  ExpectReplaced(kFirst, "the live interface eth0");
}

TEST_P(HistorySourcesTest, AFileNeverTakesAnInterfacesHistory) {
  Begin(kLive);
  for (size_t run = 1; run < 3; ++run) {
    Begin(kOther);
    EXPECT_EQ(Sum(), own()) << "the interface's";
    EXPECT_EQ(Told("capture_ended"), std::vector<std::string>{kLive});
    const std::string why =
        "/o2/eth0 is not recorded, because eth0 is a live interface's history: give the file "
        "another name, or use another data_dir";
    EXPECT_EQ(history_->state().refused, why);
    EXPECT_TRUE(history_->state().available);
    EXPECT_THAT(log_, HasSubstr("error history: a file is not recorded interface=eth0"));
    EXPECT_THAT(log_, HasSubstr(why));
    EXPECT_EQ(Told("history_refused"), std::vector<std::string>(run, why));
    EXPECT_EQ(Told("history_replaced").size(), 0u);
  }
  Begin(kLive);
  EXPECT_EQ(log_, "");
  EXPECT_EQ(Sum(), 2 * own());
  EXPECT_EQ(history_->state().refused, "");
}

TEST_P(HistorySourcesTest, WhatIsNotKnownIsTakenForWhatComesFirst) {
  Begin(kFirst);
  history_.reset();
  auto database = store::Database::Open(options_.path, store::Database::Mode::kReadWrite, 1s);
  ASSERT_TRUE(database->Execute("UPDATE sources SET path = NULL").ok());
  Begin(kOther);
  EXPECT_EQ(log_, "");
  EXPECT_EQ(Sum(), own());
  Begin(kFirst);
  ExpectReplaced(kOther, kFirst);
}

TEST_P(HistorySourcesTest, IsToldOnceThoughTheStoreIsOpenedAgain) {
  Begin(kLive);
  Begin(kOther);
  std::filesystem::copy_file(options_.path, folder_ + "/copy.db");
  std::filesystem::rename(folder_ + "/copy.db", options_.path);
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_THAT(history_->state().refused, HasSubstr("/o2/eth0 is not recorded"));
  EXPECT_LE(Told("history_refused").size(), 1u);
}

TEST_P(HistorySourcesTest, AFileThatWasRefusedIsRecordedInAnotherStore) {
  Begin(kLive);
  Begin(kOther);
  std::filesystem::remove(options_.path);
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(history_->state().refused, "");
  Record(kStart + 5, 9);
  ASSERT_TRUE(history_->Flush(10s));
  EXPECT_EQ(Sum(), 9);
}

TEST_P(HistorySourcesTest, APathOfOddBytesIsToldAsText) {
  Begin(kFirst);
  Begin("/\xff/eth0");
  const auto told = Told("history_replaced");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0], HasSubstr("/\xEF\xBF\xBD/eth0"));
  EXPECT_THAT(told[0], Not(HasSubstr("\xff/")));
}

}  // namespace
}  // namespace wiregauge::history
