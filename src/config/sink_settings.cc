// SPDX-License-Identifier: Apache-2.0
#include "config/sink_settings.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "config/read_file.h"
#include "config/sink_values.h"

namespace wiregauge::config {
namespace {

Error At(const std::string& where, const std::string& problem) {
  return Error{ErrorCode::kInvalidArgument, where.empty() ? problem : where + ": " + problem};
}

// The place of an option's value; that of the sink when it has the default.
std::string WhereOf(const SinkSpec& spec, std::string_view key) {
  const auto said =
      std::ranges::find(spec.texts, key, [](const SinkText& text) { return text.option->key; });
  return said == spec.texts.end() ? spec.where : said->where;
}

bool IsSaid(const SinkSpec& spec, std::string_view key) {
  return std::ranges::any_of(spec.texts,
                             [&](const SinkText& text) { return text.option->key == key; });
}

Status CheckRequired(const SinkSpec& spec) {
  for (const SinkOption& option : SinkOptionsTable()) {
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
    return At(WhereOf(spec, "replay_bytes"), "expected 0, or at least batch_bytes (" +
                                                 std::to_string(sink.batch_bytes) + "), got " +
                                                 std::to_string(sink.replay_bytes));
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
    return At(WhereOf(spec, "batch_bytes"), "expected batch_bytes of at most queue_bytes (" +
                                                std::to_string(sink.queue_bytes) + "), got " +
                                                std::to_string(sink.batch_bytes));
  }
  if (!sink.spool_dir.empty() && sink.spool_bytes == 0) {
    return At(WhereOf(spec, "spool_dir"), "there is no spool without spool_bytes");
  }
  if (Status ca_file = CheckCaFile(spec, sink); !ca_file) return ca_file;
  if (Status logstash = CheckLogstash(spec, sink); !logstash) return logstash;
  return CheckKafka(spec, sink);
}

std::string_view WithoutSlashes(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

// What requests' paths are put behind. Other programs' settings name Elasticsearch's _bulk itself.
std::string BaseOf(const std::string& type, const std::string& url) {
  constexpr std::string_view kBulk = "/_bulk";
  std::string_view base = WithoutSlashes(url);
  if (type != "elasticsearch" || !base.ends_with(kBulk)) return std::string(base);
  const auto server = WithoutSlashes(base.substr(0, base.size() - kBulk.size()));
  return std::string(IsUrl(server) ? server : base);
}

// One spelling of each path, links followed as far as they are there.
std::string Canonical(const std::string& path) {
  std::error_code error;
  const auto canonical =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  return error ? path : canonical.string();
}

// What two sinks may not share; empty: none.
std::string SpoolOf(const Sink& sink, const std::string& data_dir) {
  return sink.spool_bytes == 0 ? "" : Canonical(SpoolDirOf(sink, data_dir) + "/");
}

std::string FileOf(const Sink& sink) {
  if (sink.type != "file") return "";
  return sink.path == "-" ? sink.path : Canonical(sink.path);
}

Status CheckPair(const Sink& a, const Sink& b, const std::string& data_dir) {
  const auto shared = [&](const char* what, const std::string& value) {
    return Error{ErrorCode::kInvalidArgument,
                 a.name + " and " + b.name + " have the same " + what + " '" + value + "'"};
  };
  if (!FileOf(a).empty() && FileOf(a) == FileOf(b)) return shared("path", a.path);
  const std::string spool = SpoolOf(a, data_dir);
  if (!spool.empty() && spool == SpoolOf(b, data_dir)) {
    return shared("spool_dir", SpoolDirOf(a, data_dir));
  }
  return {};
}

}  // namespace

Result<Sink> MakeSink(const SinkSpec& spec) {
  if (Status required = CheckRequired(spec); !required) return required.error();
  Sink sink = DefaultSink(spec.type);
  sink.name = spec.name;
  sink.place.text = spec.where;
  for (const auto& [option, texts, where] : spec.texts) {
    if (option->required && texts.empty()) {
      return At(where, "expected " + Expectation(*option) + ", got nothing");
    }
    const Status status = Assign(option->rule(), texts, option->target(sink));
    if (!status.ok()) return At(where, status.error().message);
  }
  sink.url = BaseOf(sink.type, sink.url);
  sink.password = spec.password;
  sink.password_on_command_line = !spec.password.empty();
  if (Status together = CheckTogether(spec, sink); !together) return together.error();
  return sink;
}

Sink DefaultSink(std::string_view type) {
  Sink sink;
  sink.type = type;
  for (const SinkOption& option : SinkOptionsTable()) {
    if (option.initial.empty() || !IsOfType(option, type)) continue;
    const std::string text(option.initial);
    WIREGAUGE_CHECK(Assign(option.rule(), {&text, 1}, option.target(sink)).ok());
  }
  return sink;
}

std::string SpoolDirOf(const Sink& sink, const std::string& data_dir) {
  return sink.spool_dir.empty() ? data_dir + "/spool/" + sink.name : sink.spool_dir;
}

Status CheckSinks(const std::vector<Sink>& sinks, const std::string& data_dir) {
  for (auto a = sinks.begin(); a != sinks.end(); ++a) {
    for (auto b = std::next(a); b != sinks.end(); ++b) {
      if (Status pair = CheckPair(*a, *b, data_dir); !pair) return pair;
    }
  }
  return {};
}

}  // namespace wiregauge::config
