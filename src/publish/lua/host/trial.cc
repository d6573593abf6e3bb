// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/trial.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "publish/lua/host/runtime.h"
#include "publish/lua/host/script_thread.h"

namespace wiregauge::lua {
namespace {

namespace fs = std::filesystem;

// A state with the modules that the script may require.
Result<std::unique_ptr<Runtime>> MakeRuntime(const ScriptFile& file, Services& services) {
  auto runtime = Runtime::Make(services);
  if (!runtime.ok()) return runtime;
  const ScriptTree tree = ScriptTree::Read(FoldersOf(file, services), {});
  for (const auto& found : tree.files()) {
    if (found->kind == ScriptKind::kModule && found->problem.empty()) {
      (*runtime)->AddModule(found);
    }
  }
  return runtime;
}

http::Request MakeRequest(const std::vector<std::string>& arguments) {
  http::Request request;
  request.path = "/";
  for (const std::string& argument : arguments) {
    const size_t equals = argument.find('=');
    request.query.push_back({argument.substr(0, equals), equals == std::string::npos
                                                             ? std::string()
                                                             : argument.substr(equals + 1)});
  }
  return request;
}

// Those of the path are among the arguments.
void TakePathParameters(const RouteSpec& route, http::Request& request) {
  request.method = route.method;
  for (const ParameterSpec& parameter : route.parameters) {
    if (!parameter.in_path) continue;
    const auto given = std::find_if(
        request.query.begin(), request.query.end(),
        [&](const http::Parameter& argument) { return argument.name == parameter.name; });
    if (given == request.query.end()) continue;
    request.path_parameters.push_back(*given);
    request.query.erase(given);
  }
}

Outcome Failure(std::string message) {
  return {.kind = Outcome::Kind::kError, .breach = {}, .message = std::move(message)};
}

// Runs the script; a refusal of its arguments is the response.
Outcome RunLoaded(Runtime& runtime, const ScriptFile& file, const std::vector<RouteSpec>& routes,
                  http::Request& request, Call& call, const Limits& limits,
                  std::optional<http::Response>& refusal) {
  if (file.kind == ScriptKind::kModule) return Failure("a module does not run by itself");
  if (file.kind != ScriptKind::kRoutes) return runtime.Run(file.name, call, limits);
  if (routes.empty()) return Failure("it registers no route");
  TakePathParameters(routes.front(), request);
  auto arguments = ReadArguments(routes.front(), request);
  if (auto* const refused = std::get_if<http::Response>(&arguments)) {
    refusal = std::move(*refused);
    return {};
  }
  return runtime.Run(routes.front(), std::get<0>(arguments), call, limits);
}

}  // namespace

Result<std::shared_ptr<const ScriptFile>> ReadScript(const std::string& path) {
  std::error_code error;
  const fs::path full = fs::weakly_canonical(path, error);
  if (error || !fs::is_regular_file(full, error)) {
    return Error{ErrorCode::kNotFound, path + ": " + (error ? error.message() : "no such file")};
  }
  // From the file upwards to a folder whose name says what it is for.
  for (fs::path folder = full.parent_path(); folder.has_relative_path();
       folder = folder.parent_path()) {
    const ScriptTree tree = ScriptTree::Read({folder.parent_path().string()}, {});
    for (const auto& file : tree.files()) {
      if (file->path != full.string()) continue;
      if (!file->problem.empty()) {
        return Error{ErrorCode::kUnavailable, path + ": " + file->problem};
      }
      return file;
    }
    if (folder.filename() == "scripts" || folder.filename() == "modules") break;
  }
  return ReadPage(full.string());
}

std::vector<std::string> FoldersOf(const ScriptFile& file, const Services& services) {
  std::vector<std::string> folders;
  if (file.path.ends_with(file.name)) {
    folders.push_back(file.path.substr(0, file.path.size() - file.name.size()));
  }
  folders.insert(folders.end(), services.script_dirs.begin(), services.script_dirs.end());
  return folders;
}

CheckReport CheckScript(const ScriptFile& file, Services& services, const Limits& limits) {
  CheckReport report;
  ScriptThread("lua-check", [&] {
    auto runtime = MakeRuntime(file, services);
    if (!runtime.ok()) {
      report.problem = runtime.error().message;
      return;
    }
    const Runtime::Loaded loaded = (*runtime)->Load(file, limits);
    report.problem = loaded.outcome.message;
    for (const RouteSpec& route : loaded.routes) report.routes.push_back(route.key);
  });
  return report;
}

RunReport RunScript(const ScriptFile& file, const std::vector<std::string>& arguments,
                    snapshot::FlowTape::Subscription* flow_tape, Services& services,
                    const Limits& limits) {
  RunReport report;
  ScriptThread("lua-run", [&] {
    auto runtime = MakeRuntime(file, services);
    if (!runtime.ok()) {
      report.problem = runtime.error().message;
      return;
    }
    const Runtime::Loaded loaded = (*runtime)->Load(file, limits);
    if (!loaded.outcome.ok()) {
      report.problem = loaded.outcome.message;
      return;
    }
    Call call(services, file.name);
    http::Request request = MakeRequest(arguments);
    if (file.kind == ScriptKind::kCallback) {
      call.period = LengthOf(file.period);
      call.flow_tape = flow_tape;
    } else {
      call.request = &request;
    }
    std::optional<http::Response> refusal;
    const auto begun = std::chrono::steady_clock::now();
    const Outcome outcome =
        RunLoaded(**runtime, file, loaded.routes, request, call, limits, refusal);
    report.wall_time = std::chrono::steady_clock::now() - begun;
    report.instructions = (*runtime)->instructions();
    report.memory_bytes = (*runtime)->used_bytes();
    report.problem = outcome.message;
    report.response =
        refusal ? *std::move(refusal) : MakeResponse(outcome, call, (*runtime)->TakeOutput());
  });
  return report;
}

}  // namespace wiregauge::lua
