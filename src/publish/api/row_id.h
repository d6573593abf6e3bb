// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "alerts/alert_reading.h"
#include "base/text.h"
#include "model/flow_capture.h"
#include "model/flow_record.h"
#include "model/host_record.h"
#include "model/sink_state.h"
#include "snapshot/snapshot.h"

// What tells one row of a collection from every other and never changes: the end of its sort order,
// and what a cursor remembers. Each kind of row has RowId(row), ordered by <; each kind of id has
// FormatRowId and ParseRowId, which are each other's inverse.
namespace wiregauge::api {

inline uint64_t RowId(const model::FlowRecord& flow) { return flow.id; }
inline uint64_t RowId(const model::FlowCaptureRecord& capture) { return capture.id; }
inline uint64_t RowId(const alerts::AlertRow& alert) { return alert.id; }
inline const std::string& RowId(const model::SinkState& sink) { return sink.name; }
inline std::string FormatRowId(uint64_t id) { return std::to_string(id); }
inline std::optional<uint64_t> ParseRowId(std::string_view text, std::type_identity<uint64_t>) {
  return ParseNumber<uint64_t>(text);
}

// Of the small tables: any text.
inline std::string FormatRowId(const std::string& id) { return id; }
inline std::optional<std::string> ParseRowId(std::string_view text,
                                             std::type_identity<std::string>) {
  return std::string(text);
}

struct HostId {
  IpAddress ip;
  uint16_t vlan = 0;
  uint16_t interface_index = 0;

  auto operator<=>(const HostId&) const = default;
};
inline HostId RowId(const model::HostRecord& host) {
  return {host.ip, host.vlan, host.interface_index};
}
std::string FormatRowId(const HostId& id);
std::optional<HostId> ParseRowId(std::string_view text, std::type_identity<HostId>);

inline std::string RowId(const model::DeviceRecord& device) {
  return device.mac.ToString() + " " + std::to_string(device.interface_index);
}
inline uint64_t RowId(const snapshot::VlanRow& row) {
  return uint64_t{row.vlan.vlan} << 16 | row.vlan.interface_index;
}

}  // namespace wiregauge::api
