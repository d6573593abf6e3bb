// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/alerts_library.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <lua.hpp>
#include <optional>
#include <string>
#include <utility>

#include "alerts/alert_book.h"
#include "base/text.h"
#include "model/alert.h"
#include "publish/lua/call.h"
#include "publish/lua/native/rest.h"
#include "publish/lua/vm/json.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

// A book is asked under a lock.
constexpr uint64_t kSpendPerRequest = 5000;
constexpr double kMostTtlSeconds = 366.0 * 86400;

constexpr std::array<std::string_view, 11> kMembers = {"type",  "severity",  "kind", "interface",
                                                       "name",  "host",      "text", "details",
                                                       "value", "threshold", "ttl_s"};

alerts::AlertBook& BookOf(lua_State* lua) {
  State::Of(lua).Spend(kSpendPerRequest);
  alerts::AlertBook* const book = Call::Of(lua).services.alerts;
  if (book == nullptr) throw ScriptError("wiregauge.alerts is off: the service keeps no alerts");
  return *book;
}

void CheckMembers(lua_State* lua) {
  TableArgument(lua, 1, "alert");
  for (lua_pushnil(lua); lua_next(lua, 1) != 0; lua_pop(lua, 1)) {
    const auto name = TextAt(lua, -2);
    if (name && std::ranges::find(kMembers, *name) != kMembers.end()) continue;
    throw ScriptError("an alert has no member " +
                      (name ? "\"" + ToValidUtf8(*name) + "\"" : "that is " + Describe(lua, -2)));
  }
}

// The alert's member of that name, read from the top of the stack.
template <typename Read>
auto Member(lua_State* lua, const char* name, Read read) {
  lua_getfield(lua, 1, name);
  auto value = read(lua, lua_gettop(lua), name);
  lua_pop(lua, 1);
  return value;
}
std::optional<std::string> Text(lua_State* lua, const char* name) {
  return Member(lua, name, [](lua_State* at, int index, const char* what) {
    const auto text = OptionalText(at, index, what);
    return text ? std::optional(std::string(*text)) : std::nullopt;
  });
}

// Without `kind` it follows from what else is said.
model::SubjectKind KindOf(lua_State* lua, bool has_host, bool has_interface) {
  if (const auto name = Text(lua, "kind")) {
    const auto kind = model::ParseSubjectKind(*name);
    if (!kind) {
      throw ScriptError("kind: \"" + ToValidUtf8(*name) +
                        "\" is not one of interface, host, network, service");
    }
    return *kind;
  }
  if (has_host) return model::SubjectKind::kHost;
  return has_interface ? model::SubjectKind::kInterface : model::SubjectKind::kService;
}

model::AlertSubject ReadSubject(lua_State* lua) {
  const auto host = Text(lua, "host");
  const auto name = host ? host : Text(lua, "name");
  const auto interface = Text(lua, "interface");
  return {.kind = KindOf(lua, host.has_value(), interface.has_value()),
          .interface = interface.value_or(""),
          .name = name.value_or("")};
}

model::Severity ReadSeverity(lua_State* lua) {
  const auto name = Text(lua, "severity");
  if (!name) return model::Severity::kWarning;
  const auto severity = model::ParseSeverity(*name);
  if (!severity) {
    throw ScriptError("severity: \"" + ToValidUtf8(*name) +
                      "\" is not one of info, notice, warning, error, critical");
  }
  return *severity;
}

std::string ReadDetails(lua_State* lua) {
  std::string text;
  lua_getfield(lua, 1, "details");
  if (!lua_isnil(lua, -1)) WriteJson(lua, -1, text);
  lua_pop(lua, 1);
  return text == "[]" ? "{}" : text;
}

model::AlertContent ReadContent(lua_State* lua) {
  CheckMembers(lua);
  return {.type = Text(lua, "type").value_or(""),
          .severity = ReadSeverity(lua),
          .subject = ReadSubject(lua),
          .text = Text(lua, "text").value_or(""),
          .details = ReadDetails(lua),
          .source = Call::Of(lua).script,
          .value = Member(lua, "value", OptionalNumber),
          .threshold = Member(lua, "threshold", OptionalNumber)};
}

