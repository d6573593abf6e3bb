// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/settings_table.h"

namespace wiregauge::config {

// Reads a setting's text into its place in `settings`. `texts` is one text, or several for a list.
// The error says what was expected and what was found, without the setting's name: the caller knows
// where it stood.
Status Assign(const Setting& setting, std::span<const std::string> texts, Settings& settings);

// Whether both have the same value for this setting. (Not const because a Target is not.)
bool SameValue(const Setting& setting, Settings& a, Settings& b);

bool IsList(const Setting& setting);

// A list whose items have names; in the settings file: keys with their items. Its texts are
// "ITEM=NAME".
bool IsNamedList(const Setting& setting);

// "a duration such as 60s or 5m, from 1s to 24h"
std::string Expectation(const Setting& setting);

// "64 MiB", "64MiB", "67108864": bytes, KiB, MiB, GiB, TiB. Nothing for anything else.
std::optional<uint64_t> ParseSize(std::string_view text);

// "127.0.0.1:9669", "[::1]:9669", "localhost:9669" (127.0.0.1).
std::optional<ListenAddress> ParseListenAddress(std::string_view text);

// The candidate nearest to `text`, for "did you mean"; empty when none is near.
std::string_view Nearest(std::string_view text, std::span<const std::string_view> candidates);

}  // namespace wiregauge::config
