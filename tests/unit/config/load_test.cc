// SPDX-License-Identifier: Apache-2.0
#include "config/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace wiregauge::config {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::EndsWith;

class LoadTest : public testing::Test {
 protected:
  ~LoadTest() override { std::filesystem::remove(file_); }

  void Write(const std::string& text) { std::ofstream(file_) << text; }
  static FlagValue Flag(std::string_view path, std::vector<std::string> texts) {
    return {FindSetting(path), std::move(texts)};
  }

  const std::string file_ = std::filesystem::path(testing::TempDir()) /
                            ("wiregauge_load_" + std::to_string(getpid()) + ".yaml");
};

TEST_F(LoadTest, DefaultsComeFromTheTable) {
  const auto settings = Load("", {});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->fixed.flows.idle_timeout, seconds(120));
  EXPECT_EQ(settings->fixed.capture.workers, 1u);
  EXPECT_TRUE(settings->fixed.capture.promiscuous);
  EXPECT_TRUE(settings->fixed.sources.empty());
  EXPECT_EQ(settings->fixed.http.listen.port, 9669);
  EXPECT_EQ(settings->reloadable.log_level, log::Level::kInfo);
}

TEST_F(LoadTest, TheFileWinsOverDefaultsAndFlagsOverTheFile) {
  Write("sources: [eth0, eth1]\ncapture: {workers: 2}\nflows: {idle_timeout: 10s}\n");
  const auto settings = Load(file_, {Flag("capture.workers", {"3"}), Flag("sources", {"eth7"})});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->fixed.flows.idle_timeout, seconds(10));
  EXPECT_EQ(settings->fixed.capture.workers, 3u);
  EXPECT_THAT(settings->fixed.sources, ElementsAre("eth7"));
}

TEST_F(LoadTest, ErrorsSayWhereTheValueStood) {
  Write("capture:\n  workers: lots\n");
  const auto in_file = Load(file_, {});
  ASSERT_FALSE(in_file.ok());
  EXPECT_EQ(in_file.error().message,
            file_ + ":2: capture.workers: expected a whole number, from 1 to 64, got 'lots'");
  const auto in_flag = Load("", {Flag("capture.workers", {"lots"})});
  ASSERT_FALSE(in_flag.ok());
  EXPECT_EQ(in_flag.error().message,
            "--workers: expected a whole number, from 1 to 64, got 'lots'");
}

TEST_F(LoadTest, TextIsRefusedWithItsLine) {
  Write("http:\n  threads: 2\n  allowed_origin: \"https://a\\r\\nb\"\n");
  const auto settings = Load(file_, {});
  ASSERT_FALSE(settings.ok());
  EXPECT_EQ(settings.error().message, file_ +
                                          ":3: http.allowed_origin: expected text, got one "
                                          "that holds a control character");
}

TEST_F(LoadTest, AllowedHostsAreNamesAlone) {
  EXPECT_TRUE(Load("", {})->fixed.http.allowed_hosts.empty());
  Write("http:\n  allowed_hosts: [wiregauge, gauge.example.org]\n");
  EXPECT_EQ(Load(file_, {})->fixed.http.allowed_hosts,
            (std::vector<std::string>{"wiregauge", "gauge.example.org"}));
  for (const std::string bad : {"gauge:9669", "http://gauge", "*", "[::1]"}) {
    Write("http:\n  allowed_hosts: ['" + bad + "']\n");
    const auto settings = Load(file_, {});
    ASSERT_FALSE(settings.ok()) << bad;
    EXPECT_EQ(settings.error().message, file_ +
                                            ":2: http.allowed_hosts: expected names without a "
                                            "scheme or a port, got '" +
                                            bad + "'");
  }
}

TEST_F(LoadTest, TheBudgetsOfMetrics) {
  const auto defaults = Load("", {});
  EXPECT_EQ(defaults->fixed.metrics.top_hosts, 50u);
  EXPECT_EQ(defaults->fixed.metrics.series_per_family, 2000u);
  Write("metrics: {top_hosts: 3, series_per_family: 40}\n");
  const auto settings = Load(file_, {});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->fixed.metrics.top_hosts, 3u);
  EXPECT_EQ(settings->fixed.metrics.series_per_family, 40u);
}

TEST_F(LoadTest, ListensOnLoopbackWithoutMore) {
  for (const char* good : {"127.0.0.1:1", "127.9.9.9:0", "[::1]:1", "localhost:1"}) {
    EXPECT_TRUE(Load("", {Flag("http.listen", {good})}).ok()) << good;
  }
  for (const char* bad : {"0.0.0.0:1", "192.168.1.1:1", "[::]:1", "[2001:db8::1]:1"}) {
    const auto settings = Load("", {Flag("http.listen", {bad})});
    ASSERT_FALSE(settings.ok()) << bad;
    EXPECT_THAT(settings.error().message, testing::StartsWith("--listen: "));
    EXPECT_THAT(settings.error().message, testing::HasSubstr("is not a loopback address"));
  }
  Write("http:\n  listen: 0.0.0.0:9669\n");
  const auto settings = Load(file_, {});
  ASSERT_FALSE(settings.ok());
  EXPECT_THAT(settings.error().message, testing::StartsWith(file_ + ":2: http.listen: 0.0.0.0 is"));
}

TEST_F(LoadTest, BeyondLoopbackItNeedsAccountsAndTls) {
  const FlagValue listen = Flag("http.listen", {"0.0.0.0:1"});
  const FlagValue certificate = Flag("http.tls_certificate", {"a.crt"});
  const FlagValue key = Flag("http.tls_key", {"a.key"});
  EXPECT_TRUE(Load("", {listen, certificate, key}).ok());
  EXPECT_TRUE(Load("", {listen, Flag("http.allow_plain", {"true"})}).ok());
  const auto open = Load("", {listen, certificate, key, Flag("accounts.required", {"false"})});
  ASSERT_FALSE(open.ok());
  EXPECT_THAT(open.error().message, testing::HasSubstr("accounts are needed there"));
}

TEST_F(LoadTest, ACertificateHasAKey) {
  for (const char* alone : {"http.tls_certificate", "http.tls_key"}) {
    const auto settings = Load("", {Flag(alone, {"file"})});
    ASSERT_FALSE(settings.ok());
    EXPECT_THAT(settings.error().message, testing::HasSubstr("needs http.tls_"));
  }
}

TEST_F(LoadTest, TellsWhichFixedSettingsChanged) {
  Settings before = Load("", {}).value();
  Settings after = Load("", {Flag("capture.workers", {"2"}), Flag("log.level", {"debug"}),
                             Flag("local_networks", {"10.0.0.0/8"})})
                       .value();
  EXPECT_THAT(ChangedFixedSettings(before, after),
              ElementsAre("local_networks", "capture.workers"));
  EXPECT_THAT(ChangedFixedSettings(before, before), ElementsAre());
}

}  // namespace
}  // namespace wiregauge::config
