// SPDX-License-Identifier: Apache-2.0
#include "app/flow_file.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "publish/json/flow_json.h"
#include "publish/json/host_json.h"
#include "publish/json/writer.h"

namespace wiregauge::app {

void FlowFile::OnFlows(const std::shared_ptr<const model::FlowBatch>& flows) noexcept {
  if (file_.failed()) return;
  for (const model::FlowRecord& flow : *flows) {
    json::Writer writer(file_.buffer());
    json::WriteFlow(writer, flow,
                    {.catalogue = *catalogue_,
                     .interface_name = interface_name_,
                     .now = flow.last_seen,
                     .places = &places_},
                    json::FlowCounters::kSinceLastReport);
    file_.buffer().push_back('\n');
    file_.Appended();
  }
}

void WriteHosts(const snapshot::Snapshot& snapshot, const model::PlaceNames& places,
                OutputFile& file) {
  std::vector<const model::HostRecord*> hosts;
  hosts.reserve(snapshot.hosts.size());
  for (const model::HostRecord& host : snapshot.hosts) hosts.push_back(&host);
  const auto key = [](const model::HostRecord* host) {
    return std::make_tuple(host->interface_index, host->ip, host->vlan);
  };
  std::ranges::sort(hosts, [&](const auto* a, const auto* b) { return key(a) < key(b); });
  for (const model::HostRecord* host : hosts) {
    const snapshot::InterfaceView& interface = snapshot.interfaces[host->interface_index];
    json::Writer writer(file.buffer());
    json::WriteHost(writer, *host,
                    {.interface_name = interface.name,
                     .now = interface.rates_at(),
                     .places = &places,
                     .vendors = snapshot.vendors.get()});
    file.buffer().push_back('\n');
    file.Appended();
  }
}

}  // namespace wiregauge::app
