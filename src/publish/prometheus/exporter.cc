// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/exporter.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "alerts/alert_content.h"
#include "publish/prometheus/process_stats.h"

namespace wiregauge::metrics {
namespace {

constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";
constexpr Duration kMaxSnapshotAge = std::chrono::seconds(1);

double EpochSeconds(Timestamp time) { return ToSeconds(time.time_since_epoch()); }

void AddInterface(const TrafficView::Interface& interface, Exposition& out) {
  const std::string& label = interface.label;
  const snapshot::InterfaceView& view = interface.view;
  const model::InterfaceCounters& counters = view.counters;
  const char* const link_type = view.link_type ? LinkTypeName(*view.link_type) : "unknown";
  out.Add(Family::kInterfaceInfo, {label, view.source, view.live ? "live" : "file", link_type}, 1);
  out.Add(Family::kInterfaceUp, {label}, view.state == "open" ? 1 : 0);
  if (counters.received.packets > 0) {
    out.AddReal(Family::kInterfaceLastPacket, {label}, EpochSeconds(counters.now));
  }
  out.Add(Family::kInterfacePackets, {label}, counters.received.packets);
  out.Add(Family::kInterfaceBytes, {label}, counters.received.bytes);
  out.Add(Family::kInterfaceDropped, {label, "kernel", "ring_full"}, view.drops.kernel_packets);
  out.Add(Family::kInterfaceDropped, {label, "interface", "no_buffer"},
          view.drops.interface_packets);
  for (size_t i = 1; i < counters.undecodable.size(); ++i) {  // 0 is "no error"
    out.Add(Family::kInterfaceUndecodable, {label, model::UndecodableReasonName(i)},
            counters.undecodable[i].packets);
  }
}

void AddClasses(const std::string& label, const model::InterfaceCounters& counters,
                Exposition& out) {
  for (size_t i = 0; i < counters.l3.size(); ++i) {
    out.Add(Family::kL3Packets, {label, model::L3ClassName(i)}, counters.l3[i].packets);
    out.Add(Family::kL3Bytes, {label, model::L3ClassName(i)}, counters.l3[i].bytes);
  }
  for (size_t i = 0; i < counters.l4.size(); ++i) {
    const char* const l4 = model::L4ClassName(static_cast<model::L4Class>(i));
    out.Add(Family::kL4Packets, {label, l4}, counters.l4[i].packets);
    out.Add(Family::kL4Bytes, {label, l4}, counters.l4[i].bytes);
  }
  const std::vector<double> bounds(model::kPacketSizeBounds.begin(),
                                   model::kPacketSizeBounds.end());
  out.AddHistogram(
      Family::kPacketSize, {label},
      {bounds, counters.packet_sizes.packets, static_cast<double>(counters.received.bytes)});
}

void AddTcp(const std::string& label, const model::InterfaceCounters& counters, Exposition& out) {
  const model::TcpHealth& health = counters.tcp;
  out.Add(Family::kTcpRetransmittedPackets, {label}, health.retransmitted_packets);
  out.Add(Family::kTcpOutOfOrderPackets, {label}, health.out_of_order_packets);
  out.Add(Family::kTcpLostSegments, {label}, health.lost_segments);
  out.Add(Family::kTcpKeepAlives, {label}, health.keep_alives);
  out.Add(Family::kTcpZeroWindows, {label}, health.zero_windows);
}

void AddLatencies(Family family, const std::string& interface,
                  const std::vector<LatencySample>& samples, Exposition& out) {
  std::array<double, model::kLatencyBounds.size()> bounds;
  std::transform(model::kLatencyBounds.begin(), model::kLatencyBounds.end(), bounds.begin(),
                 [](Duration bound) { return ToSeconds(bound); });
  for (const LatencySample& sample : samples) {
    out.AddHistogram(family, {interface, sample.application},
                     {bounds, sample.latencies.classes, ToSeconds(sample.latencies.sum)});
  }
}

void AddApplications(const TrafficView::Interface& interface, Exposition& out) {
  const std::string& label = interface.label;
  for (const ApplicationSample& sample : interface.applications) {
    out.Add(Family::kApplicationPackets, {label, sample.application}, sample.traffic.packets);
    out.Add(Family::kApplicationBytes, {label, sample.application}, sample.traffic.bytes);
    if (sample.has_flows) {
      out.Add(Family::kApplicationFlows, {label, sample.application}, sample.flows);
    }
  }
  out.Add(Family::kDetectingPackets, {label}, interface.view.counters.detecting.packets);
  out.Add(Family::kDetectingBytes, {label}, interface.view.counters.detecting.bytes);
}

void AddTables(const std::string& label, const model::InterfaceCounters& counters,
               Exposition& out) {
  out.Add(Family::kFragmentsUnmatched, {label}, counters.fragments_unmatched);
  out.Add(Family::kFlowsCreated, {label}, counters.flows_created);
  for (size_t i = 0; i < counters.flows_ended.size(); ++i) {
    const auto reason = static_cast<model::EndReason>(i);
    if (reason == model::EndReason::kActiveTimeout) {
      out.Add(Family::kActiveTimeoutReports, {label}, counters.flows_ended[i]);
    } else {
      out.Add(Family::kFlowsEnded, {label, model::EndReasonName(reason)}, counters.flows_ended[i]);
    }
  }
  out.Add(Family::kActiveFlows, {label}, counters.active_flows);
  out.Add(Family::kFlowTableBytes, {label}, counters.flow_table_bytes);
  out.Add(Family::kFlowRecordsDropped, {label}, counters.records_dropped);
  out.Add(Family::kActiveHosts, {label}, counters.active_hosts);
  out.Add(Family::kIdleHosts, {label}, counters.idle_hosts);
  out.Add(Family::kHostsRemoved, {label, "idle"}, counters.hosts_expired);
  out.Add(Family::kHostsRemoved, {label, "evicted"}, counters.hosts_evicted);
  out.Add(Family::kHostNamesDropped, {label}, counters.names_dropped);
  out.Add(Family::kHostTableBytes, {label}, counters.host_table_bytes);
}

void AddFlowCaptures(const std::string& label, const model::FlowCaptureCounters& counters,
                     Exposition& out) {
  out.Add(Family::kFlowCapturesStarted, {label}, counters.started);
  for (size_t i = 0; i < counters.ended.size(); ++i) {
    const char* const reason = model::FlowCaptureEndName(static_cast<model::FlowCaptureEnd>(i));
    out.Add(Family::kFlowCapturesEnded, {label, reason}, counters.ended[i]);
  }
  out.Add(Family::kFlowCapturePackets, {label}, counters.captured.packets);
  out.Add(Family::kFlowCaptureBytes, {label}, counters.captured.bytes);
  out.Add(Family::kFlowCaptureDropped, {label, "link_type"}, counters.dropped_packets);
}

void AddHosts(const TrafficView::Interface& interface, Exposition& out) {
  for (const HostSample& sample : interface.hosts) {
    out.Add(Family::kHostBytes, {interface.label, sample.host, "sent"}, sample.bytes_sent);
    out.Add(Family::kHostBytes, {interface.label, sample.host, "received"}, sample.bytes_received);
  }
}

void AddReverseLookups(const model::ReverseLookupCounters& counters, Exposition& out) {
  for (size_t i = 0; i < counters.results.size(); ++i) {
    out.Add(Family::kReverseLookups, {model::LookupResultName(static_cast<model::LookupResult>(i))},
            counters.results[i]);
  }
  out.Add(Family::kReverseLookupsDropped, {"queue_full"}, counters.dropped_queue_full);
  out.Add(Family::kReverseLookupsDropped, {"cache_full"}, counters.dropped_cache_full);
  out.Add(Family::kReverseLookupsWaiting, {}, counters.waiting);
  out.Add(Family::kReverseLookupsCached, {}, counters.cached);
}

// A host is two series, one for each direction.
void AddSeriesDropped(const TrafficView& traffic, Exposition& out) {
  for (const Family family :
       {Family::kApplicationPackets, Family::kApplicationBytes, Family::kApplicationFlows}) {
    out.Add(Family::kSeriesDropped, {InfoOf(family).name}, traffic.folded_applications);
  }
  out.Add(Family::kSeriesDropped, {InfoOf(Family::kHostBytes).name}, traffic.folded_hosts * 2);
  out.Add(Family::kSeriesDropped, {InfoOf(Family::kTcpHandshakeRtt).name},
          traffic.folded_handshakes * kHistogramSeries);
  out.Add(Family::kSeriesDropped, {InfoOf(Family::kApplicationLatency).name},
          traffic.folded_application_latencies * kHistogramSeries);
}

void AddRequests(const RequestMetrics::Counts& counts, Exposition& out) {
  for (const auto& [key, count] : counts.requests) {
    const auto& [route, method, code] = key;
    out.Add(Family::kHttpRequests, {route, method, std::to_string(code)}, count);
  }
  for (const auto& [route, durations] : counts.durations) {
    out.AddHistogram(Family::kHttpRequestDuration, {route},
                     {RequestMetrics::kBounds, durations.counts, durations.seconds});
  }
}

void AddAuthentication(const model::AuthenticationCounters& counters, Exposition& out) {
  for (size_t i = 0; i < counters.results.size(); ++i) {
    out.Add(Family::kAuthAttempts, {model::AuthenticationResultName(i)}, counters.results[i]);
  }
  for (size_t i = 0; i < counters.throttled.size(); ++i) {
    out.Add(Family::kAuthThrottled, {model::ThrottledByName(i)}, counters.throttled[i]);
  }
  out.Add(Family::kAuthCacheHits, {}, counters.cache_hits);
  out.Add(Family::kAuthPasswordsVerified, {}, counters.passwords_verified);
}

void AddStore(const history::HistoryState& state, Exposition& out) {
  out.Add(Family::kStoreUp, {}, state.available ? 1 : 0);
  out.Add(Family::kStoreBytes, {}, state.file_bytes);
  out.Add(Family::kStoreSeries, {}, state.series);
  out.Add(Family::kStorePointsRecorded, {}, state.points_recorded);
  out.Add(Family::kStorePointsLost, {"queue_full"}, state.points_lost);
  out.Add(Family::kStoreChunksDropped, {"file_full"}, state.chunks_dropped);
  out.Add(Family::kStoreChunksDamaged, {}, state.damaged_chunks);
  out.Add(Family::kStoreEventsLost, {"queue_full"}, state.events_lost);
  out.Add(Family::kStoreFilesSetAside, {}, state.files_set_aside);
  for (const auto& [kind, cut] : state.series_cut) {
    out.Add(Family::kSeriesDropped, {"history_" + kind}, cut);
  }
}

// All severities: a series that was there once stays.
void AddTypeOfAlerts(const alerts::TypeCounts& counts, Exposition& out) {
  for (size_t i = 0; i < model::kSeverities; ++i) {
    const std::string_view severity = SeverityName(static_cast<model::Severity>(i));
    out.Add(Family::kAlertsEngaged, {severity, counts.type}, counts.engaged[i]);
    out.Add(Family::kAlertsRaised, {severity, counts.type}, counts.raised[i]);
  }
}

void AddStoreOfAlerts(const alerts::AlertState& state, Exposition& out) {
  for (size_t i = 0; i < state.lost.size(); ++i) {
    out.Add(Family::kAlertsLost, {AlertLossName(static_cast<alerts::AlertLoss>(i))}, state.lost[i]);
  }
  out.Add(Family::kAlertsStoreUp, {}, state.available ? 1 : 0);
  out.Add(Family::kAlertsFilesSetAside, {}, state.files_set_aside);
}

void AddKeyValues(const key_value::KeyValueState& state, Exposition& out) {
  out.Add(Family::kKeyValueUp, {}, state.available ? 1 : 0);
  out.Add(Family::kKeyValueEntries, {}, state.entries);
  out.Add(Family::kKeyValueBytes, {}, state.used_bytes);
  out.Add(Family::kKeyValueLost, {"full"}, state.refused);
  out.Add(Family::kKeyValueLost, {"given_up"}, state.entries_given_up);
  out.Add(Family::kKeyValueExpired, {}, state.expired);
  out.Add(Family::kKeyValueFilesSetAside, {}, state.files_set_aside);
}

void AddScripts(const ScriptState& state, Exposition& out) {
  for (const ScriptState::OfScript& of : state.scripts) {
    for (const ScriptState::Runs& runs : of.runs) {
      out.Add(Family::kLuaRuns, {of.script, runs.result}, runs.count);
    }
    out.AddHistogram(Family::kLuaRunDuration, {of.script},
                     {state.duration_bounds, of.durations, of.seconds});
  }
  out.Add(Family::kLuaScripts, {"good"}, state.good);
  out.Add(Family::kLuaScripts, {"old"}, state.old);
  out.Add(Family::kLuaScripts, {"bad"}, state.bad);
  out.Add(Family::kLuaGeneration, {}, state.generation);
  out.Add(Family::kLuaWaiting, {}, state.waiting);
  out.Add(Family::kLuaBusyWorkers, {}, state.busy_workers);
  for (size_t i = 0; i < state.worker_memory_bytes.size(); ++i) {
    out.Add(Family::kLuaWorkerMemory, {std::to_string(i)}, state.worker_memory_bytes[i]);
  }
  out.Add(Family::kLuaStatesDiscarded, {}, state.states_discarded);
  out.Add(Family::kFlowTapeMissed, {}, state.flow_tape.missed_records);
  AddKeyValues(state.key_values, out);
}

void AddSink(const model::SinkState& sink, Timestamp now, Exposition& out) {
  const model::SinkLedger& ledger = sink.ledger;
  out.Add(Family::kSinkRecordsOffered, {sink.name}, ledger.offered);
  out.Add(Family::kSinkRecordsDelivered, {sink.name}, ledger.delivered);
  for (size_t i = 0; i < ledger.dropped.size(); ++i) {
    const char* const reason = SinkDropReasonName(static_cast<model::SinkDropReason>(i));
    out.Add(Family::kSinkRecordsDropped, {sink.name, reason}, ledger.dropped[i]);
  }
  out.Add(Family::kSinkRecordsWaiting, {sink.name}, ledger.waiting());
  out.Add(Family::kSinkRecordsFilteredOut, {sink.name}, sink.filtered_out);
  out.Add(Family::kSinkRecordsResent, {sink.name}, sink.resent_records);
  out.Add(Family::kSinkDeadLettersLost, {sink.name}, sink.dead_letters_lost);
  out.Add(Family::kSinkBytesDelivered, {sink.name}, sink.delivered_bytes);
  out.Add(Family::kSinkQueueBytes, {sink.name}, sink.queue_bytes);
  out.Add(Family::kSinkSpoolBytes, {sink.name}, sink.spool_bytes);
  if (sink.spooled) out.Add(Family::kSinkSpoolUp, {sink.name}, sink.spool_problem.empty() ? 1 : 0);
  out.Add(Family::kSinkRetries, {sink.name}, sink.retries);
  out.Add(Family::kSinkConnections, {sink.name}, sink.connections);
  out.Add(Family::kSinkUp, {sink.name}, sink.failing ? 0 : 1);
  if (sink.oldest_waiting) {
    const Duration waited = std::max(now - *sink.oldest_waiting, Duration::zero());
    out.AddReal(Family::kSinkOldestWaiting, {sink.name}, ToSeconds(waited));
  }
}

void AddStream(const stream::StreamState& state, Exposition& out) {
  out.Add(Family::kStreamClients, {}, state.clients);
  out.Add(Family::kStreamAccepted, {}, state.accepted);
  out.Add(Family::kStreamRefused, {}, state.refused);
  for (size_t i = 0; i < state.ended.size(); ++i) {
    const char* const reason = stream::StreamEndName(static_cast<stream::StreamEnd>(i));
    out.Add(Family::kStreamEnded, {reason}, state.ended[i]);
  }
  out.Add(Family::kStreamEvents, {"flow"}, state.flow_events);
  out.Add(Family::kStreamEvents, {"gap"}, state.gap_events);
  out.Add(Family::kStreamSkipped, {}, state.skipped_records);
  out.Add(Family::kStreamRingRecords, {}, state.ring_records);
  out.Add(Family::kStreamRingBytes, {}, state.ring_bytes);
}

void AddProcess(const ProcessStats& stats, Exposition& out) {
  const auto add_count = [&](Family family, const std::optional<uint64_t>& value) {
    if (value) out.Add(family, {}, *value);
  };
  if (stats.cpu_seconds) out.AddReal(Family::kProcessCpu, {}, *stats.cpu_seconds);
  add_count(Family::kProcessResidentMemory, stats.resident_memory_bytes);
  add_count(Family::kProcessVirtualMemory, stats.virtual_memory_bytes);
  add_count(Family::kProcessOpenFds, stats.open_fds);
  add_count(Family::kProcessMaxFds, stats.max_fds);
  add_count(Family::kProcessThreads, stats.threads);
  if (stats.start_time_seconds) {
    out.AddReal(Family::kProcessStartTime, {}, *stats.start_time_seconds);
  }
}

}  // namespace

Exporter::Exporter(ExporterOptions options, snapshot::SnapshotSource& source, const Clock& clock,
                   const RequestMetrics& requests)
    : options_(std::move(options)),
      source_(source),
      clock_(clock),
      requests_(requests),
      series_(options_.limits) {}

http::Response Exporter::Serve() {
  const auto start = std::chrono::steady_clock::now();
  const auto traffic = series_.Update(*source_.Get(snapshot::Detail::kRows, kMaxSnapshotAge));

  Exposition out;
  for (const TrafficView::Interface& interface : traffic->interfaces) {
    AddInterface(interface, out);
    AddClasses(interface.label, interface.view.counters, out);
    AddTcp(interface.label, interface.view.counters, out);
    AddLatencies(Family::kTcpHandshakeRtt, interface.label, interface.handshakes, out);
    AddLatencies(Family::kApplicationLatency, interface.label, interface.application_latencies,
                 out);
    AddApplications(interface, out);
    AddTables(interface.label, interface.view.counters, out);
    AddFlowCaptures(interface.label, interface.view.flow_captures, out);
    AddHosts(interface, out);
  }
  AddReverseLookups(traffic->reverse_lookups, out);
  AddSeriesDropped(*traffic, out);
  AddRequests(requests_.counts(), out);
  AddAuthentication(
      options_.authentication ? options_.authentication() : model::AuthenticationCounters(), out);
  if (options_.accounts_readable) {
    out.Add(Family::kAccountsUp, {}, options_.accounts_readable() ? 1 : 0);
  }
  if (options_.store) AddStore(options_.store(), out);
  if (options_.alerts) AddAlerts(out);
  if (options_.scripts) AddScripts(options_.scripts(), out);
  if (options_.sinks) {
    for (const model::SinkState& sink : options_.sinks()) AddSink(sink, clock_.Now(), out);
  }
  if (options_.stream) AddStream(options_.stream(), out);
  AddProcess(ReadProcessStats(), out);
  AddSelf(*traffic, out);
  http::Response response{200, std::string(kContentType), std::move(out).Text(), {}};

  last_scrape_seconds_ = ToSeconds(std::chrono::steady_clock::now() - start);
  return response;
}

// The types that came first have series of their own, as many as the budget has room for, and one
// place is kept for the others: so none loses them.
void Exporter::AddAlerts(Exposition& out) {
  const alerts::AlertState state = options_.alerts();
  const size_t places = options_.limits.series_per_family / model::kSeverities;
  const size_t own = std::max<size_t>(places, 1) - 1;
  alerts::TypeCounts other{std::string(alerts::kOtherType), {}, {}};
  size_t folded = 0;
  for (size_t i = 0; i < state.types.size(); ++i) {
    const alerts::TypeCounts& type = state.types[i];
    if (i < own && type.type != alerts::kOtherType) {
      AddTypeOfAlerts(type, out);
      continue;
    }
    ++folded;
    for (size_t severity = 0; severity < model::kSeverities; ++severity) {
      other.engaged[severity] += type.engaged[severity];
      other.raised[severity] += type.raised[severity];
    }
  }
  if (folded > 0) AddTypeOfAlerts(other, out);
  const uint64_t dropped = folded_alert_series_ += folded * model::kSeverities;
  for (const Family family : {Family::kAlertsEngaged, Family::kAlertsRaised}) {
    out.Add(Family::kSeriesDropped, {InfoOf(family).name}, dropped);
  }
  AddStoreOfAlerts(state, out);
}

void Exporter::AddSelf(const TrafficView& traffic, Exposition& out) const {
  out.AddInfo(Family::kBuildInfo, options_.build);
  const Duration age = traffic.final ? Duration::zero() : clock_.SteadyNow() - traffic.taken_at;
  out.AddReal(Family::kSnapshotAge, {}, ToSeconds(age));
  const double last_scrape_seconds = last_scrape_seconds_;
  if (last_scrape_seconds >= 0) out.AddReal(Family::kScrapeDuration, {}, last_scrape_seconds);
}

void RegisterRoutes(http::Router& router, Exporter& exporter) {
  router.Add(http::Method::kGet, "/metrics",
             [&exporter](const http::Request&) { return exporter.Serve(); });
}

}  // namespace wiregauge::metrics
