// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"

namespace wiregauge::config {

// Sinks as a flag tells them, ntopng's way: "logstash;HOST;tcp|udp|tls;PORT". Each is named after
// its type: logstash, logstash-2. No error holds a password. `out` is unchanged by an error.
Status AssignSinks(std::span<const std::string> texts, std::vector<Sink>& out);

// "logstash;HOST;tcp|udp|tls;PORT", ... in the order of the help.
std::vector<std::string_view> SinkFlagForms();

}  // namespace wiregauge::config
