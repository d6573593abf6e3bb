// SPDX-License-Identifier: Apache-2.0
#include "config/sink_flag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wiregauge::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Sink Good(const std::string& text) {
  std::vector<Sink> sinks;
  const Status status = AssignSinks({&text, 1}, sinks);
  EXPECT_TRUE(status.ok()) << status.error().message;
  return sinks.empty() ? Sink{} : sinks.front();
}

std::string ErrorOf(const std::string& text) {
  std::vector<Sink> sinks;
  const Status status = AssignSinks({&text, 1}, sinks);
  return status.ok() ? "accepted" : status.error().message;
}

TEST(SinkFlag, Logstash) {
  const Sink sink = Good("logstash;192.168.20.42;tcp;5510");
  EXPECT_EQ(sink.name, "logstash");
  EXPECT_EQ(sink.type, "logstash");
  EXPECT_EQ(sink.host, "192.168.20.42");
  EXPECT_EQ(sink.protocol, "tcp");
  EXPECT_EQ(sink.port, 5510u);
  EXPECT_EQ(sink.queue_bytes, 256u << 20);
  EXPECT_EQ(Good("logstash;elk;udp;1").protocol, "udp");
  EXPECT_EQ(Good("logstash;elk;tls;1").protocol, "tls");
  EXPECT_EQ(Good("logstash;elk;;1").protocol, "tcp");
  EXPECT_EQ(Good("logstash;2001:db8::1;tcp;1").host, "2001:db8::1");
  EXPECT_EQ(Good("logstash;[2001:db8::1];tcp;1").host, "2001:db8::1");
}

TEST(SinkFlag, ElasticsearchAsNtopngWritesIt) {
  const Sink sink = Good("es;ntopng;ntopng-%Y.%m.%d;http://localhost:9200/_bulk;elastic:se:cr;et");
  EXPECT_EQ(sink.name, "elasticsearch");
  EXPECT_EQ(sink.mapping_type, "");  // of version 6: in the file
  EXPECT_EQ(sink.index, "ntopng-%Y.%m.%d");
  EXPECT_EQ(sink.url, "http://localhost:9200");
  EXPECT_EQ(sink.user, "elastic");
  EXPECT_EQ(sink.password, "se:cr;et");
  EXPECT_TRUE(sink.password_on_command_line);
  for (const char* text :
       {"es;;;https://a", "es;;;https://a/;", "elasticsearch;;;https://a/_bulk;:"}) {
    const Sink plain = Good(text);
    EXPECT_EQ(plain.index, "ntop-flows-%Y.%m.%d") << text;
    EXPECT_EQ(plain.mapping_type + plain.user + plain.password, "") << text;
    EXPECT_EQ(plain.url, "https://a") << text;
    EXPECT_FALSE(plain.password_on_command_line) << text;
  }
}

TEST(SinkFlag, MysqlAsNtopngWritesIt) {
  const Sink sink = Good("mysql;db.example.org@3307;ntopng;flows;root;se;cret");
  EXPECT_EQ(sink.name, "mysql");
  EXPECT_EQ(sink.host, "db.example.org");
  EXPECT_EQ(sink.port, 3307u);
  EXPECT_EQ(sink.database + " " + sink.table + " " + sink.user, "ntopng flows root");
  EXPECT_EQ(sink.password, "se;cret");
  EXPECT_TRUE(sink.password_on_command_line);
  EXPECT_FALSE(Good("mysql;a;d;t;u;").password_on_command_line);
  EXPECT_EQ(Good("mysql;a;d;;u;").table, "flows");
  const Sink without_password = Good("mysql;/run/mysqld/mysqld.sock;d;t;u");
  EXPECT_EQ(without_password.user + without_password.password, "u");
  EXPECT_FALSE(without_password.password_on_command_line);
  EXPECT_THAT(ErrorOf("mysql;a;d;t"), HasSubstr(", got 4 parts"));
}

TEST(SinkFlag, HostsOfMysql) {
  struct {
    const char* text;
    const char* host;
    uint32_t port;
  } const cases[] = {{"", "localhost", 3306},
                     {"a", "a", 3306},
                     {"a@1", "a", 1},
                     {"a:1", "a", 1},
                     {"@1", "localhost", 1},
                     {"/run/mysqld/mysqld.sock", "/run/mysqld/mysqld.sock", 3306},
                     {"/run/a:b@1", "/run/a:b@1", 3306},
                     {"2001:db8::1", "2001:db8::1", 3306},
                     {"2001:db8::1@1", "2001:db8::1", 1},
                     {"[2001:db8::1]", "2001:db8::1", 3306},
                     {"[2001:db8::1]:1", "2001:db8::1", 1},
                     {"[2001:db8::1]@1", "2001:db8::1", 1}};
  for (const auto& [text, host, port] : cases) {
    const Sink sink = Good("mysql;" + std::string(text) + ";d;t;u;p");
    EXPECT_EQ(sink.host, host) << text;
    EXPECT_EQ(sink.port, port) << text;
  }
}

