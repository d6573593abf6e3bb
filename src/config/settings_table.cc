// SPDX-License-Identifier: Apache-2.0
#include "config/settings_table.h"

#include <algorithm>
#include <array>

namespace wiregauge::config {
namespace {

constexpr Setting kTable[] = {
    {.path = "sources",
     .flag = "-i,--interface",
     .value = "SOURCE",
     .help = "Where packets come from: an interface's name, or a capture file (pcap, pcapng, also "
             "compressed with gzip or zstd), which is served like an interface and stays readable "
             "after its end. A SOURCE is a file when it holds a '/', ends in .pcap, .pcapng or "
             ".cap (with or without .gz, .zst), or exists. May be given more than once, each for "
             "another interface or file. Default: the interface of the default route.",
     .target = [](Settings& s) -> Target { return &s.fixed.sources; }},
    {.path = "local_networks",
     .flag = "-m,--local-networks",
     .value = "NETWORKS",
     .help = "Networks whose hosts are local, separated by commas, each with an alias if wanted: "
             "192.168.0.0/16=office,10.0.0.0/8. Default: the monitored interfaces' own networks "
             "and the private ranges (RFC 1918, RFC 3927, RFC 4193, RFC 4291 link-local). "
             "No network or pool is called none or other.",
     .target = [](Settings& s) -> Target { return &s.fixed.local_networks; }},
    {.path = "pools",
     .flag = "--pools",
     .value = "MEMBERS",
     .help = "Pools of hosts. In the file each pool's name with its members: addresses, networks "
             "(CIDR) or MAC addresses, as in printers: [192.168.1.0/28, 02:00:5e:10:00:01]. As a "
             "flag members with the names of their pools, separated by commas: "
             "192.168.1.0/28=printers,10.9.0.0/16=guests. A host is in one pool: that of its MAC "
             "address when it is local and its MAC address is in one, else that of the longest "
             "prefix.",
     .target = [](Settings& s) -> Target { return &s.fixed.pools; }},
    {.path = "sinks",
     .flag = "-F,--export",
     .value = "SINK",
     .help = "Where flow records go: \"logstash;HOST;tcp|udp|tls;PORT\", "
             "\"es;TYPE;INDEX;URL[;USER:PASSWORD]\", "
             "\"mysql;HOST[@PORT]|SOCKET;DATABASE;TABLE;USER[;PASSWORD]\", "
             "\"kafka;BROKERS[;TOPIC]\", \"clickhouse;URL[;DATABASE[;TABLE[;USER]]]\" or "
             "\"file;PATH\"; in quotes, or the shell ends its command at ;. What stands "
             "in [] may be left out. May be given more than once. In the file each sink's name "
             "with its "
             "options, of which there are more, as in elk: {type: logstash, host: 192.0.2.1, port: "
             "5510}: see \"Sinks\" in docs/configuration.md. Default: none.",
     .target = [](Settings& s) -> Target { return &s.fixed.sinks; }},
    {.path = "instance_name",
     .flag = "--instance-name",
     .value = "NAME",
     .help = "What this service calls itself in flow records (NTOPNG_INSTANCE_NAME). Default: the "
             "machine's name.",
     .target = [](Settings& s) -> Target { return &s.fixed.instance_name; }},
    {.path = "data_dir",
     .flag = "--data-dir",
     .value = "DIR",
     .initial = "/var/lib/wiregauge",
     .help =
         "Folder for what outlives the process: accounts.db with the users and tokens, the first "
         "admin's password (docs/accounts.md), history.db (docs/history.md), alerts.db "
         "(docs/alerts.md), scripts.db with what scripts keep (docs/lua.md), and of sinks the "
         "spools and the records that were refused (docs/sinks.md). It is made when it is not "
         "there.",
     .target = [](Settings& s) -> Target { return &s.fixed.data_dir; }},

    {.path = "geo.country_database",
     .flag = "--country-database",
     .value = "FILE",
     .help = "Where addresses are: a file in the MaxMind DB format with countries "
             "(GeoLite2-Country, DB-IP Country Lite), or with cities too (GeoLite2-City, DB-IP "
             "City Lite). Read at the start. Default: none, no country is known.",
     .target = [](Settings& s) -> Target { return &s.fixed.geo.country_database; }},
    {.path = "geo.asn_database",
     .flag = "--asn-database",
     .value = "FILE",
     .help = "Which autonomous system announces an address: a file in the MaxMind DB format "
             "(GeoLite2-ASN, DB-IP ASN Lite). Read at the start. Default: none, no autonomous "
             "system is known.",
     .target = [](Settings& s) -> Target { return &s.fixed.geo.asn_database; }},

    {.path = "capture.workers",
     .flag = "--workers",
     .value = "N",
     .initial = "1",
     .least = "1",
     .most = "64",
     .help = "Threads for each source. The kernel spreads an interface's packets over them by "
             "flow; a file's packets are spread the same way.",
     .target = [](Settings& s) -> Target { return &s.fixed.capture.workers; }},
    {.path = "capture.filter",
     .flag = "--filter",
     .value = "BPF",
     .help = "Takes only the packets that match this expression, pcap-filter(7). Default: all.",
     .several_lines = true,
     .target = [](Settings& s) -> Target { return &s.fixed.capture.filter; }},
    {.path = "capture.promiscuous",
     .flag = "--promiscuous",
     .value = "BOOL",
     .initial = "true",
     .help = "Also takes frames that are addressed to other machines.",
     .target = [](Settings& s) -> Target { return &s.fixed.capture.promiscuous; }},
    {.path = "capture.snap_length_bytes",
     .flag = "--snap-length",
     .value = "SIZE",
     .initial = "256 KiB",
     .least = "64",
     .most = "256 KiB",
     .help = "How much of a frame is taken from an interface. What is counted is always the length "
             "on the wire.",
     .target = [](Settings& s) -> Target { return &s.fixed.capture.snap_length_bytes; }},
    {.path = "capture.ring_bytes",
     .flag = "--ring",
     .value = "SIZE",
     .initial = "64 MiB",
     .least = "1 MiB",
     .most = "2047 MiB",
     .help = "The kernel's buffer of each worker of an interface.",
     .target = [](Settings& s) -> Target { return &s.fixed.capture.ring_bytes; }},

    {.path = "decode.tunnels",
     .flag = "--tunnels",
     .value = "LIST",
     .initial = "ip_in_ip",
     .choices = "ip_in_ip|gre|vxlan|gtp_u",
     .help = "Tunnels to look into, separated by commas; empty looks into none. One that is not "
             "looked into is a flow between its end points.",
     .target = [](Settings& s) -> Target { return &s.fixed.tunnels; }},

    {.path = "flows.idle_timeout",
     .value = "DURATION",
     .initial = "120s",
     .least = "1s",
     .most = "24h",
     .help = "A flow without a packet for this long has ended.",
     .target = [](Settings& s) -> Target { return &s.fixed.flows.idle_timeout; }},
    {.path = "flows.active_timeout",
     .value = "DURATION",
     .initial = "300s",
     .least = "1s",
     .most = "24h",
     .help = "A flow that goes on is reported this often.",
     .target = [](Settings& s) -> Target { return &s.fixed.flows.active_timeout; }},
    {.path = "flows.tcp_closed_timeout",
     .value = "DURATION",
     .initial = "5s",
     .least = "0s",
     .most = "10m",
     .help = "How long a finished TCP flow waits for late packets.",
     .target = [](Settings& s) -> Target { return &s.fixed.flows.tcp_closed_timeout; }},
    {.path = "flows.memory_bytes",
     .value = "SIZE",
     .initial = "512 MiB",
     .least = "1 MiB",
     .most = "1 TiB",
     .help =
         "Memory for active flows with their detection state and what was read in them (at most "
         "64 KiB each, mostly below 1 KiB). Every worker of every source has an even share; when "
         "its share is full it evicts the flow that was idle longest, with a record.",
     .target = [](Settings& s) -> Target { return &s.fixed.flows.memory_bytes; }},
    {.path = "flows.ended_memory_bytes",
     .value = "SIZE",
     .initial = "64 MiB",
     .least = "0",
     .most = "1 TiB",
     .help = "Memory for ended flows that stay readable. Every worker of every source has an even "
             "share; when it is full the oldest leave first.",
     .target = [](Settings& s) -> Target { return &s.fixed.flows.ended_memory_bytes; }},

    {.path = "hosts.idle_timeout",
     .value = "DURATION",
     .initial = "10m",
     .least = "1s",
     .most = "24h",
     .help = "A host without packets for this long, and without active flows, is idle and leaves "
             "the table.",
     .target = [](Settings& s) -> Target { return &s.fixed.hosts.idle_timeout; }},
    {.path = "hosts.local_idle_timeout",
     .value = "DURATION",
     .initial = "24h",
     .least = "1s",
     .most = "168h",
     .help =
         "The same for a local host that has sent something: it stays as idle, with its activity, "
         "peers and names. Less than hosts.idle_timeout counts as that.",
     .target = [](Settings& s) -> Target { return &s.fixed.hosts.local_idle_timeout; }},
    {.path = "hosts.memory_bytes",
     .value = "SIZE",
     .initial = "256 MiB",
     .least = "1 MiB",
     .most = "1 TiB",
     .help =
         "Memory for hosts and devices. Every worker of every source has an even share; when it is "
         "full hosts without active flows leave early.",
     .target = [](Settings& s) -> Target { return &s.fixed.hosts.memory_bytes; }},

    {.path = "devices.vendor_lists",
     .flag = "--vendor-lists",
     .value = "DIR",
     .initial = "/usr/share/ieee-data",
     .help =
         "Who makes devices: the folder of the IEEE's lists of MAC addresses (oui.csv, mam.csv, "
         "oui36.csv, iab.csv), where Debian's package ieee-data has them. Read at the start. "
         "Vendors of a list that is not there are not known; empty reads none.",
     .target = [](Settings& s) -> Target { return &s.fixed.devices.vendor_lists; }},

    {.path = "flow_capture.memory_bytes",
     .value = "SIZE",
     .initial = "64 MiB",
     .least = "0",
     .most = "1 TiB",
     .help = "Memory for captures of single flows (POST /api/v1/flows/{id}/capture): running ones "
             "with all they may take, finished ones with what they hold. The oldest finished ones "
             "leave when another needs room; 0 allows none.",
     .target = [](Settings& s) -> Target { return &s.fixed.flow_capture.memory_bytes; }},
    {.path = "flow_capture.max_running",
     .value = "N",
     .initial = "8",
     .least = "1",
     .most = "64",
     .help = "Captures of single flows that run at once.",
     .target = [](Settings& s) -> Target { return &s.fixed.flow_capture.max_running; }},
    {.path = "flow_capture.max_bytes",
     .value = "SIZE",
     .initial = "16 MiB",
     .least = "1 KiB",
     .most = "1 GiB",
     .help = "The largest file that one of them may ask for.",
     .target = [](Settings& s) -> Target { return &s.fixed.flow_capture.max_bytes; }},
    {.path = "flow_capture.max_packets",
     .value = "N",
     .initial = "100000",
     .least = "1",
     .most = "1000000000",
     .help = "The most packets that one of them may ask for.",
     .target = [](Settings& s) -> Target { return &s.fixed.flow_capture.max_packets; }},
    {.path = "flow_capture.max_duration",
     .value = "DURATION",
     .initial = "10m",
     .least = "1s",
     .most = "24h",
     .help = "The longest time that one of them may ask for.",
     .target = [](Settings& s) -> Target { return &s.fixed.flow_capture.max_duration; }},

    {.path = "dns.reverse_lookup",
     .flag = "--reverse-lookup",
     .value = "BOOL",
     .initial = "false",
     .help = "Asks name servers for the names of hosts that no packet named (PTR records), local "
             "hosts first, when hosts are read. The servers learn from it which addresses were "
             "seen. Not when captures are read with -r.",
     .target = [](Settings& s) -> Target { return &s.fixed.dns.reverse_lookup; }},
    {.path = "dns.servers",
     .flag = "--dns-servers",
     .value = "SERVERS",
     .help = "Name servers to ask, separated by commas, each an address with a port if wanted: "
             "192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:5353. Default: those of "
             "/etc/resolv.conf.",
     .target = [](Settings& s) -> Target { return &s.fixed.dns.servers; }},
    {.path = "dns.timeout",
     .value = "DURATION",
     .initial = "2s",
     .least = "10ms",
     .most = "1m",
     .help = "How long an answer may take; every server is asked twice.",
     .target = [](Settings& s) -> Target { return &s.fixed.dns.timeout; }},

    {.path = "dpi.max_tcp_packets",
     .value = "N",
     .initial = "80",
     .least = "1",
     .most = "10000",
     .help = "Packets of a TCP flow that are looked at before detection gives up.",
     .target = [](Settings& s) -> Target { return &s.fixed.dpi.max_tcp_packets; }},
    {.path = "dpi.max_udp_packets",
     .value = "N",
     .initial = "24",
     .least = "1",
     .most = "10000",
     .help = "The same for every flow that is not TCP.",
     .target = [](Settings& s) -> Target { return &s.fixed.dpi.max_udp_packets; }},

    {.path = "http.listen",
     .flag = "--listen",
     .value = "ADDRESS:PORT",
     .initial = "127.0.0.1:9669",
     .help =
         "Where the API, /metrics and the health checks are served; port 0 lets the system "
         "choose. An address that is not loopback needs accounts, and TLS (http.tls_certificate) "
         "or http.allow_plain.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.listen; }},
    {.path = "http.threads",
     .value = "N",
     .initial = "2",
     .least = "1",
     .most = "64",
     .help = "Threads that answer requests.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.threads; }},
    {.path = "http.max_connections",
     .value = "N",
     .initial = "1024",
     .least = "1",
     .most = "65536",
     .help =
         "One more is answered 503 and closed, and so is one more than a quarter of them (at least "
         "16) of one address. Needs as many descriptors and 100: the service raises its limit "
         "towards that.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.max_connections; }},
    {.path = "http.max_request_body_bytes",
     .value = "SIZE",
     .initial = "1 MiB",
     .least = "0",
     .most = "64 MiB",
     .help = "A larger request is answered 413.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.max_request_body_bytes; }},
    {.path = "http.request_timeout",
     .value = "DURATION",
     .initial = "10s",
     .least = "100ms",
     .most = "10m",
     .help =
         "From the first to the last byte of a request; then it is answered 408. A TLS handshake "
         "that takes longer is closed.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.request_timeout; }},
    {.path = "http.keep_alive_timeout",
     .value = "DURATION",
     .initial = "75s",
     .least = "100ms",
     .most = "1h",
     .help = "A connection without a request for this long is closed.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.keep_alive_timeout; }},
    {.path = "http.allowed_origin",
     .value = "ORIGIN",
     .initial = "*",
     .help = "Access-Control-Allow-Origin for browsers; empty sends no CORS headers.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.allowed_origin; }},
    {.path = "http.allowed_hosts",
     .value = "NAME",
     .help =
         "Names that a request's Host header may have, beside localhost and IP addresses; any "
         "other is answered 421. Needed where Prometheus, Grafana or a proxy ask by a name: see "
         "docs/access.md. Default: none.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.allowed_hosts; }},
    {.path = "http.tls_certificate",
     .flag = "--tls-certificate",
     .value = "FILE",
     .help = "Serves HTTPS (TLS 1.2 and 1.3) with this certificate: PEM, its chain behind it. "
             "SIGHUP reads the file again. Default: none, plain HTTP.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.tls_certificate; }},
    {.path = "http.tls_key",
     .flag = "--tls-key",
     .value = "FILE",
     .help = "The certificate's key: PEM, without a passphrase. SIGHUP reads the file again.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.tls_key; }},
    {.path = "http.allow_plain",
     .value = "BOOL",
     .initial = "false",
     .help =
         "Lets the service listen beyond loopback without TLS: passwords, tokens and answers can "
         "be read on the way. For networks where something else encrypts.",
     .target = [](Settings& s) -> Target { return &s.fixed.http.allow_plain; }},

    {.path = "accounts.required",
     .off_flag = "--no-accounts",
     .value = "BOOL",
     .initial = "true",
     .help =
         "Who asks has to have an account (but for /healthz): a name and a password, or a token; "
         "see docs/accounts.md. Without, everybody who can connect may do everything, so the "
         "service listens on loopback only, and nothing is read or written in data_dir for it.",
     .target = [](Settings& s) -> Target { return &s.fixed.accounts.required; }},

    {.path = "history.enabled",
     .off_flag = "--no-history",
     .value = "BOOL",
     .initial = "true",
     .help = "Keeps time series of everything that is counted in history.db in data_dir, for "
             "/api/v1/timeseries and Grafana; see docs/history.md.",
     .target = [](Settings& s) -> Target { return &s.fixed.history.enabled; }},
    {.path = "history.keep_seconds",
     .value = "DURATION",
     .initial = "24h",
     .least = "1h",
     .most = "8760h",
     .help =
         "How long points of a second (or of 10 s, where series have those) are kept, seen from "
         "the newest.",
     .target = [](Settings& s) -> Target { return &s.fixed.history.keep_seconds; }},
    {.path = "history.keep_minutes",
     .value = "DURATION",
     .initial = "720h",
     .least = "1h",
     .most = "87600h",
     .help = "How long points of a minute are kept.",
     .target = [](Settings& s) -> Target { return &s.fixed.history.keep_minutes; }},
    {.path = "history.keep_hours",
     .value = "DURATION",
     .initial = "8760h",
     .least = "24h",
     .most = "87600h",
     .help = "How long points of an hour are kept.",
     .target = [](Settings& s) -> Target { return &s.fixed.history.keep_hours; }},
    {.path = "history.max_file_bytes",
     .value = "SIZE",
     .initial = "2 GiB",
     .least = "16 MiB",
     .most = "1 TiB",
     .help = "How large history.db may become: beyond it the oldest points go first.",
     .target = [](Settings& s) -> Target { return &s.fixed.history.max_file_bytes; }},
    {.path = "history.flush_interval",
     .value = "DURATION",
     .initial = "10s",
     .least = "1s",
     .most = "10m",
     .help = "How often what was recorded is written to the disk: what a crash may lose.",
     .target = [](Settings& s) -> Target { return &s.fixed.history.flush_interval; }},

    {.path = "history.top_local_hosts",
     .value = "N",
     .initial = "500",
     .least = "0",
     .most = "100000",
     .help =
         "How many local hosts of each interface have time series of their own (about ten each, "
         "and up to ten for their applications): those with most traffic. The others are summed "
         "up as \"other\".",
     .target = [](Settings& s) -> Target { return &s.fixed.history.top_local_hosts; }},
    {.path = "history.top_remote_hosts",
     .value = "N",
     .initial = "100",
     .least = "0",
     .most = "100000",
     .help = "The same for remote hosts.",
     .target = [](Settings& s) -> Target { return &s.fixed.history.top_remote_hosts; }},
    {.path = "history.max_script_series",
     .value = "N",
     .initial = "1000",
     .least = "0",
     .most = "100000",
     .help = "How many time series scripts may have of their own, of all interfaces together; "
             "what would be another one is refused.",
     .target = [](Settings& s) -> Target { return &s.fixed.history.max_script_series; }},

    {.path = "alerts.enabled",
     .off_flag = "--no-alerts",
     .value = "BOOL",
     .initial = "true",
     .help = "Keeps alerts, those that are engaged and those that were, in alerts.db in data_dir, "
             "for /api/v1/alerts, /metrics and Grafana; see docs/alerts.md.",
     .target = [](Settings& s) -> Target { return &s.fixed.alerts.enabled; }},
    {.path = "alerts.keep",
     .value = "DURATION",
     .initial = "30d",
     .least = "1h",
     .most = "87600h",
     .help = "How long past alerts are kept, since they were released. It counts once the service "
             "has run for an hour in which the clock did not leap.",
     .target = [](Settings& s) -> Target { return &s.fixed.alerts.keep; }},
    {.path = "alerts.max_past",
     .value = "N",
     .initial = "100000",
     .least = "0",
     .most = "10000000",
     .help = "How many past alerts are kept: beyond it the oldest go first.",
     .target = [](Settings& s) -> Target { return &s.fixed.alerts.max_past; }},
    {.path = "alerts.max_engaged",
     .value = "N",
     .initial = "10000",
     .least = "1",
     .most = "1000000",
     .help = "How many alerts may be engaged at once: a further one is refused and counted.",
     .target = [](Settings& s) -> Target { return &s.fixed.alerts.max_engaged; }},

    {.path = "metrics.top_hosts",
     .value = "N",
     .initial = "50",
     .least = "0",
     .most = "10000",
     .help = "How many hosts of each interface get series of their own in /metrics by being among "
             "those with most bytes. Others get one when they outweigh a member; the rest is the "
             "series host=\"other\".",
     .target = [](Settings& s) -> Target { return &s.fixed.metrics.top_hosts; }},
    {.path = "metrics.series_per_family",
     .value = "N",
     .initial = "2000",
     .least = "1",
     .most = "1000000",
     .help = "The most series of a metric family whose labels traffic chooses (hosts, "
             "applications), over all interfaces. What does not fit is in the series named other.",
     .target = [](Settings& s) -> Target { return &s.fixed.metrics.series_per_family; }},

    {.path = "stream.max_clients",
     .value = "N",
     .initial = "128",
     .least = "0",
     .most = "10000",
     .help = "How many clients may follow /api/v1/stream/flows at once (docs/stream.md); one more "
             "is answered 503. 0 turns the stream off, and nothing is kept for it.",
     .target = [](Settings& s) -> Target { return &s.fixed.stream.max_clients; }},
    {.path = "stream.ring_records",
     .value = "N",
     .initial = "20000",
     .least = "1000",
     .most = "10000000",
     .help = "At most so many of the newest flow records are kept for clients that come back with "
             "Last-Event-ID; the oldest go in batches, as they came. A client that reads too "
             "slowly falls behind in it, and skips what has "
             "left it.",
     .target = [](Settings& s) -> Target { return &s.fixed.stream.ring_records; }},
    {.path = "stream.ring_bytes",
     .value = "SIZE",
     .initial = "32 MiB",
     .least = "1 MiB",
     .most = "16 GiB",
     .help = "The same in memory: whatever is reached first.",
     .target = [](Settings& s) -> Target { return &s.fixed.stream.ring_bytes; }},
    {.path = "stream.client_bytes",
     .value = "SIZE",
     .initial = "256 KiB",
     .least = "4 KiB",
     .most = "64 MiB",
     .help = "How much may wait for one client, beside what its socket holds. A client with so "
             "much before it is written nothing more until it reads.",
     .target = [](Settings& s) -> Target { return &s.fixed.stream.client_bytes; }},
    {.path = "stream.stall_timeout",
     .value = "DURATION",
     .initial = "30s",
     .least = "1s",
     .most = "1h",
     .help = "A client that takes nothing of what waits for it for so long is cut off.",
     .target = [](Settings& s) -> Target { return &s.fixed.stream.stall_timeout; }},
    {.path = "stream.keep_alive",
     .value = "DURATION",
     .initial = "15s",
     .least = "1s",
     .most = "10m",
     .help = "How often a client is sent a comment while there is nothing else.",
     .target = [](Settings& s) -> Target { return &s.fixed.stream.keep_alive; }},
    {.path = "stream.max_age",
     .value = "DURATION",
     .initial = "1h",
     .least = "1s",
     .most = "30d",
     .help = "A stream ends after so long, and clients come back with Last-Event-ID without a "
             "loss: so who has lost their account or token is noticed.",
     .target = [](Settings& s) -> Target { return &s.fixed.stream.max_age; }},

    {.path = "lua.enabled",
     .off_flag = "--no-lua",
     .value = "BOOL",
     .initial = "true",
     .help = "Runs users' scripts (docs/lua.md): routes, pages at /lua/, callbacks, alert checks.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.enabled; }},
    {.path = "lua.dirs",
     .flag = "--lua-dir",
     .value = "DIR",
     .help = "Folders with scripts, each with the folders scripts, routes, callbacks and modules, "
             "of which any may be missing. A script hides the one of the same name in later "
             "folders; callbacks of all folders run. Changed files are taken within a second. "
             "Default: none but that of lua.shipped.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.dirs; }},
    {.path = "lua.shipped",
     .value = "BOOL",
     .initial = "true",
     .help =
         "Runs the scripts that come with wiregauge, behind those of lua.dirs: the alert checks.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.shipped; }},
    {.path = "lua.workers",
     .value = "N",
     .initial = "2",
     .least = "1",
     .most = "64",
     .help = "Threads that answer requests with scripts.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.workers; }},
    {.path = "lua.max_waiting",
     .value = "N",
     .initial = "256",
     .least = "1",
     .most = "100000",
     .help = "Requests that may wait for these threads; one more is answered 503.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.max_waiting; }},
    {.path = "lua.wall_time",
     .value = "DURATION",
     .initial = "5s",
     .least = "10ms",
     .most = "10m",
     .help = "How long a script may take for a request.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.wall_time; }},
    {.path = "lua.callback_wall_time",
     .value = "DURATION",
     .initial = "30s",
     .least = "10ms",
     .most = "1h",
     .help = "How long a callback may take.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.callback_wall_time; }},
    {.path = "lua.instructions",
     .value = "N",
     .initial = "500000000",
     .least = "10000",
     .most = "1000000000000",
     .help = "How many instructions of the interpreter a script may take for a request; what it "
             "has done in C counts, too, about one a nanosecond.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.instructions; }},
    {.path = "lua.callback_instructions",
     .value = "N",
     .initial = "5000000000",
     .least = "10000",
     .most = "1000000000000",
     .help = "The same for a callback.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.callback_instructions; }},
    {.path = "lua.memory_bytes",
     .value = "SIZE",
     .initial = "64 MiB",
     .least = "1 MiB",
     .most = "16 GiB",
     .help = "How much memory one run of a script may take, garbage included.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.memory_bytes; }},
    {.path = "lua.output_bytes",
     .value = "SIZE",
     .initial = "16 MiB",
     .least = "1 KiB",
     .most = "1 GiB",
     .help = "How much one run of a script may print, or answer.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.output_bytes; }},
    {.path = "lua.store_bytes",
     .value = "SIZE",
     .initial = "16 MiB",
     .least = "64 KiB",
     .most = "4 GiB",
     .help =
         "How much scripts may keep in scripts.db in data_dir (wiregauge.kv, ntop.setCache). It "
         "is in memory, too.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.store_bytes; }},
    {.path = "lua.http_allowed",
     .value = "DESTINATIONS",
     .help =
         "Where scripts may send HTTP requests: names, addresses and networks (CIDR), each with "
         "a port if wanted: hooks.example.org:443, 192.0.2.0/24, [2001:db8::1]:8080. What "
         "counts is the address that is connected to. Default: nowhere.",
     .target = [](Settings& s) -> Target { return &s.fixed.lua.http_allowed; }},

    {.path = "log.level",
     .flag = "--log-level",
     .value = "LEVEL",
     .initial = "info",
     .choices = "debug|info|warning|error",
     .help = "The least important line that is written to stderr.",
     .reloadable = true,
     .target = [](Settings& s) -> Target { return &s.reloadable.log_level; }},
    {.path = "log.format",
     .flag = "--log-format",
     .value = "FORMAT",
     .initial = "auto",
     .choices = "auto|text|json|journal",
     .help = "How lines look: text with time and key=value, one JSON object a line, or with "
             "journald's priorities. auto is journal under journald, else text.",
     .reloadable = true,
     .target = [](Settings& s) -> Target { return &s.reloadable.log_format; }},
};

}  // namespace

std::span<const Setting> SettingsTable() { return kTable; }

const Setting* FindSetting(std::string_view path) {
  const auto found = std::ranges::find(kTable, path, &Setting::path);
  return found == std::end(kTable) ? nullptr : found;
}

std::string_view LongFlag(const Setting& setting) {
  const size_t comma = setting.flag.find(',');
  if (setting.flag.empty()) return setting.off_flag.empty() ? setting.path : setting.off_flag;
  return comma == std::string_view::npos ? setting.flag : setting.flag.substr(comma + 1);
}

Status Assign(const Setting& setting, std::span<const std::string> texts, Settings& settings) {
  return Assign(setting.rule(), texts, setting.target(settings));
}

bool SameValue(const Setting& setting, Settings& a, Settings& b) {
  return SameValue(setting.target(a), setting.target(b));
}

bool IsList(const Setting& setting) {
  Settings scratch;
  return IsList(setting.target(scratch));
}

std::string Expectation(const Setting& setting) {
  Settings scratch;
  return Expectation(setting.rule(), setting.target(scratch));
}

bool IsNamedList(const Setting& setting) {
  Settings scratch;
  return std::holds_alternative<std::vector<Pool>*>(setting.target(scratch)) || IsSinks(setting);
}

bool IsSinks(const Setting& setting) {
  Settings scratch;
  return std::holds_alternative<std::vector<Sink>*>(setting.target(scratch));
}

}  // namespace wiregauge::config