std::optional<Duration> ReadTtl(lua_State* lua) {
  const auto seconds = Member(lua, "ttl_s", OptionalNumber);
  if (!seconds) return std::nullopt;
  if (!(*seconds > 0 && *seconds <= kMostTtlSeconds)) {
    throw ScriptError("ttl_s: it is to be more than 0 and at most a year");
  }
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*seconds));
}

int PushId(lua_State* lua, const Result<uint64_t>& id) {
  if (!id.ok()) throw ScriptError(id.error().message);
  Push(lua, *id);
  return 1;
}

int IsEnabled(lua_State* lua) {
  Push(lua, Call::Of(lua).services.alerts != nullptr);
  return 1;
}

// What an alert's __index does may come here again.
int Raise(lua_State* lua) {
  const State::Nested nested(State::Of(lua));
  alerts::AlertBook& book = BookOf(lua);
  model::AlertContent content = ReadContent(lua);
  return PushId(lua, book.Raise(std::move(content), ReadTtl(lua)));
}

int Store(lua_State* lua) {
  const State::Nested nested(State::Of(lua));
  alerts::AlertBook& book = BookOf(lua);
  return PushId(lua, book.Store(ReadContent(lua)));
}

bool ReleaseById(lua_State* lua, alerts::AlertBook& book) {
  const auto id = static_cast<uint64_t>(IntegerArgument(lua, 1, "alert", 0, int64_t{1} << 53));
  const auto released = book.Release(id);
  if (released.ok()) return true;
  const ErrorCode code = released.error().code;
  if (code == ErrorCode::kNotFound || code == ErrorCode::kConflict) return false;
  throw ScriptError(released.error().message);
}

int Release(lua_State* lua) {
  const State::Nested nested(State::Of(lua));
  alerts::AlertBook& book = BookOf(lua);
  if (lua_type(lua, 1) == LUA_TNUMBER) {
    Push(lua, ReleaseById(lua, book));
    return 1;
  }
  CheckMembers(lua);
  Push(lua, book.Release(Text(lua, "type").value_or(""), ReadSubject(lua)));
  return 1;
}

int List(lua_State* lua) {
  http::Request request = RestRequest("alerts");
  ReadParameters(lua, 1, request);
  return PushCollection(lua, std::move(request));
}

Library Make() {
  const Parameter alert{"alert", "Alert", ""};
  const Parameter id{"id", "integer", "of the alert"};
  return {
      "wiregauge.alerts",
      "What is wrong, as the REST API, Grafana and Prometheus show it.",
      {{"enabled",
        "Whether the service keeps alerts. Where it does not, the other functions here fail.",
        {},
        {{"enabled", "boolean", ""}},
        Entry<IsEnabled>},
       {"raise",
        "Engages an alert, or renews the one of the same type and subject. It stays until it is "
        "released or, with ttl_s, until it was not raised again in time.",
        {alert},
        {id},
        Entry<Raise>},
       {"release",
        "Ends an alert.",
        {{"alert", "Alert|integer", "its type and subject, or its id"}},
        {{"was_engaged", "boolean", ""}},
        Entry<Release>},
       {"store", "Keeps something that happened and has no duration.", {alert}, {id}, Entry<Store>},
       {"list",
        "The alerts that the user may see. GET /api/v1/alerts.",
        {{"params", "table?", "the parameters of the REST path"}},
        {{"items", "table[]", ""}, {"answer", "table", "the rest of it: total, next_cursor"}},
        Entry<List>}},
      {},
      {{"Alert",
        "What is wrong with what.",
        {{"type", "string", "letters a to z, digits and _: \"host_scans\""},
         {"severity", "string?", "info, notice, warning (the default), error or critical"},
         {"kind", "string?",
          "interface, host, network or service; without it it follows from host and interface"},
         {"interface", "string?", "on which; a host needs one"},
         {"host", "string?", "\"192.0.2.1\", \"192.0.2.1@5\": the subject is this host"},
         {"name", "string?", "of the subject, where it is no host"},
         {"text", "string", "a sentence for people"},
         {"details", "table?", "an object for programs"},
         {"value", "number?", "what was measured, in the unit that the type means"},
         {"threshold", "number?", "what it was held against"},
         {"ttl_s", "number?", "seconds until it ends unless it is raised again"}}}}};
}

}  // namespace

const Library& AlertsLibrary() {
  static const Library library = Make();
  return library;
}

}  // namespace wiregauge::lua
