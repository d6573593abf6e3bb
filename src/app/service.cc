// SPDX-License-Identifier: Apache-2.0
#include "app/service.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>

#include "alerts/alert_book.h"
#include "app/account_gate.h"
#include "app/build_facts.h"
#include "app/data_dir.h"
#include "app/descriptor_limit.h"
#include "app/engine_options.h"
#include "app/file_log.h"
#include "app/flow_fan_out.h"
#include "app/history_keeper.h"
#include "app/interface_watch.h"
#include "app/load_settings.h"
#include "app/logging.h"
#include "app/names.h"
#include "app/places.h"
#include "app/script_keeper.h"
#include "app/signals.h"
#include "app/sinks.h"
#include "app/sources.h"
#include "app/supervisor.h"
#include "app/task.h"
#include "config/load.h"
#include "dpi/classifier.h"
#include "publish/api/routes.h"
#include "publish/grafana/routes.h"
#include "publish/http/server.h"
#include "publish/lua/host/grafana_targets.h"
#include "publish/lua/host/script_list.h"
#include "publish/prometheus/exporter.h"
#include "publish/stream/flow_streams.h"
#include "publish/stream/routes.h"
#include "snapshot/flow_tape.h"

namespace wiregauge::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Between TERM and giving up.
constexpr Duration kDrainTime = std::chrono::seconds(10);
constexpr Duration kLongWait = std::chrono::hours(1);
// How soon the end of a file is told.
constexpr Duration kFileInterval = std::chrono::milliseconds(200);

// What readers of flow records may be behind: a minute with some 2,500 flows a second.
constexpr size_t kTapeRecords = 150'000;
constexpr size_t kTapeBytes = size_t{128} << 20;
// How soon an alert tells that an interface is gone.
constexpr Duration kWatchInterval = std::chrono::seconds(1);

std::string ListenText(const IpAddress& address, uint16_t port) {
  const std::string host = address.ToString();
  return (address.version() == 6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

http::ServerOptions MakeServerOptions(const config::Http& settings) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  http::ServerOptions options;
  options.address = settings.listen.address.ToString();
  options.port = settings.listen.port;
  options.threads = static_cast<int>(settings.threads);
  options.max_connections = settings.max_connections;
  options.max_request_body_bytes = settings.max_request_body_bytes;
  options.request_timeout = duration_cast<milliseconds>(settings.request_timeout);
  options.keep_alive_timeout = duration_cast<milliseconds>(settings.keep_alive_timeout);
  options.allowed_origin = settings.allowed_origin;
  options.allowed_hosts = settings.allowed_hosts;
  options.tls_certificate = settings.tls_certificate;
  options.tls_key = settings.tls_key;
  return options;
}

alerts::AlertOptions MakeAlertOptions(const config::Fixed& settings) {
  return {.path = settings.data_dir + "/alerts.db",
          .keep = settings.alerts.keep,
          .max_past = settings.alerts.max_past,
          .max_engaged = settings.alerts.max_engaged};
}

std::unique_ptr<stream::FlowStreams> MakeStreams(const config::Stream& settings) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  if (settings.max_clients == 0) return nullptr;
  return std::make_unique<stream::FlowStreams>(
      stream::StreamOptions{.most_clients = settings.max_clients,
                            .ring_records = settings.ring_records,
                            .ring_bytes = settings.ring_bytes,
                            .client_bytes = settings.client_bytes,
                            .stall_timeout = duration_cast<milliseconds>(settings.stall_timeout),
                            .keep_alive = duration_cast<milliseconds>(settings.keep_alive),
                            .max_age = duration_cast<milliseconds>(settings.max_age)});
}

std::vector<metrics::Label> BuildLabels(const api::BuildFacts& facts) {
  return {{"version", facts.version},
          {"revision", facts.commit},
          {"ndpi_version", dpi::LibraryVersion()}};
}

class Service {
 public:
  Service(const config::CommandLine& line, const config::Settings& settings)
      : line_(line), settings_(settings) {}

  ExitCode Run() {
    ConfigureLog(settings_.reloadable);
    RaiseDescriptorLimit(settings_.fixed.http.max_connections);
    if (Status tls = CheckCertificate(settings_.fixed.http); !tls.ok()) {
      return RefuseStart(tls.error());
    }
    if (const ExitCode code = StartEngine(); code != ExitCode::kOk) return code;
    ExitCode code = OpenAccounts();
    if (code == ExitCode::kOk) OpenAlerts();
    if (code == ExitCode::kOk) code = MakeScripts();
    if (code == ExitCode::kOk && scripts_ != nullptr) scripts_->Start();
    first_records_.reset();
    if (code == ExitCode::kOk) code = StartServer();
    if (code == ExitCode::kOk && history_ != nullptr) history_->Open();
    if (code != ExitCode::kOk) {
      StopEngine();
      return code;
    }
    supervisor_.Ready("Serving " + address_);
    log::Info("app", "ready", {{"listen", address_}, {"version", dependencies_->build.version}});
    ServeUntilStopped();
    return Stop();
  }

