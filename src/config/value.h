// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "config/settings.h"

namespace wiregauge::config {

// Where a value lives; the type says how its text is read: uint32_t is a number, uint64_t a size in
// bytes.
using Target =
    std::variant<bool*, uint32_t*, uint64_t*, Duration*, std::string*, std::vector<std::string>*,
                 std::vector<LocalNetwork>*, std::vector<Pool>*, std::vector<Sink>*, ListenAddress*,
                 log::Level*, std::optional<log::Format>*>;

// What of all values of a type are good ones: of a setting or of a sink's option.
struct ValueRule {
  std::string_view least = {}, most = {};  // the range, written as a value; empty: no bound
  std::string_view choices = {};           // "text|json"; empty: free
  std::string_view expected = {};          // in words; empty: told by the type, range and choices
  bool several_lines = false;              // a text that may hold line ends and tabs
  bool comma_list = false;                 // items may stand in one text; those of choices do
  bool (*accepts)(std::string_view text) = nullptr;  // of each item; null: all
};

// Reads a value's text into its place. `texts` is one text, or several for a list. The error says
// what was expected and what was found, without the value's name: the caller knows where it stood.
Status Assign(const ValueRule& rule, std::span<const std::string> texts, const Target& target);

// Whether both places, of the same kind, hold the same value.
bool SameValue(const Target& a, const Target& b);

bool IsList(const Target& target);

// "a duration such as 60s or 5m, from 1s to 24h"
std::string Expectation(const ValueRule& rule, const Target& target);

// "64 MiB", "64MiB", "67108864": bytes, KiB, MiB, GiB, TiB. Nothing for anything else.
std::optional<uint64_t> ParseSize(std::string_view text);

// "127.0.0.1:9669", "[::1]:9669", "localhost:9669" (127.0.0.1).
std::optional<ListenAddress> ParseListenAddress(std::string_view text);

// The candidate nearest to `text`, for "did you mean"; empty when none is near.
std::string_view Nearest(std::string_view text, std::span<const std::string_view> candidates);

}  // namespace wiregauge::config
