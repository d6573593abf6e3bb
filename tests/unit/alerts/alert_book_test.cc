// SPDX-License-Identifier: Apache-2.0
#include "alerts/alert_book.h"

#include <gmock/gmock.h>

#include <thread>

#include "alert_fixture.h"

namespace wiregauge::alerts {
namespace {

using namespace std::chrono_literals;
using model::AlertEnd;
using model::Severity;
using testing::HasSubstr;

class AlertBookTest : public AlertTest {
 protected:
  AlertBookTest() { Start(); }
};

TEST_F(AlertBookTest, KeepsAllThatIsSaidOfAnAlert) {
  const uint64_t id = Raise(About(Host("192.0.2.1@12")), 60s);
  const AlertPtr alert = Find(id);
  ASSERT_NE(alert, nullptr);
  EXPECT_TRUE(alert->is_engaged());
  EXPECT_EQ(alert->content.type, "host_threshold");
  EXPECT_EQ(alert->content.subject, Host("192.0.2.1@12"));
  EXPECT_EQ(alert->content.details, R"({"unit":"bps"})");
  EXPECT_EQ(alert->content.value, 12.5);
  EXPECT_EQ(alert->content.threshold, 10);
  EXPECT_EQ(alert->raised_at, clock_.now);
  EXPECT_EQ(alert->times, 1u);
  EXPECT_EQ(alert->ttl, 60s);
}

TEST_F(AlertBookTest, RaisingAgainRenews) {
  const Timestamp first = clock_.now;
  const uint64_t id = Raise(About(Host("192.0.2.1")));
  Pass(5s);
  auto worse = About(Host("192.0.2.1"), "host_threshold", Severity::kCritical);
  worse.text = "worse";
  worse.value = 99;
  EXPECT_EQ(Raise(worse), id);
  const auto engaged = Engaged();
  ASSERT_EQ(engaged.size(), 1u);
  EXPECT_EQ(engaged[0]->content.text, "worse");
  EXPECT_EQ(engaged[0]->content.severity, Severity::kCritical);
  EXPECT_EQ(engaged[0]->content.value, 99);
  EXPECT_EQ(engaged[0]->times, 2u);
  EXPECT_EQ(engaged[0]->raised_at, first);
  EXPECT_EQ(engaged[0]->last_seen_at, first + 5s);
  const AlertState state = book_->state();
  ASSERT_EQ(state.types.size(), 1u);
  EXPECT_EQ(state.types[0].engaged[static_cast<size_t>(Severity::kWarning)], 0u);
  EXPECT_EQ(state.types[0].engaged[static_cast<size_t>(Severity::kCritical)], 1u);
  EXPECT_EQ(state.types[0].raised[static_cast<size_t>(Severity::kWarning)], 1u);
  EXPECT_EQ(state.types[0].raised[static_cast<size_t>(Severity::kCritical)], 0u);
}

TEST_F(AlertBookTest, TypeAndSubjectTellAlertsApart) {
  Raise(About(Host("192.0.2.1")));
  Raise(About(Host("192.0.2.1"), "other_thing"));
  Raise(About(Host("192.0.2.1@1")));
  Raise(About(Host("192.0.2.1", "eth1")));
  EXPECT_EQ(Engaged().size(), 4u);
  Raise(About(Host("192.0.2.1@0")));
  EXPECT_EQ(Engaged().size(), 4u) << "VLAN 0 is none";
}

TEST_F(AlertBookTest, ReleasesByWhatItIsAndById) {
  const uint64_t first = Raise(About(Host("192.0.2.1")));
  const uint64_t second = Raise(About(Host("192.0.2.2")));
  Pass(7s);
  EXPECT_TRUE(book_->Release("host_threshold", Host("192.0.2.1")));
  EXPECT_FALSE(book_->Release("host_threshold", Host("192.0.2.1")));
  const auto released = book_->Release(second);
  ASSERT_TRUE(released.ok());
  EXPECT_EQ((*released)->end, AlertEnd::kReleased);
  EXPECT_TRUE(Engaged().empty());
  EXPECT_EQ(Find(first)->released_at, clock_.now);
  for (const bool is_written : {false, true}) {
    if (is_written) {
      ASSERT_TRUE(book_->Flush(10s));
    }
    EXPECT_EQ(book_->Release(second).error().code, ErrorCode::kConflict);
    EXPECT_EQ(book_->Release(12345).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(Past().size(), 2u);
  }
  EXPECT_NE(Raise(About(Host("192.0.2.1"))), first) << "it is another one";
}

TEST_F(AlertBookTest, WhatIsNotRaisedAgainInTimeExpires) {
  Raise(About(Host("192.0.2.1")), 10s);
  Raise(About(Host("192.0.2.2")));
  Pass(9s);
  Raise(About(Host("192.0.2.1")), 10s);
  Pass(9s);
  EXPECT_EQ(Engaged().size(), 2u);
  Pass(1s);
  EXPECT_EQ(Engaged().size(), 1u);
  const auto past = Past();
  ASSERT_EQ(past.size(), 1u);
  EXPECT_EQ(past[0]->end, AlertEnd::kExpired);
  EXPECT_EQ(past[0]->released_at, clock_.now);
  EXPECT_EQ(past[0]->times, 2u);
}

TEST_F(AlertBookTest, ALeapOfTheClockOnTheWallExpiresNothingAndEndsNothingBeforeItBegan) {
  Raise(About(Host("192.0.2.1")), 10s);
  clock_.now += 24h * 365;
  EXPECT_EQ(Engaged().size(), 1u);
  clock_.now -= 24h * 730;
  Raise(About(Host("192.0.2.1")), 10s);
  ASSERT_TRUE(book_->Release("host_threshold", Host("192.0.2.1")));
  const AlertPtr past = Past().at(0);
  EXPECT_GE(past->last_seen_at, past->raised_at);
  EXPECT_GE(*past->released_at, past->last_seen_at);
}

TEST_F(AlertBookTest, AnEventIsPastAtOnce) {
  const auto id = book_->Store(About(Interface("eth0"), "link_flap", Severity::kInfo));
  ASSERT_TRUE(id.ok());
  const AlertPtr event = Find(*id);
  EXPECT_EQ(event->released_at, event->raised_at);
  EXPECT_EQ(event->end, std::nullopt);
  EXPECT_TRUE(Engaged().empty());
  EXPECT_EQ(book_->state().types[0].raised[0], 1u);
}

TEST_F(AlertBookTest, RefusesBadOnesAndCountsThem) {
  EXPECT_EQ(book_->Raise(About(Host("nonsense"))).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(book_->Raise(About(Host("192.0.2.1")), 0s).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(book_->Store(About(Host("192.0.2.1"), "Bad type")).ok());
  EXPECT_EQ(Lost(AlertLoss::kInvalid), 3u);
  EXPECT_TRUE(List().empty());
}

TEST_F(AlertBookTest, TakesNoMoreThanMayBeEngaged) {
  options_.max_engaged = 2;
  Start();
  Raise(About(Host("192.0.2.1")));
  Raise(About(Host("192.0.2.2")), 10s);
  const auto refused = book_->Raise(About(Host("192.0.2.3")));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("alerts.max_engaged"));
  EXPECT_EQ(Lost(AlertLoss::kMaxEngaged), 1u);
  Raise(About(Host("192.0.2.1")));
  Pass(10s);
  Raise(About(Host("192.0.2.3")));
}

TEST_F(AlertBookTest, TheOldestPastOnesGo) {
  options_.max_past = 3;
  Start();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(book_->Store(About(Interface("eth0"), "event" + std::to_string(i))).ok());
    Pass(1s);
    if (i == 2) {
      ASSERT_TRUE(book_->Flush(10s));
    }
  }
  ASSERT_TRUE(book_->Flush(10s));
  const auto past = Past();
  ASSERT_EQ(past.size(), 3u);
  EXPECT_EQ(past[0]->content.type, "event2");
  EXPECT_EQ(Lost(AlertLoss::kMaxPast), 2u);
}

TEST_F(AlertBookTest, PastOnesAreKeptForSoLongWhenTheClockCanBeBelieved) {
  options_.keep = 2h;
  Start();
  ASSERT_TRUE(book_->Store(About(Interface("eth0"))).ok());
  Raise(About(Interface("eth1")));
  ASSERT_TRUE(book_->Flush(10s));
  clock_.now += 24h;
  ASSERT_TRUE(book_->Flush(10s));
  EXPECT_EQ(Past().size(), 1u) << "it leapt";
  Pass(59min);
  ASSERT_TRUE(book_->Flush(10s));
  EXPECT_EQ(Past().size(), 1u);
  Pass(1min);
  ASSERT_TRUE(book_->Flush(10s));
  EXPECT_TRUE(Past().empty());
  EXPECT_EQ(Engaged().size(), 1u);
  EXPECT_EQ(Lost(AlertLoss::kMaxPast), 0u);
}

TEST_F(AlertBookTest, WhatIsEngagedSurvivesARestart) {
  const uint64_t lasting = Raise(About(Host("192.0.2.1")));
  Raise(About(Host("192.0.2.1")));
  const uint64_t expiring = Raise(About(Host("2001:db8::1@7")), 10s);
  const auto event = book_->Store(About(Interface("eth0"), "flap"));
  const AlertPtr before = Find(expiring);
  Pass(9s);
  Start();
  EXPECT_EQ(book_->state().engaged, 2u);
  EXPECT_EQ(Find(lasting)->times, 2u);
  const AlertPtr after = Find(expiring);
  EXPECT_EQ(after->content.subject, before->content.subject);
  EXPECT_EQ(after->content.text, before->content.text);
  EXPECT_EQ(after->content.details, before->content.details);
  EXPECT_EQ(after->content.value, before->content.value);
  EXPECT_EQ(after->raised_at, before->raised_at);
  EXPECT_EQ(Find(*event)->end, std::nullopt);
  Pass(9s);
  EXPECT_EQ(Engaged().size(), 2u) << "its time begins anew";
  Pass(1s);
  EXPECT_EQ(Engaged().size(), 1u);
  EXPECT_EQ(Raise(About(Host("192.0.2.1"))), lasting);
  EXPECT_GT(Raise(About(Host("192.0.2.9"))), *event);
  const AlertState state = book_->state();
  EXPECT_EQ(state.types[0].raised[static_cast<size_t>(Severity::kWarning)], 1u)
      << "this process raised one";
}

TEST_F(AlertBookTest, IdsAreNotGivenTwiceThoughTheNewestAreGone) {
  options_.max_past = 0;
  Start();
  const auto id = book_->Store(About(Interface("eth0")));
  const uint64_t engaged = Raise(About(Interface("eth0")));
  ASSERT_TRUE(book_->Flush(10s));
  ASSERT_TRUE(book_->Release(engaged).ok());
  Start();
  EXPECT_GT(Raise(About(Interface("eth1"))), engaged);
  EXPECT_GT(engaged, *id);
}

TEST_F(AlertBookTest, ASmallerLimitEvictsTheNewest) {
  for (int i = 1; i <= 3; ++i) Raise(About(Host("192.0.2." + std::to_string(i))));
  options_.max_engaged = 2;
  Start();
  EXPECT_EQ(Engaged().size(), 2u);
  ASSERT_EQ(Past().size(), 1u);
  EXPECT_EQ(Past()[0]->end, AlertEnd::kEvicted);
  EXPECT_EQ(Past()[0]->content.subject.name, "192.0.2.3");
}

TEST_F(AlertBookTest, WhatIsRaisedBeforeTheFileIsOpenComesAfterWhatIsInIt) {
  const uint64_t last = Raise(About(Host("192.0.2.1")));
  book_.reset();
  book_ = std::make_unique<AlertBook>(options_, clock_);
  Raise(About(Host("192.0.2.1")));
  Raise(About(Host("192.0.2.2")), 10s);
  ASSERT_TRUE(book_->Store(About(Interface("eth0"))).ok());
  book_->Start();
  const auto all = List();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0]->id, last);
  EXPECT_EQ(all[0]->end, AlertEnd::kShutdown);
  EXPECT_EQ(all[1]->id, last + 1);
  EXPECT_TRUE(all[1]->is_engaged());
  Pass(10s);
  EXPECT_EQ(Engaged().size(), 1u);
  EXPECT_TRUE(book_->Release(last + 1).ok());
}

TEST_F(AlertBookTest, CountsHostsAndTellsThemAnewWhenTheyChange) {
  Raise(About(Host("192.0.2.1@12")), 10s);
  Raise(About(Host("192.0.2.1@12"), "second"));
  ASSERT_TRUE(book_->Store(About(Host("192.0.2.1@12"), "third")).ok());
  const auto counts = book_->host_alerts();
  const auto ip = *IpAddress::Parse("192.0.2.1");
  EXPECT_EQ(counts->Of("eth0", ip, 12), (model::HostAlertCounts{2, 3}));
  EXPECT_EQ(counts->Of("eth0", ip, 0), model::HostAlertCounts());
  EXPECT_EQ(counts->Of("eth1", ip, 12), model::HostAlertCounts());
  Raise(About(Host("192.0.2.1@12"), "second"));
  Raise(About(Interface("eth0")));
  EXPECT_EQ(book_->host_alerts(), counts) << "nothing has changed";
  Pass(10s);
  EXPECT_EQ(book_->host_alerts()->Of("eth0", ip, 12), (model::HostAlertCounts{1, 3}));
  Start();
  EXPECT_EQ(book_->host_alerts()->Of("eth0", ip, 12), (model::HostAlertCounts{1, 0}));
}

TEST_F(AlertBookTest, ManyThreadsAtOnce) {
  options_.flush_interval = 1ms;
  options_.max_engaged = 1000;
  options_.max_past = 100'000;
  Start();
  constexpr int kThreads = 4, kRounds = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kRounds; ++i) {
        const auto host = Host("10." + std::to_string(t) + ".0." + std::to_string(i % 50));
        EXPECT_TRUE(book_->Raise(About(host)).ok());
        if (i % 10 == 0) {
          auto reading = book_->Read();
          ASSERT_TRUE(reading.ok());
          EXPECT_TRUE(reading->Select({}).ok());
        }
        EXPECT_TRUE(book_->Release("host_threshold", host));
        (void)book_->host_alerts();
        (void)book_->state();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(book_->Flush(10s));
  EXPECT_TRUE(Engaged().empty());
  const auto past = Past();
  EXPECT_EQ(past.size(), static_cast<size_t>(kThreads * kRounds));
  for (size_t i = 1; i < past.size(); ++i) EXPECT_GT(past[i]->id, past[i - 1]->id);
}

}  // namespace
}  // namespace wiregauge::alerts
