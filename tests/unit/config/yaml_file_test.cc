// SPDX-License-Identifier: Apache-2.0
#include "config/yaml_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace wiregauge::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::string ErrorOf(const std::string& text) {
  const auto values = ParseSettingsText("w.yaml", text);
  return values.ok() ? "accepted" : values.error().message;
}

TEST(SettingsFile, GivesTextsAndLines) {
  const auto values = ParseSettingsText("w.yaml",
                                        "sources: [eth0, eth1]\n"
                                        "flows:\n"
                                        "  idle_timeout: 30s\n"
                                        "local_networks: 10.0.0.0/8\n");
  ASSERT_TRUE(values.ok());
  ASSERT_EQ(values->size(), 3u);
  EXPECT_EQ((*values)[0].setting->path, "sources");
  EXPECT_THAT((*values)[0].texts, ElementsAre("eth0", "eth1"));
  EXPECT_EQ((*values)[1].setting->path, "flows.idle_timeout");
  EXPECT_THAT((*values)[1].texts, ElementsAre("30s"));
  EXPECT_EQ((*values)[1].line, 3);
  EXPECT_THAT((*values)[2].texts, ElementsAre("10.0.0.0/8"));
  EXPECT_EQ((*values)[2].line, 4);
}

TEST(SettingsFile, NamedListsAreKeysWithItems) {
  const auto values = ParseSettingsText("w.yaml",
                                        "pools:\n"
                                        "  printers: [192.168.1.0/28, 02:00:5e:10:00:01]\n"
                                        "  the guests: 10.9.0.0/16\n");
  ASSERT_TRUE(values.ok()) << values.error().message;
  ASSERT_EQ(values->size(), 1u);
  EXPECT_THAT((*values)[0].texts,
              ElementsAre("192.168.1.0/28=printers", "02:00:5e:10:00:01=printers",
                          "10.9.0.0/16=the guests"));
  EXPECT_EQ((*values)[0].line, 1);
  EXPECT_EQ(ErrorOf("pools: [10.9.0.0/16=guests]\n"), "accepted");
  EXPECT_EQ(ErrorOf("pools:\n  a: 10.0.0.1\n  a: 10.0.0.2\n"),
            "w.yaml:3: pools.a: is set twice, first in line 2");
  for (const char* text : {"pools:\n  a: []\n", "pools:\n  a:\n", "pools:\n  a: {b: c}\n",
                           "pools:\n  a: [[10.0.0.1]]\n", "pools:\n  'a,b': 10.0.0.1\n"}) {
    EXPECT_THAT(ErrorOf(text), HasSubstr(": expected pools with members")) << text;
    EXPECT_THAT(ErrorOf(text), StartsWith("w.yaml:2: pools.a")) << text;
  }
  EXPECT_THAT(ErrorOf("pools:\n"), StartsWith("w.yaml:1: pools: expected pools"));
  EXPECT_THAT(ErrorOf("sources: {a: eth0}\n"), HasSubstr("got keys with values"));
}

TEST(SettingsFile, SinksAreNamesWithOptions) {
  const auto values = ParseSettingsText("w.yaml",
                                        "sinks:\n"
                                        "  elk:\n"
                                        "    host: 192.0.2.1\n"
                                        "    port: 5510\n"
                                        "    type: logstash\n"
                                        "  k2: {type: kafka, brokers: [a:1, b:2]}\n");
  ASSERT_TRUE(values.ok()) << values.error().message;
  ASSERT_EQ(values->size(), 1u);
  const FileValue& value = values->front();
  EXPECT_EQ(value.setting->path, "sinks");
  EXPECT_THAT(value.texts, ElementsAre());
  ASSERT_EQ(value.sinks.size(), 2u);
  const SinkSpec& elk = value.sinks[0];
  EXPECT_EQ(elk.name + " " + elk.type, "elk logstash");
  EXPECT_EQ(elk.where, "w.yaml:2: sinks.elk");
  ASSERT_EQ(elk.texts.size(), 2u);
  EXPECT_EQ(elk.texts[1].option, FindSinkOption("logstash", "port"));
  EXPECT_THAT(elk.texts[1].texts, ElementsAre("5510"));
  EXPECT_EQ(elk.texts[1].where, "w.yaml:4: sinks.elk.port");
  EXPECT_THAT(value.sinks[1].texts.front().texts, ElementsAre("a:1", "b:2"));
}

