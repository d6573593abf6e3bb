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

TEST_F(LoadTest, TheInstanceIsNamedAfterTheMachine) {
  char machine[256] = {};
  ASSERT_EQ(::gethostname(machine, sizeof(machine) - 1), 0);
  EXPECT_EQ(Load("", {})->fixed.instance_name, machine);
  Write("instance_name: probe 1\n");
  EXPECT_EQ(Load(file_, {})->fixed.instance_name, "probe 1");
  EXPECT_EQ(Load(file_, {Flag("instance_name", {"probe 2"})})->fixed.instance_name, "probe 2");
}

TEST_F(LoadTest, SinksOfTheFileWithWhatTheySay) {
  EXPECT_TRUE(Load("", {})->fixed.sinks.empty());
  Write(
      "sinks:\n"
      "  elk: {type: logstash, host: 192.0.2.1, port: 5510, spool_bytes: 1 GiB}\n"
      "  archive: {type: file, path: flows.ndjson}\n");
  const auto settings = Load(file_, {});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  const auto& sinks = settings->fixed.sinks;
  ASSERT_EQ(sinks.size(), 2u);
  EXPECT_EQ(sinks[0].name + sinks[0].host, "elk192.0.2.1");
  EXPECT_EQ(sinks[0].spool_bytes, 1u << 30);
  EXPECT_EQ(sinks[1].name + sinks[1].path, "archiveflows.ndjson");
}

TEST_F(LoadTest, SinksOfFlagsReplaceThoseOfTheFile) {
  Write("sinks:\n  archive: {type: file, path: flows.ndjson}\n");
  const auto settings = Load(file_, {Flag("sinks", {"logstash;a;tcp;1", "logstash;b;tcp;1"})});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  ASSERT_EQ(settings->fixed.sinks.size(), 2u);
  EXPECT_EQ(settings->fixed.sinks[0].name, "logstash");
  EXPECT_EQ(settings->fixed.sinks[1].name, "logstash-2");
}

TEST_F(LoadTest, ErrorsOfSinksSayWhereTheyStood) {
  const auto error_of = [&](const std::string& text) {
    Write(text);
    const auto settings = Load(file_, {});
    return settings.ok() ? "accepted" : settings.error().message;
  };
  EXPECT_EQ(error_of("sinks:\n  elk:\n    type: logstash\n    port: 1\n"),
            file_ + ":2: sinks.elk: host is missing");
  EXPECT_EQ(error_of("sinks:\n  elk:\n    type: logstash\n    host: a\n    port: x\n"),
            file_ + ":5: sinks.elk.port: expected a whole number, from 1 to 65535, got 'x'");
  EXPECT_EQ(error_of("\nsinks:\n  a: {type: file, path: x}\n  b: {type: file, path: x}\n"),
            file_ + ":2: sinks: a and b have the same path 'x'");
  const auto flags = Load("", {Flag("sinks", {"file;x", "file;x"})});
  ASSERT_FALSE(flags.ok());
  EXPECT_EQ(flags.error().message, "--export: file and file-2 have the same path 'x'");
}

TEST_F(LoadTest, ASinkKnowsWhereItWasToldOf) {
  Write("sinks:\n  a: {type: file, path: x}\n  b: {type: file, path: y}\n");
  Settings in_file = Load(file_, {}).value();
  EXPECT_EQ(in_file.fixed.sinks[0].place.text, file_ + ":2: sinks.a");
  EXPECT_EQ(in_file.fixed.sinks[1].place.text, file_ + ":3: sinks.b");
  const Settings in_flags = Load(file_, {Flag("sinks", {"file;x", "file;y"})}).value();
  EXPECT_EQ(in_flags.fixed.sinks[1].place.text, "--export: file-2");
  Write("# moved\nsinks:\n  a: {type: file, path: x}\n  b: {type: file, path: y}\n");
  Settings moved = Load(file_, {}).value();
  EXPECT_EQ(moved.fixed.sinks[0].place.text, file_ + ":3: sinks.a");
  EXPECT_THAT(ChangedFixedSettings(in_file, moved), testing::IsEmpty());
}

TEST_F(LoadTest, PasswordsComeFromTheFileTheyAreIn) {
  const std::string secret = file_ + ".password";
  const auto with_password = [&](const std::string& bytes) {
    std::ofstream(secret, std::ios::binary) << bytes;
    Write("sinks:\n  db: {type: mysql, database: d, user: u, password_file: " + secret + "}\n");
    return Load(file_, {});
  };
  for (const char* text : {" pass word", " pass word\n", " pass word\r\n"}) {
    const auto settings = with_password(text);
    ASSERT_TRUE(settings.ok()) << settings.error().message;
    EXPECT_EQ(settings->fixed.sinks[0].password, " pass word");
    EXPECT_FALSE(settings->fixed.sinks[0].password_on_command_line);
  }
  const std::string where = file_ + ":2: sinks.db: password_file: " + secret + ": ";
  EXPECT_EQ(with_password("\n").error().message, where + "is empty");
  EXPECT_EQ(with_password("a\nb\n").error().message,
            where + "expected one line of UTF-8 without control characters");
  EXPECT_EQ(with_password(std::string(4096, 'a') + "\r\n")->fixed.sinks[0].password.size(), 4096u);
  EXPECT_EQ(with_password(std::string(5000, 'a')).error().message,
            where + "is longer than 4096 bytes");
  Settings before = with_password("one").value();
  Settings after = with_password("two").value();
  EXPECT_THAT(ChangedFixedSettings(before, after), ElementsAre("sinks"));
  std::filesystem::remove(secret);
  const auto missing = Load(file_, {});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message, where + "cannot be read: No such file or directory");
  EXPECT_TRUE(Load(file_, {Flag("sinks", {"file;-"})}).ok());  // the file's sinks are not taken
}

TEST_F(LoadTest, PasswordsNeedAUser) {
  const auto error_of = [&](const char* flag) {
    const auto settings = Load("", {Flag("sinks", {flag})});
    return settings.ok() ? std::string() : settings.error().message;
  };
  EXPECT_EQ(error_of("es;t;i;http://h;:pw"), "--export: elasticsearch: its password needs a user");
  EXPECT_EQ(error_of("es;t;i;http://h;me:pw"), "");
  EXPECT_EQ(error_of("mysql;h;d;t;;pw"), "") << "the system's user";
}

TEST_F(LoadTest, PasswordsComeFromTheEnvironment) {
  const char* const variable = "WIREGAUGE_SINK_MYSQL_2_PASSWORD";
  const std::vector<FlagValue> flags = {
      Flag("sinks", {"mysql;a;d;;u;seen", "mysql;a;e;;u;", "mysql;a;f;;u;"})};
  ASSERT_EQ(::setenv(variable, "hidden", 1), 0);
  const auto settings = Load("", flags);
  ASSERT_EQ(::setenv(variable, "a\nb", 1), 0);
  const auto refused = Load("", flags);
  ASSERT_EQ(::unsetenv(variable), 0);
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->fixed.sinks[0].password, "seen");
  EXPECT_TRUE(settings->fixed.sinks[0].password_on_command_line);
  EXPECT_EQ(settings->fixed.sinks[1].password, "hidden");
  EXPECT_FALSE(settings->fixed.sinks[1].password_on_command_line);
  EXPECT_EQ(settings->fixed.sinks[2].password, "");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "--export: mysql-2: WIREGAUGE_SINK_MYSQL_2_PASSWORD: expected one line of UTF-8 "
            "without control characters");
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
