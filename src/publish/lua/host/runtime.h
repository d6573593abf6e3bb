// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "publish/http/response.h"
#include "publish/lua/call.h"
#include "publish/lua/host/route_spec.h"
#include "publish/lua/host/script_set.h"
#include "publish/lua/vm/state.h"

namespace wiregauge::lua {

// A Lua state with scripts in it, compiled once: pages and callbacks run with new globals each
// time, a routes file runs once and its handlers are called. One thread at a time. Borrows the
// services. After a breach it is to be thrown away.
class Runtime {
 public:
  static Result<std::unique_ptr<Runtime>> Make(Services& services);

  // Makes a module known to require; it is compiled when it is first wanted.
  void AddModule(std::shared_ptr<const ScriptFile> file);
  // Compiles a script; a routes file also runs and registers. Errors have file and line.
  struct Loaded {
    Outcome outcome;
    std::vector<RouteSpec> routes;
  };
  Loaded Load(const ScriptFile& file, const Limits& limits);
  // Everything that is good in a set.
  void LoadAll(const ScriptSet& set, const Limits& limits);

  // A page or callback by its name: a script that is not loaded is an error.
  Outcome Run(const std::string& script, Call& call, const Limits& limits);
  // A route's handler.
  Outcome Run(const RouteSpec& route, const std::vector<Argument>& arguments, Call& call,
              const Limits& limits);

  // A call has broken a limit, or what scripts keep from call to call has grown beyond
  // Limits::memory_bytes: the state is to be thrown away.
  bool is_spent() const { return is_spent_; }
  // What the last call has printed.
  std::string TakeOutput() { return state_->TakeOutput(); }
  size_t used_bytes() const { return state_->used_bytes(); }
  uint64_t instructions() const { return state_->instructions(); }  // of the last call

  // The runtime that a state belongs to, for functions that are called while a script loads.
  struct Registration {
    const ScriptFile* script = nullptr;
    std::vector<RouteSpec> routes;
  };

 private:
  explicit Runtime(Services& services) : services_(services) {}

  Outcome RunProtected(Call& call, const Limits& limits,
                       const std::function<void(lua_State*)>& body);

  friend struct HostFunctions;

  Services& services_;
  std::unique_ptr<State> state_;
  std::map<std::string, std::shared_ptr<const ScriptFile>, std::less<>> modules_;  // "a/b"
  std::map<std::string, int, std::less<>> pages_;     // references to functions, by script
  std::map<std::string, int, std::less<>> handlers_;  // by RouteSpec::key
  size_t loaded_bytes_ = 0;                           // what the state took when it had its scripts
  bool is_spent_ = false;
  Registration* registration_ = nullptr;  // while a routes file runs
};

// The answer to the request that a call was made for. `printed` is what the script wrote.
http::Response MakeResponse(const Outcome& outcome, Call& call, std::string printed);

}  // namespace wiregauge::lua