TEST(SettingsFile, SinksAreReadStrictly) {
  EXPECT_EQ(ErrorOf("sinks:\n  elk: {type: logstash, hots: a}\n"),
            "w.yaml:2: sinks.elk.hots: unknown key; did you mean host?");
  EXPECT_EQ(ErrorOf("sinks:\n  elk: {type: file, xxxxxxxxxxxx: a}\n"),
            "w.yaml:2: sinks.elk.xxxxxxxxxxxx: unknown key; known here: type, filter, fields, "
            "format, queue_bytes, batch_records, batch_bytes, flush_interval, drain_timeout, "
            "spool_bytes, spool_dir, dead_letter_bytes, path, rotate_bytes, rotate_interval, "
            "keep_files, compression");
  EXPECT_EQ(ErrorOf("sinks:\n  elk:\n    type: logstash\n    table: flows\n"),
            "w.yaml:4: sinks.elk.table: a sink of type logstash does not take it: it is for "
            "clickhouse, mysql");
  EXPECT_EQ(ErrorOf("sinks:\n  elk:\n    type: mysql\n    password: secret\n"),
            "w.yaml:4: sinks.elk.password: a password does not stand in this file: use "
            "password_file, or WIREGAUGE_SINK_ELK_PASSWORD in the environment");
  EXPECT_EQ(ErrorOf("sinks:\n  a: {type: file, path: x}\n  a: {type: file, path: y}\n"),
            "w.yaml:3: sinks.a: is set twice, first in line 2");
  EXPECT_EQ(ErrorOf("sinks:\n  a:\n    type: file\n    path: x\n    path: y\n"),
            "w.yaml:5: sinks.a.path: is set twice, first in line 4");
  EXPECT_EQ(ErrorOf("sinks:\n  a:\n    type: file\n    type: file\n"),
            "w.yaml:4: sinks.a.type: is set twice, first in line 3");
  EXPECT_EQ(ErrorOf("sinks:\n  a:\n    path: x\n"),
            "w.yaml:2: sinks.a: type is missing: one of file, logstash, elasticsearch, clickhouse, "
            "mysql, kafka");
  EXPECT_EQ(ErrorOf("sinks:\n  a:\n    path: x\n    type: logstahs\n"),
            "w.yaml:4: sinks.a.type: expected one of file, logstash, elasticsearch, clickhouse, "
            "mysql, kafka, got 'logstahs'");
  EXPECT_THAT(ErrorOf("sinks:\n  a: {type: [file]}\n"),
              StartsWith("w.yaml:2: sinks.a.type: expected one of "));
  for (const char* name : {"A", "a.b", "b\xc3\xbc", "a b"}) {
    EXPECT_EQ(ErrorOf("sinks:\n  " + std::string(name) + ": {type: file, path: x}\n"),
              "w.yaml:2: sinks." + std::string(name) +
                  ": expected a name of a-z, 0-9, _ and -, at most 32");
  }
}

TEST(SettingsFile, SinksOfWrongShapesAreErrors) {
  const std::string sinks =
      "w.yaml:1: sinks: expected sinks with their options such as elk: {type: logstash, host: "
      "192.0.2.1, port: 5510}, got ";
  EXPECT_EQ(ErrorOf("sinks: {}\n"), "accepted");
  EXPECT_EQ(ErrorOf("sinks:\n"), sinks + "nothing");
  EXPECT_EQ(ErrorOf("sinks: [a]\n"), sinks + "a list");
  EXPECT_EQ(ErrorOf("sinks: logstash;a;tcp;1\n"), sinks + "text");
  for (const char* value : {"", " x", " [x]"}) {
    EXPECT_EQ(ErrorOf("sinks:\n  a:" + std::string(value) + "\n"),
              "w.yaml:2: sinks.a: expected a type and its options such as {type: file, path: "
              "flows.ndjson}");
  }
  EXPECT_EQ(ErrorOf("sinks:\n  a:\n    type: file\n    path: [x]\n"),
            "w.yaml:4: sinks.a.path: expected a file's name, or - for stdout, got a list");
  EXPECT_EQ(ErrorOf("sinks:\n  a:\n    type: file\n    path:\n"),
            "w.yaml:4: sinks.a.path: expected a file's name, or - for stdout, got nothing");
  EXPECT_EQ(ErrorOf("sinks:\n  a:\n    type: file\n    fields:\n    - [x]\n"),
            "w.yaml:5: sinks.a.fields: expected a name, or a list of names");
  EXPECT_EQ(ErrorOf("sinks:\n  ? [a]\n  : {type: file}\n"), "w.yaml:2: sinks: expected a name");
}

TEST(SettingsFile, EmptyIsFine) {
  for (const char* text : {"", "# only words\n", "---\n", "flows:\n", "{}"}) {
    const auto values = ParseSettingsText("w.yaml", text);
    ASSERT_TRUE(values.ok()) << text << values.error().message;
    EXPECT_TRUE(values->empty()) << text;
  }
}

TEST(SettingsFile, UnknownKeysAreNamedWithTheNearestOne) {
  EXPECT_EQ(ErrorOf("flows:\n  idle_timeuot: 3s\n"),
            "w.yaml:2: flows.idle_timeuot: unknown key; did you mean idle_timeout?");
  EXPECT_EQ(ErrorOf("\nflow:\n  idle_timeout: 3s\n"),
            "w.yaml:2: flow: unknown key; did you mean flows?");
  EXPECT_EQ(ErrorOf("log:\n  colour: red\n"),
            "w.yaml:2: log.colour: unknown key; known here: level, format");
  EXPECT_THAT(ErrorOf("database: x\n"), HasSubstr("unknown key; known here: sources, "));
}

