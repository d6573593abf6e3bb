// SPDX-License-Identifier: Apache-2.0
#include "config/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wiregauge::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CommandLine Good(const std::vector<std::string>& arguments) {
  auto line = ParseCommandLine(arguments);
  EXPECT_TRUE(line.ok()) << line.error().message;
  return std::move(line).value();
}

std::string ErrorOf(const std::vector<std::string>& arguments) {
  const auto line = ParseCommandLine(arguments);
  return line.ok() ? "accepted" : line.error().message;
}

TEST(CommandLine, NothingIsTheService) {
  const CommandLine line = Good({});
  EXPECT_EQ(line.action, Action::kService);
  EXPECT_THAT(line.flags, IsEmpty());
}

TEST(CommandLine, TheServicesFlags) {
  const CommandLine line = Good({"-c", "w.yaml", "-i", "eth0", "--interface=eth1", "-m",
                                 "10.0.0.0/8", "--listen", "127.0.0.1:0", "--filter", "not tcp"});
  EXPECT_EQ(line.action, Action::kService);
  EXPECT_EQ(line.config_file, "w.yaml");
  ASSERT_EQ(line.flags.size(), 4u);
  EXPECT_EQ(line.flags[0].setting->path, "sources");
  EXPECT_THAT(line.flags[0].texts, ElementsAre("eth0", "eth1"));
  EXPECT_EQ(line.flags[1].setting->path, "local_networks");
  EXPECT_EQ(line.flags[2].setting->path, "capture.filter");
  EXPECT_EQ(line.flags[3].setting->path, "http.listen");
}

TEST(CommandLine, OneShot) {
  const CommandLine line =
      Good({"-r", "a.pcap", "b.pcap", "--flows", "-", "--hosts", "h.json", "--workers", "2"});
  EXPECT_EQ(line.action, Action::kRead);
  EXPECT_THAT(line.read_files, ElementsAre("a.pcap", "b.pcap"));
  EXPECT_EQ(line.flows_path, "-");
  EXPECT_EQ(line.hosts_path, "h.json");
  EXPECT_THAT(Good({"--flows", "/dev/null", "-r", "-"}).read_files, ElementsAre("-"));
}

TEST(CommandLine, OtherActions) {
  EXPECT_EQ(Good({"--help"}).action, Action::kHelp);
  EXPECT_EQ(Good({"-h"}).action, Action::kHelp);
  EXPECT_EQ(Good({"--version"}).action, Action::kVersion);
  EXPECT_EQ(Good({"--help-config"}).action, Action::kReference);
  EXPECT_EQ(Good({"list-interfaces"}).action, Action::kListInterfaces);
  EXPECT_TRUE(Good({"list-interfaces", "--json"}).json);
  const CommandLine check = Good({"check-config", "-c", "w.yaml", "--workers", "2"});
  EXPECT_EQ(check.action, Action::kCheckConfig);
  EXPECT_EQ(check.config_file, "w.yaml");
  EXPECT_EQ(check.flags.size(), 1u);
  EXPECT_EQ(Good({"-c", "w.yaml", "check-config"}).config_file, "w.yaml");
}

TEST(CommandLine, HelpNamesTheCommandItIsAskedOf) {
  EXPECT_EQ(Good({"--help"}).command, "");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"sinks"},
                                                {"sinks", "fields"},
                                                {"sinks", "schema"},
                                                {"user"},
                                                {"user", "add"},
                                                {"token"},
                                                {"lua"},
                                                {"lua", "run"},
                                                {"check-config"}}) {
    std::vector<std::string> arguments = words;
    arguments.emplace_back(words.size() == 1 ? "--help" : "-h");
    const CommandLine line = Good(arguments);
    EXPECT_EQ(line.action, Action::kHelp) << words.back();
    EXPECT_EQ(line.command, words.front()) << words.back();
  }
  EXPECT_EQ(ErrorOf({"sinks"}), "A subcommand is required; see wiregauge --help");
}

