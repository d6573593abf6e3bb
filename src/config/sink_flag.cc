// SPDX-License-Identifier: Apache-2.0
#include "config/sink_flag.h"

#include <algorithm>

#include "base/text.h"
#include "config/sink_options.h"
#include "config/sink_settings.h"

namespace wiregauge::config {
namespace {

// Whether the last part goes on to the end of the text, with what it holds of ';'.
enum class LastPart : uint8_t { kHoldsNoSemicolon, kMayHoldSemicolons };

// A sink as a flag tells it: its parts stand for options, in their order. An empty part is the
// default.
struct FlagForm {
  std::string_view form;
  std::string_view type;
  size_t least_parts = 0, most_parts = 0;
  LastPart last = LastPart::kHoldsNoSemicolon;
  void (*fill)(std::span<const std::string> parts, SinkSpec& spec) = nullptr;
};

void Add(std::string_view key, std::vector<std::string> texts, SinkSpec& spec) {
  const SinkOption* const option = FindSinkOption(spec.type, key);
  WIREGAUGE_CHECK(option != nullptr);
  spec.texts.push_back({option, std::move(texts), std::string(key)});
}

// Adds the option of each key from its part.
void AddParts(std::span<const std::string_view> keys, std::span<const std::string> parts,
              SinkSpec& spec) {
  for (size_t i = 0; i < std::min(keys.size(), parts.size()); ++i) {
    if (!parts[i].empty()) Add(keys[i], {parts[i]}, spec);
  }
}

// "HOST", "HOST@PORT", "HOST:PORT", "[IPV6]:PORT", "/SOCKET".
void AddHostAndPort(std::string_view text, SinkSpec& spec) {
  const bool is_socket = text.starts_with('/');
  const bool is_bare_ipv6 = !text.starts_with('[') && std::ranges::count(text, ':') > 1;
  size_t at = text.find('@');
  if (at == std::string_view::npos && !is_bare_ipv6) {
    at = text.find(':', text.starts_with('[') ? std::min(text.find(']'), text.size()) : 0);
  }
  if (is_socket) at = std::string_view::npos;
  std::string_view host = text.substr(0, at);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!host.empty()) Add("host", {std::string(host)}, spec);
  if (at != std::string_view::npos) Add("port", {std::string(text.substr(at + 1))}, spec);
}

void FillLogstash(std::span<const std::string> parts, SinkSpec& spec) {
  static constexpr std::string_view kKeys[] = {"host", "protocol", "port"};
  std::vector<std::string> bare(parts.begin(), parts.end());
  std::string& host = bare[0];
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  AddParts(kKeys, bare, spec);
}

// ntopng's TYPE is not taken: it is for version 6, and later ones refuse requests that have one.
void FillElasticsearch(std::span<const std::string> parts, SinkSpec& spec) {
  static constexpr std::string_view kKeys[] = {"index", "url", "user"};
  std::vector<std::string> plain(parts.begin() + 1, parts.end());
  if (plain.size() > 2) {
    std::string& login = plain[2];
    const size_t colon = std::min(login.find(':'), login.size());
    spec.password = login.substr(std::min(colon + 1, login.size()));
    login.resize(colon);
  }
  AddParts(kKeys, plain, spec);
}

void FillMysql(std::span<const std::string> parts, SinkSpec& spec) {
  static constexpr std::string_view kKeys[] = {"database", "table", "user"};
  AddHostAndPort(parts[0], spec);
  AddParts(kKeys, parts.subspan(1), spec);
  if (parts.size() > 4) spec.password = parts[4];
}

void FillFile(std::span<const std::string> parts, SinkSpec& spec) {
  static constexpr std::string_view kKeys[] = {"path"};
  AddParts(kKeys, parts, spec);
}

void FillKafka(std::span<const std::string> parts, SinkSpec& spec) {
  static constexpr std::string_view kKeys[] = {"brokers", "topic"};
  AddParts(kKeys, parts, spec);
}

void FillClickhouse(std::span<const std::string> parts, SinkSpec& spec) {
  static constexpr std::string_view kKeys[] = {"url", "database", "table", "user"};
  AddParts(kKeys, parts, spec);
}

constexpr FlagForm kForms[] = {
    {"logstash;HOST;tcp|udp|tls;PORT", "logstash", 3, 3, LastPart::kHoldsNoSemicolon, FillLogstash},
    {"es;TYPE;INDEX;URL[;USER:PASSWORD]", "elasticsearch", 3, 4, LastPart::kMayHoldSemicolons,
     FillElasticsearch},
    {"mysql;HOST[@PORT]|SOCKET;DATABASE;TABLE;USER[;PASSWORD]", "mysql", 4, 5,
     LastPart::kMayHoldSemicolons, FillMysql},
    {"file;PATH", "file", 1, 1, LastPart::kMayHoldSemicolons, FillFile},
    {"kafka;BROKERS[;TOPIC]", "kafka", 1, 2, LastPart::kHoldsNoSemicolon, FillKafka},
    {"clickhouse;URL[;DATABASE[;TABLE[;USER]]]", "clickhouse", 1, 4, LastPart::kHoldsNoSemicolon,
     FillClickhouse},
};

std::string_view WordOf(const FlagForm& form) { return form.form.substr(0, form.form.find(';')); }

Error Wrong(const std::string& problem) { return Error{ErrorCode::kInvalidArgument, problem}; }

// The parts behind the first.
std::vector<std::string> PartsOf(std::string_view text, const FlagForm& form) {
  std::vector<std::string> parts;
  size_t at = text.find(';');
  while (at != std::string_view::npos) {
    const size_t begin = at + 1;
    const bool is_rest =
        form.last == LastPart::kMayHoldSemicolons && parts.size() + 1 == form.most_parts;
    at = is_rest ? std::string_view::npos : text.find(';', begin);
    parts.emplace_back(text.substr(begin, at - begin));
  }
  return parts;
}

Result<const FlagForm*> FormOf(std::string_view word) {
  std::string words;
  for (const FlagForm& form : kForms) {
    if (WordOf(form) == word || form.type == word) return &form;
    words.append(words.empty() ? "" : ", ").append(WordOf(form));
  }
  return Wrong("expected a sink such as \"" + std::string(kForms[0].form) + "\", of " + words +
               ", got '" + std::string(word) + "'");
}

// "logstash", "logstash-2", ...
std::string NameFor(std::string_view type, const std::vector<Sink>& sinks) {
  const auto same = std::ranges::count(sinks, type, &Sink::type);
  return same == 0 ? std::string(type) : std::string(type) + "-" + std::to_string(same + 1);
}

Result<Sink> SinkOf(const std::string& text, const std::vector<Sink>& others) {
  const auto form = FormOf(std::string_view(text).substr(0, text.find(';')));
  if (!form.ok()) return form.error();
  const auto& [words, type, least_parts, most_parts, last, fill] = **form;
  const std::string expected = "expected \"" + std::string(words) + "\"";
  const std::vector<std::string> parts = PartsOf(text, **form);
  if (parts.empty()) {
    return Wrong(expected + ", got '" + text +
                 "' alone: a shell ends its command at ; without quotes");
  }
  // Without them: one of them may be a password.
  if (parts.size() < least_parts || parts.size() > most_parts) {
    return Wrong(expected + ", got " + std::to_string(parts.size() + 1) + " parts");
  }
  SinkSpec spec{.name = NameFor(type, others),
                .type = std::string(type),
                .texts = {},
                .password = {},
                .where = {}};
  fill(parts, spec);
  auto sink = MakeSink(spec);
  if (!sink.ok()) return Wrong(expected + "; " + sink.error().message);
  return sink;
}

}  // namespace

Status AssignSinks(std::span<const std::string> texts, std::vector<Sink>& out) {
  std::vector<Sink> sinks;
  for (const std::string& text : texts) {
    auto sink = SinkOf(text, sinks);
    if (!sink.ok()) return sink.error();
    sinks.push_back(std::move(*sink));
  }
  out = std::move(sinks);
  return {};
}

std::vector<std::string_view> SinkFlagForms() {
  std::vector<std::string_view> forms;
  for (const FlagForm& form : kForms) forms.push_back(form.form);
  return forms;
}

}  // namespace wiregauge::config
