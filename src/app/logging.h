// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/log.h"
#include "config/settings.h"

namespace wiregauge::app {

inline void ConfigureLog(const config::Reloadable& settings) {
  log::Configure(settings.log_level, settings.log_format.value_or(log::DefaultFormat()));
}

}  // namespace wiregauge::app
