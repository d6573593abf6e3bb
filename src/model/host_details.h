// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "model/activity.h"
#include "model/contact_sketch.h"
#include "model/icmp.h"

namespace wiregauge::model {

// The parts of a host's row that few packets change, apart from the part that every packet writes.
// A plain value; from one shard it is partial as the row is.
struct HostDetails {
  ContactSketch contacts_as_client;  // the servers of flows it opened
  ContactSketch contacts_as_server;  // the clients of flows opened to it
  IcmpTallies icmp;
  OlderMinutes older_minutes;  // of HostRecord::activity

  // All memory it takes.
  size_t bytes() const {
    return sizeof(HostDetails) + contacts_as_client.owned_bytes() +
           contacts_as_server.owned_bytes() + icmp.owned_bytes() + older_minutes.owned_bytes();
  }
};

}  // namespace wiregauge::model
