// SPDX-License-Identifier: Apache-2.0
#include "config/sink_settings.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <system_error>

#include "base/text.h"
#include "config/read_file.h"

namespace wiregauge::config {
namespace {

constexpr std::string_view kTypes = "file|logstash|elasticsearch|clickhouse|mysql|kafka";
constexpr std::string_view kTypeNames[] = {"file",       "logstash", "elasticsearch",
                                           "clickhouse", "mysql",    "kafka"};
// An insert costs ClickHouse as much as a thousand rows do.
constexpr std::string_view kSmallBatches = "file|logstash|elasticsearch|mysql|kafka";
constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

bool IsOnlyOf(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

bool IsPort(std::string_view text) {
  const auto port = ParseNumber<uint16_t>(text);
  return port.has_value() && *port > 0;
}

// A name or an address, IPv6 without brackets.
bool IsHost(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    const auto address = IpAddress::Parse(text);
    return address.has_value() && address->version() == 6;
  }
  return !text.empty() && text.find_first_of(" /@;,[]?#%") == std::string_view::npos;
}

bool IsHostOrSocket(std::string_view text) {
  return text.starts_with('/') ? text.size() > 1 : IsHost(text);
}

// The part behind the host of "HOST...", "[IPV6]..."; nothing when there is no host.
std::optional<std::string_view> BehindHost(std::string_view text) {
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view address = text.substr(1, close - 1);
    if (address.find(':') == std::string_view::npos || !IsHost(address)) return std::nullopt;
    return text.substr(close + 1);
  }
  const size_t colon = std::min(text.find(':'), text.size());
  if (!IsHost(text.substr(0, colon))) return std::nullopt;
  return text.substr(colon);
}

bool IsHostWithPort(std::string_view text) {
  const auto behind = BehindHost(text);
  return behind.has_value() && behind->starts_with(':') && IsPort(behind->substr(1));
}

bool IsUrl(std::string_view text) {
  const std::string_view scheme = text.starts_with("http://")    ? "http://"
                                  : text.starts_with("https://") ? "https://"
                                                                 : "";
  if (scheme.empty() || text.find_first_of(" ?#@") != std::string_view::npos) return false;
  const std::string_view rest = text.substr(scheme.size());
  const auto behind = BehindHost(rest.substr(0, rest.find('/')));
  return behind.has_value() &&
         (behind->empty() || (behind->starts_with(':') && IsPort(behind->substr(1))));
}

// With what strftime makes of the conversions that an index's name may hold; nothing for others.
std::optional<std::string> ExampleOf(std::string_view pattern) {
  std::string example;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      example.push_back(pattern[i]);
      continue;
    }
    if (++i == pattern.size()) return std::nullopt;
    if (pattern[i] == 'Y') {
      example.append("2026");
    } else if (std::string_view("mdH").find(pattern[i]) != std::string_view::npos) {
      example.append("01");
    } else {
      return std::nullopt;
    }
  }
  return example;
}

bool IsIndex(std::string_view pattern) {
  const auto name = ExampleOf(pattern);
  if (!name.has_value() || name->empty() || name->size() > 255) return false;
  if (*name == "." || *name == ".." ||
      std::string_view("-_+").find(name->front()) != std::string_view::npos)
    return false;
  return ToLower(*name) == *name && name->find_first_of("\\/*?\"<>| ,#:") == std::string::npos;
}

bool IsMappingType(std::string_view text) {
  return text.empty() || text == "_doc" || (text.front() != '_' && IsOnlyOf(text, kNameCharacters));
}

bool IsSqlName(std::string_view text) {
  return !text.empty() && text.size() <= 64 && IsOnlyOf(text, kNameCharacters);
}

bool IsTopic(std::string_view text) {
  if (text.empty() || text.size() > 249 || text == "." || text == "..") return false;
  return std::ranges::all_of(
      text, [](char c) { return c == '.' || kNameCharacters.find(c) != std::string_view::npos; });
}

bool IsProperty(std::string_view text) {
  const size_t equals = text.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         IsOnlyOf(text.substr(0, equals), "abcdefghijklmnopqrstuvwxyz0123456789._");
}

bool IsFile(std::string_view text) { return !text.empty() && !text.ends_with('/'); }

