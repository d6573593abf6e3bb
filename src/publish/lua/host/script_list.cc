// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/script_list.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "publish/api/page.h"
#include "publish/json/text_forms.h"

namespace wiregauge::lua {
namespace {

// Borrows the script and what is counted of it.
struct Row {
  const Script* script = nullptr;
  const ScriptStats::OfScript* stats = nullptr;

  bool has_failed() const { return !stats->last_error.empty(); }
};

const std::string& RowId(const Row& row) { return row.script->file->name; }

using View = snapshot::Snapshot;

constexpr api::SortField<Row> kSorts[] = {
    {"script", [](const Row&, const View&) -> api::SortKey { return 0; }, true},
    {"loaded_at", [](const Row& r, const View&) { return api::KeyOf(r.script->loaded_at); }},
    {"seconds_total",
     [](const Row& r, const View&) { return api::KeyOf(std::optional<double>(r.stats->seconds)); }},
    {"last_error_at",
     [](const Row& r, const View&) {
       return r.has_failed() ? api::KeyOf(r.stats->last_error_at) : api::kNotKnown;
     }},
};

const json::FieldCatalogue& Fields() {
  static constexpr std::string_view kFields[] = {
      "script", "kind", "period",        "state",      "problem",      "loaded_at",
      "routes", "runs", "seconds_total", "last_error", "last_error_at"};
  static const json::FieldCatalogue fields(kFields);
  return fields;
}

std::string_view KindName(ScriptKind kind) {
  switch (kind) {
    case ScriptKind::kPage:
      return "page";
    case ScriptKind::kRoutes:
      return "routes";
    case ScriptKind::kCallback:
      return "callback";
    case ScriptKind::kModule:
      return "module";
  }
  return "page";
}

std::string_view StateName(const Script& script) {
  if (!script.is_good) return "bad";
  return script.problem.empty() ? "good" : "old";
}

std::optional<std::string_view> GrafanaName(RouteSpec::Grafana form) {
  switch (form) {
    case RouteSpec::Grafana::kNone:
      return std::nullopt;
    case RouteSpec::Grafana::kSeries:
      return "series";
    case RouteSpec::Grafana::kTable:
      return "table";
  }
  return std::nullopt;
}

void WriteRoutes(json::Writer& writer, const std::vector<RouteSpec>& routes) {
  if (!writer.BeginArray("routes")) return;
  for (const RouteSpec& route : routes) {
    writer.BeginObject();
    writer.Field("method", http::MethodName(route.method));
    writer.Field("path", route.path);
    writer.Field("summary", route.summary);
    writer.Field("role", route.role == RouteSpec::Role::kAdmin ? "admin" : "viewer");
    writer.Field("grafana", GrafanaName(route.grafana));
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteRuns(json::Writer& writer, const ScriptStats::OfScript& stats) {
  if (!writer.BeginObject("runs")) return;
  for (size_t i = 0; i < stats.runs.size(); ++i) {
    if (writer.DynamicKey(RunResultName(static_cast<RunResult>(i)))) writer.Value(stats.runs[i]);
  }
  writer.EndObject();
}

// Texts of a script may tell how the machine is set up.
std::optional<std::string_view> ForAdmins(const std::string& text, bool is_admin) {
  return is_admin && !text.empty() ? std::optional<std::string_view>(text) : std::nullopt;
}

void Write(json::Writer& writer, const Row& row, bool is_admin) {
  const Script& script = *row.script;
  const ScriptFile& file = *script.file;
  writer.BeginObject();
  writer.Field("script", file.name);
  writer.Field("kind", KindName(file.kind));
  writer.Field("period", file.kind == ScriptKind::kCallback ? std::optional(PeriodName(file.period))
                                                            : std::nullopt);
  writer.Field("state", StateName(script));
  writer.Field("problem", ForAdmins(script.problem, is_admin));
  writer.Field("loaded_at", json::TextForm(script.loaded_at).view());
  WriteRoutes(writer, script.routes);
  WriteRuns(writer, *row.stats);
  writer.Field("seconds_total", row.stats->seconds);
  writer.Field("last_error", ForAdmins(row.stats->last_error, is_admin));
  if (row.has_failed()) {
    writer.Field("last_error_at", json::TextForm(row.stats->last_error_at).view());
  } else {
    writer.Field("last_error_at", nullptr);
  }
  writer.EndObject();
}

void WriteFolderProblems(json::Writer& writer, const ScriptSet& set, bool is_admin) {
  if (!writer.BeginArray("folders_problems")) return;
  for (const std::string& problem : set.problems) {
    if (is_admin) writer.Value(problem);
  }
  writer.EndArray();
}

http::Response ListScripts(const http::Request& request, ScriptHost& host) {
  static constexpr std::string_view kParameters[] = {"limit", "cursor", "sort", "fields"};
  api::Query query(request, kParameters);
  const api::PageRequest<Row> page(query, kSorts, "script", Fields());
  if (auto refusal = query.refusal()) return *refusal;
  const bool is_admin =
      request.identity == nullptr || request.identity->role == model::Role::kAdmin;
  auto set = host.scripts();
  if (set == nullptr) set = std::make_shared<const ScriptSet>();  // they are being loaded
  const ScriptStats::Counts counts = host.stats().counts();
  const ScriptStats::OfScript none;
  std::vector<Row> rows;
  for (const Script& script : set->scripts) {
    const auto found = counts.find(script.file->name);
    rows.push_back({&script, found == counts.end() ? &none : &found->second});
  }
  auto selector = page.Selector();
  const View no_view;
  for (const Row& row : rows) selector.Offer(page.RankOf(row, no_view), row);
  return page.Respond(
      selector, [&](json::Writer& writer, const Row& row) { Write(writer, row, is_admin); },
      [&](json::Writer& writer) { WriteFolderProblems(writer, *set, is_admin); });
}

}  // namespace

void RegisterRoutes(http::Router& router, ScriptHost& host) {
  router.Add(http::Method::kGet, "/api/v1/scripts",
             [&host](const http::Request& request) { return ListScripts(request, host); },
             {.access = http::Access::kViewer, .scope = http::Scope::kNoTraffic});
}

}  // namespace wiregauge::lua
