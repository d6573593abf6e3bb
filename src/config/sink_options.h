// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

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

bool IsList(const SinkOption& option);
std::string Expectation(const SinkOption& option);

}  // namespace wiregauge::config