TEST(SettingsFile, DuplicatesAreErrors) {
  EXPECT_EQ(ErrorOf("flows:\n  idle_timeout: 3s\n  idle_timeout: 4s\n"),
            "w.yaml:3: flows.idle_timeout: is set twice, first in line 2");
  EXPECT_EQ(ErrorOf("log:\n  level: info\nlog:\n  format: text\n"),
            "w.yaml:3: log: is set twice, first in line 1");
}

TEST(SettingsFile, WrongShapesAreErrors) {
  EXPECT_EQ(ErrorOf("flows: 3\n"),
            "w.yaml:1: flows: expected keys with values: idle_timeout, active_timeout, "
            "tcp_closed_timeout, memory_bytes, ended_memory_bytes");
  EXPECT_THAT(ErrorOf("- a\n- b\n"), StartsWith("w.yaml:1: the file: expected keys with values"));
  EXPECT_THAT(ErrorOf("just words\n"), StartsWith("w.yaml:1: the file: expected keys"));
  EXPECT_THAT(ErrorOf("capture:\n  workers:\n"),
              StartsWith("w.yaml:2: capture.workers: expected a whole number"));
  EXPECT_THAT(ErrorOf("capture:\n  workers: [1, 2]\n"), HasSubstr("got a list"));
  EXPECT_THAT(ErrorOf("capture:\n  workers: {a: 1}\n"), HasSubstr("got keys with values"));
  EXPECT_THAT(ErrorOf("sources:\n  - eth0\n  - [eth1]\n"), StartsWith("w.yaml:3: sources: "));
  EXPECT_THAT(ErrorOf("? [a]\n: b\n"), HasSubstr("expected a name"));
}

TEST(SettingsFile, ASecondDocumentIsAnErrorAlsoBehindAnEmptyOne) {
  const auto second = [](int line) {
    return "w.yaml:" + std::to_string(line) +
           ": the file: expected one YAML document, here begins a second one";
  };
  EXPECT_EQ(ErrorOf("log: {level: info}\n---\nlog: {level: info}\n"), second(2));
  EXPECT_EQ(ErrorOf("---\n---\nlog: {bogus: 1}\n"), second(2));
  EXPECT_EQ(ErrorOf("# words\n---\n~\n---\nlog: {bogus: 1}\n"), second(4));
  EXPECT_EQ(ErrorOf("log: {level: info}\n...\n---\n"), second(3));
  EXPECT_EQ(ErrorOf("--- {log: {level: info}}\n...\n"), "accepted");
}

TEST(SettingsFile, OnlyUtf8) {
  EXPECT_EQ(ErrorOf("# gr\xc3\xbc\xc3\x9f\nlog: {level: info}\n"), "accepted");
  EXPECT_EQ(ErrorOf("\xef\xbb\xbflog: {level: info}\n"), "accepted");  // byte order mark
  EXPECT_EQ(ErrorOf("log: {level: info}\n# gr\xfc\xdf\n"), "w.yaml:2: the file: not UTF-8");
  EXPECT_EQ(ErrorOf("capture:\n  filter: \"\xff\"\n"), "w.yaml:2: the file: not UTF-8");
  EXPECT_EQ(ErrorOf(std::string("\xff\xfel\0o\0g\0:\0", 10)), "w.yaml:1: the file: not UTF-8");
}

TEST(SettingsFile, WhatIsNotYamlIsSaidWithItsLine) {
  EXPECT_THAT(ErrorOf("flows:\n  idle_timeout: [3s\n"), HasSubstr("the file: not YAML: "));
  EXPECT_THAT(ErrorOf("a: b\n\tc: d\n"), StartsWith("w.yaml:2: the file: not YAML: "));
  EXPECT_THAT(ErrorOf(std::string("a: \xff\xfe\0\x01", 7)), StartsWith("w.yaml:1: "));
  EXPECT_THAT(ErrorOf("a: *nobody\n"), HasSubstr("not YAML"));
  EXPECT_THAT(ErrorOf(std::string(100000, '[')), HasSubstr("not YAML"));
}

TEST(SettingsFile, AFileThatCannotBeReadIsNamed) {
  const auto missing = ReadSettingsFile("/nonexistent/w.yaml");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message,
            "cannot read settings file /nonexistent/w.yaml: No such file or directory");

  const auto folder = ReadSettingsFile("/proc");
  ASSERT_FALSE(folder.ok());
  EXPECT_THAT(folder.error().message, HasSubstr("cannot read settings file /proc: Is a directory"));

  const auto path = std::filesystem::path(testing::TempDir()) / "wiregauge_large.yaml";
  std::ofstream(path) << std::string((1 << 20) + 1, '#');
  const auto large = ReadSettingsFile(path);
  ASSERT_FALSE(large.ok());
  EXPECT_THAT(large.error().message, HasSubstr("is larger than 1 MiB"));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace wiregauge::config
