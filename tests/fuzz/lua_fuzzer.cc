// SPDX-License-Identifier: Apache-2.0
// Text as a script, as a pattern and as JSON: whatever comes, a call ends, and within its limits.
#include <cstdint>
#include <cstdlib>
#include <lua.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "publish/lua/vm/json.h"
#include "publish/lua/vm/sandbox.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace {

using namespace wiregauge::lua;

constexpr Limits kLimits{.wall_time = std::chrono::milliseconds(500),
                         .instructions = 3'000'000,
                         .memory_bytes = size_t{8} << 20,
                         .output_bytes = size_t{1} << 20};

void RunScript(std::string_view text) {
  const auto state = std::move(State::Make()).value();
  const Outcome outcome = state->Run(kLimits, [text](lua_State* lua) {
    PushEnvironment(lua);
    Load(lua, text, "fuzz.lua");
    lua_call(lua, 0, LUA_MULTRET);
    std::string body;
    if (lua_gettop(lua) > 0) WriteJson(lua, 1, body);
  });
  if (!outcome.ok() && outcome.message.empty()) std::abort();
}

// The first half is the subject, the second one the pattern.
void RunPatterns(std::string_view text) {
  const auto state = std::move(State::Make()).value();
  (void)state->Run(kLimits, [text](lua_State* lua) {
    PushEnvironment(lua);
    Push(lua, text.substr(0, text.size() / 2));
    lua_setfield(lua, -2, "subject");
    Push(lua, text.substr(text.size() / 2));
    lua_setfield(lua, -2, "pattern");
    Load(lua,
         "local s, p = subject, pattern pcall(s.find, s, p) pcall(s.match, s, p) "
         "pcall(s.gsub, s, p, '%0') for _ in s:gmatch(p) do end",
         "fuzz.lua");
    lua_call(lua, 0, 0);
  });
}

void RunJson(std::string_view text) {
  const auto state = std::move(State::Make()).value();
  (void)state->Run(kLimits, [text](lua_State* lua) {
    PushJson(lua, text, Nulls::kKept);
    std::string body;
    WriteJson(lua, -1, body);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      RunScript(text);
      break;
    case 1:
      RunPatterns(text);
      break;
    default:
      RunJson(text);
  }
  return 0;
}
