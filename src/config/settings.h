// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/log.h"
#include "base/mac_address.h"
#include "base/time.h"

namespace wiregauge::config {

// The settings as typed values. No defaults here: they stand in the table (settings_table.h), and
// Load gives every member its value.

struct LocalNetwork {
  IpNetwork network;
  std::string alias;  // empty: none

  bool operator==(const LocalNetwork&) const = default;
};

// Hosts that belong together, by address or by MAC address.
struct Pool {
  std::string name;
  std::vector<IpNetwork> networks;
  std::vector<MacAddress> macs;

  bool operator==(const Pool&) const = default;
};

struct ListenAddress {
  IpAddress address;
  uint16_t port = 0;  // 0: the system chooses

  bool operator==(const ListenAddress&) const = default;
};

struct Capture {
  uint32_t workers = 0;
  std::string filter;
  bool promiscuous = false;
  uint64_t snap_length_bytes = 0;
  uint64_t ring_bytes = 0;
};

struct Flows {
  Duration idle_timeout{}, active_timeout{}, tcp_closed_timeout{};
  uint64_t memory_bytes = 0, ended_memory_bytes = 0;
};

struct Hosts {
  Duration idle_timeout{}, local_idle_timeout{};
  uint64_t memory_bytes = 0;
};

struct Devices {
  std::string vendor_lists;  // a folder; empty: none
};

struct FlowCapture {
  uint64_t memory_bytes = 0;
  uint32_t max_running = 0;
  uint64_t max_bytes = 0, max_packets = 0;
  Duration max_duration{};
};

// Files in the MaxMind DB format; empty: none.
struct Geo {
  std::string country_database, asn_database;
};

struct Dns {
  bool reverse_lookup = false;
  std::vector<std::string> servers;  // empty: the system's
  Duration timeout{};
};

struct Dpi {
  uint32_t max_tcp_packets = 0, max_udp_packets = 0;
};

struct Http {
  ListenAddress listen;
  uint32_t threads = 0, max_connections = 0;
  uint64_t max_request_body_bytes = 0;
  Duration request_timeout{}, keep_alive_timeout{};
  std::string allowed_origin;
  std::vector<std::string> allowed_hosts;  // names without a port
  std::string tls_certificate, tls_key;    // files; both or none
  bool allow_plain = false;
};

struct Accounts {
  bool required = false;
};

// Time series that are kept in data_dir.
struct History {
  bool enabled = false;
  Duration keep_seconds{}, keep_minutes{}, keep_hours{};
  uint64_t max_file_bytes = 0;
  Duration flush_interval{};
  uint32_t top_local_hosts = 0, top_remote_hosts = 0;
  uint32_t max_script_series = 0;
};

// What is wrong and what was, kept in data_dir.
struct Alerts {
  bool enabled = false;
  Duration keep{};
  uint32_t max_past = 0, max_engaged = 0;
};

struct Metrics {
  uint32_t top_hosts = 0, series_per_family = 0;
};

// The live stream of flow records.
struct Stream {
  uint32_t max_clients = 0;
  uint32_t ring_records = 0;
  uint64_t ring_bytes = 0, client_bytes = 0;
  Duration stall_timeout{}, keep_alive{}, max_age{};
};

// Users' scripts. Bounds of one call; callbacks have longer.
struct Lua {
  bool enabled = false;
  std::vector<std::string> dirs;
  bool shipped = false;
  uint32_t workers = 0, max_waiting = 0;
  Duration wall_time{}, callback_wall_time{};
  uint64_t instructions = 0, callback_instructions = 0;
  uint64_t memory_bytes = 0, output_bytes = 0, store_bytes = 0;
  std::vector<std::string> http_allowed;  // empty: nothing
};

// Where a sink was told of, for errors: "w.yaml:3: sinks.elk", "--export: logstash-2". Told of
// elsewhere it is the same sink.
struct SinkPlace {
  std::string text;

  bool operator==(const SinkPlace&) const { return true; }
};

// Where flow records go. What a type has no option for (sink_options.h) is empty or 0.
struct Sink {
  SinkPlace place;
  std::string name;                 // unique: a-z, 0-9, _ and -, at most 32
  std::string type;                 // of SinkTypes()
  std::string filter;               // as the query of /api/v1/flows; empty: every record
  std::vector<std::string> fields;  // empty: all
  std::string format;               // "ntopng" or "wiregauge"
  uint64_t queue_bytes = 0, batch_bytes = 0;
  uint32_t batch_records = 0;
  Duration flush_interval{}, drain_timeout{};
  uint64_t spool_bytes = 0;  // 0: no spool
  std::string spool_dir;     // empty: spool/NAME in data_dir
  uint64_t dead_letter_bytes = 0;

  std::string host;  // mysql: what begins with '/' is a socket
  uint32_t port = 0;
  std::string protocol;
  std::string url;  // no '/' at its end, nor Elasticsearch's /_bulk
  std::string user, password, password_file;
  bool password_on_command_line = false;  // every user of the machine can see it there
  std::string ca_file;
  bool verify_tls = false;
  Duration timeout{};
  uint64_t replay_bytes = 0;
  bool manage_schema = false;
  std::string database, table, index, mapping_type;
  std::vector<std::string> brokers, properties;
  std::string topic;
  std::string path, compression;
  uint64_t rotate_bytes = 0;
  Duration rotate_interval{};
  uint32_t keep_files = 0;

  bool operator==(const Sink&) const = default;
};

// What is read once, at the start.
struct Fixed {
  std::vector<std::string> sources;          // empty: the default route's interface
  std::vector<LocalNetwork> local_networks;  // empty: see the table's help
  std::vector<Pool> pools;
  Geo geo;
  Capture capture;
  std::vector<std::string> tunnels;  // of ip_in_ip, gre, vxlan, gtp_u
  Flows flows;
  Hosts hosts;
  Devices devices;
  FlowCapture flow_capture;
  Dns dns;
  Dpi dpi;
  Http http;
  Accounts accounts;
  History history;
  Alerts alerts;
  Metrics metrics;
  Stream stream;
  Lua lua;
  std::vector<Sink> sinks;
  std::string instance_name;
  std::string data_dir;
};

// What SIGHUP reads again.
struct Reloadable {
  log::Level log_level = log::Level::kInfo;
  std::optional<log::Format> log_format;  // nothing: journal under journald, else text
};

struct Settings {
  Fixed fixed;
  Reloadable reloadable;
};

}  // namespace wiregauge::config
