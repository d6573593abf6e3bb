// SPDX-License-Identifier: Apache-2.0
#include "app/lua_commands.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "alerts/alert_book.h"
#include "app/build_facts.h"
#include "app/engine_options.h"
#include "app/places.h"
#include "app/script_dirs.h"
#include "app/script_keeper.h"
#include "app/sources.h"
#include "dpi/classifier.h"
#include "http_client/client.h"
#include "key_value/key_value_store.h"
#include "publish/api/routes.h"
#include "publish/lua/host/libraries.h"
#include "publish/lua/host/manual.h"
#include "publish/lua/host/trial.h"
#include "shard/engine.h"
#include "snapshot/flow_tape.h"

namespace wiregauge::app {
namespace {

// All records of the captures are for the one script.
constexpr size_t kTapeRecords = 10'000'000, kTapeBytes = size_t{4} << 30;
constexpr Duration kReadInterval = std::chrono::milliseconds(100);

Status TellPoint(const recorder::ScriptPoint& point) {
  std::string object(point.object);
  if (!object.empty()) object = ":" + object;
  std::fprintf(stderr, "recorded: %s%s = %g\n", std::string(point.name).c_str(), object.c_str(),
               point.value);
  return {};
}

// What a script is tried with: an engine that has read the captures, and nothing that lasts.
class Bench {
 public:
  static Result<std::unique_ptr<Bench>> Make(const config::Settings& settings,
                                             const std::vector<std::string>& captures) {
    std::unique_ptr<Bench> bench(new Bench(settings));
    auto client = http_client::Client::Create(
        {.allowed = settings.fixed.lua.http_allowed, .setting = "lua.http_allowed"});
    if (!client.ok()) return client.error();
    bench->client_ = std::move(client).value();
    if (Status read = bench->ReadCaptures(captures); !read.ok()) return read.error();
    bench->MakeServices();
    return bench;
  }
  ~Bench() {
    if (engine_ != nullptr) engine_->Stop();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  lua::Services& services() { return *services_; }
  // "alert: warning host_scans 192.0.2.1: ...", a line each.
  std::string AlertText() {
    std::string text;
    alerts::AlertReading reading = alerts_.ReadEngaged();
    const auto rows = reading.Select({});
    if (!rows.ok()) return text;
    for (const alerts::AlertRow& row : *rows) {
      const auto alert = reading.Find(row.id);
      if (!alert.ok() || *alert == nullptr) continue;
      const model::AlertContent& content = (*alert)->content;
      text += "alert: " + std::string(SeverityName(content.severity)) + " " + content.type + " " +
              content.subject.name + ": " + content.text + "\n";
    }
    return text;
  }
  snapshot::FlowTape::Subscription& records() { return records_; }

 private:
  explicit Bench(const config::Settings& settings)
      : settings_(settings.fixed),
        records_(tape_.Subscribe()),
        store_({.path = {}, .most_bytes = settings_.lua.store_bytes}, clock_),
        alerts_({.path = {},
                 .keep = {},
                 .max_past = settings_.alerts.max_past,
                 .max_engaged = settings_.alerts.max_engaged},
                clock_) {}

  Status ReadCaptures(const std::vector<std::string>& captures) {
    shard::EngineOptions options = MakeEngineOptions(settings_);
    if (!captures.empty()) {
      auto sources = MakeSources(captures);
      if (!sources.ok()) return sources.error();
      options.sources = std::move(sources).value();
    }
    auto atlas = MakeAtlas(settings_, options.sources);
    if (!atlas.ok()) return atlas.error();
    atlas_ = options.atlas = std::move(atlas).value();
    options.vendors = MakeVendors(settings_.devices);
    auto engine = shard::Engine::Start(options, dpi::MakeCatalogue(), clock_, &tape_);
    if (!engine.ok()) return engine.error();
    engine_ = std::move(engine).value();
    while (!engine_->WaitForFiles(kReadInterval)) {
    }
    return {};
  }

  void MakeServices() {
    api_ = std::make_unique<api::Dependencies>(
        api::Dependencies{.snapshots = *engine_,
                          .flow_captures = engine_->flow_captures(),
                          .clock = clock_,
                          .build = MakeBuildFacts(),
                          .started_at = clock_.Now(),
                          .places = *atlas_,
                          .alerts = &alerts_});
    api::RegisterRoutes(rest_, *api_);
    services_.reset(new lua::Services{.snapshots = *engine_,
                                      .rest = rest_,
                                      .clock = clock_,
                                      .places = *atlas_,
                                      .version = api_->build.version,
                                      .revision = api_->build.commit,
                                      .started_at = api_->started_at,
                                      .script_dirs = ScriptDirs(settings_.lua),
                                      .data_dir = settings_.data_dir,
                                      .alerts = &alerts_,
                                      .record_point = TellPoint,
                                      .key_values = &store_,
                                      .http_client = client_.get(),
                                      .flow_tape = &tape_});
    lua::AddLibraries(*services_);
  }

  const config::Fixed& settings_;
  const SystemClock clock_;
  snapshot::FlowTape tape_{kTapeRecords, kTapeBytes};
  snapshot::FlowTape::Subscription records_;
  // Never opened: in memory alone.
  key_value::KeyValueStore store_;
  alerts::AlertBook alerts_;
  std::unique_ptr<http_client::Client> client_;
  std::shared_ptr<const geo::Atlas> atlas_;
  std::unique_ptr<shard::Engine> engine_;
  std::unique_ptr<api::Dependencies> api_;
  http::Router rest_;
  std::unique_ptr<lua::Services> services_;
};

ExitCode Check(const config::CommandLine& line, const config::Settings& settings) {
  auto bench = Bench::Make(settings, {});
  if (!bench.ok()) return RefuseStart(bench.error());
  ExitCode code = ExitCode::kOk;
  for (const std::string& path : line.lua.files) {
    const auto file = lua::ReadScript(path);
    if (!file.ok()) {
      code = Refuse(file.error(), ExitCode::kFailure);
      continue;
    }
    const lua::CheckReport report =
        lua::CheckScript(**file, (*bench)->services(), RequestLimits(settings.fixed.lua));
    if (!report.problem.empty()) {
      Complain(report.problem);
      code = ExitCode::kFailure;
      continue;
    }
    std::string text = (*file)->name + ": good\n";
    for (const std::string& route : report.routes) text += "  " + route + "\n";
    if (const ExitCode written = Print(text); written != ExitCode::kOk) return written;
  }
  return code;
}

// The service's bounds, whatever the script is.
lua::Limits LimitsOf(const lua::ScriptFile& file, const config::Lua& settings) {
  return file.kind == lua::ScriptKind::kCallback ? CallbackLimits(settings)
                                                 : RequestLimits(settings);
}

std::string CostText(const lua::RunReport& report) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(report.wall_time).count();
  return "took " + std::to_string(us) + " us, about " + std::to_string(report.instructions) +
         " instructions, " + std::to_string(report.memory_bytes / 1024) + " KiB\n";
}

ExitCode Run(const config::CommandLine& line, const config::Settings& settings) {
  const auto file = lua::ReadScript(line.lua.script);
  if (!file.ok()) return Refuse(file.error(), ExitCode::kFailure);
  auto bench = Bench::Make(settings, line.read_files);
  if (!bench.ok()) return RefuseStart(bench.error());
  const lua::RunReport report =
      lua::RunScript(**file, line.lua.arguments, &(*bench)->records(), (*bench)->services(),
                     LimitsOf(**file, settings.fixed.lua));
  if (!report.problem.empty()) {
    Complain(report.problem);
    return ExitCode::kFailure;
  }
  std::string body = report.response.body;
  if (!body.empty() && !body.ends_with('\n')) body += '\n';
  if (const ExitCode written = Print(body); written != ExitCode::kOk) return written;
  std::fputs(((*bench)->AlertText() + CostText(report)).c_str(), stderr);
  return report.response.status < 400 ? ExitCode::kOk : ExitCode::kFailure;
}

}  // namespace

ExitCode RunLuaCommand(const config::CommandLine& line, const config::Settings& settings) {
  switch (line.lua.verb) {
    case config::LuaCommand::Verb::kCheck:
      return Check(line, settings);
    case config::LuaCommand::Verb::kRun:
      return Run(line, settings);
    case config::LuaCommand::Verb::kReference:
      return Print(lua::ReferenceText(lua::AllLibraries()));
    case config::LuaCommand::Verb::kAnnotations:
      return Print(lua::AnnotationText(lua::AllLibraries()));
    case config::LuaCommand::Verb::kNone:
      break;
  }
  return ExitCode::kUsage;
}

}  // namespace wiregauge::app
