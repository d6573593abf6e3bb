// SPDX-License-Identifier: Apache-2.0
#include "app/one_shot.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <optional>

#include "app/engine_options.h"
#include "app/flow_file.h"
#include "app/outputs.h"
#include "app/places.h"
#include "app/progress_bar.h"
#include "app/signals.h"
#include "app/sources.h"
#include "app/summary.h"
#include "app/task.h"
#include "dpi/classifier.h"

namespace wiregauge::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Duration kProgressInterval = std::chrono::milliseconds(100);
// Every host of a file is to be told: none leaves for being idle.
constexpr Duration kNever = std::chrono::hours(24 * 365 * 100);

// The state of a run over several files. One thread works: Run. Another may ask it to stop.
class OneShot {
 public:
  OneShot(const config::Settings& settings, std::vector<shard::SourceOptions> sources,
          std::shared_ptr<const geo::Atlas> atlas, Outputs outputs)
      : options_(MakeEngineOptions(settings.fixed)),
        sources_(std::move(sources)),
        outputs_(std::move(outputs)) {
    options_.limits.host_idle_timeout = kNever;
    options_.limits.ended_flows_bytes = 0;  // nobody asks for them
    options_.atlas = std::move(atlas);
    if (outputs_.hosts() != nullptr) options_.vendors = MakeVendors(settings.fixed.devices);
  }

  void Run() {
    const auto started = SteadyClock::now();
    for (const shard::SourceOptions& source : sources_) {
      if (signal() == 0 && !outputs_.failed()) {
        ReadFile(source);
      } else {
        summary_.AddUnread(source.name);
        if (first_unread_.empty()) first_unread_ = source.name;
      }
    }
    for (const std::string& problem : outputs_.Finish()) Fail(problem);
    if (signal() != 0) TellStop();
    if (!summary_.empty()) {
      std::fputs(summary_.Text(SteadyClock::now() - started).c_str(), stderr);
    }
  }

  // Ends the reading; Run returns when what was read is written. Called once, by another thread.
  void Stop(int signal) { signal_.store(signal); }

  ExitCode exit_code() const { return exit_code_; }

 private:
  int signal() const { return signal_.load(); }

  void ReadFile(const shard::SourceOptions& source) {
    options_.sources = {source};
    std::optional<FlowFile> sink;
    if (outputs_.flows() != nullptr) {
      sink.emplace(*outputs_.flows(), catalogue_, *options_.atlas, source.name);
    }
    auto engine =
        shard::Engine::Start(options_, catalogue_, clock_, sink.has_value() ? &*sink : nullptr);
    if (!engine.ok()) {
      Fail(engine.error().message, ExitCodeOfStart(engine.error(), options_));
      summary_.AddUnread(source.name);
      return;
    }
    Watch(**engine, source.name);
    (*engine)->Stop();
    const bool rows = outputs_.hosts() != nullptr || options_.workers > 1;
    const auto snapshot = (*engine)->Get(
        rows ? snapshot::Detail::kRows : snapshot::Detail::kCounters, Duration::zero());
    const snapshot::InterfaceView& interface = snapshot->interfaces.at(0);
    summary_.AddFile(*snapshot);
    Judge(interface);
    // A pipe's header is read late: what fails before the first packet was no capture.
    const bool was_read = interface.state != "failed" || interface.counters.received.packets > 0;
    if (was_read) outputs_.Replace();
    if (outputs_.hosts() != nullptr) WriteHosts(*snapshot, *options_.atlas, *outputs_.hosts());
  }

  // Until the file is read, its flows can no longer be written, or a signal came.
  void Watch(shard::Engine& engine, const std::string& name) {
    const auto started = SteadyClock::now();
    ProgressBar bar(name);
    while (!engine.WaitForFiles(kProgressInterval) && !outputs_.failed() && signal() == 0) {
      bar.Draw(engine.Progress(0), SteadyClock::now() - started);
    }
  }

  void Judge(const snapshot::InterfaceView& interface) {
    if (interface.state == "cut") {
      Complain("warning: " + interface.problem);
    } else if (interface.state == "failed") {
      Fail(interface.problem);
    } else if (interface.state != "ended") {
      stopped_at_ =
          interface.name + " after " + Grouped(interface.counters.received.packets) + " packets";
    }
    const uint64_t evicted = interface.counters.hosts_evicted;
    if (evicted > 0 && outputs_.hosts() != nullptr) {
      Complain("warning: " + interface.name + ": " + Grouped(evicted) +
               " hosts did not fit into hosts.memory_bytes and are missing");
    }
  }

  // A signal that came when all was read changed nothing.
  void TellStop() {
    if (stopped_at_.empty() && first_unread_.empty()) return;
    Fail("stopped early by SIG" + SignalName(signal()) + ": " +
         (stopped_at_.empty() ? "before " + first_unread_ : stopped_at_));
  }

  void Fail(const std::string& message, ExitCode code = ExitCode::kFailure) {
    Complain(message);
    if (exit_code_ == ExitCode::kOk) exit_code_ = code;
  }

  shard::EngineOptions options_;
  const std::vector<shard::SourceOptions> sources_;
  const SystemClock clock_;
  const std::shared_ptr<const model::ApplicationCatalogue> catalogue_ = dpi::MakeCatalogue();
  Outputs outputs_;
  Summary summary_;
  std::string stopped_at_, first_unread_;
  ExitCode exit_code_ = ExitCode::kOk;
  std::atomic<int> signal_{0};
};

}  // namespace

ExitCode RunOneShot(const config::CommandLine& line, const config::Settings& settings) {
  auto sources = MakeFileSources(line.read_files);
  if (!sources.ok()) return Refuse(sources.error(), ExitCode::kUsage);
  auto atlas = MakeAtlas(settings.fixed, *sources);
  if (!atlas.ok()) return RefuseStart(atlas.error());
  auto outputs = Outputs::Open(line);
  if (!outputs.ok()) {
    return Refuse(outputs.error(), outputs.error().code == ErrorCode::kInvalidArgument
                                       ? ExitCode::kUsage
                                       : ExitCode::kFailure);
  }
  // Until here a signal just ends the process: opening an output that is a pipe may take for ever.
  Signals signals(Signals::Ignored::kStayIgnored);
  OneShot run(settings, std::move(*sources), std::move(*atlas), std::move(*outputs));
  Task work(signals, [&run] { run.Run(); });
  if (const int signal = work.Wait(); signal != 0) {
    run.Stop(signal);
    if (work.Wait() != 0) GiveUp("a second signal ended it at once");
  }
  return run.exit_code();
}

}  // namespace wiregauge::app
