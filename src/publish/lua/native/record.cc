// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/record.h"

#include <algorithm>
#include <lua.hpp>
#include <optional>
#include <string>

#include "publish/lua/call.h"
#include "publish/lua/vm/values.h"
#include "recorder/script_series.h"

namespace wiregauge::lua {
namespace {

// A series' step divides an hour.
constexpr int64_t kLongestStep_s = 3600;

std::string Option(lua_State* lua, const char* name) {
  if (!lua_istable(lua, 3)) return {};
  lua_getfield(lua, 3, name);
  std::string text(OptionalText(lua, -1, name).value_or(""));
  lua_pop(lua, 1);
  return text;
}

history::SeriesType ReadType(lua_State* lua) {
  const std::string type = Option(lua, "type");
  if (type.empty() || type == "gauge") return history::SeriesType::kGauge;
  if (type == "counter") return history::SeriesType::kCounter;
  throw ScriptError("type is to be gauge or counter, not " + type);
}

// What the script says, or else how often it runs; a minute where nobody knows.
uint32_t ReadStep(lua_State* lua) {
  const auto period = Call::Of(lua).period;
  const int64_t usual = period ? std::min<int64_t>(period->count(), kLongestStep_s) : 60;
  if (!lua_istable(lua, 3)) return static_cast<uint32_t>(usual);
  lua_getfield(lua, 3, "step_s");
  const auto step = OptionalInteger(lua, -1, "step_s", 1, kLongestStep_s);
  lua_pop(lua, 1);
  return static_cast<uint32_t>(step.value_or(usual));
}

int AddPoint(lua_State* lua) {
  const std::string name(TextArgument(lua, 1, "name"));
  const double value = NumberArgument(lua, 2, "value");
  if (!lua_isnoneornil(lua, 3)) TableArgument(lua, 3, "options");
  const std::string interface = Option(lua, "interface"), object = Option(lua, "object"),
                    unit = Option(lua, "unit");
  const recorder::ScriptPoint point{.name = name,
                                    .interface = interface,
                                    .object = object,
                                    .unit = unit,
                                    .type = ReadType(lua),
                                    .value = value,
                                    .step_seconds = ReadStep(lua)};
  const Services& services = Call::Of(lua).services;
  const Status added = services.record_point ? services.record_point(point)
                                             : recorder::AddPoint(services.script_series, point);
  if (!added.ok()) throw ScriptError(added.error().message);
  return 0;
}

}  // namespace

std::vector<Function> SeriesFunctions() {
  return {
      {"record",
       "Adds a point to a time series of the script's own, which Grafana and /api/v1/timeseries "
       "know as `script_<name>`, of an interface as `interface_<interface>_script_<name>`, with an "
       "object as `...script_<name>:<object>`. The point stands at this second. A name keeps the "
       "type, unit and step that it began with.",
       {{"name", "string", "letters a to z, digits and _, 48 at most"},
        {"value", "number", "of a counter: what was counted since the last point"},
        {"options", "RecordOptions?", ""}},
       {},
       Entry<AddPoint>},
  };
}

Record RecordOptions() {
  return {"RecordOptions",
          "What `wiregauge.record` may be told beside the value.",
          {{"type", "string?", "`gauge` (the default; three decimals are kept) or `counter`"},
           {"interface", "string?", "of which it is; without it of the service"},
           {"object", "string?", "which one, where there are several: a host, a server"},
           {"unit", "string?", "such as `ms`"},
           {"step_s", "integer?",
            "seconds between points; the callback's period, an hour at most, unless it says "
            "otherwise"}}};
}

}  // namespace wiregauge::lua
