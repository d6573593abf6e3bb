// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "base/text.h"
#include "publish/api/handlers.h"
#include "publish/api/responses.h"
#include "publish/json/text_forms.h"

namespace wiregauge::api {
namespace {

// A snapshot that is older than this while sources are open: a shard does not answer.
constexpr Duration kFreshFor = std::chrono::seconds(10);

struct Check {
  std::string name;
  bool ok = true;
  std::string detail;
};

Check CheckSource(const snapshot::InterfaceView& interface) {
  Check check{"source " + interface.name, true, interface.state};
  check.ok =
      interface.state != "gone" && interface.state != "failed" && interface.state != "stalled";
  if (!interface.problem.empty()) check.detail += ": " + interface.problem;
  return check;
}

Check CheckSnapshot(const snapshot::Snapshot& snapshot, SteadyTime now) {
  const Duration age = now - snapshot.taken_at;
  if (snapshot.final) return {"snapshot", true, "every source has ended"};
  return {"snapshot", age <= kFreshFor,
          std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(age).count()) +
              " ms old"};
}

// Where files are is nothing for clients.
std::string WithoutFolders(std::string_view text) {
  std::string kept;
  for (const std::string_view word : Split(text, ' ')) {
    if (!kept.empty()) kept += ' ';
    kept += word.substr(word.rfind('/') + 1);  // npos + 1: all of it
  }
  return kept;
}

// Without it live data are served all the same: no reason not to be ready.
std::optional<Check> CheckHistory(const Dependencies& dependencies) {
  if (dependencies.archive == nullptr) return std::nullopt;
  const history::HistoryState state = dependencies.archive->state();
  if (!state.problem.empty()) return Check{"history", false, WithoutFolders(state.problem)};
  if (!state.refused.empty()) return Check{"history", false, state.refused};
  return Check{"history", true, state.available ? "recording" : "opening the store"};
}

// Without the file they are in memory.
std::optional<Check> CheckAlerts(const Dependencies& dependencies) {
  if (dependencies.alerts == nullptr) return std::nullopt;
  const alerts::AlertState state = dependencies.alerts->state();
  if (!state.problem.empty()) return Check{"alerts", false, WithoutFolders(state.problem)};
  return Check{"alerts", true, state.available ? "kept" : "opening the store"};
}

// What was read last holds.
std::optional<Check> CheckAccounts(const Dependencies& dependencies) {
  if (!dependencies.accounts_readable) return std::nullopt;
  if (dependencies.accounts_readable()) return Check{"accounts", true, "can be read"};
  return Check{"accounts", false, "cannot be read, those read last hold; the log says why"};
}

void WriteChecks(json::Writer& writer, const std::vector<Check>& checks) {
  if (!writer.BeginArray("checks")) return;
  for (const Check& check : checks) {
    writer.BeginObject();
    writer.Field("name", check.name);
    writer.Field("ok", check.ok);
    writer.Field("detail", check.detail);
    writer.EndObject();
  }
  writer.EndArray();
}

Response NotReady(const std::vector<Check>& checks) {
  std::string reasons;
  for (const Check& check : checks) {
    if (check.ok) continue;
    reasons += reasons.empty() ? "" : "; ";
    reasons += check.name + ": " + check.detail;
  }
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  writer.Field("type", "about:blank");
  writer.Field("title", http::StatusPhrase(503));
  writer.Field("status", 503);
  writer.Field("detail", reasons);
  WriteChecks(writer, checks);
  writer.EndObject();
  return {.status = 503,
          .content_type = "application/problem+json",
          .body = std::move(body),
          .headers = {}};
}

}  // namespace

Response GetVersion(const Request& request, const Dependencies& dependencies) {
  const Query query(request, {});
  if (auto refusal = query.refusal()) return *refusal;
  const BuildFacts& build = dependencies.build;
  const Duration uptime = dependencies.clock.Now() - dependencies.started_at;
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  writer.Field("name", "wiregauge");
  writer.Field("version", build.version);
  writer.Field("commit", build.commit.empty() ? std::nullopt : std::optional(build.commit));
  writer.Field("build_type", build.build_type);
  if (writer.BeginArray("libraries")) {
    for (const Library& library : build.libraries) {
      writer.BeginObject();
      writer.Field("name", library.name);
      writer.Field("version", library.version);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.Field("started_at", json::TextForm(dependencies.started_at).view());
  writer.Field("uptime_seconds", std::chrono::duration_cast<std::chrono::seconds>(uptime).count());
  writer.EndObject();
  return http::JsonResponse(std::move(body));
}

Response GetIndex(const Request& request, const Dependencies& dependencies) {
  const Query query(request, {});
  if (auto refusal = query.refusal()) return *refusal;
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  writer.Field("name", "wiregauge");
  writer.Field("version", dependencies.build.version);
  writer.Field("api", "/api/v1/openapi.json");
  writer.Field("interfaces", "/api/v1/interfaces");
  writer.Field("applications", "/api/v1/applications");
  writer.Field("flows", "/api/v1/flows");
  writer.Field("hosts", "/api/v1/hosts");
  writer.Field("timeseries", "/api/v1/timeseries");
  writer.Field("alerts", "/api/v1/alerts");
  writer.Field("metrics", "/metrics");
  writer.Field("health", "/healthz");
  writer.Field("readiness", "/readyz");
  writer.EndObject();
  return http::JsonResponse(std::move(body));
}

Response GetHealth(const Request& request, const Dependencies&) {
  const Query query(request, {});
  if (auto refusal = query.refusal()) return *refusal;
  return http::JsonResponse(R"({"status":"ok"})");
}

Response GetReadiness(const Request& request, const Dependencies& dependencies) {
  const Query query(request, {});
  if (auto refusal = query.refusal()) return *refusal;
  const auto snapshot = Counters(dependencies);
  std::vector<Check> checks;
  bool ready = true;
  for (const snapshot::InterfaceView& interface : snapshot->interfaces) {
    checks.push_back(CheckSource(interface));
    ready = ready && checks.back().ok;
  }
  checks.push_back(CheckSnapshot(*snapshot, dependencies.clock.SteadyNow()));
  ready = ready && checks.back().ok;
  if (!ready) return NotReady(checks);
  bool degraded = false;
  for (const auto& check :
       {CheckAccounts(dependencies), CheckHistory(dependencies), CheckAlerts(dependencies)}) {
    if (!check) continue;
    checks.push_back(*check);
    degraded = degraded || !check->ok;
  }
  std::string body;
  json::Writer writer(body);
  writer.BeginObject();
  writer.Field("status", degraded ? "degraded" : "ready");
  WriteChecks(writer, checks);
  writer.EndObject();
  return http::JsonResponse(std::move(body));
}

}  // namespace wiregauge::api