 private:
  ExitCode OpenAccounts() {
    if (!settings_.fixed.accounts.required) return ExitCode::kOk;
    auto gate = AccountGate::Open(settings_.fixed.data_dir, settings_.fixed.http.threads, clock_);
    if (!gate.ok()) return Refuse(gate.error(), ExitCode::kFailure);
    accounts_ = std::move(gate).value();
    return ExitCode::kOk;
  }

  ExitCode StartEngine() {
    shard::EngineOptions options = MakeEngineOptions(settings_.fixed);
    auto sources = MakeSources(settings_.fixed.sources);
    if (!sources.ok()) return RefuseSources(sources.error(), line_);
    options.sources = std::move(sources).value();
    auto atlas = MakeAtlas(settings_.fixed, options.sources);
    if (!atlas.ok()) return RefuseStart(atlas.error());
    atlas_ = options.atlas = std::move(atlas).value();
    options.vendors = MakeVendors(settings_.fixed.devices);
    auto resolver = MakeResolver(settings_.fixed.dns, clock_);
    if (!resolver.ok()) return RefuseStart(resolver.error());
    resolver_ = std::move(resolver).value();
    options.names = resolver_.get();
    const auto catalogue = dpi::MakeCatalogue();
    if (settings_.fixed.history.enabled) {
      history_ = std::make_unique<HistoryKeeper>(settings_.fixed, options.sources, *atlas_,
                                                 catalogue, clock_);
      options.ticks = &history_->ticks();
    }
    if (const ExitCode code = StartSinks(options.sources, catalogue); code != ExitCode::kOk) {
      return code;
    }
    flow_sinks_.Attach(flow_tape_);
    streams_ = MakeStreams(settings_.fixed.stream);
    if (streams_ != nullptr) flow_sinks_.Attach(*streams_);
    if (settings_.fixed.lua.enabled) first_records_.emplace(flow_tape_.Subscribe());
    auto engine = shard::Engine::Start(options, catalogue, clock_, &flow_sinks_);
    if (!engine.ok()) return Refuse(engine.error(), ExitCodeOfStart(engine.error(), options));
    engine_ = std::move(engine).value();
    if (history_ != nullptr) history_->Start(*engine_);
    file_log_.emplace(options.sources);
    for (const shard::SourceOptions& source : options.sources) {
      log::Info("app", source.live ? "watching an interface" : "reading a file",
                {{"interface", source.name}, {"workers", std::to_string(options.workers)}});
    }
    return ExitCode::kOk;
  }

  ExitCode StartSinks(const std::vector<shard::SourceOptions>& sources,
                      const std::shared_ptr<const model::ApplicationCatalogue>& catalogue) {
    auto sinks = MakeSinks(settings_.fixed, sources,
                           MakeRecordContext(settings_.fixed, sources, catalogue, *atlas_), clock_);
    if (!sinks.ok()) return RefuseStart(sinks.error());
    sinks_ = std::move(sinks).value();
    sinks_->Start();
    flow_sinks_.Attach(*sinks_);
    return ExitCode::kOk;
  }

  // Before the first request: what an earlier process raised is there when it comes.
  void OpenAlerts() {
    if (!settings_.fixed.alerts.enabled) return;
    alerts_ = std::make_unique<alerts::AlertBook>(MakeAlertOptions(settings_.fixed), clock_);
    interface_watch_.emplace(*alerts_);
    // What is wrong with it the store says.
    (void)MakeDataDir(settings_.fixed.data_dir).ok();
    alerts_->Start();
  }

  void StopEngine() {
    engine_->Stop();
    sinks_->Stop();
    if (history_ != nullptr) history_->Stop();
  }

  void MakeDependencies() {
    dependencies_ = std::make_unique<api::Dependencies>(
        api::Dependencies{.snapshots = *engine_,
                          .flow_captures = engine_->flow_captures(),
                          .clock = clock_,
                          .build = MakeBuildFacts(),
                          .started_at = clock_.Now(),
                          .places = *atlas_,
                          .allowed_origin = settings_.fixed.http.allowed_origin,
                          .archive = history_ != nullptr ? &history_->archive() : nullptr,
                          .accounts_readable = AccountsReadable(),
                          .alerts = alerts_.get(),
                          .script_paths = ScriptPaths(),
                          .sinks = [this] { return sinks_->states(); }});
  }

