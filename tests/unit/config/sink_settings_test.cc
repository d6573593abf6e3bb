// SPDX-License-Identifier: Apache-2.0
#include "config/sink_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "config/sink_values.h"

namespace wiregauge::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using Texts = std::vector<std::pair<std::string_view, std::vector<std::string>>>;

SinkSpec SpecOf(const std::string& type, const Texts& texts) {
  SinkSpec spec{.name = "a", .type = type, .texts = {}, .password = {}, .where = "f:1: sinks.a"};
  for (const auto& [key, values] : texts) {
    const SinkOption* const option = FindSinkOption(type, key);
    EXPECT_NE(option, nullptr) << key;
    spec.texts.push_back({option, values, "f:2: sinks.a." + std::string(key)});
  }
  return spec;
}

Sink Good(const std::string& type, const Texts& texts) {
  auto sink = MakeSink(SpecOf(type, texts));
  EXPECT_TRUE(sink.ok()) << sink.error().message;
  return std::move(sink).value();
}

std::string ErrorOf(const std::string& type, const Texts& texts) {
  const auto sink = MakeSink(SpecOf(type, texts));
  return sink.ok() ? "accepted" : sink.error().message;
}

// What a type needs at least.
Texts NeedsOf(std::string_view type) {
  if (type == "file") return {{"path", {"-"}}};
  if (type == "logstash") return {{"host", {"elk"}}, {"port", {"5510"}}};
  if (type == "mysql") return {{"database", {"ntopng"}}};
  if (type == "kafka") return {{"brokers", {"a:9092"}}};
  return {{"url", {"http://a:9200"}}};
}

std::string ErrorWith(const std::string& type, std::string_view key,
                      std::vector<std::string> values) {
  Texts texts = NeedsOf(type);
  std::erase_if(texts, [&](const auto& text) { return text.first == key; });
  texts.emplace_back(key, std::move(values));
  return ErrorOf(type, texts);
}

