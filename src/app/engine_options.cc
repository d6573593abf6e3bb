// SPDX-License-Identifier: Apache-2.0
#include "app/engine_options.h"

#include <algorithm>
#include <string_view>

namespace wiregauge::app {
namespace {

// All of a frame that a source delivers: libpcap's own limit.
constexpr uint32_t kWholeFrameBytes = 262144;

snapshot::FlowCaptureBudget MakeFlowCaptureBudget(const config::FlowCapture& settings) {
  return {.memory_bytes = settings.memory_bytes,
          .most_running = settings.max_running,
          .most = {.max_packets = settings.max_packets,
                   .max_bytes = settings.max_bytes,
                   .max_duration = settings.max_duration,
                   .snap_length_bytes = kWholeFrameBytes}};
}

}  // namespace

shard::EngineOptions MakeEngineOptions(const config::Fixed& settings) {
  const auto looked_into = [&](std::string_view tunnel) {
    return std::ranges::count(settings.tunnels, tunnel) > 0;
  };
  shard::EngineOptions options;
  options.workers = settings.capture.workers;
  options.filter = settings.capture.filter;
  options.promiscuous = settings.capture.promiscuous;
  options.snap_length_bytes = static_cast<uint32_t>(settings.capture.snap_length_bytes);
  options.ring_bytes = settings.capture.ring_bytes;
  options.decode = {.ip_in_ip = looked_into("ip_in_ip"),
                    .gre = looked_into("gre"),
                    .vxlan = looked_into("vxlan"),
                    .gtp_u = looked_into("gtp_u")};
  options.dpi = {.max_tcp_packets = settings.dpi.max_tcp_packets,
                 .max_udp_packets = settings.dpi.max_udp_packets};
  options.limits = {.flow_idle_timeout = settings.flows.idle_timeout,
                    .flow_active_timeout = settings.flows.active_timeout,
                    .tcp_closed_timeout = settings.flows.tcp_closed_timeout,
                    .host_idle_timeout = settings.hosts.idle_timeout,
                    .local_host_idle_timeout = settings.hosts.local_idle_timeout,
                    .flow_table_bytes = settings.flows.memory_bytes,
                    .host_table_bytes = settings.hosts.memory_bytes,
                    .ended_flows_bytes = settings.flows.ended_memory_bytes};
  options.flow_captures = MakeFlowCaptureBudget(settings.flow_capture);
  return options;
}

}  // namespace wiregauge::app
