// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "publish/http/response.h"
#include "publish/lua/call.h"
#include "publish/lua/host/script_tree.h"
#include "publish/lua/vm/limits.h"

namespace wiregauge::lua {

// One script, tried without a service. Runs on a thread of its own.

// A script by its path. What it is for follows from its folder (script_tree.h); one that is in none
// of these is a page. kNotFound, kUnavailable: it cannot be read.
Result<std::shared_ptr<const ScriptFile>> ReadScript(const std::string& path);
// Where the modules of a script are: beside its folder, then in the services' folders.
std::vector<std::string> FoldersOf(const ScriptFile& file, const Services& services);

struct CheckReport {
  std::string problem;              // empty: it is good
  std::vector<std::string> routes;  // that it registers: "GET /lua/top"
};
CheckReport CheckScript(const ScriptFile& file, Services& services, const Limits& limits);

struct RunReport {
  http::Response response;  // a problem's status is 400 or more
  std::string problem;      // a sentence; empty: it went well
  Duration wall_time{};
  uint64_t instructions = 0;
  size_t memory_bytes = 0;  // at the end of the run
};
// Runs a page or a callback, or the first route of a routes file, with the arguments, NAME=VALUE,
// as its parameters.
RunReport RunScript(const ScriptFile& file, const std::vector<std::string>& arguments,
                    snapshot::FlowTape::Subscription* flow_tape, Services& services,
                    const Limits& limits);

}  // namespace wiregauge::lua
