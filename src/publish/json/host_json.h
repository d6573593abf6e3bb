// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "model/host_alerts.h"
#include "model/host_record.h"
#include "model/mac_vendors.h"
#include "model/place.h"
#include "publish/json/field_mask.h"
#include "publish/json/writer.h"
#include "snapshot/snapshot.h"

namespace wiregauge::json {

// What a host's or device's object says beyond its record.
struct InterfaceContext {
  std::optional<std::string_view> interface_name;  // nothing: summed over several
  Timestamp now;                                   // snapshot::InterfaceView::rates_at
  const model::PlaceNames* places = nullptr;       // null: nothing has a name
  const model::MacVendors* vendors = nullptr;      // null: no vendor is known
  // Of the host; nothing where alerts are not kept: it has no such member then.
  std::optional<model::HostAlertCounts> alerts{};
};

// One JSON object each; every other member is always there, null when it is not known.
void WriteHost(Writer& writer, const model::HostRecord& host, const InterfaceContext& context);
void WriteDevice(Writer& writer, const model::DeviceRecord& device,
                 const InterfaceContext& context);
void WriteVlan(Writer& writer, const snapshot::VlanRow& row, const InterfaceContext& context);

// Every member these may write.
const FieldCatalogue& HostFields();
const FieldCatalogue& DeviceFields();
const FieldCatalogue& VlanFields();

}  // namespace wiregauge::json
