// SPDX-License-Identifier: Apache-2.0
#include "config/value.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/text.h"
#include "config/sink_flag.h"

namespace wiregauge::config {
namespace {

// They are numbered with 16 bits, and a member is searched among all.
constexpr size_t kMostNetworks = 10000, kMostPools = 1000;

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
// Needed by clang before 17, which deduces no aggregate's arguments (P1816).
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::optional<bool> ParseBool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

// A rule and what it is of.
struct Form {
  const ValueRule& rule;
  const Target& target;

  bool IsGood(std::string_view text) const {
    const bool is_choice =
        rule.choices.empty() || std::ranges::count(Split(rule.choices, '|'), text) > 0;
    return is_choice && (rule.accepts == nullptr || rule.accepts(text));
  }
};

// A URL without the user and the password that may stand in it: errors are logged.
std::string ToShow(std::string_view text) {
  const size_t scheme_end = text.find("://");
  const size_t at = text.rfind('@');
  if (scheme_end == std::string_view::npos || at == std::string_view::npos || at < scheme_end) {
    return std::string(text);
  }
  return std::string(text.substr(0, scheme_end + 3)) + "..." + std::string(text.substr(at));
}

Error Unexpected(const Form& form, std::string_view text) {
  return Error{ErrorCode::kInvalidArgument,
               "expected " + Expectation(form.rule, form.target) + ", got '" + ToShow(text) + "'"};
}

// Reads one value and holds it against the range, whose ends are written like values.
template <typename Value, typename Parse>
Status AssignInRange(const Form& form, const std::string& text, Parse parse, Value& out) {
  const auto& [rule, target] = form;
  const std::optional<Value> value = parse(text);
  if (!value.has_value()) return Unexpected(form, text);
  if (!rule.least.empty() && *value < *parse(rule.least)) return Unexpected(form, text);
  if (!rule.most.empty() && *value > *parse(rule.most)) return Unexpected(form, text);
  if (!form.IsGood(text)) return Unexpected(form, text);
  out = *value;
  return {};
}

// Text goes into logs, JSON and HTTP headers: it must be UTF-8 and may not end a line there.
Status AssignText(const Form& form, const std::string& text, std::string& out) {
  const auto refuse = [&](const char* what) {
    return Error{ErrorCode::kInvalidArgument,
                 "expected " + Expectation(form.rule, form.target) + ", got one that " + what};
  };
  if (ToValidUtf8(text) != text) return refuse("is not UTF-8");
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    const bool is_space = c == '\n' || c == '\r' || c == '\t';
    if (is_control && !(form.rule.several_lines && is_space)) {
      return refuse("holds a control character");
    }
  }
  if (!form.IsGood(text)) return Unexpected(form, text);
  out = text;
  return {};
}

Status AssignList(const Form& form, std::span<const std::string> texts,
                  std::vector<std::string>& out) {
  out.clear();
  const bool of_choices = !form.rule.choices.empty();
  for (const std::string& text : texts) {
    if (text.empty() && of_choices) continue;  // none of them
    // Not every list may be a comma list: a file's name may hold a comma.
    const auto parts =
        of_choices || form.rule.comma_list ? Split(text, ',') : std::vector<std::string_view>{text};
    for (const std::string_view part : parts) {
      const std::string_view item = Trim(part);
      if (item.empty() || !form.IsGood(item)) return Unexpected(form, text);
      const bool again = of_choices && std::ranges::count(out, item) > 0;
      if (!again) out.emplace_back(item);
    }
  }
  return {};
}

// What history and metrics call all that is in no such place, or has no series of its own.
bool IsTaken(std::string_view name) { return name == "none" || name == "other"; }

Status AssignNetworks(const Form& form, std::span<const std::string> texts,
                      std::vector<LocalNetwork>& out) {
  out.clear();
  for (const std::string& text : texts) {
    for (const std::string_view part : Split(text, ',')) {
      const size_t equals = part.find('=');
      const auto network = IpNetwork::Parse(Trim(part.substr(0, equals)));
      if (!network.has_value()) return Unexpected(form, part);
      LocalNetwork local{.network = *network, .alias = {}};
      if (equals != std::string_view::npos) {
        const Status alias =
            AssignText(form, std::string(Trim(part.substr(equals + 1))), local.alias);
        if (!alias) return alias;
        if (local.alias.empty() || IsTaken(local.alias)) return Unexpected(form, part);
      }
      const bool again = std::ranges::any_of(
          out, [&](const LocalNetwork& other) { return other.network == local.network; });
      if (again) {
        return Error{ErrorCode::kInvalidArgument,
                     "the network '" + network->ToString() + "' stands twice"};
      }
      if (out.size() == kMostNetworks) {
        return Error{ErrorCode::kInvalidArgument,
                     "expected at most " + std::to_string(kMostNetworks) + " networks"};
      }
      out.push_back(std::move(local));
    }
  }
  return {};
}

Error StandsTwice(std::string_view item) {
  return Error{ErrorCode::kInvalidArgument, "'" + std::string(item) + "' stands twice"};
}

Pool& PoolNamed(std::string_view name, std::vector<Pool>& pools) {
  const auto known = std::ranges::find(pools, name, &Pool::name);
  if (known != pools.end()) return *known;
  return pools.emplace_back(Pool{.name = std::string(name), .networks = {}, .macs = {}});
}

template <typename Member>
bool IsMember(const std::vector<Pool>& pools, std::vector<Member> Pool::*members,
              const Member& member) {
  return std::ranges::any_of(
      pools, [&](const Pool& pool) { return std::ranges::count(pool.*members, member) > 0; });
}

// One member of a pool, which is in no other.
Status AssignMember(const Form& form, std::string_view part, std::vector<Pool>& pools) {
  const size_t equals = part.find('=');
  if (equals == std::string_view::npos) return Unexpected(form, part);
  const std::string_view member = Trim(part.substr(0, equals));
  std::string name;
  if (Status named = AssignText(form, std::string(Trim(part.substr(equals + 1))), name); !named) {
    return named;
  }
  const auto network = IpNetwork::Parse(member);
  const auto mac = MacAddress::Parse(member);
  if (name.empty() || IsTaken(name) || (!network && !mac)) return Unexpected(form, part);
  if (network ? IsMember(pools, &Pool::networks, *network) : IsMember(pools, &Pool::macs, *mac)) {
    return StandsTwice(member);
  }
  Pool& pool = PoolNamed(name, pools);
  if (pools.size() > kMostPools) {
    return Error{ErrorCode::kInvalidArgument,
                 "expected at most " + std::to_string(kMostPools) + " pools"};
  }
  if (network) pool.networks.push_back(*network);
  if (mac) pool.macs.push_back(*mac);
  return {};
}

Status AssignPools(const Form& form, std::span<const std::string> texts, std::vector<Pool>& out) {
  out.clear();
  for (const std::string& text : texts) {
    for (const std::string_view part : Split(text, ',')) {
      if (Status status = AssignMember(form, part, out); !status) return status;
    }
  }
  return {};
}

std::string RangeText(const ValueRule& rule) {
  if (rule.least.empty()) return {};
  return ", from " + std::string(rule.least) + " to " + std::string(rule.most);
}

std::string ChoicesText(const ValueRule& rule) {
  std::string text;
  for (const std::string_view choice : Split(rule.choices, '|')) {
    text.append(text.empty() ? "" : ", ").append(choice);
  }
  return text;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

}  // namespace

std::optional<uint64_t> ParseSize(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = ParseNumber<uint64_t>(text.substr(0, digits));
  if (!count.has_value()) return std::nullopt;
  static constexpr std::pair<std::string_view, int> kUnits[] = {
      {"", 0}, {"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}};
  const std::string_view unit = Trim(text.substr(digits));
  for (const auto& [name, shift] : kUnits) {
    if (unit != name) continue;
    if (*count > std::numeric_limits<uint64_t>::max() >> shift) return std::nullopt;
    return *count << shift;
  }
  return std::nullopt;
}

std::optional<ListenAddress> ParseListenAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = ParseNumber<uint16_t>(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  const auto address = IpAddress::Parse(host);
  if (!port.has_value() || !address.has_value()) return std::nullopt;
  if (bracketed != (address->version() == 6)) return std::nullopt;
  return ListenAddress{.address = *address, .port = *port};
}

Status Assign(const ValueRule& rule, std::span<const std::string> texts, const Target& target) {
  if (!IsList(target) && texts.size() != 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "expected one value, got " + std::to_string(texts.size())};
  }
  const Form form{.rule = rule, .target = target};
  return std::visit(
      Overloaded{
          [&](bool* out) { return AssignInRange(form, texts[0], ParseBool, *out); },
          [&](uint32_t* out) { return AssignInRange(form, texts[0], ParseNumber<uint32_t>, *out); },
          [&](uint64_t* out) { return AssignInRange(form, texts[0], ParseSize, *out); },
          [&](Duration* out) { return AssignInRange(form, texts[0], ParseDuration, *out); },
          [&](std::string* out) { return AssignText(form, texts[0], *out); },
          [&](std::vector<std::string>* out) { return AssignList(form, texts, *out); },
          [&](std::vector<LocalNetwork>* out) { return AssignNetworks(form, texts, *out); },
          [&](std::vector<Pool>* out) { return AssignPools(form, texts, *out); },
          [&](std::vector<Sink>* out) { return AssignSinks(texts, *out); },
          [&](ListenAddress* out) {
            const auto address = ParseListenAddress(texts[0]);
            if (!address.has_value()) return Status(Unexpected(form, texts[0]));
            *out = *address;
            return Status();
          },
          [&](log::Level* out) { return AssignInRange(form, texts[0], log::ParseLevel, *out); },
          [&](std::optional<log::Format>* out) {
            *out = log::ParseFormat(texts[0]);
            return form.IsGood(texts[0]) ? Status() : Unexpected(form, texts[0]);
          },
      },
      target);
}

bool SameValue(const Target& a, const Target& b) {
  return std::visit([&](auto* value) { return *value == *std::get<decltype(value)>(b); }, a);
}

bool IsList(const Target& target) {
  return std::holds_alternative<std::vector<std::string>*>(target) ||
         std::holds_alternative<std::vector<LocalNetwork>*>(target) ||
         std::holds_alternative<std::vector<Pool>*>(target) ||
         std::holds_alternative<std::vector<Sink>*>(target);
}

std::string Expectation(const ValueRule& rule, const Target& target) {
  if (!rule.expected.empty()) return std::string(rule.expected);
  return std::visit(
      Overloaded{
          [](bool*) { return std::string("true or false"); },
          [&](uint32_t*) { return "a whole number" + RangeText(rule); },
          [&](uint64_t*) {
            return "a size in bytes such as 65536, 512 KiB or 64 MiB" + RangeText(rule);
          },
          [&](Duration*) { return "a duration such as 250ms, 60s, 5m or 1h" + RangeText(rule); },
          [&](std::string*) {
            return rule.choices.empty() ? std::string("text") : "one of " + ChoicesText(rule);
          },
          [&](std::vector<std::string>*) {
            return rule.choices.empty() ? std::string("a name, or a list of names")
                                        : "a list of " + ChoicesText(rule);
          },
          [](std::vector<LocalNetwork>*) {
            return std::string("networks such as 192.168.0.0/16=office,10.0.0.0/8");
          },
          [](std::vector<Pool>*) {
            return std::string(
                "pools with members such as printers: [192.168.1.0/28, 02:00:5e:10:00:01]");
          },
          [](std::vector<Sink>*) {
            return std::string(
                "sinks with their options such as elk: {type: logstash, host: 192.0.2.1, port: "
                "5510}");
          },
          [](ListenAddress*) {
            return std::string("an address and a port such as 127.0.0.1:9669 or [::1]:9669");
          },
          [&](auto*) { return "one of " + ChoicesText(rule); },
      },
      target);
}

std::string_view Nearest(std::string_view text, std::span<const std::string_view> candidates) {
  const size_t allowed = std::max<size_t>(2, text.size() / 3);
  std::string_view best;
  size_t best_distance = allowed + 1;
  for (const std::string_view candidate : candidates) {
    const size_t distance = EditDistance(text, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace wiregauge::config
