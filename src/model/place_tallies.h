// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/flow_record.h"
#include "model/place.h"
#include "model/traffic.h"

namespace wiregauge::model {

// What the hosts of a place have sent and received. What they sent to each other (`inner`) is in
// both, so ingress is received - inner, and egress is sent - inner.
struct PlaceTally {
  Traffic sent, received, inner;
  uint64_t flows_as_client = 0, flows_as_server = 0;

  PlaceTally& operator+=(const PlaceTally& other);
  Traffic ingress() const { return received - inner; }
  Traffic egress() const { return sent - inner; }
  // Every packet once.
  Traffic traffic() const { return sent + received - inner; }
};

struct PlaceRow {
  uint32_t number = 0;  // PlaceNumber; 0: hosts that are in no such place
  Place place;          // of one of its hosts: what it is called
  PlaceTally tally;
};

// The rows of one kind, by number. It never holds more than `most` rows: places that come when
// there is no room count in `other`, so the sum is exact.
class PlaceTable {
 public:
  explicit PlaceTable(PlaceKind kind, size_t most = SIZE_MAX) : kind_(kind), most_(most) {}

  void Add(const Place& place, const PlaceTally& tally);
  // What the flow carried since its last report, for both ends; the flow itself counts with its
  // first one.
  void AddUnreported(const FlowRecord& flow) { AddEnds(flow, UnreportedOf(flow)); }
  void Merge(const PlaceTable& from);

  const std::vector<PlaceRow>& rows() const { return rows_; }
  const PlaceTally& other() const { return other_; }
  // Over all rows and `other`: what is in flows, as sent and as received.
  PlaceTally Sum() const;

 private:
  friend class PlaceTallies;  // which has several tables for one flow

  // What a flow's ends tell of their places, apart and, where they are in the same one, together.
  struct Ends {
    PlaceTally client, server, both;
  };

  static Ends UnreportedOf(const FlowRecord& flow);
  void AddEnds(const FlowRecord& flow, const Ends& tallies);

  PlaceKind kind_;
  size_t most_;
  std::vector<PlaceRow> rows_;
  PlaceTally other_;
};

// Sums over flow records by every kind of place. What active flows carried since their last report
// is not in here: readers add it (snapshot::PlacesOf).
//
// Invariant: for every kind Sum() has sent = received = the traffic of the records.
class PlaceTallies {
 public:
  // Networks, pools and countries are few; the budget is for autonomous systems.
  explicit PlaceTallies(size_t most_autonomous_systems);
  PlaceTallies() : PlaceTallies(SIZE_MAX) {}

  void AddUnreported(const FlowRecord& flow);
  void Merge(const PlaceTallies& from);

  const PlaceTable& Of(PlaceKind kind) const { return tables_[static_cast<size_t>(kind)]; }

 private:
  std::array<PlaceTable, kPlaceKinds> tables_;  // by kind
};

}  // namespace wiregauge::model
