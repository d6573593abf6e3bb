// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/time.h"

namespace wiregauge::tables {

// When things leave a shard's tables. Times are packet time; bytes are of one shard.
struct Limits {
  Duration flow_idle_timeout{};
  Duration flow_active_timeout{};  // a flow that goes on is reported this often
  Duration tcp_closed_timeout{};   // how long a finished TCP flow waits for late packets
  Duration host_idle_timeout{};    // a host without packets and without flows is idle, and leaves
  Duration local_host_idle_timeout{};  // when a local one leaves, if it has ever sent something
  size_t flow_table_bytes = 0;         // flows with their detection state
  size_t host_table_bytes = 0;         // hosts and devices
  size_t ended_flows_bytes = 0;        // ended flows that stay readable
};

}  // namespace wiregauge::tables
