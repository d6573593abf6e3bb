// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/settings.h"

namespace wiregauge::config {

// "WIREGAUGE_SINK_LOGSTASH_2_PASSWORD" of the sink "logstash-2".
std::string SinkPasswordVariable(std::string_view sink_name);

// Fills in the password unless the sink has it: from its password_file, else from the environment,
// else it stays empty. An error names the file.
Status ReadPassword(Sink& sink);

}  // namespace wiregauge::config
