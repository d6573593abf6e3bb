// SPDX-License-Identifier: Apache-2.0
#include "app/one_shot.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <set>

#include "app/engine_options.h"
#include "app/flow_file.h"
#include "app/output_file.h"
#include "app/progress_bar.h"
#include "app/sources.h"
#include "app/summary.h"
#include "dpi/classifier.h"

namespace wiregauge::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Duration kProgressInterval = std::chrono::milliseconds(100);
// Every host of a file is to be told: none leaves for being idle.
constexpr Duration kNever = std::chrono::hours(24 * 365 * 100);

// The state of a run over several files.
class OneShot {
 public:
  OneShot(const config::CommandLine& line, const config::Settings& settings)
      : line_(line), options_(MakeEngineOptions(settings.fixed)) {
    options_.limits.host_idle_timeout = kNever;
    options_.limits.ended_flows_bytes = 0;  // nobody asks for them
  }

  ExitCode Run(const std::vector<config::LocalNetwork>& local_networks) {
    const auto started = SteadyClock::now();
    auto networks = MakeLocalNetworks(local_networks, {});
    if (!networks.ok()) return Fail(networks.error().message);
    options_.local_networks = std::move(networks).value();
    if (!OpenOutput(line_.flows_path, flows_) || !OpenOutput(line_.hosts_path, hosts_)) {
      return exit_code_;
    }
    for (const shard::SourceOptions& source : MakeFileSources(line_.read_files)) {
      if (!ReadFile(source)) break;
    }
    FinishOutput(flows_);
    FinishOutput(hosts_);
    if (!summary_.empty()) {
      std::fputs(summary_.Text(SteadyClock::now() - started).c_str(), stderr);
    }
    return exit_code_;
  }

 private:
  bool OpenOutput(const std::string& path, std::unique_ptr<OutputFile>& file) {
    if (path.empty()) return true;
    auto opened = OutputFile::Open(path);
    if (!opened.ok()) {
      Fail(opened.error().message);
      return false;
    }
    file = std::move(opened).value();
    return true;
  }

  // False when reading on makes no sense: what was read could not be written.
  bool ReadFile(const shard::SourceOptions& source) {
    options_.sources = {source};
    std::optional<FlowFile> sink;
    if (flows_ != nullptr) sink.emplace(*flows_, catalogue_, source.name);
    auto engine =
        shard::Engine::Start(options_, catalogue_, clock_, sink.has_value() ? &*sink : nullptr);
    if (!engine.ok()) {
      Fail(engine.error().message);
      if (exit_code_ == ExitCode::kFailure) {
        exit_code_ = ExitCodeOfStart(engine.error(), options_);
      }
      summary_.AddUnread(source.name);
      return true;
    }
    Watch(**engine, source.name);
    const bool rows = hosts_ != nullptr || options_.workers > 1;
    const auto snapshot = (*engine)->Get(
        rows ? snapshot::Detail::kRows : snapshot::Detail::kCounters, Duration::zero());
    (*engine)->Stop();
    summary_.AddFile(*snapshot);
    Judge(snapshot->interfaces.at(0));
    if (hosts_ != nullptr) WriteHosts(*snapshot, *hosts_);
    return !OutputFailed();
  }

  // Until the file is read, or its flows can no longer be written.
  void Watch(shard::Engine& engine, const std::string& name) {
    const auto started = SteadyClock::now();
    ProgressBar bar(name);
    while (!engine.WaitForFiles(kProgressInterval) && !OutputFailed()) {
      bar.Draw(engine.Progress(0), SteadyClock::now() - started);
    }
  }

  void Judge(const snapshot::InterfaceView& interface) {
    if (interface.state == "cut") {
      Complain("warning: " + interface.problem);
    } else if (interface.state == "failed") {
      Fail(interface.problem);
    }
    const uint64_t evicted = interface.counters.hosts_evicted;
    if (evicted > 0 && hosts_ != nullptr) {
      Complain("warning: " + interface.name + ": " + Grouped(evicted) +
               " hosts did not fit into hosts.memory_bytes and are missing");
    }
  }

  bool OutputFailed() const {
    return (flows_ != nullptr && flows_->failed()) || (hosts_ != nullptr && hosts_->failed());
  }

  void FinishOutput(std::unique_ptr<OutputFile>& file) {
    if (file == nullptr) return;
    const Status status = file->Finish();
    if (!status.ok()) Fail(status.error().message);
  }

  ExitCode Fail(const std::string& message) {
    Complain(message);
    if (exit_code_ == ExitCode::kOk) exit_code_ = ExitCode::kFailure;
    return exit_code_;
  }

  const config::CommandLine& line_;
  shard::EngineOptions options_;
  const SystemClock clock_;
  const std::shared_ptr<const model::ApplicationCatalogue> catalogue_ = dpi::MakeCatalogue();
  std::unique_ptr<OutputFile> flows_, hosts_;
  Summary summary_;
  ExitCode exit_code_ = ExitCode::kOk;
};

}  // namespace

ExitCode RunOneShot(const config::CommandLine& line, const config::Settings& settings) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is a write error, and is said
  return OneShot(line, settings).Run(settings.fixed.local_networks);
}

}  // namespace wiregauge::app
