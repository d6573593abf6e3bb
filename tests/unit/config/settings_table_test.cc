// SPDX-License-Identifier: Apache-2.0
#include "config/settings_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>

#include "config/value.h"

namespace wiregauge::config {
namespace {

TEST(SettingsTable, PathsFlagsAndTargetsAreUnique) {
  std::set<std::string_view> paths, flags;
  std::set<const void*> targets;
  Settings settings;
  for (const Setting& setting : SettingsTable()) {
    EXPECT_TRUE(paths.insert(setting.path).second) << setting.path;
    EXPECT_TRUE(setting.flag.empty() || flags.insert(setting.flag).second) << setting.flag;
    const void* const place =
        std::visit([](auto* p) -> const void* { return p; }, setting.target(settings));
    EXPECT_TRUE(targets.insert(place).second) << setting.path;
  }
}

TEST(SettingsTable, EveryRowIsComplete) {
  for (const Setting& setting : SettingsTable()) {
    EXPECT_FALSE(setting.value.empty()) << setting.path;
    EXPECT_THAT(std::string(setting.help), testing::EndsWith(".")) << setting.path;
    EXPECT_EQ(setting.least.empty(), setting.most.empty()) << setting.path;
    for (const char c : setting.path) {
      EXPECT_TRUE(std::islower(c) || std::isdigit(c) || c == '_' || c == '.') << setting.path;
    }
  }
}

// A bound is written like a value: both ends must be values the setting accepts.
TEST(SettingsTable, BoundsAndDefaultsAreValuesInRange) {
  for (const Setting& setting : SettingsTable()) {
    Settings settings;
    for (const std::string_view text : {setting.least, setting.most, setting.initial}) {
      if (text.empty()) continue;
      const std::string value(text);
      const Status status = Assign(setting, {&value, 1}, settings);
      EXPECT_TRUE(status.ok()) << setting.path << " " << status.error().message;
    }
  }
}

TEST(SettingsTable, FindsByPath) {
  ASSERT_NE(FindSetting("flows.idle_timeout"), nullptr);
  EXPECT_EQ(FindSetting("flows.idle_timeout")->path, "flows.idle_timeout");
  EXPECT_EQ(FindSetting("flows"), nullptr);
  EXPECT_EQ(FindSetting(""), nullptr);
}

TEST(SettingsTable, LongFlagIsTheLongOneOrThePath) {
  EXPECT_EQ(LongFlag(*FindSetting("sources")), "--interface");
  EXPECT_EQ(LongFlag(*FindSetting("capture.workers")), "--workers");
  EXPECT_EQ(LongFlag(*FindSetting("flows.idle_timeout")), "flows.idle_timeout");
}

}  // namespace
}  // namespace wiregauge::config
