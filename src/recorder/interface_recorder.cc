// SPDX-License-Identifier: Apache-2.0
#include "recorder/interface_recorder.h"

#include <array>

#include "base/packet_clock.h"

namespace wiregauge::recorder {
namespace {

using history::SeriesType;
using snapshot::Detail;

constexpr std::string_view kInterface = "interface", kAutonomousSystem = "autonomous_system",
                           kVlan = "vlan", kNone = "none", kNotIp = "not_ip",
                           kUndecodable = "undecodable";
// Their objects sum to all that was received, not_ip and undecodable among them.
constexpr std::array<std::string_view, 3> kSharesOfAll = {"application", "category", "l4"};

bool IsOver(uint32_t step_seconds, int64_t unix_second, std::optional<int64_t> next) {
  const auto step_of = [step_seconds](int64_t second) {
    return history::FloorTo(second, step_seconds);
  };
  return !next || step_of(*next) != step_of(unix_second);
}

// Between two packets of a file nothing came, unless its clock has leapt.
bool IsSilence(int64_t unix_second, int64_t next) {
  constexpr auto kLongest = std::chrono::duration_cast<std::chrono::seconds>(PacketClock::kLeap);
  return next > unix_second && next - unix_second - 1 <= kLongest.count();
}

std::string ObjectOf(model::PlaceKind kind, const model::PlaceRow& row,
                     const model::PlaceNames& places) {
  if (row.number == 0) return std::string(kNone);
  switch (kind) {
    case model::PlaceKind::kNetwork:
      return std::string(places.NetworkName(row.place).value_or(kNone));
    case model::PlaceKind::kPool:
      return std::string(places.PoolName(row.place).value_or(kNone));
    case model::PlaceKind::kCountry:
      return row.place.country.text();
    default:
      return std::to_string(row.number);
  }
}

constexpr std::array<std::string_view, model::kPlaceKinds> kPlaceKindNames = {
    "network", "pool", kAutonomousSystem, "country"};

PlaceBudget::Values ValuesOf(const model::PlaceTally& tally) {
  const model::Traffic traffic = tally.traffic();
  return {traffic.bytes,        traffic.packets,    tally.sent.bytes,
          tally.received.bytes, tally.sent.packets, tally.received.packets};
}

}  // namespace

InterfaceRecorder::InterfaceRecorder(history::History& history, const model::PlaceNames& places,
                                     uint32_t source, bool may_wait, const SeriesBudget& budget)
    : history_(history),
      places_(places),
      source_(source),
      may_wait_(may_wait),
      second_(history, source_, 1),
      ten_seconds_(history, source_, 10),
      minute_(history, source_, 60),
      hosts_(budget),
      autonomous_systems_({.name = kAutonomousSystem, .zero = kNone}, kMostAutonomousSystems),
      vlans_({.name = kVlan, .zero = "0", .measures = 2}, kMostVlans) {
  // So that they can be asked for from the beginning.
  for (const std::string_view kind : kSharesOfAll) {
    ten_seconds_.Add(kind, kNotIp, "bytes", SeriesType::kCounter);
  }
}

Detail InterfaceRecorder::DetailFor(int64_t unix_second, std::optional<int64_t> next) {
  return IsOver(60, unix_second, next) ? Detail::kRows : Detail::kCounters;
}

void InterfaceRecorder::Record(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                               int64_t unix_second, std::optional<int64_t> next) {
  const snapshot::InterfaceView& interface = snapshot.interfaces[interface_index];
  if (interface.live && HasMissedTheEndOf(ten_seconds_, unix_second)) {
    RecordTenSeconds(snapshot, interface_index, *last_second_);
  }
  if (interface.live && HasMissedTheEndOf(minute_, unix_second)) {
    RecordMinute(snapshot, interface_index, *last_second_);
  }
  const bool is_silent = !interface.live && next && IsSilence(unix_second, *next);
  RecordSecond(snapshot, interface_index, unix_second, is_silent ? unix_second + 1 : next);
  for (int64_t second = unix_second + 1; is_silent && second < *next; ++second) {
    RecordSecond(snapshot, interface_index, second, second + 1);
  }
}

void InterfaceRecorder::RecordSecond(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                                     int64_t unix_second, std::optional<int64_t> next) {
  CountSecond(snapshot, interface_index);
  second_.Flush(unix_second, may_wait_);
  last_second_ = unix_second;
  if (IsOver(ten_seconds_.seconds(), unix_second, next)) {
    RecordTenSeconds(snapshot, interface_index, unix_second);
  }
  if (IsOver(minute_.seconds(), unix_second, next)) {
    RecordMinute(snapshot, interface_index, unix_second);
  }
}

// The second that ended the step was not looked at: what has grown since belongs to it, mostly.
bool InterfaceRecorder::HasMissedTheEndOf(const SeriesStep& step, int64_t unix_second) const {
  if (!last_second_) return false;
  const int64_t start = history::FloorTo(*last_second_, step.seconds());
  return start != history::FloorTo(unix_second, step.seconds()) && step.last_start() != start;
}

Detail InterfaceRecorder::DetailForLate(int64_t unix_second, std::optional<int64_t> next) const {
  return HasMissedTheEndOf(minute_, unix_second) ? Detail::kRows : DetailFor(unix_second, next);
}

void InterfaceRecorder::RecordTenSeconds(const snapshot::Snapshot& snapshot,
                                         uint16_t interface_index, int64_t unix_second) {
  CountShares(snapshot, snapshot.interfaces[interface_index].counters);
  ten_seconds_.Flush(unix_second, may_wait_);
}

void InterfaceRecorder::RecordMinute(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                                     int64_t unix_second) {
  CountMinute(snapshot, interface_index);
  minute_.Flush(unix_second, may_wait_);
}

void InterfaceRecorder::CountSecond(const snapshot::Snapshot& snapshot, uint16_t interface_index) {
  const snapshot::InterfaceView& interface = snapshot.interfaces[interface_index];
  const model::InterfaceCounters& counters = interface.counters;
  if (interface.workers == 1 || snapshot.detail == Detail::kRows) {
    active_hosts_ = counters.active_hosts;
    devices_ = counters.devices;
  }
  ten_seconds_.CountSecond();
  minute_.CountSecond();
  const auto count = [&](std::string_view measure, uint64_t value) {
    second_.Count(kInterface, {}, measure, value);
  };
  CountTraffic(second_, kInterface, {}, counters.received);
  count("dropped_packets", interface.drops.kernel_packets + interface.drops.interface_packets);
  count("flows", counters.flows_created);
  count("tcp_retransmitted_packets", counters.tcp.retransmitted_packets);
  count("tcp_out_of_order_packets", counters.tcp.out_of_order_packets);
  count("tcp_lost_segments", counters.tcp.lost_segments);
  count("tcp_keep_alives", counters.tcp.keep_alives);
  count("tcp_zero_windows", counters.tcp.zero_windows);
  second_.Gauge(kInterface, {}, "active_flows", counters.active_flows);
  second_.Gauge(kInterface, {}, "active_hosts", active_hosts_);
  second_.Gauge(kInterface, {}, "devices", devices_);
}

void InterfaceRecorder::CountShares(const snapshot::Snapshot& snapshot,
                                    const model::InterfaceCounters& counters) {
  for (const std::string_view kind : kSharesOfAll) {
    CountTraffic(ten_seconds_, kind, kNotIp, counters.not_ip());
    CountTraffic(ten_seconds_, kind, kUndecodable, counters.undecodable_sum());
  }
  std::unordered_map<uint8_t, model::Traffic> categories;
  for (size_t id = 0; id < counters.applications.size(); ++id) {
    const model::ApplicationCounters& application = counters.applications[id];
    if (application.traffic.packets == 0) continue;
    const std::string& name = snapshot.catalogue->ApplicationName(static_cast<uint16_t>(id));
    CountTraffic(ten_seconds_, "application", name, application.traffic);
    ten_seconds_.Count("application", name, "flows", application.flows);
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

void InterfaceRecorder::CountMinute(const snapshot::Snapshot& snapshot, uint16_t interface_index) {
  for (const auto kind :
       {model::PlaceKind::kNetwork, model::PlaceKind::kPool, model::PlaceKind::kCountry}) {
    CountPlaces(snapshot, interface_index, kind);
  }
  CountAutonomousSystems(snapshot, interface_index);
  CountVlans(snapshot, interface_index);
  hosts_.Record(snapshot, interface_index, minute_);
  TellCut();
}

// These are as many as the settings name, or countries there are.
void InterfaceRecorder::CountPlaces(const snapshot::Snapshot& snapshot, uint16_t interface_index,
                                    model::PlaceKind kind) {
  const std::array<uint16_t, 1> chosen = {interface_index};
  const model::PlaceTable table = snapshot::PlacesOf(snapshot, kind, chosen);
  const std::string_view name = kPlaceKindNames[static_cast<size_t>(kind)];
  const auto count = [&](const std::string& object, const model::PlaceTally& tally) {
    const PlaceBudget::Values values = ValuesOf(tally);
    for (size_t i = 0; i < values.size(); ++i) {
      minute_.Count(name, object, PlaceBudget::kMeasures[i], values[i]);
    }
  };
  for (const model::PlaceRow& row : table.rows()) count(ObjectOf(kind, row, places_), row.tally);
}

void InterfaceRecorder::CountAutonomousSystems(const snapshot::Snapshot& snapshot,
                                               uint16_t interface_index) {
  constexpr auto kKind = model::PlaceKind::kAutonomousSystem;
  const std::array<uint16_t, 1> chosen = {interface_index};
  const model::PlaceTable table = snapshot::PlacesOf(snapshot, kKind, chosen);
  std::vector<PlaceBudget::Row> rows;
  for (const model::PlaceRow& row : table.rows()) rows.push_back({row.number, ValuesOf(row.tally)});
  autonomous_systems_.Record(rows, ValuesOf(table.other()), minute_);
}

// Frames are not told by who sends and receives them.
void InterfaceRecorder::CountVlans(const snapshot::Snapshot& snapshot, uint16_t interface_index) {
  std::vector<PlaceBudget::Row> rows;
  for (const model::VlanRecord& vlan : snapshot.vlans) {
    if (vlan.interface_index != interface_index) continue;
    rows.push_back({vlan.vlan, {vlan.traffic.bytes, vlan.traffic.packets}});
  }
  vlans_.Record(rows, {}, minute_);
}

void InterfaceRecorder::TellCut() {
  history_.CountCut("host", hosts_.TakeCutHosts());
  history_.CountCut("host_application", hosts_.TakeCutApplications());
  history_.CountCut(kAutonomousSystem, autonomous_systems_.TakeCut());
  history_.CountCut(kVlan, vlans_.TakeCut());
}

void InterfaceRecorder::CountTraffic(SeriesStep& step, std::string_view kind,
                                     std::string_view object, const model::Traffic& traffic) {
  step.Count(kind, object, "bytes", traffic.bytes);
  step.Count(kind, object, "packets", traffic.packets);
}

}  // namespace wiregauge::recorder
