// SPDX-License-Identifier: Apache-2.0
#include <sys/utsname.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "base/log.h"
#include "base/text.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/view.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

// The service, the user and the log.
namespace wiregauge::lua::compat {
namespace {

int64_t UptimeOf(const Services& services) {
  return UnixSeconds(services.clock.Now()) - UnixSeconds(services.started_at);
}

int GetInfo(lua_State* lua) {
  const Services& services = Call::Of(lua).services;
  utsname machine{};
  uname(&machine);
  lua_createtable(lua, 0, 12);
  SetField(lua, "product", "wiregauge");
  SetField(lua, "version", services.version);
  SetField(lua, "git", services.revision);
  SetField(lua, "uptime", UptimeOf(services));
  SetField(lua, "OS", std::string(machine.sysname));
  SetField(lua, "platform", std::string(machine.machine));
  SetField(lua, "bits", 64);
  SetField(lua, "version.luajit", LUAJIT_VERSION);
  SetField(lua, "pro.release", false);
  SetField(lua, "version.enterprise_edition", false);
  return 1;
}

int GetUptime(lua_State* lua) {
  Push(lua, UptimeOf(Call::Of(lua).services));
  return 1;
}

int GetTime(lua_State* lua) {
  const Timestamp now = Call::Of(lua).services.clock.Now();
  Push(lua, ToSeconds(now.time_since_epoch()));
  return 1;
}

int GetDirs(lua_State* lua) {
  const Services& services = Call::Of(lua).services;
  const std::string scripts = services.script_dirs.empty() ? "" : services.script_dirs.front();
  lua_createtable(lua, 0, 4);
  SetField(lua, "installdir", scripts);
  SetField(lua, "scriptdir", scripts);
  SetField(lua, "callbacksdir", scripts.empty() ? "" : scripts + "/callbacks");
  SetField(lua, "workingdir", services.data_dir);
  return 1;
}

template <bool kValue>
int Always(lua_State* lua) {
  Push(lua, kValue);
  return 1;
}

int GetEmpty(lua_State* lua) {
  Push(lua, "");
  return 1;
}

// Whether the script has less than a second left.
int IsDeadlineApproaching(lua_State* lua) {
  const Duration left = State::Of(lua).deadline() - std::chrono::steady_clock::now();
  Push(lua, left < std::chrono::seconds(1));
  return 1;
}

int GetStartupEpoch(lua_State* lua) {
  Push(lua, UnixSeconds(Call::Of(lua).services.started_at));
  return 1;
}

int IsAdministrator(lua_State* lua) {
  Push(lua, IsAdmin(Call::Of(lua)));
  return 1;
}

int IsLoginDisabled(lua_State* lua) {
  Push(lua, Call::Of(lua).identity == nullptr);
  return 1;
}

int HasVlans(lua_State* lua) {
  Push(lua, std::ranges::any_of(Call::Of(lua).counters().vlans,
                                [](const model::VlanRecord& vlan) { return vlan.vlan != 0; }));
  return 1;
}

int HasGeo(lua_State* lua) {
  const auto& hosts = Call::Of(lua).rows().hosts;
  State::Of(lua).Spend(hosts.size() * 5);
  Push(lua, std::ranges::any_of(hosts, [](const model::HostRecord& host) {
         return host.place.asn != 0 || host.place.country.known();
       }));
  return 1;
}

void Write(lua_State* lua, log::Level level, std::string_view text) {
  constexpr size_t kMostBytes = 4096;
  constexpr uint64_t kSpendPerLine = 20'000;
  State::Of(lua).Spend(kSpendPerLine);
  const std::string message = ToValidUtf8(text.substr(0, kMostBytes));
  const std::string& script = Call::Of(lua).script;
  switch (level) {
    case log::Level::kError:
      return log::Error("script", message, {{"script", script}});
    case log::Level::kWarning:
      return log::Warning("script", message, {{"script", script}});
    case log::Level::kInfo:
      return log::Info("script", message, {{"script", script}});
    case log::Level::kDebug:
      return log::Debug("script", message, {{"script", script}});
  }
}

// (is_error, text)
int Syslog(lua_State* lua) {
  const bool is_error = lua_toboolean(lua, 1) != 0;
  Write(lua, is_error ? log::Level::kError : log::Level::kInfo, TextArgument(lua, 2, "text"));
  return 0;
}

// 0: error, 1: warning, 2: normal, 3: info, 4 and more: debug, as ntopng's TRACE_ constants.
log::Level LevelOf(int64_t level) {
  if (level <= 0) return log::Level::kError;
  if (level == 1) return log::Level::kWarning;
  return level <= 3 ? log::Level::kInfo : log::Level::kDebug;
}

// (level, text)
int TraceEvent(lua_State* lua) {
  const auto level = IntegerArgument(lua, 1, "level", 0, 10);
  Write(lua, LevelOf(level), TextArgument(lua, 2, "text"));
  return 0;
}

int HttpRedirect(lua_State* lua) {
  Call& call = Call::Of(lua);
  call.SetHeader("Location", std::string(TextArgument(lua, 1, "url")));
  call.status = 302;
  return 0;
}

}  // namespace

Part SystemPart() {
  const Parameter truth = {"truth", "boolean", ""};
  Part part;
  part.functions = {
      {"getInfo",
       "{product, version, git, uptime (seconds), OS, platform, bits, version.luajit}.",
       {},
       {{"info", "table<string, any>", ""}},
       Entry<GetInfo>},
      {"getUptime", "Seconds since the start.", {}, {{"seconds", "integer", ""}}, Entry<GetUptime>},
      {"gettimemsec",
       "The time in seconds since 1970, with a fraction.",
       {},
       {{"seconds", "number", ""}},
       Entry<GetTime>},
      {"getDirs",
       "{installdir, scriptdir, callbacksdir, workingdir}. Modules are found whatever package.path "
       "says.",
       {},
       {{"dirs", "table<string, string>", ""}},
       Entry<GetDirs>},
      {"isAdministrator",
       "Whether the user is an admin; true while accounts are off.",
       {},
       {truth},
       Entry<IsAdministrator>},
      {"haveAdminPrivileges", "As isAdministrator.", {}, {truth}, Entry<IsAdministrator>},
      {"isLoginDisabled", "Whether accounts are off.", {}, {truth}, Entry<IsLoginDisabled>},
      {"isDeadlineApproaching",
       "Whether the script may run for less than a second yet.",
       {},
       {truth},
       Entry<IsDeadlineApproaching>},
      {"getStartupEpoch",
       "When the service started, seconds since 1970.",
       {},
       {{"seconds", "integer", ""}},
       Entry<GetStartupEpoch>},
      {"hasVLANs", "Whether any interface had frames in a VLAN.", {}, {truth}, Entry<HasVlans>},
      {"hasGeoIP",
       "Whether the country or autonomous system of any host is known.",
       {},
       {truth},
       Entry<HasGeo>},
      {"getHttpPrefix", "Always \"\".", {}, {{"prefix", "string", ""}}, Entry<GetEmpty>},
      {"syslog",
       "Writes to the log.",
       {{"is_error", "boolean", ""}, {"text", "string", ""}},
       {},
       Entry<Syslog>},
      {"traceEvent",
       "Writes to the log.",
       {{"level", "integer", "0: error, 1: warning, 2 and 3: info, more: debug"},
        {"text", "string", ""}},
       {},
       Entry<TraceEvent>},
      {"httpRedirect",
       "Answers 302 with this Location.",
       {{"url", "string", ""}},
       {},
       Entry<HttpRedirect>},
  };
  for (const char* const name : {"isPro", "isEnterprise", "isEnterpriseM", "isEnterpriseL",
                                 "isnEdge", "isAppliance", "isWindows", "isFreeBSD"}) {
    part.functions.push_back({name, "Always false.", {}, {truth}, Entry<Always<false>>});
  }
  return part;
}

}  // namespace wiregauge::lua::compat