  ExitCode MakeScripts() {
    MakeDependencies();
    if (!settings_.fixed.lua.enabled) return ExitCode::kOk;
    auto* const series = history_ != nullptr ? &history_->script_series() : nullptr;
    auto scripts = ScriptKeeper::Make(settings_.fixed, *dependencies_, series, flow_tape_);
    if (!scripts.ok()) return RefuseStart(scripts.error());
    scripts_ = std::move(scripts).value();
    script_targets_.emplace(scripts_->host());
    return ExitCode::kOk;
  }

  ExitCode StartServer() {
    const config::Metrics& metrics = settings_.fixed.metrics;
    exporter_ = std::make_unique<metrics::Exporter>(
        metrics::ExporterOptions{.limits = {.top_hosts = metrics.top_hosts,
                                            .series_per_family = metrics.series_per_family},
                                 .build = BuildLabels(dependencies_->build),
                                 .authentication = AuthenticationCounters(),
                                 .accounts_readable = AccountsReadable(),
                                 .store = StoreState(),
                                 .alerts = AlertState(),
                                 .scripts = ScriptState(),
                                 .sinks = [this] { return sinks_->states(); },
                                 .stream = StreamState()},
        *engine_, clock_, requests_);
    grafana_ = std::make_unique<grafana::Dependencies>(
        grafana::Dependencies{.archive = history_ != nullptr ? &history_->archive() : nullptr,
                              .snapshots = *engine_,
                              .places = *atlas_,
                              .clock = clock_,
                              .alerts = alerts_.get(),
                              .scripts = script_targets_ ? &*script_targets_ : nullptr});
    http::Router router;
    api::RegisterRoutes(router, *dependencies_);
    grafana::RegisterRoutes(router, *grafana_);
    metrics::RegisterRoutes(router, *exporter_);
    stream_.emplace(
        stream::Dependencies{.snapshots = *engine_, .places = *atlas_, .streams = streams_.get()});
    stream::RegisterRoutes(router, *stream_);
    if (scripts_ != nullptr) {
      lua::RegisterRoutes(router, scripts_->host());
      router.Mount([host = &scripts_->host()] { return host->router(); });
    }
    http::ServerOptions options = MakeServerOptions(settings_.fixed.http);
    if (accounts_ != nullptr) options.gate = accounts_->gate();
    auto server =
        http::Server::Start(options, std::move(router),
                            [this](const http::Observation& seen) { requests_.Observe(seen); });
    if (!server.ok()) return Refuse(server.error(), ExitCode::kFailure);
    server_ = std::move(server).value();
    address_ = ListenText(settings_.fixed.http.listen.address, server_->port());
    return ExitCode::kOk;
  }

  std::function<model::AuthenticationCounters()> AuthenticationCounters() {
    if (accounts_ == nullptr) return {};
    return [gate = accounts_.get()] { return gate->counters(); };
  }

  std::function<bool()> AccountsReadable() {
    if (accounts_ == nullptr) return {};
    return [gate = accounts_.get()] { return gate->is_readable(); };
  }

  std::function<std::shared_ptr<const api::OpenApiPaths>()> ScriptPaths() {
    if (!settings_.fixed.lua.enabled) return {};
    return [this] { return scripts_->host().openapi_paths(); };
  }

  std::function<metrics::ScriptState()> ScriptState() {
    if (scripts_ == nullptr) return {};
    return [scripts = scripts_.get()] { return scripts->state(); };
  }

  std::function<stream::StreamState()> StreamState() {
    if (streams_ == nullptr) return {};
    return [streams = streams_.get()] { return streams->state(); };
  }

  std::function<history::HistoryState()> StoreState() {
    if (history_ == nullptr) return {};
    return [history = history_.get()] { return history->archive().state(); };
  }

  std::function<alerts::AlertState()> AlertState() {
    if (alerts_ == nullptr) return {};
    return [book = alerts_.get()] { return book->state(); };
  }

