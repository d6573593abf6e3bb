// SPDX-License-Identifier: Apache-2.0
#include "app/file_log.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"

namespace wiregauge::app {
namespace {

void Tell(const snapshot::InterfaceView& interface) {
  const log::Field name{"interface", interface.name};
  const log::Field packets{"packets", std::to_string(interface.counters.received.packets)};
  const log::Field problem{"problem", interface.problem};
  if (interface.state == "ended") {
    log::Info("app", "file was read", {name, packets});
  } else if (interface.state == "cut") {
    log::Warning("app", "file was read up to where it is cut", {name, packets, problem});
  } else if (interface.state == "failed") {
    log::Error("app", "file could not be read to its end", {name, packets, problem});
  } else {
    log::Info("app", "file was not read to its end", {name, packets});
  }
}

void TellAll(shard::Engine& engine, const std::vector<size_t>& sources) {
  if (sources.empty()) return;
  const auto snapshot = engine.Get(snapshot::Detail::kCounters, Duration::zero());
  for (const size_t source : sources) Tell(snapshot->interfaces.at(source));
}

}  // namespace

FileLog::FileLog(const std::vector<shard::SourceOptions>& sources) {
  for (size_t i = 0; i < sources.size(); ++i) {
    if (!sources[i].live) open_.push_back(i);
  }
}

void FileLog::TellEnded(shard::Engine& engine) {
  std::vector<size_t> ended;
  const auto is_done = [&](size_t source) { return engine.Progress(source).done; };
  std::ranges::copy_if(open_, std::back_inserter(ended), is_done);
  std::erase_if(open_, [&](size_t source) { return std::ranges::count(ended, source) > 0; });
  TellAll(engine, ended);
}

void FileLog::TellRest(shard::Engine& engine) { TellAll(engine, std::exchange(open_, {})); }

}  // namespace wiregauge::app
