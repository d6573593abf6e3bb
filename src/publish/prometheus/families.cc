// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/families.h"

namespace wiregauge::metrics {
namespace {

constexpr auto kCounter = FamilyType::kCounter;
constexpr auto kGauge = FamilyType::kGauge;
constexpr auto kHistogram = FamilyType::kHistogram;

constexpr std::array<FamilyInfo, static_cast<size_t>(Family::kCount)> kFamilies = {{
    {"wiregauge_build_info",
     kGauge,
     {},
     "Always 1; the labels name the build and the libraries in it."},
    {"wiregauge_interface_info",
     kGauge,
     {"interface", "source", "kind", "link_type"},
     "Always 1; the labels tell what the interface is: kind is live or file."},
    {"wiregauge_interface_up",
     kGauge,
     {"interface"},
     "1 while packets can come from the interface, 0 when it is gone, failed or at the end of its "
     "file."},
    {"wiregauge_interface_last_packet_timestamp_seconds",
     kGauge,
     {"interface"},
     "Time of the newest packet, since the Unix epoch; for a file this is the file's time."},
    {"wiregauge_interface_packets_total",
     kCounter,
     {"interface"},
     "Packets received, undecodable ones included."},
    {"wiregauge_interface_bytes_total",
     kCounter,
     {"interface"},
     "Frame bytes received, as they were on the wire, undecodable ones included."},
    {"wiregauge_interface_dropped_packets_total",
     kCounter,
     {"interface", "stage", "reason"},
     "Packets lost before they were received: by the kernel (its ring was full) or by the "
     "interface (it had no room)."},
    {"wiregauge_interface_undecodable_packets_total",
     kCounter,
     {"interface", "reason"},
     "Packets received that could not be decoded."},
    {"wiregauge_interface_l3_packets_total",
     kCounter,
     {"interface", "l3"},
     "Decoded packets by layer-3 class; with the undecodable ones they sum to "
     "wiregauge_interface_packets_total."},
    {"wiregauge_interface_l3_bytes_total",
     kCounter,
     {"interface", "l3"},
     "Frame bytes of decoded packets by layer-3 class."},
    {"wiregauge_l4_packets_total",
     kCounter,
     {"interface", "l4"},
     "IP packets by layer-4 protocol; they sum to the ipv4 and ipv6 packets of "
     "wiregauge_interface_l3_packets_total."},
    {"wiregauge_l4_bytes_total",
     kCounter,
     {"interface", "l4"},
     "Frame bytes of IP packets by layer-4 protocol."},
    {"wiregauge_application_packets_total",
     kCounter,
     {"interface", "application"},
     "Packets by application as libndpi names it; not_ip is ARP and the like, undecodable is what "
     "could not be decoded, other is what the series budget cut. The sum over application plus "
     "wiregauge_detecting_packets is wiregauge_interface_packets_total."},
    {"wiregauge_application_bytes_total",
     kCounter,
     {"interface", "application"},
     "Frame bytes by application; labels as in wiregauge_application_packets_total. The sum over "
     "application plus wiregauge_detecting_bytes is wiregauge_interface_bytes_total."},
    {"wiregauge_application_flows_total",
     kCounter,
     {"interface", "application"},
     "Flows whose application is settled, by application."},
    {"wiregauge_detecting_packets",
     kGauge,
     {"interface"},
     "Packets of flows whose application is not settled yet; they move to their application."},
    {"wiregauge_detecting_bytes",
     kGauge,
     {"interface"},
     "Frame bytes of flows whose application is not settled yet; they move to their application."},
    {"wiregauge_packet_size_bytes",
     kHistogram,
     {"interface"},
     "Frame sizes of received packets, as they were on the wire."},
    {"wiregauge_tcp_retransmitted_packets_total",
     kCounter,
     {"interface"},
     "TCP segments whose bytes were sent before, as Wireshark's tcp.analysis.retransmission."},
    {"wiregauge_tcp_out_of_order_packets_total",
     kCounter,
     {"interface"},
     "TCP segments that fill a gap so soon that they were rather overtaken than sent again."},
    {"wiregauge_tcp_lost_segments_total",
     kCounter,
     {"interface"},
     "Gaps in front of TCP segments, however many are missing in one: lost before the capture "
     "point, or not captured."},
    {"wiregauge_tcp_keep_alives_total", kCounter, {"interface"}, "TCP keep-alive probes."},
    {"wiregauge_tcp_zero_windows_total",
     kCounter,
     {"interface"},
     "TCP segments that announce a receive window of 0."},
    {"wiregauge_tcp_handshake_rtt_seconds",
     kHistogram,
     {"interface", "application"},
     "Round trips of the TCP handshakes that were seen whole, SYN to ACK, or SYN to the RST that "
     "refuses it, of flows whose application is settled; other is what the series budget cut. Each "
     "flow that has one counts once."},
    {"wiregauge_application_latency_seconds",
     kHistogram,
     {"interface", "application"},
     "Times from the last byte of a TCP or UDP request to the first of its response, of flows "
     "whose "
     "application is settled; other is what the series budget cut. Each request that was answered "
     "counts once."},
    {"wiregauge_fragments_unmatched_total",
     kCounter,
     {"interface"},
     "IP fragments whose first fragment was not seen; they are in a flow without ports."},
    {"wiregauge_flows_created_total", kCounter, {"interface"}, "Flows that began."},
    {"wiregauge_flows_ended_total",
     kCounter,
     {"interface", "reason"},
     "Flows that ended, by why. With wiregauge_active_flows they sum to "
     "wiregauge_flows_created_total."},
    {"wiregauge_active_timeout_reports_total",
     kCounter,
     {"interface"},
     "Records made of flows that go on, one at each active timeout."},
    {"wiregauge_active_flows", kGauge, {"interface"}, "Flows in the flow table."},
    {"wiregauge_flow_table_bytes",
     kGauge,
     {"interface"},
     "Memory of the flow table, detection state included."},
    {"wiregauge_flow_records_dropped_total",
     kCounter,
     {"interface"},
     "Flow records that were lost because the exporter did not keep up."},
    {"wiregauge_flow_captures_started_total",
     kCounter,
     {"interface"},
     "Captures of single flows that were started (POST /api/v1/flows/{id}/capture)."},
    {"wiregauge_flow_captures_ended_total",
     kCounter,
     {"interface", "reason"},
     "Captures of single flows that take no further packet: their packets, bytes or time were used "
     "up, the flow ended, or somebody stopped them. Started minus ended run."},
    {"wiregauge_flow_capture_packets_total",
     kCounter,
     {"interface"},
     "Packets that captures of single flows have taken."},
    {"wiregauge_flow_capture_bytes_total",
     kCounter,
     {"interface"},
     "Frame bytes of these packets, as they were on the wire, whatever was stored."},
    {"wiregauge_flow_capture_dropped_packets_total",
     kCounter,
     {"interface", "reason"},
     "Packets of captured flows that did not go into the file though it had room: link_type, the "
     "interface's link type had changed and a file holds one."},
    {"wiregauge_active_hosts",
     kGauge,
     {"interface"},
     "Hosts with a flow, or with a packet within hosts.idle_timeout."},
    {"wiregauge_idle_hosts",
     kGauge,
     {"interface"},
     "Local hosts that are kept although they are not active."},
    {"wiregauge_hosts_removed_total",
     kCounter,
     {"interface", "reason"},
     "Hosts that left the host table: idle, or evicted because room was needed. A host that "
     "several workers see is counted by each."},
    {"wiregauge_host_names_dropped_total",
     kCounter,
     {"interface"},
     "Addresses without a host whose names, seen in DNS answers and the like, had no room any "
     "more."},
    {"wiregauge_host_table_bytes", kGauge, {"interface"}, "Memory of the host and device tables."},
    {"wiregauge_host_bytes_total",
     kCounter,
     {"interface", "host", "direction"},
     "Frame bytes that a host sent or received, for the hosts with most traffic; a host counts "
     "from when it got its series. host=other is everything else. The sum over host is the sum of "
     "wiregauge_l4_bytes_total, for each direction."},
    {"wiregauge_reverse_lookups_total",
     kCounter,
     {"result"},
     "Addresses that name servers were asked for (dns.reverse_lookup), by what came of it: name, "
     "no_name, timeout, failed."},
    {"wiregauge_reverse_lookups_dropped_total",
     kCounter,
     {"reason"},
     "Addresses that were not asked for because too many wait (queue_full; they come again when "
     "hosts are read), and results that left before their time (cache_full)."},
    {"wiregauge_reverse_lookups_waiting",
     kGauge,
     {},
     "Addresses that name servers are asked for now, or will be."},
    {"wiregauge_reverse_lookups_cached",
     kGauge,
     {},
     "Addresses whose result is kept, those without a name included."},
    {"wiregauge_series_dropped_total",
     kCounter,
     {"family"},
     "Series that would have been in a scrape without the series budget and were folded into "
     "other, summed over the scrapes. Families history_<kind> are of the time series that are "
     "kept: "
     "objects without series of their own, summed over the minutes."},
    {"wiregauge_snapshot_age_seconds",
     kGauge,
     {},
     "Age of the snapshot that this scrape was made from; 0 once every source has ended."},
    {"wiregauge_scrape_duration_seconds",
     kGauge,
     {},
     "How long the scrape before this one took to make, waiting for its snapshot included."},
    {"wiregauge_http_requests_total",
     kCounter,
     {"route", "method", "code"},
     "HTTP requests answered; route is the path's template, unmatched, or other."},
    {"wiregauge_http_request_duration_seconds",
     kHistogram,
     {"route"},
     "Time from the last byte of a request to the whole answer handed to the socket."},
    {"wiregauge_store_up",
     kGauge,
     {},
     "1 while the store of history is open and the last write went well. Without it what is "
     "recorded waits in memory."},
    {"wiregauge_store_bytes", kGauge, {}, "Size of the store's pages in use."},
    {"wiregauge_store_series", kGauge, {}, "Time series that are known to history."},
    {"wiregauge_store_points_recorded_total", kCounter, {}, "Points given to history."},
    {"wiregauge_store_points_lost_total",
     kCounter,
     {"reason"},
     "Points that had to go before they could be written: too many waited for the store."},
    {"wiregauge_store_chunks_dropped_total",
     kCounter,
     {"reason"},
     "Pieces of series that went before their time: the store reached its size "
     "(history.max_file_bytes)."},
    {"wiregauge_store_chunks_damaged_total",
     kCounter,
     {},
     "Pieces of series that could not be read, each time; they are gaps."},
    {"wiregauge_store_events_lost_total",
     kCounter,
     {"reason"},
     "Events that had to go before they could be written: too many waited for the store."},
    {"wiregauge_store_files_set_aside_total",
     kCounter,
     {},
     "Damaged files that were renamed, so that a new one could begin."},
    {"wiregauge_alerts_engaged",
     kGauge,
     {"severity", "type"},
     "Alerts that are engaged. Types are named by scripts: other is what the series budget cut."},
    {"wiregauge_alerts_raised_total",
     kCounter,
     {"severity", "type"},
     "Alerts that were raised, events too, with the severity that they had then; raising one again "
     "that is engaged does not count."},
    {"wiregauge_alerts_lost_total",
     kCounter,
     {"reason"},
     "Alerts that were not taken (invalid; max_engaged: as many are engaged as may be), or went "
     "before their time (max_past: as many are kept as may be; queue_full: too many waited for the "
     "store)."},
    {"wiregauge_alerts_store_up",
     kGauge,
     {},
     "1 while the store of alerts is open and the last write went well. Without it alerts are in "
     "memory. Missing while alerts are off."},
    {"wiregauge_alerts_store_files_set_aside_total",
     kCounter,
     {},
     "Damaged files of alerts that were renamed, so that a new one could begin."},
    {"wiregauge_auth_attempts_total",
     kCounter,
     {"result"},
     "Requests that need an account, by what came of it: accepted, missing (no credentials), "
     "refused, "
     "throttled, busy (both 429; busy: too many passwords wait to be verified)."},
    {"wiregauge_auth_throttled_total",
     kCounter,
     {"by"},
     "Throttled requests by what held them back: failures from the address, failures for the "
     "account, "
     "or the rate at which passwords of unknown callers are verified."},
    {"wiregauge_auth_cache_hits_total",
     kCounter,
     {},
     "Requests whose password had been verified a short while ago."},
    {"wiregauge_auth_passwords_verified_total",
     kCounter,
     {},
     "Passwords that were verified by argon2id, whatever came of it; each takes about a tenth of a "
     "second of a core."},
    {"wiregauge_accounts_up",
     kGauge,
     {},
     "Whether accounts can be read; those read last hold when not. Missing while accounts are "
     "off."},
    {"process_cpu_seconds_total", kCounter, {}, "User and system CPU time."},
    {"process_resident_memory_bytes", kGauge, {}, "Memory in RAM."},
    {"process_virtual_memory_bytes", kGauge, {}, "Address space in use."},
    {"process_open_fds", kGauge, {}, "Open file descriptors."},
    {"process_max_fds", kGauge, {}, "Most file descriptors the process may open."},
    {"process_threads", kGauge, {}, "Threads of the process."},
    {"process_start_time_seconds", kGauge, {}, "When the process started, since the Unix epoch."},
}};

}  // namespace

const FamilyInfo& InfoOf(Family family) { return kFamilies[static_cast<size_t>(family)]; }

std::span<const FamilyInfo> AllFamilies() { return kFamilies; }

std::string_view FamilyTypeName(FamilyType type) {
  switch (type) {
    case FamilyType::kCounter:
      return "counter";
    case FamilyType::kGauge:
      return "gauge";
    case FamilyType::kHistogram:
      return "histogram";
  }
  return "untyped";
}

}  // namespace wiregauge::metrics
