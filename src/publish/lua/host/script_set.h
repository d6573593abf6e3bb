// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "publish/lua/host/route_spec.h"
#include "publish/lua/host/script_tree.h"

namespace wiregauge::lua {

// One script as the service runs it.
struct Script {
  std::shared_ptr<const ScriptFile> file;  // the version in force; the newest that was good
  bool is_good = false;                    // false: no version ever was
  std::string problem;                     // of the newest version, when that is not in force
  Timestamp loaded_at;                     // when the version in force came
  std::vector<RouteSpec> routes;           // that it registers
};

// All scripts at one time. Immutable.
struct ScriptSet {
  uint64_t generation = 0;
  std::vector<Script> scripts;        // by name
  std::vector<std::string> problems;  // of the folders

  const Script* Find(std::string_view name) const;
};

}  // namespace wiregauge::lua