TEST(IsSinkName, TakesShortLowerCaseNames) {
  for (const char* good :
       {"a", "elk", "logstash-2", "a_b", "0", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_TRUE(IsSinkName(good)) << good;
  }
  for (const char* bad :
       {"", "A", "a b", "a.b", "b\xc3\xbc", "a/b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_FALSE(IsSinkName(bad)) << bad;
  }
}

TEST(MakeSink, DefaultsOfAllTypes) {
  for (const std::string_view type : SinkTypes()) {
    const Sink sink = Good(std::string(type), NeedsOf(type));
    EXPECT_EQ(sink.name, "a");
    EXPECT_EQ(sink.type, type);
    EXPECT_EQ(sink.format, "ntopng");
    EXPECT_EQ(sink.queue_bytes, 256u << 20);
    const bool is_clickhouse = type == "clickhouse";
    EXPECT_EQ(sink.batch_records, is_clickhouse ? 50000u : 5000u);
    EXPECT_EQ(sink.batch_bytes, is_clickhouse ? 16u << 20 : 1u << 20);
    EXPECT_EQ(sink.flush_interval, seconds(1));
    EXPECT_EQ(sink.drain_timeout, seconds(5));
    EXPECT_EQ(sink.spool_bytes, 0u);
    EXPECT_EQ(sink.dead_letter_bytes, 64u << 20);
    EXPECT_TRUE(sink.filter.empty() && sink.fields.empty() && sink.password.empty());
    EXPECT_EQ(sink.verify_tls, type != "file") << type;
    EXPECT_EQ(sink.timeout, type == "file" ? seconds(0) : seconds(30));
    EXPECT_FALSE(sink.password_on_command_line);
  }
}

TEST(MakeSink, DefaultsOfEachType) {
  const Sink file = Good("file", NeedsOf("file"));
  EXPECT_EQ(file.rotate_bytes, 256u << 20);
  EXPECT_EQ(file.rotate_interval, seconds(86400));
  EXPECT_EQ(file.keep_files, 0u);
  EXPECT_EQ(file.compression, "none");
  const Sink logstash = Good("logstash", NeedsOf("logstash"));
  EXPECT_EQ(logstash.protocol, "tcp");
  EXPECT_EQ(logstash.replay_bytes, 96u << 20);
  const Sink elasticsearch = Good("elasticsearch", NeedsOf("elasticsearch"));
  EXPECT_EQ(elasticsearch.index, "ntop-flows-%Y.%m.%d");
  EXPECT_EQ(elasticsearch.mapping_type, "");
  EXPECT_TRUE(elasticsearch.manage_schema);
  const Sink clickhouse = Good("clickhouse", NeedsOf("clickhouse"));
  EXPECT_EQ(clickhouse.database + "." + clickhouse.table, "default.flows");
  EXPECT_TRUE(clickhouse.manage_schema);
  const Sink mysql = Good("mysql", NeedsOf("mysql"));
  EXPECT_EQ(mysql.host, "localhost");
  EXPECT_EQ(mysql.port, 3306u);
  EXPECT_EQ(mysql.table, "flows");
  const Sink kafka = Good("kafka", NeedsOf("kafka"));
  EXPECT_EQ(kafka.topic, "wiregauge-flows");
  EXPECT_EQ(kafka.compression, "lz4");
  EXPECT_EQ(kafka.protocol, "plaintext");
}

TEST(MakeSink, TakesWhatIsSaid) {
  const Sink sink = Good("kafka", {{"brokers", {"a:9092, 192.0.2.1:9093", "[2001:db8::1]:9094"}},
                                   {"fields", {"IN_BYTES,OUT_BYTES"}},
                                   {"flush_interval", {"10ms"}},
                                   {"protocol", {"sasl_tls"}},
                                   {"user", {"gauge"}},
                                   {"properties", {"linger.ms=50", "client.id=a,b=c"}},
                                   {"spool_bytes", {"4 MiB"}}});
  EXPECT_THAT(sink.brokers, ElementsAre("a:9092", "192.0.2.1:9093", "[2001:db8::1]:9094"));
  EXPECT_THAT(sink.fields, ElementsAre("IN_BYTES", "OUT_BYTES"));
  EXPECT_EQ(sink.flush_interval, milliseconds(10));
  EXPECT_THAT(sink.properties, ElementsAre("linger.ms=50", "client.id=a,b=c"));
  EXPECT_EQ(sink.spool_bytes, 4u << 20);
}

TEST(MakeSink, WhatIsMissingIsNamedWithTheSink) {
  EXPECT_EQ(ErrorOf("logstash", {{"port", {"1"}}}), "f:1: sinks.a: host is missing");
  EXPECT_EQ(ErrorOf("logstash", {{"host", {"a"}}}), "f:1: sinks.a: port is missing");
  EXPECT_EQ(ErrorOf("file", {}), "f:1: sinks.a: path is missing");
  EXPECT_EQ(ErrorOf("elasticsearch", {}), "f:1: sinks.a: url is missing");
  EXPECT_EQ(ErrorOf("clickhouse", {}), "f:1: sinks.a: url is missing");
  EXPECT_EQ(ErrorOf("mysql", {}), "f:1: sinks.a: database is missing");
  EXPECT_EQ(ErrorOf("kafka", {}), "f:1: sinks.a: brokers is missing");
}

TEST(MakeSink, BadValuesAreNamedWithTheirPlace) {
  EXPECT_EQ(ErrorWith("logstash", "port", {"0"}),
            "f:2: sinks.a.port: expected a whole number, from 1 to 65535, got '0'");
  EXPECT_EQ(ErrorWith("logstash", "protocol", {"sctp"}),
            "f:2: sinks.a.protocol: expected one of tcp, udp, tls, got 'sctp'");
  EXPECT_EQ(ErrorWith("kafka", "protocol", {"tcp"}),
            "f:2: sinks.a.protocol: expected one of plaintext, tls, sasl_plaintext, sasl_tls, "
            "got 'tcp'");
  EXPECT_EQ(ErrorWith("file", "compression", {"lz4"}),
            "f:2: sinks.a.compression: expected one of none, gzip, zstd, got 'lz4'");
  EXPECT_EQ(ErrorWith("file", "format", {"xml"}),
            "f:2: sinks.a.format: expected one of ntopng, wiregauge, got 'xml'");
  EXPECT_EQ(ErrorWith("file", "drain_timeout", {"61s"}),
            "f:2: sinks.a.drain_timeout: expected a duration such as 250ms, 60s, 5m or 1h, from "
            "0s to 60s, got '61s'");
  EXPECT_EQ(ErrorWith("file", "path", {""}),
            "f:2: sinks.a.path: expected a file's name, or - for stdout, got ''");
  EXPECT_EQ(ErrorWith("file", "path", {"flows/"}),
            "f:2: sinks.a.path: expected a file's name, or - for stdout, got 'flows/'");
  EXPECT_EQ(ErrorWith("file", "path", {"a\nb"}),
            "f:2: sinks.a.path: expected a file's name, or - for stdout, got one that holds a "
            "control character");
  EXPECT_THAT(ErrorWith("file", "fields", {"a,,b"}),
              StartsWith("f:2: sinks.a.fields: expected a name, or a list of names"));
}

TEST(MakeSink, ASpoolIsNoneOrLargeEnough) {
  for (const char* good : {"0", "4 MiB", "1 TiB"}) {
    EXPECT_EQ(ErrorWith("file", "spool_bytes", {good}), "accepted") << good;
  }
  for (const char* bad : {"1", "4194303", "2 TiB", "x"}) {
    EXPECT_EQ(ErrorWith("file", "spool_bytes", {bad}),
              "f:2: sinks.a.spool_bytes: expected 0, or a size in bytes such as 512 MiB, from 4 "
              "MiB to 1 TiB, got '" +
                  std::string(bad) + "'");
  }
}

TEST(MakeSink, Hosts) {
  for (const char* good : {"elk", "elk.example.org", "192.0.2.1", "2001:db8::1"}) {
    EXPECT_EQ(ErrorWith("logstash", "host", {good}), "accepted") << good;
    EXPECT_EQ(ErrorWith("mysql", "host", {good}), "accepted") << good;
  }
  for (const char* bad : {"", "elk:5510", "http://elk", "[::1]", "a b", "a@b", "/run/elk.sock"}) {
    EXPECT_EQ(
        ErrorWith("logstash", "host", {bad}),
        "f:2: sinks.a.host: expected a host's name or address, got '" + std::string(bad) + "'");
  }
  EXPECT_EQ(Good("mysql", {{"database", {"d"}}, {"host", {"/run/m.sock"}}}).host, "/run/m.sock");
  EXPECT_EQ(ErrorWith("mysql", "host", {"a:1"}),
            "f:2: sinks.a.host: expected a host's name or address, or a socket such as "
            "/run/mysqld/mysqld.sock, got 'a:1'");
}

TEST(MakeSink, Urls) {
  for (const char* good : {"http://a", "https://a.example.org:9200", "http://192.0.2.1:1/es/",
                           "http://[2001:db8::1]:9200", "https://[::1]"}) {
    EXPECT_EQ(ErrorWith("elasticsearch", "url", {good}), "accepted") << good;
  }
  for (const char* bad : {"", "a:9200", "ftp://a", "http://", "http://:9200", "http://a:0",
                          "http://a:x", "http://a:65536", "http://a b", "http://a?b", "http://a#b",
                          "http://[::1", "http://[a]", "http://::1", "http:///x", "HTTP://a"}) {
    EXPECT_EQ(ErrorWith("elasticsearch", "url", {bad}),
              "f:2: sinks.a.url: expected a URL such as https://192.0.2.1:9200, without a user (it "
              "has its own option), got '" +
                  std::string(bad) + "'");
  }
}

TEST(MakeSink, UrlsAreThoseThatRequestsBeginWith) {
  const auto url_of = [](const std::string& type, const std::string& url) {
    return Good(type, {{"url", {url}}}).url;
  };
  for (const char* said : {"http://a:9200", "http://a:9200/", "http://a:9200/_bulk",
                           "http://a:9200/_bulk/", "http://a:9200//_bulk"}) {
    EXPECT_EQ(url_of("elasticsearch", said), "http://a:9200") << said;
  }
  EXPECT_EQ(url_of("elasticsearch", "https://a/es/_bulk"), "https://a/es");
  EXPECT_EQ(url_of("elasticsearch", "https://a/es_bulk"), "https://a/es_bulk");
  EXPECT_EQ(url_of("clickhouse", "https://a/ch//"), "https://a/ch");
  EXPECT_EQ(url_of("elasticsearch", "http://_bulk"), "http://_bulk");
  EXPECT_EQ(url_of("clickhouse", "https://a/_bulk"), "https://a/_bulk");
}

TEST(MakeSink, TheExampleOfAUrlHasItsServersPort) {
  EXPECT_THAT(ErrorWith("elasticsearch", "url", {"a"}), HasSubstr("https://192.0.2.1:9200,"));
  EXPECT_THAT(ErrorWith("clickhouse", "url", {"a"}), HasSubstr("http://192.0.2.1:8123,"));
}

TEST(MakeSink, NoErrorTellsTheUserOfAUrl) {
  EXPECT_THAT(ErrorWith("elasticsearch", "url", {"http://me:se:cr@et@a:9200"}),
              HasSubstr(", got 'http://...@a:9200'"));
}

TEST(MakeSink, IndexesFollowElasticsearchsRules) {
  for (const char* good : {"flows", "a-%Y.%m.%d", "a_%H", ".a", "%Y"}) {
    EXPECT_EQ(ErrorWith("elasticsearch", "index", {good}), "accepted") << good;
  }
  for (const char* bad :
       {"",   "Flows", "-a", "_a", "+a", ".",   "..", "a b", "a/b", "a\\b", "a*",
        "a?", "a\"",   "a<", "a>", "a|", "a,b", "a#", "a:b", "a%",  "a%y",  "a%%"}) {
    EXPECT_EQ(ErrorWith("elasticsearch", "index", {bad}),
              "f:2: sinks.a.index: expected an index's name: lower case, without spaces and any of "
              "\\/*?\"<>|,#: and not beginning with - _ or +; of %, only %Y, %m, %d and %H, got '" +
                  std::string(bad) + "'");
  }
}

TEST(MakeSink, IndexesHaveAtMost255Bytes) {
  EXPECT_EQ(ErrorWith("elasticsearch", "index", {std::string(250, 'a') + "%Y."}), "accepted");
  EXPECT_THAT(ErrorWith("elasticsearch", "index", {std::string(252, 'a') + "%Y"}),
              HasSubstr("expected an index's name"));
}

TEST(MakeSink, NamesInServers) {
  EXPECT_EQ(ErrorWith("elasticsearch", "mapping_type", {"_doc"}), "accepted");
  EXPECT_EQ(ErrorWith("elasticsearch", "mapping_type", {""}), "accepted");
  EXPECT_EQ(ErrorWith("elasticsearch", "mapping_type", {"_a"}),
            "f:2: sinks.a.mapping_type: expected a mapping type: letters, digits, _ and -, not "
            "beginning with _, got '_a'");
  EXPECT_EQ(ErrorWith("mysql", "table", {"Flows_2-a"}), "accepted");
  for (const char* bad : {"", "a.b", "a`", "a b",
                          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_EQ(ErrorWith("mysql", "table", {bad}),
              "f:2: sinks.a.table: expected a name: letters, digits, _ and -, at most 64, got '" +
                  std::string(bad) + "'");
  }
  EXPECT_EQ(ErrorWith("kafka", "topic", {"a.b_c-D"}), "accepted");
  for (const std::string& bad : {std::string("."), std::string("a b"), std::string(250, 'a')}) {
    EXPECT_EQ(ErrorWith("kafka", "topic", {bad}),
              "f:2: sinks.a.topic: expected a topic: letters, digits, '.', '_' and '-', at most "
              "249, got '" +
                  bad + "'");
  }
}

TEST(MakeSink, BrokersMayHavePorts) {
  for (const char* good : {"a", "192.0.2.1", "[2001:db8::1]", "[2001:db8::1]:1", "a,b:1"}) {
    EXPECT_EQ(ErrorWith("kafka", "brokers", {good}), "accepted");
  }
  for (const char* bad : {"", "a:", "a:0", ":1", "a:1,", "::1:9092", "a:1 b:2"}) {
    EXPECT_EQ(ErrorWith("kafka", "brokers", {bad}),
              "f:2: sinks.a.brokers: expected brokers such as 192.0.2.1:9092, or a list of them, "
              "got '" +
                  std::string(bad) + "'");
  }
  EXPECT_EQ(ErrorWith("kafka", "brokers", {}),
            "f:2: sinks.a.brokers: expected brokers such as "
            "192.0.2.1:9092, or a list of them, got nothing");
}

TEST(MakeSink, PropertiesAreNamesWithValues) {
  for (const char* bad : {"", "linger.ms", "=1", "Linger=1"}) {
    EXPECT_EQ(ErrorWith("kafka", "properties", {bad}),
              "f:2: sinks.a.properties: expected librdkafka's properties such as linger.ms=50, or "
              "a list of them, got '" +
                  std::string(bad) + "'");
  }
  EXPECT_EQ(ErrorWith("kafka", "properties", {"sasl.password=secret"}),
            "f:2: sinks.a.properties: sasl.password does not stand here: use password_file");
}

TEST(MakeSink, ReportsOfDeliveryAreNotTurnedOff) {
  EXPECT_THAT(
      ErrorWith("kafka", "properties", {"linger.ms=5", "delivery.report.only.error=true"}),
      StartsWith("f:2: sinks.a.properties: delivery.report.only.error does not stand here"));
}

TEST(MakeSink, CertificatesThatCannotBeReadAreNamedWithTheirPlace) {
  for (const std::string_view type : TypesWithSinkOption("ca_file")) {
    EXPECT_EQ(ErrorWith(std::string(type), "ca_file", {"/no/ca.pem"}),
              "f:2: sinks.a.ca_file: /no/ca.pem: cannot be read: No such file or directory")
        << type;
    if (type == "logstash") continue;  // it needs protocol tls beside it
    EXPECT_EQ(ErrorWith(std::string(type), "ca_file", {"/dev/null"}), "accepted") << type;
  }
}

TEST(MakeSink, WhatMustHoldBetweenOptions) {
  EXPECT_EQ(ErrorOf("file", {{"path", {"-"}}, {"queue_bytes", {"1 MiB"}}}), "accepted");
  EXPECT_EQ(
      ErrorOf("file", {{"path", {"-"}}, {"queue_bytes", {"1 MiB"}}, {"batch_bytes", {"2 MiB"}}}),
      "f:2: sinks.a.batch_bytes: expected batch_bytes of at most queue_bytes (1048576), got "
      "2097152");
  EXPECT_EQ(ErrorWith("clickhouse", "queue_bytes", {"1 MiB"}),
            "f:1: sinks.a: expected batch_bytes of at most queue_bytes (1048576), got 16777216");
  EXPECT_EQ(ErrorWith("kafka", "protocol", {"sasl_tls"}),
            "f:2: sinks.a.protocol: sasl_tls needs a user");
  EXPECT_EQ(ErrorWith("kafka", "user", {"me"}),
            "f:2: sinks.a.user: needs protocol sasl_tls or sasl_plaintext");
  EXPECT_EQ(ErrorWith("logstash", "ca_file", {"/dev/null"}),
            "f:2: sinks.a.ca_file: needs protocol tls: tcp is sent plain");
  EXPECT_EQ(ErrorWith("logstash", "replay_bytes", {"1000 KiB"}),
            "f:2: sinks.a.replay_bytes: expected 0, or at least batch_bytes (1048576), got "
            "1024000");
  EXPECT_EQ(ErrorWith("logstash", "replay_bytes", {"0"}), "accepted");
}

TEST(CheckSinks, FilesAndSpoolsAreNoOthers) {
  Sink a = Good("file", {{"path", {"x"}}, {"spool_bytes", {"4 MiB"}}, {"spool_dir", {"s"}}});
  Sink b = a;
  b.name = "b";
  EXPECT_EQ(CheckSinks({a, b}, "data").error().message, "a and b have the same path 'x'");
  b.path = "y";
  EXPECT_EQ(CheckSinks({a, b}, "data").error().message, "a and b have the same spool_dir 's'");
  b.spool_dir = "./t/../s/";
  EXPECT_EQ(CheckSinks({a, b}, "data").error().message, "a and b have the same spool_dir 's'");
  b.spool_bytes = 0;
  EXPECT_TRUE(CheckSinks({a, b}, "data").ok());
  EXPECT_TRUE(CheckSinks({}, "data").ok());
}

TEST(CheckSinks, ASpoolIsNotWhereAnotherIsByDefault) {
  const Sink a = Good("file", {{"path", {"x"}}, {"spool_bytes", {"4 MiB"}}});
  Sink b = a;
  b.name = "b";
  b.path = "y";
  EXPECT_TRUE(CheckSinks({a, b}, "data").ok()) << "each has its own";
  b.spool_dir = "data/spool/./a";
  EXPECT_EQ(CheckSinks({a, b}, "data").error().message,
            "a and b have the same spool_dir 'data/spool/a'");
  EXPECT_EQ(CheckSinks({b, a}, "data").error().message,
            "b and a have the same spool_dir 'data/spool/./a'");
  EXPECT_TRUE(CheckSinks({a, b}, "other").ok());
}

TEST(CheckSinks, APathIsKnownInEachSpelling) {
  namespace fs = std::filesystem;
  const std::string folder = testing::TempDir() + "sink_settings_" + std::to_string(::getpid());
  fs::create_directories(folder + "/real");
  fs::create_directory_symlink("real", folder + "/link");
  Sink a = Good("file", {{"path", {folder + "/real/x"}}});
  Sink b = a;
  b.name = "b";
  for (const char* same :
       {"/real/x", "//real/./x", "/real/../real/x", "/link/x", "/no/../real/x"}) {
    b.path = folder + same;
    EXPECT_FALSE(CheckSinks({a, b}, "data").ok()) << same;
  }
  b.path = folder + "/real/y";
  EXPECT_TRUE(CheckSinks({a, b}, "data").ok());
  a.path = (fs::current_path() / "x").string();
  b.path = "x";
  EXPECT_FALSE(CheckSinks({a, b}, "data").ok());
  a.path = "-";
  b.path = "./-";
  EXPECT_TRUE(CheckSinks({a, b}, "data").ok());
  b.path = "-";
  EXPECT_FALSE(CheckSinks({a, b}, "data").ok());
  fs::remove_all(folder);
}

}  // namespace
}  // namespace wiregauge::config
