// SPDX-License-Identifier: Apache-2.0
#include "app/interface_watch.h"

#include <gtest/gtest.h>

#include "unit/alerts/alert_folder.h"
#include "unit/base/fixed_clock.h"

namespace wiregauge::app {
namespace {

class InterfaceWatchTest : public testing::Test {
 protected:
  InterfaceWatchTest() {
    for (const char* const name : {"eth0", "capture.pcap"}) {
      snapshot::InterfaceView view;
      view.name = name;
      view.live = view.name == "eth0";
      snapshot_.interfaces.push_back(view);
    }
  }
  void Look(const std::string& state, const std::string& problem = {}) {
    for (snapshot::InterfaceView& view : snapshot_.interfaces) {
      view.state = state;
      view.problem = problem;
    }
    watch_.Look(snapshot_);
  }
  std::vector<alerts::AlertPtr> Engaged() {
    auto reading = folder_.book().ReadEngaged();
    std::vector<alerts::AlertPtr> engaged;
    const auto rows = reading.Select({});
    for (const alerts::AlertRow& row : *rows) engaged.push_back(*reading.Find(row.id));
    return engaged;
  }

  FixedClock clock_{Timestamp(std::chrono::seconds(1'700'000'000))};
  alerts::AlertFolder folder_{clock_};
  snapshot::Snapshot snapshot_;
  InterfaceWatch watch_{folder_.book()};
};

TEST_F(InterfaceWatchTest, RaisesWhenALiveInterfaceGoesAndReleasesWhenItIsBack) {
  Look("open");
  EXPECT_TRUE(Engaged().empty());
  Look("gone", "interface eth0: is down");
  Look("gone", "interface eth0: was removed");
  ASSERT_EQ(Engaged().size(), 1U);
  const model::Alert alert = *Engaged()[0];
  EXPECT_EQ(alert.content.type, "interface_gone");
  EXPECT_EQ(alert.content.severity, model::Severity::kError);
  EXPECT_EQ(alert.content.subject, alerts::Interface("eth0"));
  EXPECT_EQ(alert.content.text, "eth0 is gone: interface eth0: is down");
  EXPECT_EQ(alert.times, 1U) << "once, though it is looked at again";
  Look("stalled");
  EXPECT_EQ(Engaged().size(), 1U) << "nothing is known of it";
  Look("failed");
  ASSERT_EQ(Engaged().size(), 1U);
  EXPECT_EQ(Engaged()[0]->content.type, "interface_failed");
  Look("open");
  EXPECT_TRUE(Engaged().empty());
}

TEST_F(InterfaceWatchTest, ReleasesWhatAnEarlierProcessRaised) {
  ASSERT_TRUE(
      folder_.book().Raise(alerts::About(alerts::Interface("eth0"), "interface_gone")).ok());
  Look("open");
  EXPECT_TRUE(Engaged().empty());
}

TEST_F(InterfaceWatchTest, ALongProblemIsCutWhereACharacterEnds) {
  std::string problem;
  for (int i = 0; i < 300; ++i) problem += "\xc3\xa4";
  Look("gone", problem + "\xff");
  ASSERT_EQ(Engaged().size(), 1U);
  EXPECT_LE(Engaged()[0]->content.text.size(), 512U);
  EXPECT_TRUE(Engaged()[0]->content.text.ends_with("\xc3\xa4"));
}

}  // namespace
}  // namespace wiregauge::app
