// SPDX-License-Identifier: Apache-2.0
#include "recorder/interface_recorder.h"

#include <array>

#include "base/packet_clock.h"

namespace wiregauge::recorder {
namespace {

using history::SeriesType;
using snapshot::Detail;

constexpr std::string_view kInterface = "interface";

bool IsOver(uint32_t step_seconds, int64_t unix_second, std::optional<int64_t> next) {
  const auto step_of = [step_seconds](int64_t second) {
    return history::FloorTo(second, step_seconds);
  };
  return !next || step_of(*next) != step_of(unix_second);
}

std::string ObjectOf(model::PlaceKind kind, const model::PlaceRow& row,
                     const model::PlaceNames& places) {
  if (row.number == 0) return "none";
  switch (kind) {
    case model::PlaceKind::kNetwork:
      return std::string(places.NetworkName(row.place).value_or("none"));
    case model::PlaceKind::kPool:
      return std::string(places.PoolName(row.place).value_or("none"));
    case model::PlaceKind::kCountry:
      return row.place.country.text();
    default:
      return std::to_string(row.number);
  }
}

constexpr std::array<std::string_view, model::kPlaceKinds> kPlaceKindNames = {
    "network", "pool", "autonomous_system", "country"};

}  // namespace

InterfaceRecorder::InterfaceRecorder(history::History& history, const model::PlaceNames& places,
                                     const std::string& name, bool starts_anew, bool may_wait)
    : history_(history),
      places_(places),
      source_(history.AddSource(name, starts_anew)),
      may_wait_(may_wait) {}

Detail InterfaceRecorder::DetailFor(int64_t unix_second, std::optional<int64_t> next) {
  return IsOver(60, unix_second, next) ? Detail::kRows : Detail::kCounters;
}

void InterfaceRecorder::Record(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                               int64_t unix_second, std::optional<int64_t> next) {
  const snapshot::InterfaceView& interface = snapshot.interfaces[interface_index];
  CountSecond(interface);
  Flush(second_, unix_second);
  if (IsOver(ten_seconds_.seconds, unix_second, next)) {
    CountShares(snapshot, interface.counters);
    Flush(ten_seconds_, unix_second);
  }
  if (IsOver(minute_.seconds, unix_second, next)) {
    CountPlaces(snapshot, interface_index);
    Flush(minute_, unix_second);
  }
  if (!interface.live && next) RecordSilence(snapshot, interface_index, unix_second + 1, *next);
}

// Between two packets of a file nothing came, unless its clock has leapt.
void InterfaceRecorder::RecordSilence(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                                      int64_t from, int64_t to) {
  constexpr auto kLongest = std::chrono::duration_cast<std::chrono::seconds>(PacketClock::kLeap);
  if (to - from > kLongest.count()) return;
  const snapshot::InterfaceView& interface = snapshot.interfaces[interface_index];
  const auto is_silent = [to](const Step& step, int64_t second) {
    return history::FloorTo(second, step.seconds) == second && second + step.seconds <= to;
  };
  for (int64_t second = from; second < to; ++second) {
    CountSecond(interface);
    Flush(second_, second);
    if (is_silent(ten_seconds_, second)) {
      CountShares(snapshot, interface.counters);
      Flush(ten_seconds_, second);
    }
    if (is_silent(minute_, second)) {
      CountPlaces(snapshot, interface_index);
      Flush(minute_, second);
    }
  }
}

void InterfaceRecorder::CountSecond(const snapshot::InterfaceView& interface) {
  const model::InterfaceCounters& counters = interface.counters;
  const auto count = [&](std::string_view measure, uint64_t value) {
    Count(second_, kInterface, {}, measure, value);
  };
  CountTraffic(second_, kInterface, {}, counters.received);
  count("dropped_packets", interface.drops.kernel_packets + interface.drops.interface_packets);
  count("flows", counters.flows_created);
  count("tcp_retransmitted_packets", counters.tcp.retransmitted_packets);
  count("tcp_out_of_order_packets", counters.tcp.out_of_order_packets);
  count("tcp_lost_segments", counters.tcp.lost_segments);
  count("tcp_keep_alives", counters.tcp.keep_alives);
  count("tcp_zero_windows", counters.tcp.zero_windows);
  Gauge(second_, kInterface, "active_flows", counters.active_flows);
  Gauge(second_, kInterface, "active_hosts", counters.active_hosts);
}

void InterfaceRecorder::CountShares(const snapshot::Snapshot& snapshot,
                                    const model::InterfaceCounters& counters) {
  std::unordered_map<uint8_t, model::Traffic> categories;
  for (size_t id = 0; id < counters.applications.size(); ++id) {
    const model::ApplicationCounters& application = counters.applications[id];
    if (application.traffic.packets == 0) continue;
    const std::string& name = snapshot.catalogue->ApplicationName(static_cast<uint16_t>(id));
    CountTraffic(ten_seconds_, "application", name, application.traffic);
    Count(ten_seconds_, "application", name, "flows", application.flows);
    categories[snapshot.catalogue->applications[id].category] += application.traffic;
  }
  for (const auto& [id, traffic] : categories) {
    CountTraffic(ten_seconds_, "category", snapshot.catalogue->CategoryName(id), traffic);
  }
  for (size_t i = 0; i < counters.l4.size(); ++i) {
    CountTraffic(ten_seconds_, "l4", model::L4ClassName(static_cast<model::L4Class>(i)),
                 counters.l4[i]);
  }
  const model::LocalMatrix& matrix = counters.local_matrix;
  CountTraffic(ten_seconds_, "direction", "local_to_local", matrix[true][true]);
  CountTraffic(ten_seconds_, "direction", "local_to_remote", matrix[true][false]);
  CountTraffic(ten_seconds_, "direction", "remote_to_local", matrix[false][true]);
  CountTraffic(ten_seconds_, "direction", "remote_to_remote", matrix[false][false]);
}

void InterfaceRecorder::CountPlaces(const snapshot::Snapshot& snapshot, uint16_t interface_index) {
  for (size_t i = 0; i < model::kPlaceKinds; ++i) {
    const auto kind = static_cast<model::PlaceKind>(i);
    const std::array<uint16_t, 1> chosen = {interface_index};
    const model::PlaceTable table = snapshot::PlacesOf(snapshot, kind, chosen);
    const auto count = [&](const std::string& object, const model::PlaceTally& tally) {
      Count(minute_, kPlaceKindNames[i], object, "bytes_sent", tally.sent.bytes);
      Count(minute_, kPlaceKindNames[i], object, "bytes_received", tally.received.bytes);
      Count(minute_, kPlaceKindNames[i], object, "packets_sent", tally.sent.packets);
      Count(minute_, kPlaceKindNames[i], object, "packets_received", tally.received.packets);
    };
    for (const model::PlaceRow& row : table.rows()) count(ObjectOf(kind, row, places_), row.tally);
    count("other", table.other());
  }
  for (const snapshot::VlanRow& row : snapshot::VlansOf(snapshot)) {
    if (row.vlan.interface_index != interface_index) continue;
    CountTraffic(minute_, "vlan", std::to_string(row.vlan.vlan), row.vlan.traffic);
  }
}

void InterfaceRecorder::CountTraffic(Step& step, std::string_view kind, std::string_view object,
                                     const model::Traffic& traffic) {
  Count(step, kind, object, "bytes", traffic.bytes);
  Count(step, kind, object, "packets", traffic.packets);
}

void InterfaceRecorder::Count(Step& step, std::string_view kind, std::string_view object,
                              std::string_view measure, uint64_t value) {
  Known& known = Find(step, kind, object, measure, SeriesType::kCounter);
  const uint64_t growth = value > known.last ? value - known.last : 0;
  known.last = value;
  step.values.push_back({known.series, static_cast<int64_t>(growth)});
}

void InterfaceRecorder::Gauge(Step& step, std::string_view kind, std::string_view measure,
                              uint64_t value) {
  const Known& known = Find(step, kind, {}, measure, SeriesType::kGauge);
  step.values.push_back({known.series, static_cast<int64_t>(value)});
}

InterfaceRecorder::Known& InterfaceRecorder::Find(Step& step, std::string_view kind,
                                                  std::string_view object, std::string_view measure,
                                                  SeriesType type) {
  std::string key;
  key.reserve(kind.size() + object.size() + measure.size() + 2);
  key.append(kind).append(1, '\n').append(object).append(1, '\n').append(measure);
  const auto [at, is_new] = step.known.try_emplace(std::move(key));
  if (is_new) {
    at->second.series =
        history_.AddSeries(source_, {std::string(kind), std::string(object), std::string(measure)},
                           type, step.seconds);
  }
  return at->second;
}

void InterfaceRecorder::Flush(Step& step, int64_t unix_second) {
  history_.Record(source_, unix_second, step.values, may_wait_);
  step.values.clear();
}

}  // namespace wiregauge::recorder