  void ServeUntilStopped() {
    const auto watchdog = Supervisor::WatchdogInterval();
    auto next_alive = SteadyClock::now();
    while (true) {
      Duration most = file_log_->all_told() ? kLongWait : kFileInterval;
      if (alerts_ != nullptr) most = std::min(most, kWatchInterval);
      if (watchdog.has_value()) most = std::min<Duration>(most, next_alive - SteadyClock::now());
      const int signal = signals_.Wait(most);
      if (signal == SIGHUP) {
        Reload();
      } else if (signal != 0) {
        log::Info("app", "stopping", {{"signal", SignalName(signal)}});
        return;
      }
      file_log_->TellEnded(*engine_);
      if (interface_watch_) {
        interface_watch_->Look(*engine_->Get(snapshot::Detail::kCounters, kWatchInterval));
      }
      if (watchdog.has_value() && SteadyClock::now() >= next_alive) {
        next_alive = SteadyClock::now() + *watchdog;
        const auto snapshot = engine_->Get(snapshot::Detail::kCounters, *watchdog);
        if (IsAlive(*snapshot, clock_.SteadyNow(), *watchdog * 2)) supervisor_.Alive();
      }
    }
  }

  // An error keeps the settings that hold. The certificate is read either way: it may be about to
  // expire.
  void Reload() {
    supervisor_.Reloading();
    auto loaded = LoadSettings(line_);
    if (loaded.ok()) {
      settings_.reloadable = loaded->reloadable;
      ConfigureLog(settings_.reloadable);
      for (const std::string_view path : config::ChangedFixedSettings(settings_, *loaded)) {
        log::Warning("app", "a changed setting needs a restart", {{"setting", std::string(path)}});
      }
      log::Info("app", "settings reloaded");
    } else {
      log::Error("app", "settings not reloaded, the old ones stay",
                 {{"problem", loaded.error().message}});
    }
    ReloadCertificate();
    supervisor_.Ready("Serving " + address_);
  }

  void ReloadCertificate() {
    if (settings_.fixed.http.tls_certificate.empty()) return;
    if (Status reloaded = server_->ReloadCertificate(); reloaded.ok()) {
      log::Info("app", "certificate reloaded");
    } else {
      log::Error("app", "certificate not reloaded, the old one stays",
                 {{"problem", reloaded.error().message}});
    }
  }

  ExitCode Stop() {
    supervisor_.Stopping();
    Task stop(signals_, [this] {
      StopEngine();
      file_log_->TellRest(*engine_);
      if (scripts_ != nullptr) scripts_->host().EndRuns();
      if (streams_ != nullptr) streams_->Stop();
      server_->Stop();
      if (scripts_ != nullptr) scripts_->Stop();
      if (alerts_ != nullptr) alerts_->Stop();
    });
    const auto deadline = SteadyClock::now() + kDrainTime + LongestDrain(settings_.fixed.sinks);
    std::optional<int> signal;
    do {
      signal = stop.Wait(deadline - SteadyClock::now());
    } while (signal == SIGHUP);
    if (!signal.has_value()) GiveUp("could not stop in time");
    if (*signal != 0) GiveUp("a second signal ended it at once");
    log::Info("app", "stopped");
    return ExitCode::kOk;
  }

  Signals signals_;  // first: threads inherit its mask
  const config::CommandLine& line_;
  config::Settings settings_;
  const SystemClock clock_;
  Supervisor supervisor_;
  metrics::RequestMetrics requests_;
  std::unique_ptr<AccountGate> accounts_;  // null: accounts are off
  std::shared_ptr<const geo::Atlas> atlas_;
  std::unique_ptr<reverse_dns::Resolver> resolver_;
  std::unique_ptr<HistoryKeeper> history_;  // null: history is off
  snapshot::FlowTape flow_tape_{kTapeRecords, kTapeBytes};
  // Keeps what comes before the callbacks do.
  std::optional<snapshot::FlowTape::Subscription> first_records_;
  std::unique_ptr<sinks::SinkSet> sinks_;
  std::unique_ptr<stream::FlowStreams> streams_;  // null: the live stream is off
  FlowFanOut flow_sinks_;
  std::unique_ptr<shard::Engine> engine_;
  std::unique_ptr<alerts::AlertBook> alerts_;  // null: alerts are off
  std::optional<InterfaceWatch> interface_watch_;
  std::optional<FileLog> file_log_;
  std::unique_ptr<api::Dependencies> dependencies_;
  std::unique_ptr<grafana::Dependencies> grafana_;
  std::optional<stream::Dependencies> stream_;
  std::unique_ptr<metrics::Exporter> exporter_;
  std::unique_ptr<ScriptKeeper> scripts_;  // null: scripts are off
  std::optional<lua::GrafanaTargets> script_targets_;
  std::unique_ptr<http::Server> server_;  // last: its handlers use all of the above
  std::string address_;
};

}  // namespace

ExitCode RunService(const config::CommandLine& line, const config::Settings& settings) {
  return Service(line, settings).Run();
}

}  // namespace wiregauge::app
