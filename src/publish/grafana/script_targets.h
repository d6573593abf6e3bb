// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/identity.h"
#include "publish/http/request.h"
#include "publish/http/response.h"

namespace wiregauge::grafana {

// A target that a script answers.
struct ScriptTarget {
  struct Parameter {
    std::string name, description;
    std::optional<std::string> initial;  // as text: what holds when nothing is given
    std::vector<std::string> choices;    // empty: any
  };

  std::string name;  // "lua_top_talkers"
  bool is_table = false;
  std::vector<Parameter> parameters;
};

// What a panel asks of one. The script gets of this what it has declared.
struct ScriptQuestion {
  std::string_view name;
  std::vector<http::Parameter> options;  // what the target gives, as texts
  int64_t from_ms = 0, to_ms = 0;        // since 1970
  std::optional<int64_t> interval_ms, max_data_points;
};

// Where scripts run, while they may. Of one thread.
class ScriptRunner {
 public:
  virtual ~ScriptRunner() = default;
  // The script's own answer, or the problem with it (4xx, 5xx), which says as much as this user may
  // know. Of one that is not there any more: an empty list.
  virtual http::Response Run(const ScriptQuestion& question, const http::Request& request) = 0;
};

// What scripts there are for panels, and a thread for them. Thread-safe; work may come back on any
// thread, also later than whoever handed it on.
class ScriptTargets {
 public:
  using Work = std::function<void(ScriptRunner& runner)>;

  virtual ~ScriptTargets() = default;
  // Those that this user may ask, by name. Null: everything.
  virtual std::vector<ScriptTarget> List(const model::Identity* identity) const = 0;
  // Has the work done where scripts can run. False: too many wait, and it is counted that `names`
  // were not run. Work that is dropped, as the service stops, goes without having been done.
  virtual bool Hand(const std::vector<std::string>& names, Work work) = 0;
};

}  // namespace wiregauge::grafana