TEST(CommandLine, UnknownThingsAreNamed) {
  EXPECT_EQ(ErrorOf({"--worker", "2"}),
            "unknown option '--worker', did you mean --workers?; see wiregauge --help");
  EXPECT_EQ(ErrorOf({"--listn=1"}),
            "unknown option '--listn=1', did you mean --listen?; see wiregauge --help");
  EXPECT_EQ(ErrorOf({"-G", "logstash;a;tcp;1"}), "unknown option '-G'; see wiregauge --help");
  EXPECT_EQ(ErrorOf({"--completely-else"}),
            "unknown option '--completely-else'; see wiregauge --help");
  EXPECT_EQ(ErrorOf({"eth0"}), "unexpected argument 'eth0'; see wiregauge --help");
  EXPECT_EQ(ErrorOf({"check-config", "--bogus"}), "unknown option '--bogus'; see wiregauge --help");
  EXPECT_EQ(ErrorOf({"-r", "a.pcap", "--bogus"}), "unknown option '--bogus'; see wiregauge --help");
}

TEST(CommandLine, BadValuesAreNamed) {
  EXPECT_EQ(ErrorOf({"--workers", "x"}),
            "--workers: expected a whole number, from 1 to 64, got 'x'; see wiregauge --help");
  EXPECT_EQ(ErrorOf({"--workers", "1", "--workers", "2"}),
            "--workers is given twice; see wiregauge --help");
  EXPECT_EQ(ErrorOf({"--workers"}), "--workers needs a value; see wiregauge --help");
  EXPECT_EQ(ErrorOf({"-r"}), "--read needs a value; see wiregauge --help");
  EXPECT_EQ(ErrorOf({"-c", "a", "-c", "b"}), "--config is given twice; see wiregauge --help");
  EXPECT_THAT(ErrorOf({"-m", "here"}), HasSubstr("--local-networks: expected networks"));
}

TEST(CommandLine, SinksRepeat) {
  const CommandLine line =
      Good({"-F", "logstash;a;tcp;1", "--export=file;-", "--instance-name", "probe 1"});
  ASSERT_EQ(line.flags.size(), 2u);
  EXPECT_EQ(line.flags[0].setting->path, "sinks");
  EXPECT_THAT(line.flags[0].texts, ElementsAre("logstash;a;tcp;1", "file;-"));
  EXPECT_EQ(line.flags[1].setting->path, "instance_name");
  EXPECT_EQ(Good({"check-config", "-F", "file;-"}).flags.size(), 1u);
}

TEST(CommandLine, BadSinksAreUsageErrors) {
  EXPECT_EQ(ErrorOf({"-F", "logstash;a;tcp"}),
            "--export: expected \"logstash;HOST;tcp|udp|tls;PORT\", got 3 parts; see wiregauge "
            "--help");
  EXPECT_EQ(ErrorOf({"-F"}), "--export needs a value; see wiregauge --help");
}

TEST(CommandLine, CombinationsThatMakeNoSense) {
  EXPECT_EQ(ErrorOf({"-r", "a.pcap", "-F", "file;-"}),
            "-r reads files and stops, sinks belong to the service; see wiregauge --help");
  EXPECT_THAT(ErrorOf({"--flows", "-"}), HasSubstr("--flows goes with -r FILE"));
  EXPECT_THAT(ErrorOf({"--hosts", "-"}), HasSubstr("--hosts goes with -r FILE"));
  EXPECT_THAT(ErrorOf({"-r", "a.pcap", "-i", "eth0"}), HasSubstr("use one of them"));
  EXPECT_THAT(ErrorOf({"-r", "a.pcap", "--listen", "127.0.0.1:1"}), HasSubstr("serves nothing"));
  EXPECT_THAT(ErrorOf({"-r", "a", "--flows", "-", "--hosts", "-"}), HasSubstr("cannot both be"));
  EXPECT_THAT(ErrorOf({"-r", "a", "--help"}), HasSubstr("stands alone"));
}

}  // namespace
}  // namespace wiregauge::config
