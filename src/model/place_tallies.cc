// SPDX-License-Identifier: Apache-2.0
#include "model/place_tallies.h"

#include <algorithm>

namespace wiregauge::model {
namespace {

bool WasReported(const FlowRecord& flow) {
  return flow.reported.client.sent.packets + flow.reported.server.sent.packets != 0;
}

}  // namespace

PlaceTally& PlaceTally::operator+=(const PlaceTally& other) {
  sent += other.sent;
  received += other.received;
  inner += other.inner;
  flows_as_client += other.flows_as_client;
  flows_as_server += other.flows_as_server;
  return *this;
}

void PlaceTable::Add(const Place& place, const PlaceTally& tally) {
  const uint32_t number = PlaceNumber(kind_, place);
  const auto row =
      std::lower_bound(rows_.begin(), rows_.end(), number,
                       [](const PlaceRow& other, uint32_t key) { return other.number < key; });
  if (row != rows_.end() && row->number == number) {
    row->tally += tally;
  } else if (rows_.size() < most_) {
    rows_.insert(row, {number, place, tally});
  } else {
    other_ += tally;
  }
}

PlaceTable::Ends PlaceTable::UnreportedOf(const FlowRecord& flow) {
  const Traffic from_client = flow.unreported_client();
  const Traffic from_server = flow.unreported_server();
  const Traffic all = from_client + from_server;
  const uint64_t flows = WasReported(flow) ? 0 : 1;
  return {.client = {from_client, from_server, {}, flows, 0},
          .server = {from_server, from_client, {}, 0, flows},
          .both = {all, all, all, flows, flows}};
}

void PlaceTable::AddEnds(const FlowRecord& flow, const Ends& tallies) {
  if (PlaceNumber(kind_, flow.client.place) == PlaceNumber(kind_, flow.server.place)) {
    Add(flow.client.place, tallies.both);
    return;
  }
  Add(flow.client.place, tallies.client);
  Add(flow.server.place, tallies.server);
}

void PlaceTable::Merge(const PlaceTable& from) {
  for (const PlaceRow& row : from.rows_) Add(row.place, row.tally);
  other_ += from.other_;
}

PlaceTally PlaceTable::Sum() const {
  PlaceTally sum = other_;
  for (const PlaceRow& row : rows_) sum += row.tally;
  return sum;
}

PlaceTallies::PlaceTallies(size_t most_autonomous_systems)
    : tables_{PlaceTable(PlaceKind::kNetwork), PlaceTable(PlaceKind::kPool),
              PlaceTable(PlaceKind::kAutonomousSystem, most_autonomous_systems),
              PlaceTable(PlaceKind::kCountry)} {}

void PlaceTallies::AddUnreported(const FlowRecord& flow) {
  const PlaceTable::Ends tallies = PlaceTable::UnreportedOf(flow);
  for (PlaceTable& table : tables_) table.AddEnds(flow, tallies);
}

void PlaceTallies::Merge(const PlaceTallies& from) {
  for (size_t i = 0; i < tables_.size(); ++i) tables_[i].Merge(from.tables_[i]);
}

}  // namespace wiregauge::model
