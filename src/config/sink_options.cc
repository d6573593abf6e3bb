// SPDX-License-Identifier: Apache-2.0
#include "config/sink_options.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "config/sink_values.h"

namespace wiregauge::config {
namespace {

constexpr std::string_view kTypes = "file|logstash|elasticsearch|clickhouse|mysql|kafka";
constexpr std::string_view kTypeNames[] = {"file",       "logstash", "elasticsearch",
                                           "clickhouse", "mysql",    "kafka"};
// An insert costs ClickHouse as much as a thousand rows do.
constexpr std::string_view kSmallBatches = "file|logstash|elasticsearch|mysql|kafka";

constexpr SinkOption kTable[] = {
    {.key = "type",
     .value = "TYPE",
     .choices = kTypes,
     .help = "What the records are sent to.",
     .required = true,
     .target = [](Sink& s) -> Target { return &s.type; }},
    {.key = "filter",
     .value = "FILTER",
     .help = "Takes only these records, with the parameters of /api/v1/flows: "
             "l4=tcp&network=office. Default: all.",
     .target = [](Sink& s) -> Target { return &s.filter; }},
    {.key = "fields",
     .value = "NAMES",
     .help = "Sends only these fields, by their names in the format. Default: all.",
     .comma_list = true,
     .target = [](Sink& s) -> Target { return &s.fields; }},
    {.key = "format",
     .value = "FORMAT",
     .initial = "ntopng",
     .choices = "ntopng|wiregauge",
     .help = "ntopng: flat, with its names (IPV4_SRC_ADDR, IN_BYTES). wiregauge: the object of "
             "/api/v1/flows.",
     .target = [](Sink& s) -> Target { return &s.format; }},
    {.key = "queue_bytes",
     .value = "SIZE",
     .initial = "256 MiB",
     .least = "1 MiB",
     .most = "1 TiB",
     .help =
         "Memory for records that are not sent yet, or not yet in the spool. When it is full the "
         "oldest records are dropped and counted.",
     .target = [](Sink& s) -> Target { return &s.queue_bytes; }},
    {.key = "batch_records",
     .types = kSmallBatches,
     .value = "N",
     .initial = "5000",
     .least = "1",
     .most = "100000",
     .help = "The most records that are sent at once.",
     .target = [](Sink& s) -> Target { return &s.batch_records; }},
    {.key = "batch_records",
     .types = "clickhouse",
     .value = "N",
     .initial = "50000",
     .least = "1",
     .most = "100000",
     .help = "The most records that are inserted at once: few large inserts cost least.",
     .target = [](Sink& s) -> Target { return &s.batch_records; }},
    {.key = "batch_bytes",
     .types = kSmallBatches,
     .value = "SIZE",
     .initial = "1 MiB",
     .least = "4 KiB",
     .most = "64 MiB",
     .help = "The most bytes that are sent at once; at most queue_bytes.",
     .target = [](Sink& s) -> Target { return &s.batch_bytes; }},
    {.key = "batch_bytes",
     .types = "clickhouse",
     .value = "SIZE",
     .initial = "16 MiB",
     .least = "4 KiB",
     .most = "64 MiB",
     .help = "The most bytes that are inserted at once; at most queue_bytes.",
     .target = [](Sink& s) -> Target { return &s.batch_bytes; }},
    {.key = "flush_interval",
     .value = "DURATION",
     .initial = "1s",
     .least = "10ms",
     .most = "60s",
     .help = "Records that wait this long are sent, however few.",
     .target = [](Sink& s) -> Target { return &s.flush_interval; }},
    {.key = "drain_timeout",
     .value = "DURATION",
     .initial = "5s",
     .least = "0s",
     .most = "60s",
     .help = "How long it goes on sending when the service stops. What is left then goes into the "
             "spool; without one it is dropped and counted.",
     .target = [](Sink& s) -> Target { return &s.drain_timeout; }},
    {.key = "spool_bytes",
     .value = "SIZE",
     .initial = "0",
     .least = "0",
     .most = "1 TiB",
     .expected = "0, or a size in bytes such as 512 MiB, from 4 MiB to 1 TiB",
     .help = "A queue on the disk, which outlives the process. When it is full the oldest records "
             "are dropped and counted. 0: none.",
     .accepts = IsSpoolSize,
     .target = [](Sink& s) -> Target { return &s.spool_bytes; }},
    {.key = "spool_dir",
     .value = "DIR",
     .help = "Folder of the spool, which is no other sink's. Default: spool/NAME in data_dir.",
     .target = [](Sink& s) -> Target { return &s.spool_dir; }},
    {.key = "dead_letter_bytes",
     .value = "SIZE",
     .initial = "64 MiB",
     .least = "0",
     .most = "1 TiB",
     .help = "The most bytes of records kept on the disk that the receiver refused for good. 0: "
             "none is kept, all are counted.",
     .target = [](Sink& s) -> Target { return &s.dead_letter_bytes; }},

    {.key = "path",
     .types = "file",
     .value = "FILE",
     .expected = "a file's name, or - for stdout",
     .help = "Gets one JSON object a line; - is stdout.",
     .required = true,
     .accepts = IsFile,
     .target = [](Sink& s) -> Target { return &s.path; }},
    {.key = "rotate_bytes",
     .types = "file",
     .value = "SIZE",
     .initial = "256 MiB",
     .least = "0",
     .most = "1 TiB",
     .help = "A file that would become larger is closed and a new one begun; one batch alone may "
             "be larger. 0: never.",
     .target = [](Sink& s) -> Target { return &s.rotate_bytes; }},
    {.key = "rotate_interval",
     .types = "file",
     .value = "DURATION",
     .initial = "1d",
     .least = "0s",
     .most = "366d",
     .help = "A file of this age is closed and a new one begun. 0s: never.",
     .target = [](Sink& s) -> Target { return &s.rotate_interval; }},
    {.key = "keep_files",
     .types = "file",
     .value = "N",
     .initial = "0",
     .least = "0",
     .most = "100000",
     .help = "How many closed files are kept: beyond it the oldest go first. 0: all.",
     .target = [](Sink& s) -> Target { return &s.keep_files; }},
    {.key = "compression",
     .types = "file",
     .value = "METHOD",
     .initial = "none",
     .choices = "none|gzip|zstd",
     .help = "How files are compressed.",
     .target = [](Sink& s) -> Target { return &s.compression; }},

    {.key = "host",
     .types = "logstash",
     .value = "HOST",
     .expected = "a host's name or address",
     .help = "The receiver. A name is looked up again for each connection, and every 30 s.",
     .required = true,
     .accepts = IsHost,
     .target = [](Sink& s) -> Target { return &s.host; }},
    {.key = "host",
     .types = "mysql",
     .value = "HOST|SOCKET",
     .initial = "localhost",
     .expected = "a host's name or address, or a socket such as /run/mysqld/mysqld.sock",
     .help = "The server; what begins with / is a Unix socket.",
     .accepts = IsHostOrSocket,
     .target = [](Sink& s) -> Target { return &s.host; }},
    {.key = "port",
     .types = "logstash",
     .value = "PORT",
     .least = "1",
     .most = "65535",
     .help = "Where its input listens.",
     .required = true,
     .target = [](Sink& s) -> Target { return &s.port; }},
    {.key = "port",
     .types = "mysql",
     .value = "PORT",
     .initial = "3306",
     .least = "1",
     .most = "65535",
     .help = "Where the server listens.",
     .target = [](Sink& s) -> Target { return &s.port; }},
    {.key = "url",
     .types = "elasticsearch|clickhouse",
     .value = "URL",
     .expected = "a URL such as https://192.0.2.1:9200, without a user (it has its own option)",
     .help = "The server's HTTP interface.",
     .required = true,
     .accepts = IsUrl,
     .target = [](Sink& s) -> Target { return &s.url; }},
    {.key = "brokers",
     .types = "kafka",
     .value = "HOST[:PORT],...",
     .expected = "brokers such as 192.0.2.1:9092, or a list of them",
     .help = "Some of the cluster's brokers, without a port at 9092: these tell the others.",
     .required = true,
     .comma_list = true,
     .accepts = IsBroker,
     .target = [](Sink& s) -> Target { return &s.brokers; }},
    {.key = "topic",
     .types = "kafka",
     .value = "TOPIC",
     .initial = "wiregauge-flows",
     .expected = "a topic: letters, digits, '.', '_' and '-', at most 249",
     .help = "Where the records go.",
     .accepts = IsTopic,
     .target = [](Sink& s) -> Target { return &s.topic; }},
    {.key = "protocol",
     .types = "logstash",
     .value = "PROTOCOL",
     .initial = "tcp",
     .choices = "tcp|udp|tls",
     .help = "udp loses records without a word, and each must fit into a datagram.",
     .target = [](Sink& s) -> Target { return &s.protocol; }},
    {.key = "protocol",
     .types = "kafka",
     .value = "PROTOCOL",
     .initial = "plaintext",
     .choices = "plaintext|tls|sasl_plaintext|sasl_tls",
     .help = "Those with sasl need a user; the mechanism is the property sasl.mechanism.",
     .target = [](Sink& s) -> Target { return &s.protocol; }},
    {.key = "index",
     .types = "elasticsearch",
     .value = "NAME",
     .initial = "ntop-flows-%Y.%m.%d",
     .expected = "an index's name: lower case, without spaces and any of \\/*?\"<>|,#: and not "
                 "beginning with - _ or +; of %, only %Y, %m, %d and %H",
     .help = "Of %Y, %m, %d and %H come year, month, day and hour (UTC).",
     .accepts = IsIndex,
     .target = [](Sink& s) -> Target { return &s.index; }},
    {.key = "mapping_type",
     .types = "elasticsearch",
     .value = "NAME",
     .expected = "a mapping type: letters, digits, _ and -, not beginning with _",
     .help = "Elasticsearch 6 needs one, later versions take none. Default: none.",
     .accepts = IsMappingType,
     .target = [](Sink& s) -> Target { return &s.mapping_type; }},
    {.key = "database",
     .types = "clickhouse",
     .value = "NAME",
     .initial = "default",
     .expected = "a name: letters, digits, _ and -, at most 64",
     .help = "Where the table is.",
     .accepts = IsSqlName,
     .target = [](Sink& s) -> Target { return &s.database; }},
    {.key = "database",
     .types = "mysql",
     .value = "NAME",
     .expected = "a name: letters, digits, _ and -, at most 64",
     .help = "Where the table is.",
     .required = true,
     .accepts = IsSqlName,
     .target = [](Sink& s) -> Target { return &s.database; }},
    {.key = "table",
     .types = "clickhouse|mysql",
     .value = "NAME",
     .initial = "flows",
     .expected = "a name: letters, digits, _ and -, at most 64",
     .help = "Where the records go.",
     .accepts = IsSqlName,
     .target = [](Sink& s) -> Target { return &s.table; }},
    {.key = "user",
     .types = "elasticsearch|clickhouse|mysql|kafka",
     .value = "NAME",
     .help = "Who logs in. Default: nobody.",
     .target = [](Sink& s) -> Target { return &s.user; }},
    {.key = "password_file",
     .types = "elasticsearch|clickhouse|mysql|kafka",
     .value = "FILE",
     .help = "Holds the user's password: one line. Read at the start. Default: none, the password "
             "is in the environment or there is none.",
     .target = [](Sink& s) -> Target { return &s.password_file; }},
    {.key = "manage_schema",
     .types = "elasticsearch",
     .value = "BOOL",
     .initial = "true",
     .help = "Lays down the index template, which gives the fields their types.",
     .target = [](Sink& s) -> Target { return &s.manage_schema; }},
    {.key = "manage_schema",
     .types = "clickhouse|mysql",
     .value = "BOOL",
     .initial = "true",
     .help = "Creates the table, and adds what a newer version needs.",
     .target = [](Sink& s) -> Target { return &s.manage_schema; }},
    {.key = "compression",
     .types = "elasticsearch|clickhouse",
     .value = "METHOD",
     .initial = "none",
     .choices = "none|gzip",
     .help = "How requests are compressed: gzip pays over a network slower than 1 Gbit/s.",
     .target = [](Sink& s) -> Target { return &s.compression; }},
    {.key = "compression",
     .types = "kafka",
     .value = "METHOD",
     .initial = "lz4",
     .choices = "none|gzip|snappy|lz4|zstd",
     .help = "How batches are compressed.",
     .target = [](Sink& s) -> Target { return &s.compression; }},
    {.key = "properties",
     .types = "kafka",
     .value = "NAME=VALUE",
     .expected = "librdkafka's properties such as linger.ms=50, or a list of them",
     .help = "Settings of librdkafka itself; they win over what is made of the options here. "
             "Default: none.",
     .accepts = IsProperty,
     .target = [](Sink& s) -> Target { return &s.properties; }},
    {.key = "ca_file",
     .types = "logstash|elasticsearch|clickhouse|mysql|kafka",
     .value = "FILE",
     .help = "Certificates (PEM) that the server's is verified with. Default: the system's.",
     .target = [](Sink& s) -> Target { return &s.ca_file; }},
    {.key = "verify_tls",
     .types = "logstash|elasticsearch|clickhouse|mysql|kafka",
     .value = "BOOL",
     .initial = "true",
     .help = "Refuses a server whose certificate is not good for its name. Without, whoever is on "
             "the way can read and change everything.",
     .target = [](Sink& s) -> Target { return &s.verify_tls; }},
    {.key = "timeout",
     .types = "logstash",
     .value = "DURATION",
     .initial = "30s",
     .least = "100ms",
     .most = "10m",
     .help = "How long a connection may take to be made, or with udp a name to be looked up; then "
             "it is tried again.",
     .target = [](Sink& s) -> Target { return &s.timeout; }},
    {.key = "timeout",
     .types = "elasticsearch|clickhouse|mysql|kafka",
     .value = "DURATION",
     .initial = "30s",
     .least = "100ms",
     .most = "10m",
     .help = "How long a connection, or an answer, may take; then it is tried again.",
     .target = [](Sink& s) -> Target { return &s.timeout; }},
    {.key = "replay_bytes",
     .types = "logstash",
     .value = "SIZE",
     .initial = "96 MiB",
     .least = "0",
     .most = "1 GiB",
     .help = "How much of what was sent last is kept, and sent again after a connection broke: "
             "the receiver may not have read it, or not written it. 0 (nothing), or at least "
             "batch_bytes.",
     .target = [](Sink& s) -> Target { return &s.replay_bytes; }},
};

}  // namespace

std::span<const SinkOption> SinkOptionsTable() { return kTable; }

std::span<const std::string_view> SinkTypes() { return kTypeNames; }

bool IsOfType(const SinkOption& option, std::string_view type) {
  return option.types.empty() || std::ranges::count(Split(option.types, '|'), type) > 0;
}

const SinkOption* FindSinkOption(std::string_view type, std::string_view key) {
  const auto found = std::ranges::find_if(kTable, [&](const SinkOption& option) {
    return option.key == key && IsOfType(option, type);
  });
  return found == std::end(kTable) ? nullptr : found;
}

std::vector<std::string_view> SinkKeysOf(std::string_view type) {
  std::vector<std::string_view> keys;
  for (const SinkOption& option : kTable) {
    if (IsOfType(option, type)) keys.push_back(option.key);
  }
  return keys;
}

std::vector<std::string_view> TypesWithSinkOption(std::string_view key) {
  std::vector<std::string_view> types;
  for (const std::string_view type : kTypeNames) {
    if (FindSinkOption(type, key) != nullptr) types.push_back(type);
  }
  return types;
}

bool IsList(const SinkOption& option) {
  Sink scratch;
  return IsList(option.target(scratch));
}

std::string Expectation(const SinkOption& option) {
  Sink scratch;
  return Expectation(option.rule(), option.target(scratch));
}

}  // namespace wiregauge::config