bool IsSpoolSize(std::string_view text) {
  const auto size = ParseSize(text);
  return size == 0u || size >= uint64_t{4} << 20;
}

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
     .help = "A name is looked up again for each connection.",
     .required = true,
     .accepts = IsHost,
     .target = [](Sink& s) -> Target { return &s.host; }},
    {.key = "host",
     .types = "mysql",
     .value = "HOST|SOCKET",
     .initial = "localhost",
     .expected = "a host's name or address, or a socket such as /run/mysqld/mysqld.sock",
     .help = "What begins with / is a Unix socket.",
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
     .value = "HOST:PORT,...",
     .expected = "brokers such as 192.0.2.1:9092, or a list of them",
     .help = "Some of the cluster's brokers: these tell the others.",
     .required = true,
     .comma_list = true,
     .accepts = IsHostWithPort,
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
     .help = "The database of the table.",
     .accepts = IsSqlName,
     .target = [](Sink& s) -> Target { return &s.database; }},
    {.key = "database",
     .types = "mysql",
     .value = "NAME",
     .expected = "a name: letters, digits, _ and -, at most 64",
     .help = "The database of the table.",
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
     .help = "Puts the index template, which gives the fields their types.",
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
     .types = "logstash|elasticsearch|clickhouse|mysql|kafka",
     .value = "DURATION",
     .initial = "30s",
     .least = "100ms",
     .most = "10m",
     .help = "How long a connection, or an answer, may take; then it is tried again.",
     .target = [](Sink& s) -> Target { return &s.timeout; }},
    {.key = "replay_bytes",
     .types = "logstash",
     .value = "SIZE",
     .initial = "16 MiB",
     .least = "0",
     .most = "1 GiB",
     .help = "How much of what was sent last is kept, and sent again after a connection broke: "
             "the receiver may not have read it. 0 (nothing), or at least batch_bytes.",
     .target = [](Sink& s) -> Target { return &s.replay_bytes; }},
};

Error At(const std::string& where, const std::string& problem) {
  return Error{ErrorCode::kInvalidArgument, where.empty() ? problem : where + ": " + problem};
}

void AssignDefaults(Sink& sink) {
  for (const SinkOption& option : kTable) {
    if (option.initial.empty() || !IsOfType(option, sink.type)) continue;
    const std::string text(option.initial);
    WIREGAUGE_CHECK(Assign(option.rule(), {&text, 1}, option.target(sink)).ok());
  }
}

bool IsSaid(const SinkSpec& spec, std::string_view key) {
  return std::ranges::any_of(spec.texts,
                             [&](const SinkText& text) { return text.option->key == key; });
}

Status CheckRequired(const SinkSpec& spec) {
  for (const SinkOption& option : kTable) {
    if (!option.required || option.key == "type" || !IsOfType(option, spec.type)) continue;
    if (!IsSaid(spec, option.key)) return At(spec.where, std::string(option.key) + " is missing");
  }
  return {};
}

Status CheckKafka(const SinkSpec& spec, const Sink& sink) {
  if (sink.type != "kafka") return {};
  const bool is_sasl = sink.protocol.starts_with("sasl_");
  if (is_sasl && sink.user.empty()) {
    return At(WhereOf(spec, "protocol"), sink.protocol + " needs a user");
  }
  if (!is_sasl && !sink.user.empty()) {
    return At(WhereOf(spec, "user"), "needs protocol sasl_tls or sasl_plaintext");
  }
  const auto sets = [&](std::string_view property) {
    return std::ranges::any_of(sink.properties,
                               [&](const std::string& text) { return text.starts_with(property); });
  };
  if (sets("sasl.password=")) {
    return At(WhereOf(spec, "properties"), "sasl.password does not stand here: use password_file");
  }
  if (sets("delivery.report.only.error=")) {
    return At(WhereOf(spec, "properties"),
              "delivery.report.only.error does not stand here: a record is delivered when the "
              "brokers say so");
  }
  return {};
}

Status CheckLogstash(const SinkSpec& spec, const Sink& sink) {
  if (sink.type != "logstash") return {};
  if (!sink.ca_file.empty() && sink.protocol != "tls") {
    return At(WhereOf(spec, "ca_file"), "needs protocol tls: " + sink.protocol + " is sent plain");
  }
  if (sink.replay_bytes != 0 && sink.replay_bytes < sink.batch_bytes) {
    return At(WhereOf(spec, "replay_bytes"), "expected 0, or at least batch_bytes, which is more");
  }
  return {};
}

