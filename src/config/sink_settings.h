// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "config/value.h"

namespace wiregauge::config {

// One option of a sink. Reading, errors, help and docs/configuration.md follow from this, as they
// do from a Setting. A key may have several rows, each for other types.
struct SinkOption {
  std::string_view key = {};
  std::string_view types = {};             // "logstash|mysql": who takes it; empty: all
  std::string_view value = {};             // the value's name in the help: "SIZE"
  std::string_view initial = {};           // the default, written as a user would; empty: none
  std::string_view least = {}, most = {};  // the range, written as a value; empty: no bound
  std::string_view choices = {};           // "text|json"; empty: free
  std::string_view expected = {};          // see ValueRule
  std::string_view help = {};              // sentences
  bool required = false;                   // has no default and may not be left out
  bool comma_list = false;                 // see ValueRule
  bool (*accepts)(std::string_view text) = nullptr;
  Target (*target)(Sink& sink) = nullptr;

  ValueRule rule() const {
    return {.least = least,
            .most = most,
            .choices = choices,
            .expected = expected,
            .comma_list = comma_list,
            .accepts = accepts};
  }
};

// In the order of the help; first those of all types.
std::span<const SinkOption> SinkOptionsTable();

// "file", "logstash", ...
std::span<const std::string_view> SinkTypes();

bool IsOfType(const SinkOption& option, std::string_view type);

// Null when the type has no such option.
const SinkOption* FindSinkOption(std::string_view type, std::string_view key);

std::vector<std::string_view> SinkKeysOf(std::string_view type);

// The types that have an option of this key.
std::vector<std::string_view> TypesWithSinkOption(std::string_view key);

// a-z, 0-9, _ and -, 1 to 32 of them.
bool IsSinkName(std::string_view name);

bool IsList(const SinkOption& option);
std::string Expectation(const SinkOption& option);

// What a settings file or a flag says of a sink, not yet read as values. `where` begins errors:
// "w.yaml:5: sinks.elk.port".
struct SinkText {
  const SinkOption* option = nullptr;
  std::vector<std::string> texts;
  std::string where;
};
struct SinkSpec {
  std::string name, type;
  std::vector<SinkText> texts;  // each option once at most; without `type`
  std::string password;         // from the command line
  std::string where;            // "w.yaml:3: sinks.elk"; empty: the caller says it
};

// The place of an option's value; that of the sink when it has the default.
std::string WhereOf(const SinkSpec& spec, std::string_view key);

// Defaults, then what the spec says, then what must hold between options is checked. Passwords that
// stand elsewhere are not read: see sink_password.h.
Result<Sink> MakeSink(const SinkSpec& spec);

// One with the type's defaults, without a name and what must be said of it. kInvalidArgument: there
// is no such type.
Result<Sink> DefaultSink(std::string_view type);

// What must hold between sinks, whose names differ: files and spools are no other's.
Status CheckSinks(const std::vector<Sink>& sinks);

}  // namespace wiregauge::config