TEST(SinkFlag, FileKafkaAndClickhouse) {
  EXPECT_EQ(Good("file;-").path, "-");
  EXPECT_EQ(Good("file;/tmp/a;b").path, "/tmp/a;b");
  EXPECT_EQ(Good("mysql;a;d;t;u;p;w").password, "p;w");
  const Sink kafka = Good("kafka;a:9092,b:9092;flows");
  EXPECT_THAT(kafka.brokers, ElementsAre("a:9092", "b:9092"));
  EXPECT_EQ(kafka.topic, "flows");
  EXPECT_EQ(Good("kafka;a").topic, "wiregauge-flows");
  const Sink clickhouse = Good("clickhouse;http://a:8123;d;t;u");
  EXPECT_EQ(clickhouse.url + clickhouse.database + clickhouse.table + clickhouse.user,
            "http://a:8123dtu");
  EXPECT_EQ(Good("clickhouse;http://a:8123").database, "default");
  EXPECT_EQ(Good("clickhouse;http://a:8123;;;u").table, "flows");
}

TEST(SinkFlag, NamesAreTheTypesAndNumbered) {
  const std::vector<std::string> texts = {"logstash;a;tcp;1", "file;-", "logstash;b;tcp;1",
                                          "logstash;c;tcp;1"};
  std::vector<Sink> sinks;
  ASSERT_TRUE(AssignSinks(texts, sinks).ok());
  std::vector<std::string> names;
  for (const Sink& sink : sinks) names.push_back(sink.name);
  EXPECT_THAT(names, ElementsAre("logstash", "file", "logstash-2", "logstash-3"));
}

TEST(SinkFlag, ErrorsSayWhatWasExpected) {
  const std::string logstash = "expected \"logstash;HOST;tcp|udp|tls;PORT\"";
  EXPECT_EQ(ErrorOf("logstash"),
            logstash + ", got 'logstash' alone: a shell ends its command at ; without quotes");
  EXPECT_EQ(ErrorOf("logstash;a;tcp"), logstash + ", got 3 parts");
  EXPECT_EQ(ErrorOf("logstash;;tcp;1"), logstash + "; host is missing");
  EXPECT_EQ(ErrorOf("logstash;a;tcp;"), logstash + "; port is missing");
  EXPECT_EQ(ErrorOf("logstash;a;sctp;1"),
            logstash + "; protocol: expected one of tcp, udp, tls, got 'sctp'");
  EXPECT_EQ(ErrorOf("logstash;a;tcp;1;2"), logstash + ", got 5 parts");
  EXPECT_EQ(ErrorOf("kafka;a:9092;t;u"), "expected \"kafka;BROKERS[;TOPIC]\", got 4 parts");
  EXPECT_EQ(ErrorOf("logstash;a:1;tcp;1"),
            logstash + "; host: expected a host's name or address, got 'a:1'");
  EXPECT_EQ(ErrorOf("file;"), "expected \"file;PATH\"; path is missing");
  EXPECT_THAT(ErrorOf("kafka;a:"),
              StartsWith("expected \"kafka;BROKERS[;TOPIC]\"; brokers: expected brokers such as"));
  EXPECT_EQ(ErrorOf("clickhouse;;d"),
            "expected \"clickhouse;URL[;DATABASE[;TABLE[;USER]]]\"; url is missing");
  EXPECT_THAT(ErrorOf("es;t;UPPER;http://a;"), HasSubstr("; index: expected an index's name"));
  EXPECT_EQ(
      ErrorOf("mysql;a@x;d;t;u;p"),
      "expected \"mysql;HOST[@PORT]|SOCKET;DATABASE;TABLE;USER[;PASSWORD]\"; port: expected a "
      "whole number, from 1 to 65535, got 'x'");
  for (const char* text : {"syslog;local0", "syslog", "", ";", "Logstash;a;tcp;1"}) {
    EXPECT_THAT(ErrorOf(text), StartsWith("expected a sink such as \"logstash;HOST;tcp|udp|tls;"
                                          "PORT\", of logstash, es, mysql, file, kafka, "
                                          "clickhouse, got '"))
        << text;
  }
}

TEST(SinkFlag, NoErrorTellsAPassword) {
  for (const char* text :
       {"mysql;a;d!;me;secret", "mysql;a@x;d;t;u;secret", "mysql;a;d!;t;u;secret",
        "es;t;I;http://a;u:secret", "es;t;i;http://u:secret@a:9200;",
        "clickhouse;http://u:secret@a", "clickhouse;a;d;u;secret;x",
        "clickhouse;http://a:8123;d;t;u;secret", "kafka;a:9092;t;u;secret"}) {
    EXPECT_THAT(ErrorOf(text), StartsWith("expected \"")) << text;
    EXPECT_THAT(ErrorOf(text), Not(HasSubstr("secret"))) << text;
  }
}

TEST(SinkFlag, AnErrorLeavesWhatWasThere) {
  std::vector<Sink> sinks(2);
  const std::vector<std::string> texts = {"file;-", "file"};
  EXPECT_FALSE(AssignSinks(texts, sinks).ok());
  EXPECT_EQ(sinks, std::vector<Sink>(2));
}

}  // namespace
}  // namespace wiregauge::config