// Read here to be named with its place; who connects reads it itself.
Status CheckCaFile(const SinkSpec& spec, const Sink& sink) {
  if (sink.ca_file.empty()) return {};
  const auto text = ReadFile(sink.ca_file, 1);
  if (text.ok()) return {};
  return At(WhereOf(spec, "ca_file"), sink.ca_file + ": cannot be read: " + text.error().message);
}

Status CheckTogether(const SinkSpec& spec, const Sink& sink) {
  if (sink.batch_bytes > sink.queue_bytes) {
    return At(WhereOf(spec, "batch_bytes"), "expected at most queue_bytes, which is smaller");
  }
  if (!sink.spool_dir.empty() && sink.spool_bytes == 0) {
    return At(WhereOf(spec, "spool_dir"), "there is no spool without spool_bytes");
  }
  if (Status ca_file = CheckCaFile(spec, sink); !ca_file) return ca_file;
  if (Status logstash = CheckLogstash(spec, sink); !logstash) return logstash;
  return CheckKafka(spec, sink);
}

// One spelling of each path, links followed as far as they are there.
std::string Canonical(const std::string& path) {
  std::error_code error;
  const auto canonical =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  return error ? path : canonical.string();
}

// What two sinks may not share; empty: none.
std::string SpoolOf(const Sink& sink) {
  return sink.spool_bytes == 0 || sink.spool_dir.empty() ? "" : Canonical(sink.spool_dir + "/");
}

std::string FileOf(const Sink& sink) {
  if (sink.type != "file") return "";
  return sink.path == "-" ? sink.path : Canonical(sink.path);
}

Status CheckPair(const Sink& a, const Sink& b) {
  const auto shared = [&](const char* what, const std::string& value) {
    return Error{ErrorCode::kInvalidArgument,
                 a.name + " and " + b.name + " have the same " + what + " '" + value + "'"};
  };
  if (!FileOf(a).empty() && FileOf(a) == FileOf(b)) return shared("path", a.path);
  if (!SpoolOf(a).empty() && SpoolOf(a) == SpoolOf(b)) return shared("spool_dir", a.spool_dir);
  return {};
}

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

bool IsSinkName(std::string_view name) {
  return !name.empty() && name.size() <= 32 &&
         IsOnlyOf(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");
}

bool IsList(const SinkOption& option) {
  Sink scratch;
  return IsList(option.target(scratch));
}

std::string Expectation(const SinkOption& option) {
  Sink scratch;
  return Expectation(option.rule(), option.target(scratch));
}

std::string WhereOf(const SinkSpec& spec, std::string_view key) {
  const auto said =
      std::ranges::find(spec.texts, key, [](const SinkText& text) { return text.option->key; });
  return said == spec.texts.end() ? spec.where : said->where;
}

Result<Sink> MakeSink(const SinkSpec& spec) {
  if (Status required = CheckRequired(spec); !required) return required.error();
  Sink sink;
  sink.name = spec.name;
  sink.type = spec.type;
  AssignDefaults(sink);
  for (const auto& [option, texts, where] : spec.texts) {
    if (option->required && texts.empty()) {
      return At(where, "expected " + Expectation(*option) + ", got nothing");
    }
    const Status status = Assign(option->rule(), texts, option->target(sink));
    if (!status.ok()) return At(where, status.error().message);
  }
  while (sink.url.ends_with('/')) sink.url.pop_back();
  sink.password = spec.password;
  sink.password_on_command_line = !spec.password.empty();
  if (Status together = CheckTogether(spec, sink); !together) return together.error();
  return sink;
}

Result<Sink> DefaultSink(std::string_view type) {
  if (std::ranges::count(SinkTypes(), type) == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "'" + std::string(type) + "' is no type of sink, expected " + std::string(kTypes)};
  }
  Sink sink;
  sink.type = type;
  AssignDefaults(sink);
  return sink;
}

Status CheckSinks(const std::vector<Sink>& sinks) {
  for (auto a = sinks.begin(); a != sinks.end(); ++a) {
    for (auto b = std::next(a); b != sinks.end(); ++b) {
      if (Status pair = CheckPair(*a, *b); !pair) return pair;
    }
  }
  return {};
}

}  // namespace wiregauge::config
