// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace wiregauge::app {

// Makes the folder of the setting data_dir (mode 0700) when it is not there; its parent must be.
Status MakeDataDir(const std::string& path);

}  // namespace wiregauge::app
