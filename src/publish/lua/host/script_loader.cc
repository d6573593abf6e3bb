// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/script_loader.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "publish/lua/host/runtime.h"

namespace wiregauge::lua {
namespace {

void AddModules(Runtime& runtime, const std::vector<Script>& scripts) {
  for (const Script& script : scripts) {
    if (script.is_good && script.file->kind == ScriptKind::kModule) runtime.AddModule(script.file);
  }
}

// What the log is told of a new set: each script that changed, each problem once.
void TellChanges(const ScriptSet& now, const ScriptSet* before) {
  for (const std::string& problem : now.problems) {
    const bool is_new =
        before == nullptr || std::find(before->problems.begin(), before->problems.end(), problem) ==
                                 before->problems.end();
    if (is_new) log::Warning("lua", problem);
  }
  for (const Script& script : now.scripts) {
    const Script* const old = before != nullptr ? before->Find(script.file->name) : nullptr;
    if (!script.problem.empty() && (old == nullptr || old->problem != script.problem)) {
      log::Error("lua",
                 script.is_good ? "a script's new version is not used, the last good one is"
                                : "a script is not used",
                 {{"script", script.file->name}, {"problem", script.problem}});
    } else if (script.is_good && old != nullptr && old->file != script.file) {
      log::Info("lua", "script reloaded", {{"script", script.file->name}});
    }
  }
}

}  // namespace

ScriptLoader::ScriptLoader(std::vector<std::string> folders, Services& services,
                           const Limits& limits)
    : folders_(std::move(folders)), services_(services), limits_(limits) {}

const Script* ScriptLoader::Before(const std::string& name) const {
  return set_ != nullptr ? set_->Find(name) : nullptr;
}

// Loads everything into one state, as a worker does.
ScriptLoader::Trial ScriptLoader::Try(const std::vector<File>& files) {
  Trial trial;
  auto runtime = Runtime::Make(services_);
  http::Router router;
  const auto load = [&](const File& file) {
    if (services_.stopping) return;
    Script script{
        .file = file, .is_good = false, .problem = file->problem, .loaded_at = {}, .routes = {}};
    if (!runtime.ok()) script.problem = runtime.error().message;
    if (script.problem.empty()) {
      Runtime::Loaded loaded = (*runtime)->Load(*file, limits_);
      script.problem = loaded.outcome.message;
      script.routes = std::move(loaded.routes);
      for (const RouteSpec& route : script.routes) {
        if (!script.problem.empty()) break;
        const Status added = router.TryAdd(route.method, route.path, http::Handler());
        if (!added.ok()) script.problem = file->name + ": " + added.error().message;
      }
    }
    script.is_good = script.problem.empty();
    trial.any_failed = trial.any_failed || !script.is_good;
    if (script.is_good && file->kind == ScriptKind::kModule) (*runtime)->AddModule(file);
    trial.scripts.push_back(std::move(script));
    // A state that broke a limit is no judge of others.
    if (!runtime.ok() || !(*runtime)->is_spent()) return;
    runtime = Runtime::Make(services_);
    if (runtime.ok()) AddModules(**runtime, trial.scripts);
  };
  for (const File& file : files) {
    if (file->kind == ScriptKind::kModule) load(file);
  }
  for (const File& file : files) {
    if (file->kind != ScriptKind::kModule) load(file);
  }
  return trial;
}

// Puts the last good version in the place of what failed; and, when a script failed that has not
// changed, in the place of the modules that have.
std::vector<ScriptLoader::File> ScriptLoader::FallBack(
    const std::vector<File>& newest, const Trial& trial,
    std::map<std::string, std::string>& problems) const {
  std::string victim;
  for (const Script& script : trial.scripts) {
    if (script.is_good) continue;
    const Script* const before = Before(script.file->name);
    const bool had_been_good = before != nullptr && before->is_good && before->file == script.file;
    if (had_been_good) {
      victim = script.file->name + ": " + script.problem;
    } else {
      problems[script.file->name] = script.problem;
    }
  }
  std::vector<File> files;
  for (const File& file : newest) {
    const Script* const before = Before(file->name);
    const bool has_older = before != nullptr && before->is_good && before->file != file;
    if (has_older && file->kind == ScriptKind::kModule && !victim.empty()) {
      problems.try_emplace(file->name, "with it a script does not load that did: " + victim);
    }
    files.push_back(has_older && problems.contains(file->name) ? before->file : file);
  }
  return files;
}

std::shared_ptr<const ScriptSet> ScriptLoader::Refresh() {
  ScriptTree tree = ScriptTree::Read(folders_, tree_);
  if (set_ != nullptr && tree.IsSameAs(tree_)) return nullptr;
  const std::vector<File>& newest = tree.files();
  Trial trial = Try(newest);
  std::map<std::string, std::string> problems;
  // Each round takes at least one newest version out.
  for (size_t round = 0; trial.any_failed && round < 3; ++round) {
    const size_t known = problems.size();
    const std::vector<File> files = FallBack(newest, trial, problems);
    if (problems.size() == known) break;
    trial = Try(files);
  }
  // What was tried was ended, and is no worse for it.
  if (set_ != nullptr && services_.stopping) return nullptr;
  auto set = std::make_shared<ScriptSet>();
  set->generation = set_ != nullptr ? set_->generation + 1 : 1;
  set->problems = tree.problems();
  for (Script& script : trial.scripts) {
    const auto problem = problems.find(script.file->name);
    if (problem != problems.end()) script.problem = problem->second;
    const Script* const before = Before(script.file->name);
    const bool is_old = before != nullptr && before->is_good && before->file == script.file;
    script.loaded_at = is_old ? before->loaded_at : services_.clock.Now();
    set->scripts.push_back(std::move(script));
  }
  std::sort(set->scripts.begin(), set->scripts.end(),
            [](const Script& a, const Script& b) { return a.file->name < b.file->name; });
  TellChanges(*set, set_.get());
  tree_ = std::move(tree);
  set_ = set;
  return set;
}

}  // namespace wiregauge::lua
