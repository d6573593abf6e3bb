---@meta
-- SPDX-License-Identifier: Apache-2.0
-- Made by `wiregauge lua annotations`: what wiregauge's scripts can call, for LuaLS.

---A flow: all packets with the same addresses, ports, protocol, VLAN and interface, of both directions. client is who opened it. In the records of a long flow (one at each active timeout, in exports) packets, bytes and counts of TCP segments are what came since the last record; minima, means, maxima and deviations, latencies, windows, flags and the history are of the flow so far. Here all are of the whole flow.
---@class Flow
---@field application table What libndpi says it is.
---@field ["application.app"] string The application; Unknown when it was not recognised.
---@field ["application.breed"] string? Safe, Acceptable, Fun, Unsafe, ...
---@field ["application.category"] string Its category.
---@field ["application.confidence"] string How it was recognised, weakest first.
---@field ["application.detecting"] boolean Whether it may still change.
---@field ["application.encrypted"] boolean Whether the payload is encrypted.
---@field ["application.id"] string master.app as numbers, or one number.
---@field ["application.master"] string? The protocol that carries the application; null when there is none.
---@field ["application.name"] string master.app as names, or one name.
---@field application_latency_ms table How long the server took to answer, in milliseconds: from the last byte of a request to the first byte of its response, once for each request of the flow. A request is what the client sends until the server answers: TCP payload in order (no retransmissions, no keep-alives, nothing behind a gap; a TLS handshake counts like any data, and so does 100 Continue as an answer) or UDP datagrams with payload. Of DNS and LLMNR over UDP, which ask several things at once, an answer belongs to the query with its number; one that is asked again is timed from the first time.
---@field ["application_latency_ms.avg"] number? The mean.
---@field ["application_latency_ms.max"] number? The slowest.
---@field ["application_latency_ms.min"] number? The fastest; null when no request was answered.
---@field ["application_latency_ms.requests"] integer Requests that were answered.
---@field bytes integer Frame bytes of both directions.
---@field client table One end of a flow. Counters tell what this end sent.
---@field ["client.as_name"] string? The autonomous system's name; null when geo.asn_database does not know it.
---@field ["client.asn"] integer? Autonomous system number; null when geo.asn_database does not know it.
---@field ["client.bytes_sent"] integer Frame bytes this end sent.
---@field ["client.city"] string? The city's English name; null when geo.country_database does not know it or has no cities.
---@field ["client.country"] string? ISO 3166-1 code; null when geo.country_database does not know it.
---@field ["client.interarrival_ms"] table Gaps between the packets of this end in milliseconds, by their own times. A packet that is older than the one before (captured late), or whose time is damaged, makes no gap.
---@field ["client.interarrival_ms.avg"] number? The mean.
---@field ["client.interarrival_ms.max"] number? The greatest.
---@field ["client.interarrival_ms.min"] number? The least; null when there was none.
---@field ["client.interarrival_ms.stddev"] number? The standard deviation (of all of them, not of a sample); 0 of one.
---@field ["client.ip"] string IPv4 or IPv6 address.
---@field ["client.local"] boolean Whether it is in the local networks.
---@field ["client.mac"] string? The MAC address of this end's frames, or, when the other end sent the first one, what that was addressed to (for a remote host a router's, for a group the group's); null when the link has no addresses.
---@field ["client.name"] string? Its host's name (see Host): of an ended flow as it was at its end, else as it is now; null when it has none.
---@field ["client.network"] string? Its local network, the smallest one when there are several: the alias of the setting local_networks, or the prefix; null when it is in none.
---@field ["client.network_latency_ms"] number? This end's half of the TCP handshake in milliseconds: the server's from the SYN to its answer, a SYN|ACK or the RST that refuses it; the client's from the SYN|ACK to its ACK. null when that half was not seen.
---@field ["client.packet_length_bytes"] table Lengths of the frames of this end on the wire.
---@field ["client.packet_length_bytes.avg"] number? The mean.
---@field ["client.packet_length_bytes.max"] number? The greatest.
---@field ["client.packet_length_bytes.min"] number? The least; null when there was none.
---@field ["client.packet_length_bytes.stddev"] number? The standard deviation (of all of them, not of a sample); 0 of one.
---@field ["client.packets_sent"] integer Packets this end sent.
---@field ["client.payload_bytes_sent"] integer Layer-4 payload bytes this end sent.
---@field ["client.pool"] string? Its pool (setting pools); null when it is in none.
---@field ["client.port"] integer? TCP, UDP or SCTP port; null for other protocols and for fragments whose first one was not seen.
---@field ["client.tcp"] table Only for TCP.
---@field ["client.tcp.flags"] string[] Every flag this end has sent.
---@field ["client.tcp.initial_window_bytes"] integer? The window of its newest SYN, which is never scaled; null when none was seen.
---@field ["client.tcp.keep_alives"] integer Keep-alive probes; tcp.analysis.keep_alive.
---@field ["client.tcp.lost_segments"] integer Gaps in front of a segment, however many are missing in one: lost before the capture point, or not captured; tcp.analysis.lost_segment.
---@field ["client.tcp.out_of_order_packets"] integer Segments that fill a gap so soon that they were rather overtaken than sent again; tcp.analysis.out_of_order.
---@field ["client.tcp.retransmitted_packets"] integer Segments whose bytes were sent before, fast and spurious retransmissions included; as Wireshark's tcp.analysis.retransmission.
---@field ["client.tcp.syn"] table? The options of its newest SYN; null when none was seen or its options were not stored whole.
---@field ["client.tcp.syn.mss_bytes"] integer? The longest segment it wants to receive; null when it did not tell.
---@field ["client.tcp.syn.sack_permitted"] boolean Whether it takes selective acknowledgements (RFC 2018).
---@field ["client.tcp.syn.timestamps"] boolean Whether it offered time stamps (RFC 7323).
---@field ["client.tcp.syn.window_scale"] integer? The shift of its windows (RFC 7323) as it was sent; above 14 counts as 14. null when it did not tell: then no window of the flow is scaled.
---@field ["client.tcp.window_bytes"] integer? The receive window it announced last, scaled; null when the scale is not known, which takes the SYNs of both ends.
---@field ["client.tcp.zero_windows"] integer Segments that announce a receive window of 0; tcp.analysis.zero_window.
---@field community_id string? Community ID, version 1, seed 0 (https://github.com/corelight/community-id-spec): other monitors call the same flow the same. It is made of the innermost addresses, protocol and ports, of ICMP's type and code in the first packet; null when ports were never seen.
---@field dhcp table What the first message of a client says of it.
---@field ["dhcp.fingerprint"] string? The options it asks for, in its order (option 55).
---@field ["dhcp.host_name"] string? Its name: option 12, or else option 81.
---@field ["dhcp.vendor_class"] string? Option 60.
---@field dns table The first question and the first response to it; also of multicast DNS and LLMNR.
---@field ["dns.answers"] string[] The records of the answer section in order, 16 at most: the address of A and AAAA, the name of CNAME, NS, PTR, MX, SRV and SOA (its primary server), the joined text of TXT, and of any other type (or of data that are damaged) the data as RFC 3597 section 5 writes them, \# and their length in front: \# 4 0A000001. Empty when the response had none, when no response was seen (response_code is null then), and when the first record is no record or was not captured.
---@field ["dns.query"] string? The name asked for; . is the root. Bytes that are no text are \DDD.
---@field ["dns.response_code"] string? NOERROR, NXDOMAIN, ...; null until a response was seen.
---@field ["dns.type"] string? Type asked for; TYPE65534 for one without a name.
---@field duration_ms number last_seen - first_seen in milliseconds.
---@field end_reason string? Why it ended; null while it is active. (A record of a long flow, in exports, says active_timeout.) idle: no packet came for the idle timeout, or until a SYN opened a new connection on its ports.
---@field first_seen string The earliest time of a packet of it: RFC 3339, UTC, microseconds.
---@field goodput_ratio number? Layer-4 payload bytes by frame bytes, 0 to 1, four decimals.
---@field handshake_rtt_ms number? Round-trip time of the TCP handshake in milliseconds (SYN to ACK); of a refused connection SYN to the RST that acknowledges just the SYN. null when the whole handshake was not seen.
---@field history string The course of the flow as letters in the order of events, as the history of Zeek's conn.log; in upper case what the client did, in lower case what the server did. s: a SYN without ACK. h: a SYN with ACK. a: an ACK and nothing else. d: payload. f: a FIN. r: a RST. g: a gap in front of a segment, which was lost or not captured. t: payload that was sent before. w: a window of 0. i: FIN and RST in one segment. q: SYN with FIN or RST in one segment. ^ in front: the first packet's sender was taken for the server (a SYN|ACK, or the lower port of a connection joined midway). a, d, i and q stand at most once for each end; s, h, f and r again when the sequence number is another than the last one's; g, t and w the first, the 10th, the 100th time and so on. For protocols but TCP: D and d for the first packet of each end. Zeek's c (bad checksum) is never there. At most 31 letters: what repeats is left out first, the first letter of a kind never.
---@field http table The first request, and the first final response that followed it. Every text here and in the objects below is cut at 1,024 bytes.
---@field ["http.content_type"] string? The response's Content-Type.
---@field ["http.host"] string? The Host header, with its port.
---@field ["http.method"] string? Request method.
---@field ["http.status"] integer? Status code of the response; null until one was seen.
---@field ["http.url"] string? The request's target, as RFC 9112 section 3.2 has it; with the host it is the whole URL.
---@field ["http.user_agent"] string? The request's User-Agent.
---@field icmp table Type and code of the first packet. Only for ICMP and ICMPv6.
---@field ["icmp.code"] integer? ICMP code.
---@field ["icmp.type"] integer ICMP type.
---@field id integer Unique while the process lives; below 2^53.
---@field info string? One line about what the flow is for: method, URL and status of HTTP, the DNS query, a server name, a banner.
---@field interface string The interface's name.
---@field ip_version integer 4 or 6.
---@field l4 table The IP protocol.
---@field ["l4.id"] integer IANA number.
---@field ["l4.name"] string TCP, UDP, ICMP, ...; the number for a protocol without a name here.
---@field last_seen string Time of its newest packet.
---@field netbios table The NetBIOS name service.
---@field ["netbios.name"] string? The first name that was asked for, registered or told.
---@field packets integer Packets of both directions.
---@field packets_per_second table Packets per second.
---@field ["packets_per_second.now"] integer In the last whole second of packet time; 0 when nothing came, and after the end: of the flow, or of the file or interface it is about.
---@field ["packets_per_second.peak"] integer In the busiest second so far. With several workers: the sum of their peaks, an upper bound.
---@field quic table What QUIC's first packets hold.
---@field ["quic.alpn"] string[] Application protocols the client offers.
---@field ["quic.ja3_client"] string? JA3 of the client.
---@field ["quic.server_name"] string? The name the client asks for (SNI), in lower case.
---@field ["quic.version"] string? '1', '2', draft-29, Q046, ...
---@field risks table[] What libndpi finds suspicious.
---@field ["risks.id"] integer libndpi's number.
---@field ["risks.name"] string? libndpi's words.
---@field ["risks.severity"] string? low, medium, high, severe, ...
---@field server table One end of a flow. Counters tell what this end sent.
---@field ["server.as_name"] string? The autonomous system's name; null when geo.asn_database does not know it.
---@field ["server.asn"] integer? Autonomous system number; null when geo.asn_database does not know it.
---@field ["server.bytes_sent"] integer Frame bytes this end sent.
---@field ["server.city"] string? The city's English name; null when geo.country_database does not know it or has no cities.
---@field ["server.country"] string? ISO 3166-1 code; null when geo.country_database does not know it.
---@field ["server.interarrival_ms"] table Gaps between the packets of this end in milliseconds, by their own times. A packet that is older than the one before (captured late), or whose time is damaged, makes no gap.
---@field ["server.interarrival_ms.avg"] number? The mean.
---@field ["server.interarrival_ms.max"] number? The greatest.
---@field ["server.interarrival_ms.min"] number? The least; null when there was none.
---@field ["server.interarrival_ms.stddev"] number? The standard deviation (of all of them, not of a sample); 0 of one.
---@field ["server.ip"] string IPv4 or IPv6 address.
---@field ["server.local"] boolean Whether it is in the local networks.
---@field ["server.mac"] string? The MAC address of this end's frames, or, when the other end sent the first one, what that was addressed to (for a remote host a router's, for a group the group's); null when the link has no addresses.
---@field ["server.name"] string? Its host's name (see Host): of an ended flow as it was at its end, else as it is now; null when it has none.
---@field ["server.network"] string? Its local network, the smallest one when there are several: the alias of the setting local_networks, or the prefix; null when it is in none.
---@field ["server.network_latency_ms"] number? This end's half of the TCP handshake in milliseconds: the server's from the SYN to its answer, a SYN|ACK or the RST that refuses it; the client's from the SYN|ACK to its ACK. null when that half was not seen.
---@field ["server.packet_length_bytes"] table Lengths of the frames of this end on the wire.
---@field ["server.packet_length_bytes.avg"] number? The mean.
---@field ["server.packet_length_bytes.max"] number? The greatest.
---@field ["server.packet_length_bytes.min"] number? The least; null when there was none.
---@field ["server.packet_length_bytes.stddev"] number? The standard deviation (of all of them, not of a sample); 0 of one.
---@field ["server.packets_sent"] integer Packets this end sent.
---@field ["server.payload_bytes_sent"] integer Layer-4 payload bytes this end sent.
---@field ["server.pool"] string? Its pool (setting pools); null when it is in none.
---@field ["server.port"] integer? TCP, UDP or SCTP port; null for other protocols and for fragments whose first one was not seen.
---@field ["server.tcp"] table Only for TCP.
---@field ["server.tcp.flags"] string[] Every flag this end has sent.
---@field ["server.tcp.initial_window_bytes"] integer? The window of its newest SYN, which is never scaled; null when none was seen.
---@field ["server.tcp.keep_alives"] integer Keep-alive probes; tcp.analysis.keep_alive.
---@field ["server.tcp.lost_segments"] integer Gaps in front of a segment, however many are missing in one: lost before the capture point, or not captured; tcp.analysis.lost_segment.
---@field ["server.tcp.out_of_order_packets"] integer Segments that fill a gap so soon that they were rather overtaken than sent again; tcp.analysis.out_of_order.
---@field ["server.tcp.retransmitted_packets"] integer Segments whose bytes were sent before, fast and spurious retransmissions included; as Wireshark's tcp.analysis.retransmission.
---@field ["server.tcp.syn"] table? The options of its newest SYN; null when none was seen or its options were not stored whole.
---@field ["server.tcp.syn.mss_bytes"] integer? The longest segment it wants to receive; null when it did not tell.
---@field ["server.tcp.syn.sack_permitted"] boolean Whether it takes selective acknowledgements (RFC 2018).
---@field ["server.tcp.syn.timestamps"] boolean Whether it offered time stamps (RFC 7323).
---@field ["server.tcp.syn.window_scale"] integer? The shift of its windows (RFC 7323) as it was sent; above 14 counts as 14. null when it did not tell: then no window of the flow is scaled.
---@field ["server.tcp.window_bytes"] integer? The receive window it announced last, scaled; null when the scale is not known, which takes the SYNs of both ends.
---@field ["server.tcp.zero_windows"] integer Segments that announce a receive window of 0; tcp.analysis.zero_window.
---@field server_name string? What libndpi calls the server, in lower case: TLS or QUIC SNI, HTTP Host, a name that DNS asks for or tells, or the name a client tells of itself: DHCP, NetBIOS. Whole, where libndpi cuts it; other bytes than text may be a "?" (dns.query and the other objects tell all of it as it was sent). Null when there was none.
---@field ssh table Both sides' software, and fingerprints of their algorithms (HASSH).
---@field ["ssh.client"] string? The client's identification.
---@field ["ssh.hassh_client"] string? HASSH of the client.
---@field ["ssh.hassh_server"] string? HASSH of the server.
---@field ["ssh.server"] string? The server's identification.
---@field state string Whether packets may still come.
---@field tcp_state string? null unless it is TCP.
---@field throughput_bps table Bits per second.
---@field ["throughput_bps.now"] integer In the last whole second of packet time; 0 when nothing came, and after the end: of the flow, or of the file or interface it is about.
---@field ["throughput_bps.peak"] integer In the busiest second so far. With several workers: the sum of their peaks, an upper bound.
---@field tls table Both hellos, and the server's first certificate, which TLS 1.3 encrypts; also of DTLS.
---@field ["tls.alpn"] string[] Application protocols the client offers, 8 at most; when it offers none, the server's.
---@field ["tls.alternative_names"] string[] The hosts the certificate is for, by its subjectAltName: names, in lower case and cut at 255 bytes, and addresses, in the certificate's order, 16 at most.
---@field ["tls.certificate_sha1"] string? SHA-1 of the certificate; null after STARTTLS.
---@field ["tls.cipher"] string? What the server chose, by IANA's name.
---@field ["tls.issuer"] string? The certificate's issuer.
---@field ["tls.ja3_client"] string? JA3 of the client.
---@field ["tls.ja3_server"] string? JA3S of the server.
---@field ["tls.not_after"] string? The certificate is valid until then; null also for years after 2261.
---@field ["tls.not_before"] string? The certificate is valid from then on.
---@field ["tls.server_name"] string? The name the client asks for (SNI), in lower case.
---@field ["tls.subject"] string? The certificate's subject, in its own order.
---@field ["tls.version"] string? What the server chose.
---@field tunnels string[] Encapsulations that were taken off.
---@field vlan integer VLAN identifier; 0: untagged.
---@field table fun(self: Flow): table all of it as a table; also of the objects in it

---A host: an IP address in a VLAN, on one interface or summed over all.
---@class Host
---@field active boolean Whether it has a flow, or had a packet within hosts.idle_timeout. A local host that is not stays for hosts.local_idle_timeout.
---@field active_flows_as_client integer Active flows it opened.
---@field active_flows_as_server integer Active flows opened to it.
---@field alerts table Alerts about it; missing where alerts are off.
---@field ["alerts.engaged"] integer That are engaged.
---@field ["alerts.total"] integer That were raised since the service started.
---@field as_name string? The autonomous system's name; null when geo.asn_database does not know it.
---@field asn integer? Autonomous system number; null when geo.asn_database does not know it.
---@field bytes integer Frame bytes sent and received.
---@field bytes_received integer Frame bytes received.
---@field bytes_sent integer Frame bytes sent.
---@field city string? The city's English name; null when geo.country_database does not know it or has no cities.
---@field contacts_as_client integer Different addresses it opened flows to. Exact up to 64, an estimate with a standard error of 3.3 % beyond.
---@field contacts_as_server integer Different addresses that opened flows to it; the same.
---@field country string? ISO 3166-1 code; null when geo.country_database does not know it.
---@field first_seen string The earliest time of a packet of it.
---@field flows_as_client integer Flows it opened since it was first seen.
---@field flows_as_server integer Flows opened to it since it was first seen.
---@field host string What it is called in paths and parameters: ip, or ip@vlan.
---@field interface string? The interface's name; null when the row is a sum over several.
---@field ip string IPv4 or IPv6 address.
---@field l4 table Its traffic by layer-4 protocol.
---@field ["l4.icmp"] table Traffic of both directions, seen from the host.
---@field ["l4.icmp.bytes_received"] integer Frame bytes received.
---@field ["l4.icmp.bytes_sent"] integer Frame bytes sent.
---@field ["l4.icmp.packets_received"] integer Packets received.
---@field ["l4.icmp.packets_sent"] integer Packets sent.
---@field ["l4.icmpv6"] table Traffic of both directions, seen from the host.
---@field ["l4.icmpv6.bytes_received"] integer Frame bytes received.
---@field ["l4.icmpv6.bytes_sent"] integer Frame bytes sent.
---@field ["l4.icmpv6.packets_received"] integer Packets received.
---@field ["l4.icmpv6.packets_sent"] integer Packets sent.
---@field ["l4.other"] table Traffic of both directions, seen from the host.
---@field ["l4.other.bytes_received"] integer Frame bytes received.
---@field ["l4.other.bytes_sent"] integer Frame bytes sent.
---@field ["l4.other.packets_received"] integer Packets received.
---@field ["l4.other.packets_sent"] integer Packets sent.
---@field ["l4.sctp"] table Traffic of both directions, seen from the host.
---@field ["l4.sctp.bytes_received"] integer Frame bytes received.
---@field ["l4.sctp.bytes_sent"] integer Frame bytes sent.
---@field ["l4.sctp.packets_received"] integer Packets received.
---@field ["l4.sctp.packets_sent"] integer Packets sent.
---@field ["l4.tcp"] table Traffic of both directions, seen from the host.
---@field ["l4.tcp.bytes_received"] integer Frame bytes received.
---@field ["l4.tcp.bytes_sent"] integer Frame bytes sent.
---@field ["l4.tcp.packets_received"] integer Packets received.
---@field ["l4.tcp.packets_sent"] integer Packets sent.
---@field ["l4.udp"] table Traffic of both directions, seen from the host.
---@field ["l4.udp.bytes_received"] integer Frame bytes received.
---@field ["l4.udp.bytes_sent"] integer Frame bytes sent.
---@field ["l4.udp.packets_received"] integer Packets received.
---@field ["l4.udp.packets_sent"] integer Packets sent.
---@field last_seen string Time of its newest packet.
---@field local boolean Whether it is in the local networks.
---@field low_goodput_flows_as_client integer Of the flows it opened, those with a low goodput, at their end or now: TCP flows that have carried data, but whose goodput_ratio is below 0.4.
---@field low_goodput_flows_as_server integer The same of the flows opened to it.
---@field mac string? The MAC address of the frames of its newest flow: their sender's, or, while the host sent none, the one that frames to it are for (for a remote host a router's, see mac_is_router; for a group the group's). Null when there is none.
---@field mac_is_router boolean? Whether the MAC address is a router's: of a device that sent frames for more than one remote host. Then it tells nothing of this host, unless it is the router. False for the other local hosts; null for a remote host whose MAC address has sent for no other, for a group and without a MAC address.
---@field mac_vendor string? Who made the device, by the IEEE's lists of MAC addresses; null when that is not known, as of addresses that a device or its settings choose (locally administered) and of groups.
---@field name string? The name that its best source tells; null when it has none.
---@field name_source string? Where the name comes from. Best first: what the machine calls itself (dhcp: option 12 of its request, else 81; mdns and llmnr: its announcements and answers; netbios: names it registered or answered to), what its network calls it (dns: the name that was asked for when the address was the answer), what clients call it (tls_sni, http_host), and a PTR record of its address (reverse_dns). Null when it has no name.
---@field names table[] One name of each source that told any, the newest one; the best source first.
---@field ["names.name"] string The name in lower case, of at most 255 bytes. Bytes of a DNS label that are no text are \DDD, a dot in it is \. (RFC 4343).
---@field ["names.source"] string See name_source.
---@field ["names.told_at"] string When the newest message told it.
---@field network string? Its local network, the smallest one when there are several: the alias of the setting local_networks, or the prefix; null when it is in none.
---@field packets integer Packets sent and received.
---@field packets_per_second table Packets per second.
---@field ["packets_per_second.now"] integer In the last whole second of packet time; 0 when nothing came, and after the end: of the flow, or of the file or interface it is about.
---@field ["packets_per_second.peak"] integer In the busiest second so far. With several workers: the sum of their peaks, an upper bound.
---@field packets_received integer Packets received.
---@field packets_sent integer Packets sent.
---@field pool string? Its pool (setting pools); null when it is in none.
---@field throughput_bps table Bits per second.
---@field ["throughput_bps.now"] integer In the last whole second of packet time; 0 when nothing came, and after the end: of the flow, or of the file or interface it is about.
---@field ["throughput_bps.peak"] integer In the busiest second so far. With several workers: the sum of their peaks, an upper bound.
---@field vlan integer VLAN identifier; 0: untagged.
---@field table fun(self: Host): table all of it as a table; also of the objects in it

---Rows in their order: #list, list[1], `for row in list:each() do`, ipairs(list). As JSON an array.
---@class FlowList
---@field total integer how many match; the list may hold fewer (limit)
---@field each fun(self: FlowList): fun(): Flow? for loops

---Rows in their order: #list, list[1], `for row in list:each() do`, ipairs(list). As JSON an array.
---@class HostList
---@field total integer how many match; the list may hold fewer (limit)
---@field each fun(self: HostList): fun(): Host? for loops

---Rows in their order: #list, list[1], `for row in list:each() do`, ipairs(list). As JSON an array.
---@class FlowRecordList
---@field total integer how many match; the list may hold fewer (limit)
---@field each fun(self: FlowList): fun(): Flow? for loops
---@field missed integer records that went before this callback could read them

---What `wiregauge.record` may be told beside the value.
---@class RecordOptions
---@field type string? `gauge` (the default; three decimals are kept) or `counter`
---@field interface string? of which it is; without it of the service
---@field object string? which one, where there are several: a host, a server
---@field unit string? such as `ms`
---@field step_s integer? seconds between points; the callback's period, an hour at most, unless it says otherwise

---What `wiregauge.route` takes.
---@class Route
---@field method string? GET (the default), POST, PUT, PATCH or DELETE
---@field path string below `/lua`, with parameters in braces: `/top/{n}`
---@field summary string a phrase for the OpenAPI document
---@field description string? sentences for the OpenAPI document
---@field role string? who may: `viewer` (the default) or `admin`
---@field parameters RouteParameter[]? of the query; those of the path may be described, too
---@field body table? the OpenAPI schema of the request's body
---@field response table? the OpenAPI schema of the answer; it also tells whether an empty table is `[]` or `{}`
---@field content_type string? of the answer; `application/json` unless it says otherwise
---@field grafana string? `series` or `table`: offers the route to Grafana as a target (docs/lua.md)
---@field handler fun(parameters: table, request: Request): any what answers

---One parameter of a route. One that is unknown, bad or given twice is answered 400.
---@class RouteParameter
---@field name string
---@field type string? `string` (the default), `integer`, `number` or `boolean`
---@field description string? a phrase for the OpenAPI document
---@field required boolean? of one of the query; those of the path always are
---@field default any what the handler gets when it is not given
---@field minimum number? of a number
---@field maximum number? of a number
---@field max_length integer? of a string, in bytes; 1024 unless it says otherwise
---@field enum string[]? the values that a string may have

---The request that a route answers.
---@class Request
---@field method string
---@field path string as it was sent, without the query
---@field query table<string, string> the query's parameters as texts
---@field headers table<string, string> names in lower case; without those that hold credentials
---@field body string
---@field remote_address string the client's IP address
---@field user string? who asks; nil while accounts are off

---How a call is made.
---@class HttpOptions
---@field method string? instead of the function's: "PUT"
---@field headers table<string, string>? by name
---@field body string? any bytes
---@field json any a body: it is sent as JSON
---@field user string? with password: Basic
---@field password string? with user
---@field token string? Bearer
---@field timeout_s number? seconds; 10 by default
---@field verify_tls boolean? whether the certificate is checked; true by default
---@field follow_redirects boolean? false by default
---@field max_bytes integer? of the answer's body; 1 MiB by default, at most 16 MiB

---What came back.
---@class HttpAnswer
---@field status integer 200, 404, 500, ...
---@field headers table<string, string> names in lower case
---@field body string as it was sent
---@field url string that answered: another one after a redirect

---What is wrong with what.
---@class Alert
---@field type string letters a to z, digits and _: "host_scans"
---@field severity string? info, notice, warning (the default), error or critical
---@field kind string? interface, host, network or service; without it it follows from host and interface
---@field interface string? on which; a host needs one
---@field host string? "192.0.2.1", "192.0.2.1@5": the subject is this host
---@field name string? of the subject, where it is no host
---@field text string a sentence for people
---@field details table? an object for programs
---@field value number? what was measured, in the unit that the type means
---@field threshold number? what it was held against
---@field ttl_s number? seconds until it ends unless it is raised again

---The selected interface. Bytes are those of frames on the wire. What is not known is absent (nil).
---@class InterfaceStats
---@field name string Name.
---@field description string What was asked for: the name, or the file's path.
---@field id integer Number, as in getIfNames.
---@field ifid integer Number, as in getIfNames.
---@field type string "pcap": a live interface; "pcap dump": a capture file.
---@field isView boolean Always false.
---@field inline boolean Always false.
---@field scalingFactor integer Always 1: every packet counts.
---@field has_macs boolean Whether its frames have MAC addresses.
---@field vlan boolean Whether it had frames in a VLAN.
---@field ["seen.last"] integer Time of its newest packet, seconds since 1970.
---@field stats InterfaceTotals Its totals.
---@field tcpFlowStats TcpFlowStats TCP flows by their state.
---@field stats_since_reset table {packets, bytes, drops} since resetCounters().
---@field eth table {packets, bytes} of all frames; ingress is the same.
---@field localstats table {packets, bytes} by {local2local, local2remote, remote2local, remote2remote}.
---@field ndpi table By application, since the start; all of it is received.
---@field pktSizeDistribution table Packets by size, upTo64 to above9000; also as size, which pairs leaves out. upTo128 to upTo1024 end one byte before.
---@field tcpPacketStats table {retransmissions, out_of_order, lost, keep_alive, zero_window}.
---@field tcp table {packets, bytes} in flows.
---@field udp table {packets, bytes} in flows.
---@field icmp table {packets, bytes} in flows.
---@field icmpv6 table {packets, bytes} in flows.

---An interface's `stats`.
---@class InterfaceTotals
---@field packets integer Packets received.
---@field bytes integer Frame bytes received.
---@field drops integer Packets lost before they were seen.
---@field flows integer Active flows.
---@field new_flows integer Flows that have begun since the start.
---@field hosts integer Hosts.
---@field local_hosts integer Hosts in local networks.
---@field devices integer MAC addresses.
---@field current_macs integer MAC addresses.
---@field throughput_bps number **Bytes a second** in the last second that is over.
---@field throughput_pps number Packets a second in the last second that is over.

---An interface's `tcpFlowStats`.
---@class TcpFlowStats
---@field numSynFlows integer Active flows with nothing but a SYN.
---@field numEstablishedFlows integer Active flows that are established.
---@field numResetFlows integer Flows that a RST has ended, since the start.
---@field numFinFlows integer Flows that FINs have ended, since the start.

---A flow as ntopng tells it. Bytes are those of frames on the wire. What is not known is absent (nil). Rows compute a key when it is read, within the call that gave them.
---@class Flow
---@field ["ntopng.key"] integer Number of addresses, ports, protocol and VLAN (getFlowKey).
---@field hash_entry_id integer Number of the flow, unique on its interface.
---@field iface_index integer Number of the interface.
---@field vlan integer VLAN; 0: untagged.
---@field ["proto.l4"] string "TCP", "UDP", "ICMP", ...
---@field ["proto.l4_id"] integer IANA number of the L4 protocol.
---@field community_id string Community ID, version 1.
---@field ["flow.idle"] boolean Whether it has ended, or had no packet for a minute.
---@field ["flow.status"] integer 0: normal, 4: low goodput, 6: more than a tenth sent again or lost, 9: refused.
---@field flow_end_reason string Why it has ended: "idle", "tcp_fin", ...; else absent.
---@field unhandled_flow_risk integer libndpi's risks as bits.
---@field ["cli.ip"] string Address of the client.
---@field ["cli.port"] integer Port of the client; 0 when the protocol has none.
---@field ["cli.key"] integer The address as a number; made of it for IPv6.
---@field ["cli.host"] string Best name of the client, or its address.
---@field ["cli.vlan"] integer VLAN; 0: untagged.
---@field ["cli.mac"] string MAC address of its frames: a router's for a remote host.
---@field ["cli.allowed_host"] boolean Whether the user may see it: true, as it is shown.
---@field ["srv.ip"] string Address of the server.
---@field ["srv.port"] integer Port of the server; 0 when the protocol has none.
---@field ["srv.key"] integer The address as a number; made of it for IPv6.
---@field ["srv.host"] string Best name of the server, or its address.
---@field ["srv.vlan"] integer VLAN; 0: untagged.
---@field ["srv.mac"] string MAC address of its frames: a router's for a remote host.
---@field ["srv.allowed_host"] boolean Whether the user may see it: true, as it is shown.
---@field ["proto.ndpi"] string "TLS.Google"; "(Too Early)" while nothing is known.
---@field ["proto.ndpi_id"] integer libndpi's number of the application.
---@field ["proto.master_ndpi_id"] integer Of the protocol that carries it; 0: none.
---@field ["proto.ndpi_breed"] string "Safe", "Acceptable", "Fun", ...
---@field ["proto.ndpi_cat"] string Category.
---@field ["proto.ndpi_cat_id"] integer Number of the category.
---@field ["proto.ndpi_confidence"] string How it was recognised: "dpi", "by_port", ...
---@field ["proto.is_encrypted"] boolean Whether it is encrypted.
---@field bytes integer Frame bytes in both directions.
---@field packets integer Packets in both directions.
---@field ["packets.sent"] integer Packets that the client sent.
---@field ["packets.rcvd"] integer Packets that the server sent.
---@field goodput_bytes integer Bytes of payload behind the L4 header, both directions.
---@field ["flow_goodput.low"] boolean Whether less than 40 % of a TCP flow's bytes are payload.
---@field ["bytes.last"] integer Frame bytes in the last second that is over.
---@field ["packets.last"] integer Packets in the last second that is over.
---@field throughput_bps number **Bytes a second** in the last second that is over.
---@field top_throughput_bps number **Bytes a second** in the busiest second.
---@field average_throughput_bps number **Bytes a second** from the first packet to the last.
---@field throughput_pps number Packets a second in the last second that is over.
---@field top_throughput_pps number Packets a second in the busiest second.
---@field average_throughput_pps number Packets a second from the first packet to the last.
---@field ["seen.first"] integer First packet, seconds since 1970.
---@field ["seen.last"] integer Last packet, seconds since 1970.
---@field duration integer seen.last - seen.first, in seconds.
---@field ["cli2srv.bytes"] integer Frame bytes that the client sent.
---@field ["cli2srv.packets"] integer Packets that the client sent.
---@field ["cli2srv.goodput_bytes"] integer Bytes of payload behind the L4 header that the client sent.
---@field ["interarrival.cli2srv"] table<string, number> Times between packets, {min, avg, max, stddev} in milliseconds.
---@field ["cli2srv.pkt_len.min"] number Frame length in bytes.
---@field ["cli2srv.pkt_len.max"] number Frame length in bytes.
---@field ["cli2srv.pkt_len.avg"] number Frame length in bytes.
---@field ["cli2srv.pkt_len.stddev"] number Frame length in bytes.
---@field ["srv2cli.bytes"] integer Frame bytes that the server sent.
---@field ["srv2cli.packets"] integer Packets that the server sent.
---@field ["srv2cli.goodput_bytes"] integer Bytes of payload behind the L4 header that the server sent.
---@field ["interarrival.srv2cli"] table<string, number> Times between packets, {min, avg, max, stddev} in milliseconds.
---@field ["srv2cli.pkt_len.min"] number Frame length in bytes.
---@field ["srv2cli.pkt_len.max"] number Frame length in bytes.
---@field ["srv2cli.pkt_len.avg"] number Frame length in bytes.
---@field ["srv2cli.pkt_len.stddev"] number Frame length in bytes.
---@field ["tcp.seq_problems"] boolean Whether segments were sent again, lost or out of order.
---@field ["tcp.appl_latency"] number From a request's end to its response, the mean, in milliseconds; absent when none was answered.
---@field tcp_established boolean Whether the whole handshake was seen and not refused, whatever came later.
---@field tcp_connecting boolean Whether nothing but a SYN was sent.
---@field tcp_closed boolean Whether both ends have closed it.
---@field tcp_reset boolean Whether a RST ended it.
---@field ["cli2srv.retransmissions"] integer Segments sent again.
---@field ["cli2srv.out_of_order"] integer Segments out of order.
---@field ["cli2srv.lost"] integer Gaps that were seen.
---@field ["cli2srv.keep_alive"] integer Keep-alives.
---@field ["cli2srv.zero_window"] integer Segments announcing a window of 0.
---@field ["cli2srv.tcp_flags"] integer All TCP flags it sent, as bits of the header's octet.
---@field ["tcp.nw_latency.client"] number Its half of the handshake in milliseconds; absent unless that was seen.
---@field ["tcp.max_thpt.cli2srv"] number What the peer's last receive window lets through, in bits a second.
---@field ["srv2cli.retransmissions"] integer Segments sent again.
---@field ["srv2cli.out_of_order"] integer Segments out of order.
---@field ["srv2cli.lost"] integer Gaps that were seen.
---@field ["srv2cli.keep_alive"] integer Keep-alives.
---@field ["srv2cli.zero_window"] integer Segments announcing a window of 0.
---@field ["srv2cli.tcp_flags"] integer All TCP flags it sent, as bits of the header's octet.
---@field ["tcp.nw_latency.server"] number Its half of the handshake in milliseconds; absent unless that was seen.
---@field ["tcp.max_thpt.srv2cli"] number What the peer's last receive window lets through, in bits a second.
---@field ["cli.localhost"] boolean Whether it is in a local network.
---@field ["cli.network_id"] integer Its local network's number, from 0 on; -1: remote.
---@field ["cli.pool_id"] integer Its pool's number; 0: none.
---@field ["cli.asn"] integer Its autonomous system; 0: not known.
---@field ["cli.country"] string Its country, ISO 3166-1 alpha-2.
---@field ["cli.city"] string Its city.
---@field ["cli.private"] boolean Whether the address is of private use (RFC 1918, RFC 4193).
---@field ["cli.broadmulticast"] boolean Whether it is a multicast or broadcast address.
---@field src_as integer As cli.asn.
---@field src_as_name string Name of the autonomous system.
---@field ["srv.localhost"] boolean Whether it is in a local network.
---@field ["srv.network_id"] integer Its local network's number, from 0 on; -1: remote.
---@field ["srv.pool_id"] integer Its pool's number; 0: none.
---@field ["srv.asn"] integer Its autonomous system; 0: not known.
---@field ["srv.country"] string Its country, ISO 3166-1 alpha-2.
---@field ["srv.city"] string Its city.
---@field ["srv.private"] boolean Whether the address is of private use (RFC 1918, RFC 4193).
---@field ["srv.broadmulticast"] boolean Whether it is a multicast or broadcast address.
---@field dst_as integer As srv.asn.
---@field dst_as_name string Name of the autonomous system.
---@field host_server_name string The name the client asked for: SNI, Host, DNS query.
---@field info string HTTP URL, DNS query, SSH client or server name; "" when none is known.
---@field icmp table<string, integer> {type, code} of the first packet of an ICMP flow.
---@field ["protos.http.last_method"] string The first request's method.
---@field ["protos.http.last_url"] string The first request's target.
---@field ["protos.http.server_name"] string The first request's Host.
---@field ["protos.http.last_user_agent"] string Its User-Agent.
---@field ["protos.http.last_return_code"] integer Status of the first response.
---@field ["protos.dns.last_query"] string The first name that was asked for.
---@field ["protos.dns.last_query_type"] integer Its type, IANA's number.
---@field ["protos.dns.last_return_code"] integer The answer's response code.
---@field ["protos.ssl.certificate"] string The client's SNI.
---@field ["protos.ssl.server_certificate"] string Subject of the server's certificate.
---@field ["protos.tls.client_requested_server_name"] string The client's SNI.
---@field ["protos.tls.issuerDN"] string The certificate's issuer.
---@field ["protos.tls.subjectDN"] string The certificate's subject.
---@field ["protos.tls.ja3.client_hash"] string JA3 of the client.
---@field ["protos.tls.ja3.server_hash"] string JA3 of the server.
---@field ["protos.tls_version"] integer What the server chose: 771 is TLS 1.2, 772 TLS 1.3.
---@field ["protos.tls.server_names"] string Names in the certificate, separated by commas.
---@field ["protos.tls.client_alpn"] string Protocols the client offers, separated by commas.
---@field ["protos.tls.notBefore"] integer From when on it is valid, seconds since 1970.
---@field ["protos.tls.notAfter"] integer Until when it is valid, seconds since 1970.
---@field ["protos.ssh.client_signature"] string The client's version line.
---@field ["protos.ssh.server_signature"] string The server's version line.
---@field ["protos.ssh.hassh.client_hash"] string HASSH, client.
---@field ["protos.ssh.hassh.server_hash"] string HASSH, server.
---@field risks string[] Names of libndpi's risks.

---A host as ntopng tells it. Bytes are those of frames on the wire. What is not known is absent (nil). Rows compute a key when it is read, within the call that gave them.
---@class Host
---@field ip string Address.
---@field vlan integer VLAN; 0: untagged.
---@field ipkey integer The address as a number; made of it for IPv6.
---@field tskey string "ip" or "ip@vlan".
---@field mac string MAC address of its frames: a router's for a remote host.
---@field manufacturer string Who makes the device of this MAC address.
---@field name string Its best name, or its address.
---@field names table<string, string> All names: dhcp, mdns, llmnr, netbios, resolved (DNS), tls, http, reverse_dns.
---@field localhost boolean Whether it is in a local network.
---@field privatehost boolean Whether the address is of private use (RFC 1918, RFC 4193).
---@field is_multicast boolean Whether it is a multicast address.
---@field is_broadcast boolean Whether it is 255.255.255.255.
---@field is_rx_only boolean Whether it has sent nothing.
---@field iface_index integer Number of the interface.
---@field local_network_id integer Its local network's number, from 0 on; -1: remote.
---@field local_network_name string Its local network's name.
---@field asn integer Its autonomous system; 0: not known.
---@field asname string Name of the autonomous system.
---@field country string ISO 3166-1 alpha-2.
---@field city string City.
---@field host_pool_id integer Its pool's number; 0: none.
---@field ["bytes.sent"] integer Frame bytes.
---@field ["bytes.rcvd"] integer Frame bytes.
---@field ["packets.sent"] integer Packets.
---@field ["packets.rcvd"] integer Packets.
---@field ["tcp.packets.sent"] integer Packets.
---@field ["tcp.bytes.sent"] integer Frame bytes.
---@field ["tcp.packets.rcvd"] integer Packets.
---@field ["tcp.bytes.rcvd"] integer Frame bytes.
---@field ["udp.packets.sent"] integer Packets.
---@field ["udp.bytes.sent"] integer Frame bytes.
---@field ["udp.packets.rcvd"] integer Packets.
---@field ["udp.bytes.rcvd"] integer Frame bytes.
---@field ["icmp.packets.sent"] integer Packets.
---@field ["icmp.bytes.sent"] integer Frame bytes.
---@field ["icmp.packets.rcvd"] integer Packets.
---@field ["icmp.bytes.rcvd"] integer Frame bytes.
---@field ["other_ip.packets.sent"] integer Packets.
---@field ["other_ip.bytes.sent"] integer Frame bytes.
---@field ["other_ip.packets.rcvd"] integer Packets.
---@field ["other_ip.bytes.rcvd"] integer Frame bytes.
---@field throughput_bps number **Bytes a second** in the last second that is over, both directions.
---@field top_throughput_bps number **Bytes a second** in the busiest second.
---@field throughput_pps number Packets a second in the last second that is over.
---@field top_throughput_pps number Packets a second in the busiest second.
---@field ["active_flows.as_client"] integer Active flows that it opened.
---@field ["active_flows.as_server"] integer Active flows that were opened to it.
---@field ["flows.as_client"] integer Flows that it opened since first seen.
---@field ["flows.as_server"] integer Flows opened to it since first seen.
---@field ["total_flows.as_client"] integer Flows that it opened since first seen.
---@field ["total_flows.as_server"] integer Flows opened to it since first seen.
---@field ["low_goodput_flows.as_client"] integer Of these, those with a low goodput.
---@field ["low_goodput_flows.as_server"] integer Of these, those with a low goodput.
---@field ["contacts.as_client"] integer Different addresses it opened flows to.
---@field ["contacts.as_server"] integer Different addresses that opened flows to it.
---@field cardinality table<string, integer> {num_contacted_hosts_as_client, num_host_contacts_as_server}, as contacts.
---@field active_http_hosts integer Names it served over HTTP.
---@field num_alerts integer Alerts about it that are engaged; absent when alerts are off.
---@field total_alerts integer Alerts about it raised since the start; absent when alerts are off.
---@field ["seen.first"] integer First packet, seconds since 1970.
---@field ["seen.last"] integer Last packet, seconds since 1970.
---@field duration integer seen.last - seen.first, in seconds.
---@field total_activity_time integer Seconds of the last 24 hours' minutes in which it had a packet.
---@field ["tcp.packets.seq_problems"] boolean Whether it sent segments again or out of order.
---@field ["tcp.packets.retransmissions"] integer Segments it sent again.
---@field ["tcp.packets.out_of_order"] integer Segments it sent out of order.
---@field ["tcp.packets.lost"] integer Gaps in what it sent.
---@field ["tcpPacketStats.sent"] table {retransmissions, out_of_order, lost, keep_alive, zero_window} of what it sent.
---@field ["tcpPacketStats.rcvd"] table The same of what it received.
---@field ndpi table By application: {breed, bytes.sent, bytes.rcvd, packets.sent, packets.rcvd, num_flows}.
---@field ndpi_categories table By category: {category, bytes, bytes.sent, bytes.rcvd}.
---@field ["pktStats.sent"] table Packets by size, upTo64 to above9000, and syn, synack, finack, rst; also as size and tcp_flags, which pairs leaves out.
---@field ["pktStats.recv"] table The same of what it received.
---@field dns table {sent, rcvd}: {num_queries, num_replies_ok, num_replies_error, queries}.
---@field http table {sender, receiver}: {query, response}; virtual_hosts.
---@field ICMPv4 table By "type,code": {sent, rcvd} in packets.
---@field ICMPv6 table By "type,code": {sent, rcvd} in packets.

---A device: a MAC address of the selected interface.
---@class Mac
---@field mac string MAC address.
---@field manufacturer string Who makes it.
---@field ["bytes.sent"] integer Frame bytes.
---@field ["bytes.rcvd"] integer Frame bytes.
---@field ["packets.sent"] integer Packets.
---@field ["packets.rcvd"] integer Packets.
---@field throughput_bps number **Bytes a second** in the last second that is over.
---@field throughput_pps number Packets a second in the last second that is over.
---@field ["arp_requests.sent"] integer ARP requests.
---@field ["arp_requests.rcvd"] integer ARP requests, broadcasts included.
---@field ["arp_replies.sent"] integer ARP replies.
---@field ["arp_replies.rcvd"] integer ARP replies.
---@field source_mac boolean Whether it has sent a frame.
---@field special_mac boolean Whether it is a group address.
---@field is_router boolean Whether it sends frames for others.
---@field ["seen.first"] integer First frame, seconds since 1970.
---@field ["seen.last"] integer Last frame, seconds since 1970.
---@field duration integer seen.last - seen.first, in seconds.
---@field num_hosts integer Hosts whose frames have it.
---@field pool integer Number of the pool that names it; 0: none.
---@field host_pool_id integer Number of the pool that names it; 0: none.

---An autonomous system that has traffic.
---@class AutonomousSystem
---@field asn integer Number.
---@field asname string Name.
---@field ["bytes.sent"] integer Frame bytes its hosts sent.
---@field ["bytes.rcvd"] integer Frame bytes its hosts received.
---@field ["packets.sent"] integer Packets its hosts sent.
---@field ["packets.rcvd"] integer Packets its hosts received.
---@field num_hosts integer Hosts there are of it.
---@field ["seen.first"] integer First packet of its hosts, seconds since 1970.
---@field ["seen.last"] integer Last packet of its hosts, seconds since 1970.
---@field throughput_bps number **Bytes a second** in the last second that is over.
---@field throughput_pps number Packets a second in the last second that is over.

---A country that has traffic.
---@class Country
---@field country string ISO 3166-1 alpha-2.
---@field ingress integer Frame bytes into it.
---@field egress integer Frame bytes out of it.
---@field inner integer Frame bytes between its hosts.
---@field bytes integer Frame bytes of all three.
---@field num_hosts integer Hosts there are of it.
---@field ["seen.first"] integer First packet of its hosts, seconds since 1970.
---@field ["seen.last"] integer Last packet of its hosts, seconds since 1970.
---@field throughput_bps number **Bytes a second** in the last second that is over.
---@field throughput_pps number Packets a second in the last second that is over.

---A local network.
---@class Network
---@field network_id integer Number, from 0 on.
---@field network_key string Name.
---@field ingress integer Frame bytes into it.
---@field egress integer Frame bytes out of it.
---@field inner integer Frame bytes between its hosts.
---@field bytes integer Frame bytes of all three.
---@field num_hosts integer Hosts there are of it.
---@field ["seen.first"] integer First packet of its hosts, seconds since 1970.
---@field ["seen.last"] integer Last packet of its hosts, seconds since 1970.
---@field throughput_bps number **Bytes a second** in the last second that is over.
---@field throughput_pps number Packets a second in the last second that is over.

---A VLAN of the selected interface.
---@class Vlan
---@field vlan_id integer VLAN.
---@field num_hosts integer Hosts there are in it.
---@field bytes integer Frame bytes.
---@field packets integer Packets.
---@field num_flows integer Flows since the start.
---@field active_flows integer Active flows.
---@field throughput_bps number **Bytes a second** in the last second that is over.
---@field throughput_pps number Packets a second in the last second that is over.

---The objects of the REST API, with its names and units, and what belongs to them.
wiregauge = {}

---The flows that match, as GET /api/v1/flows chooses and sorts them (by default the newest first). Nothing but pointers is kept: members are made when they are read. Good until the call ends.
---@param params? table the filters of GET /api/v1/flows, sort and limit; without a limit all that match
---@return FlowList flows
function wiregauge.flows(params) end

---The hosts that match, as GET /api/v1/hosts chooses and sorts them (by default the one with most bytes first). Nothing but pointers is kept: members are made when they are read. Good until the call ends.
---@param params? table the filters of GET /api/v1/hosts, sort and limit; without a limit all that match
---@return HostList hosts
function wiregauge.hosts(params) end

---For callbacks: the records of flows that ended, and of long flows that reported, since the callback's last run, each once. Counters and first_seen are of the time since the flow's last record, so that all records of a flow sum to it.
---@return FlowRecordList records
function wiregauge.ended_flows() end

---Asks the REST API, in the process and as the user who asks the script. null becomes nil. A bad parameter is an error; what is not there is nil and why.
---@param path string under /api/v1: "hosts/192.0.2.1/peers", as in a URL
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return any answer the object
---@return string? why why there is none
function wiregauge.get(path, params) end

---Sums over flows: top talkers, ports, applications. GET /api/v1/flows/aggregate.
---@param by string "client", "server", "pair", "application", "port", ...
---@param params? table filters of flows, sort and limit
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.aggregate(by, params) end

---A metric over time: rows with time, series and value. GET /api/v1/timeseries/query.
---@param metric string|string[] "interface_eth0_traffic_bps"; wiregauge.metrics lists them
---@param params? table from, to ("now-6h"), step ("1m"), limit, ...
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.history(metric, params) end

---Who had most over a time, from history. GET /api/v1/timeseries/top.
---@param params table by ("host"), interface, from, to, limit, ...
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.top(params) end

---One host. GET /api/v1/hosts/{host}.
---@param host string "192.0.2.1", or with its VLAN "192.0.2.1@5"
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table? object nil: there is none
---@return string? why why there is none
function wiregauge.host(host, params) end

---One flow. GET /api/v1/flows/{id}.
---@param id integer
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table? object nil: there is none
---@return string? why why there is none
function wiregauge.flow(id, params) end

---What was counted on one interface. GET /api/v1/interfaces/{interface}.
---@param interface string
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table? object nil: there is none
---@return string? why why there is none
function wiregauge.counters(interface, params) end

---Where every packet and flow went. GET /api/v1/ledger.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table ledger
function wiregauge.ledger(params) end

---The interfaces with their counters and rates. GET /api/v1/interfaces.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.interfaces(params) end

---What was seen of each application: packets, bytes, flows. GET /api/v1/applications.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.applications(params) end

---The MAC addresses that were seen, with what they sent and received. GET /api/v1/devices.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.devices(params) end

---The VLANs with their traffic. GET /api/v1/vlans.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.vlans(params) end

---The local networks with the traffic of their hosts. GET /api/v1/networks.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.networks(params) end

---The host pools of the configuration with the traffic of their hosts. GET /api/v1/pools.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.pools(params) end

---The autonomous systems with the traffic of their hosts. GET /api/v1/autonomous-systems.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.autonomous_systems(params) end

---The countries with the traffic of their hosts. GET /api/v1/countries.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.countries(params) end

---The metrics that wiregauge.history can ask for. GET /api/v1/timeseries.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.metrics(params) end

---What has happened to the interfaces, from history. GET /api/v1/events.
---@param params? table the parameters of the REST path, by name; an array holds alternatives
---@return table[] items
---@return table answer the rest of it: total, next_cursor (for the parameter cursor)
function wiregauge.events(params) end

---The time.
---@return string text RFC 3339, UTC
---@return number seconds since 1970
function wiregauge.now() end

---Of wiregauge.
---@return string version
---@return string revision of the source; may be empty
function wiregauge.version() end

---The script that runs.
---@return string name
function wiregauge.script() end

---Who asks; nil when nobody does, as in callbacks, or accounts are off.
---@return table? user name, and role: "viewer" or "admin"
function wiregauge.user() end

---Adds a point to a time series of the script's own, which Grafana and /api/v1/timeseries know as `script_<name>`, of an interface as `interface_<interface>_script_<name>`, with an object as `...script_<name>:<object>`. The point stands at this second. A name keeps the type, unit and step that it began with.
---@param name string letters a to z, digits and _, 48 at most
---@param value number of a counter: what was counted since the last point
---@param options? RecordOptions
function wiregauge.record(name, value, options) end

---Registers a route, when a file in `routes/` is loaded. The route is found below `/lua`, stands in the OpenAPI document, and its parameters are checked before the handler runs. The handler gets the parameters and the request; what it returns is the answer: a table becomes JSON, a string is sent as it is, nothing sends what was printed. A second value is the status, a third one a table of headers.
---@param route Route
function wiregauge.route(route) end

---Ends the call: the client gets this status as `application/problem+json`.
---@param status integer 400 to 599
---@param detail string a sentence for who asks
---@param parameter? string the parameter at fault
function wiregauge.problem(status, detail, parameter) end

---JSON and back. Whole numbers are exact, also beyond 2^53: those are objects that compare, add and subtract exactly.
wiregauge.json = {}

---@type userdata
wiregauge.json.null = nil

---The JSON of a value. An empty table is [], unless it was marked by object.
---@param value any
---@return string text
function wiregauge.json.encode(value) end

---The value of a JSON text; null is wiregauge.json.null, so that nothing is lost.
---@param text string
---@return any value
function wiregauge.json.decode(text) end

---Marks a table: an array, also while it is empty. Takes the place of its metatable.
---@param t table
---@return table t the same one
function wiregauge.json.array(t) end

---Marks a table: an object, whatever its keys. Takes the place of its metatable.
---@param t table
---@return table t the same one
function wiregauge.json.object(t) end

---HTTP calls to the destinations that the configuration allows. The script waits for the answer, at most until its own time is over.
wiregauge.http = {}

---Asks for what is at a URL.
---@param url string http or https
---@param options? HttpOptions
---@return HttpAnswer? answer with any status
---@return string? error why there is no answer
function wiregauge.http.get(url, options) end

---Sends a body to a URL.
---@param url string http or https
---@param options? HttpOptions
---@return HttpAnswer? answer with any status
---@return string? error why there is no answer
function wiregauge.http.post(url, options) end

---A call of any method (options.method).
---@param url string http or https
---@param options? HttpOptions
---@return HttpAnswer? answer with any status
---@return string? error why there is no answer
function wiregauge.http.request(url, options) end

---A small persistent store that all scripts share. Values are kept as JSON: strings, numbers, tables, up to 64 KiB each. Nothing is ever evicted: when it is full, set is an error.
wiregauge.kv = {}

---The value of a key, nil when there is none. What is no JSON, as ntop.setPref keeps it, is the string that it is.
---@param key string at most 256 bytes
---@param space? string "script" by default; keys of different spaces are apart
---@return any value
function wiregauge.kv.get(key, space) end

---Keeps a value, in the place of what there was.
---@param key string at most 256 bytes
---@param value any what wiregauge.json.encode takes
---@param ttl_s? number after so many seconds it is gone; without it, never
---@param space? string "script" by default; keys of different spaces are apart
function wiregauge.kv.set(key, value, ttl_s, space) end

---Takes a key away.
---@param key string at most 256 bytes
---@param space? string "script" by default; keys of different spaces are apart
---@return boolean existed
function wiregauge.kv.delete(key, space) end

---Adds to a whole number, 0 when there is none. No other script comes between.
---@param key string at most 256 bytes
---@param by? integer 1 by default
---@param space? string "script" by default; keys of different spaces are apart
---@return integer value the new one
function wiregauge.kv.increment(key, by, space) end

---The first keys that match, in order.
---@param pattern? string with * and ?; "*" by default
---@param limit? integer 1000 by default
---@param space? string "script" by default; keys of different spaces are apart
---@return string[] keys
function wiregauge.kv.keys(pattern, limit, space) end

---What is wrong, as the REST API, Grafana and Prometheus show it.
wiregauge.alerts = {}

---Whether the service keeps alerts. Where it does not, the other functions here fail.
---@return boolean enabled
function wiregauge.alerts.enabled() end

---Engages an alert, or renews the one of the same type and subject. It stays until it is released or, with ttl_s, until it was not raised again in time.
---@param alert Alert
---@return integer id of the alert
function wiregauge.alerts.raise(alert) end

---Ends an alert.
---@param alert Alert|integer its type and subject, or its id
---@return boolean was_engaged
function wiregauge.alerts.release(alert) end

---Keeps something that happened and has no duration.
---@param alert Alert
---@return integer id of the alert
function wiregauge.alerts.store(alert) end

---The alerts that the user may see. GET /api/v1/alerts.
---@param params? table the parameters of the REST path
---@return table[] items
---@return table answer the rest of it: total, next_cursor
function wiregauge.alerts.list(params) end

---The service's log.
wiregauge.log = {}

---Writes a line of this level into the service's log, with the script's name. At most 2048 bytes of a text.
---@param text string
---@param fields? table<string, any> name=value behind the text
function wiregauge.log.debug(text, fields) end

---Writes a line of this level into the service's log, with the script's name. At most 2048 bytes of a text.
---@param text string
---@param fields? table<string, any> name=value behind the text
function wiregauge.log.info(text, fields) end

---Writes a line of this level into the service's log, with the script's name. At most 2048 bytes of a text.
---@param text string
---@param fields? table<string, any> name=value behind the text
function wiregauge.log.warning(text, fields) end

---Writes a line of this level into the service's log, with the script's name. At most 2048 bytes of a text.
---@param text string
---@param fields? table<string, any> name=value behind the text
function wiregauge.log.error(text, fields) end

---ntopng's names for flows, hosts and counters of one interface. **Rates called _bps are bytes a second here**, as scripts for ntopng expect; everywhere else in this service they are bits a second. Bytes are those of frames on the wire.
interface = {}

---Chooses the interface that the functions speak of, for this call; an unknown one is an error. Without it, the first one.
---@param interface string|integer|nil name or number; nil: the first one
function interface.select(interface) end

---As select.
---@param interface string|integer name or number
function interface.setActiveInterfaceId(interface) end

---All interfaces: {[number] = name}, from number 0 on.
---@return table<integer, string> names
function interface.getIfNames() end

---The number of an interface; -1 when there is none.
---@param interface string|integer name or number
---@return integer id
function interface.name2id(interface) end

---Whether there is such an interface.
---@param interface string|integer name or number
---@return boolean truth
function interface.isValidIfId(interface) end

---The name of the first interface.
---@return string? name
function interface.getDefaultIfName() end

---The number of the first interface; -1 when there is none.
---@return integer id
function interface.getFirstInterfaceId() end

---The selected interface's number.
---@return integer id
function interface.getId() end

---The selected interface's name.
---@return string name
function interface.getName() end

---Whether packets come from it: true.
---@return boolean truth
function interface.isPacketInterface() end

---Whether it is a capture file.
---@return boolean truth
function interface.isPcapDumpInterface() end

---Whether packets may still come.
---@return boolean truth
function interface.isRunning() end

---Whether it had frames in a VLAN.
---@return boolean truth
function interface.hasVLANs() end

---Always false.
---@return boolean truth
function interface.isView() end

---Always false.
---@return boolean truth
function interface.isViewed() end

---Always false.
---@return boolean truth
function interface.isBridgeInterface() end

---Always false.
---@return boolean truth
function interface.isZMQInterface() end

---Always false.
---@return boolean truth
function interface.isSyslogInterface() end

---Always false.
---@return boolean truth
function interface.isSubInterface() end

---The selected interface's counters, which never go down.
---@param full? boolean all of it is there anyway
---@return InterfaceStats stats
function interface.getStats(full) end

---Sets stats_since_reset to zero, for everybody, until the service ends. For admins.
function interface.resetCounters() end

---{bps, pps} in the last second that is over: **bytes a second** and packets a second.
---@return {bps: number, pps: number} throughput
function interface.getThroughput() end

---{num_flows: active ones, total_flows: since the start, tcpFlowStats}.
---@return {num_flows: integer, total_flows: integer, tcpFlowStats: TcpFlowStats} stats
function interface.getFlowsStats() end

---{ndpi}: traffic by application, of a host or of the selected interface: {breed, bytes.sent, bytes.rcvd, packets.sent, packets.rcvd, num_flows}. It counts from the start on and never goes down; an interface has received all of it.
---@param host? string "ip" or "ip@vlan"
---@param vlan? integer
---@return {ndpi: table<string, table>} stats
function interface.getnDPIStats(host, vlan) end

---An application's name; "Unknown" when there is none.
---@param id integer|string
---@return string name
function interface.getnDPIProtoName(id) end

---An application's number; -1 when there is none.
---@param name string
---@return integer id
function interface.getnDPIProtoId(name) end

---"TLS.Google" of "91.126" or of both numbers.
---@param id string|integer "master.app", or the master's number
---@param app? integer
---@return string name
function interface.getnDPIFullProtoName(id, app) end

---"Safe", "Acceptable", ...; nil for no application.
---@param protocol integer|string number or name
---@return string? breed
function interface.getnDPIProtoBreed(protocol) end

---{id, name} of its category; nil for no application.
---@param protocol integer|string number or name
---@return {id: integer, name: string}? category
function interface.getnDPIProtoCategory(protocol) end

---All applications, or those of a category: {[name] = number as text}.
---@param category integer|string|nil number or name
---@return table<string, string> protocols
function interface.getnDPIProtocols(category) end

---All categories: {[name] = number as text}.
---@return table<string, string> categories
function interface.getnDPICategories() end

---A category's number; -1 when there is none.
---@param name string
---@return integer id
function interface.getnDPICategoryId(name) end

---A category's name.
---@param id integer
---@return string name
function interface.getnDPICategoryName(id) end

---The flows of the selected interface: active ones, and the newest of those that have ended. numFlows counts all that match. Sort columns, with column_ before them or without: client, server, vlan, proto_l4, protocol, ndpi, duration, thpt, bytes, info, first_seen, last_seen, client_rtt, server_rtt; without one thpt, of an unknown one bytes.
---@param host? string "ip" or "ip@vlan"; an unknown host has no flows
---@param pageinfo? table Options, all of them optional. Order and page: sortColumn, a2zSortOrder (true), maxHits (32768), toSkip (0). Rows: hostFilter, client, server (address or prefix, with @vlan or not), clientMode, serverMode (local, remote), macFilter, portFilter, ipVersion, countryFilter, LocalNetworkFilter (-1: remote), poolFilter, asnFilter, vlanIdFilter, l7protoFilter (5, DNS, "91.126", TLS.Google), l7categoryFilter, L4Protocol, icmp_type, icmp_code, statusFilter, tcpFlowStateFilter, flowState (active, ended), unicast, unidirectional. One that cannot be answered here is an error, an unknown one a warning.
---@param talking_with? string the host at the other end
---@param client? string address or prefix
---@param server? string address or prefix
---@param info? string what info or the server's name contains
---@return {numFlows: integer, flows: Flow[]} result
function interface.getFlowsInfo(host, pageinfo, talking_with, client, server, info) end

---All flows in pieces, in no order: begin with slot 0, go on with nextSlot until it is nil. numFlows is of the piece.
---@param slot? integer 0
---@param pageinfo? table Options, all of them optional. Order and page: sortColumn, a2zSortOrder (true), maxHits (32768), toSkip (0). Rows: hostFilter, client, server (address or prefix, with @vlan or not), clientMode, serverMode (local, remote), macFilter, portFilter, ipVersion, countryFilter, LocalNetworkFilter (-1: remote), poolFilter, asnFilter, vlanIdFilter, l7protoFilter (5, DNS, "91.126", TLS.Google), l7categoryFilter, L4Protocol, icmp_type, icmp_code, statusFilter, tcpFlowStateFilter, flowState (active, ended), unicast, unidirectional. One that cannot be answered here is an error, an unknown one a warning.
---@return {numFlows: integer, flows: Flow[], nextSlot: integer?} result
function interface.getBatchedFlowsInfo(slot, pageinfo) end

---What ntopng.key of a flow between these is.
---@param client string "ip" or "ip@vlan"
---@param client_port integer 0: none
---@param server string
---@param server_port integer 0: none
---@param protocol string|integer 6 or TCP
---@return integer? key
function interface.getFlowKey(client, client_port, server, server_port, protocol) end

---The flow with this ntopng.key, of several the newest.
---@param key integer
---@return Flow? flow nil: there is none
function interface.findFlowByKey(key) end

---The flow with this ntopng.key and hash_entry_id.
---@param key integer
---@param hash_id integer
---@return Flow? flow nil: there is none
function interface.findFlowByKeyAndHashId(key, hash_id) end

---The flow between these in either direction, of several the newest.
---@param cli_ip string
---@param srv_ip string
---@param vlan integer
---@param cli_port integer
---@param srv_port integer
---@param l4_protocol string|integer
---@return Flow? flow nil: there is none
function interface.findFlowByTuple(cli_ip, srv_ip, vlan, cli_port, srv_port, l4_protocol) end

---How many flows have which flow.status: {[status] = {name, count}}.
---@return table<integer, {name: string, count: integer}> statuses
function interface.getFlowsStatus() end

---Sums over flows, active and ended ones: {ndpi (bytes.sent, num_flows and more by application), ndpi_flows_count, l4_protocols ({count} by name), breeds, states}.
---@param host? string "ip" or "ip@vlan"
---@param pageinfo? table the options of getFlowsInfo that choose rows
---@return table counts
function interface.getActiveFlowsStats(host, pageinfo) end

---Flows by application, of those that getFlowsInfo gives.
---@return table<string, integer> flows
function interface.getnDPIFlowsCount() end

---Active flows.
---@return integer flows
function interface.getNumFlows() end

---The hosts of the selected interface. `hosts` has them by "ip" or "ip@vlan" and, as a map, in no order; `hosts_sorted` has the same rows in order. numHosts counts all that match. Sort columns, with column_ before them or without: ip, vlan, name, country, since, asn, thpt, traffic, traffic_sent, traffic_rcvd, uploaders, downloaders, num_flows, num_flows_as_client, num_flows_as_server, outgoingflows, incomingflows, local_network_id, local_network, mac, pool_id, alerts, total_alerts, total_num_retx_sent, total_num_retx_rcvd.
---@param show_details boolean|table|nil all details are there anyway; a table has the following as named options
---@param sortColumn? string ip
---@param maxHits? integer 32768
---@param toSkip? integer 0
---@param a2zSortOrder? boolean true
---@param country? string two letters
---@param os any cannot be answered
---@param vlan? integer
---@param asn? integer
---@param network_id? integer -1: remote, -2: any
---@param mac? string
---@param pool? integer
---@param ipversion? integer 4 or 6
---@param l7proto string|integer|nil hosts with it in ndpi or in an active flow
---@param traffic_type? integer 1: one way only, 2: both ways
---@param filtered_hosts? boolean cannot be answered
---@param blacklisted_hosts? boolean cannot be answered
---@param anomalous? boolean cannot be answered
---@param dhcp_hosts? boolean cannot be answered
---@param cidr? string address or prefix
---@param device_ip? string cannot be answered
---@param arrayFormat? boolean hosts is an array
---@return {numHosts: integer, hosts: table<string, Host>, hosts_sorted: Host[]} result
function interface.getHostsInfo(show_details, sortColumn, maxHits, toSkip, a2zSortOrder, country, os, vlan, asn, network_id, mac, pool, ipversion, l7proto, traffic_type, filtered_hosts, blacklisted_hosts, anomalous, dhcp_hosts, cidr, device_ip, arrayFormat) end

---The local hosts of the selected interface. `hosts` has them by "ip" or "ip@vlan" and, as a map, in no order; `hosts_sorted` has the same rows in order. numHosts counts all that match. Sort columns, with column_ before them or without: ip, vlan, name, country, since, asn, thpt, traffic, traffic_sent, traffic_rcvd, uploaders, downloaders, num_flows, num_flows_as_client, num_flows_as_server, outgoingflows, incomingflows, local_network_id, local_network, mac, pool_id, alerts, total_alerts, total_num_retx_sent, total_num_retx_rcvd.
---@param show_details boolean|table|nil all details are there anyway; a table has the following as named options
---@param sortColumn? string ip
---@param maxHits? integer 32768
---@param toSkip? integer 0
---@param a2zSortOrder? boolean true
---@param country? string two letters
---@param os any cannot be answered
---@param vlan? integer
---@param asn? integer
---@param network_id? integer -1: remote, -2: any
---@param mac? string
---@param pool? integer
---@param ipversion? integer 4 or 6
---@param l7proto string|integer|nil hosts with it in ndpi or in an active flow
---@param traffic_type? integer 1: one way only, 2: both ways
---@param filtered_hosts? boolean cannot be answered
---@param blacklisted_hosts? boolean cannot be answered
---@param anomalous? boolean cannot be answered
---@param dhcp_hosts? boolean cannot be answered
---@param cidr? string address or prefix
---@param device_ip? string cannot be answered
---@param arrayFormat? boolean hosts is an array
---@return {numHosts: integer, hosts: table<string, Host>, hosts_sorted: Host[]} result
function interface.getLocalHostsInfo(show_details, sortColumn, maxHits, toSkip, a2zSortOrder, country, os, vlan, asn, network_id, mac, pool, ipversion, l7proto, traffic_type, filtered_hosts, blacklisted_hosts, anomalous, dhcp_hosts, cidr, device_ip, arrayFormat) end

---The remote hosts of the selected interface. `hosts` has them by "ip" or "ip@vlan" and, as a map, in no order; `hosts_sorted` has the same rows in order. numHosts counts all that match. Sort columns, with column_ before them or without: ip, vlan, name, country, since, asn, thpt, traffic, traffic_sent, traffic_rcvd, uploaders, downloaders, num_flows, num_flows_as_client, num_flows_as_server, outgoingflows, incomingflows, local_network_id, local_network, mac, pool_id, alerts, total_alerts, total_num_retx_sent, total_num_retx_rcvd.
---@param show_details boolean|table|nil all details are there anyway; a table has the following as named options
---@param sortColumn? string ip
---@param maxHits? integer 32768
---@param toSkip? integer 0
---@param a2zSortOrder? boolean true
---@param country? string two letters
---@param os any cannot be answered
---@param vlan? integer
---@param asn? integer
---@param network_id? integer -1: remote, -2: any
---@param mac? string
---@param pool? integer
---@param ipversion? integer 4 or 6
---@param l7proto string|integer|nil hosts with it in ndpi or in an active flow
---@param traffic_type? integer 1: one way only, 2: both ways
---@param filtered_hosts? boolean cannot be answered
---@param blacklisted_hosts? boolean cannot be answered
---@param anomalous? boolean cannot be answered
---@param dhcp_hosts? boolean cannot be answered
---@param cidr? string address or prefix
---@param device_ip? string cannot be answered
---@param arrayFormat? boolean hosts is an array
---@return {numHosts: integer, hosts: table<string, Host>, hosts_sorted: Host[]} result
function interface.getRemoteHostsInfo(show_details, sortColumn, maxHits, toSkip, a2zSortOrder, country, os, vlan, asn, network_id, mac, pool, ipversion, l7proto, traffic_type, filtered_hosts, blacklisted_hosts, anomalous, dhcp_hosts, cidr, device_ip, arrayFormat) end

---All hosts in pieces, in no order: begin with slot 0, go on with nextSlot until it is nil. numHosts is of the piece.
---@param slot? integer 0
---@param show_details? boolean all details are there anyway
---@param maxHits? integer 1024
---@param anomalousOnly? boolean cannot be answered
---@param oneWay? boolean hosts that only send or only receive
---@return {numHosts: integer, hosts: table<string, Host>, hosts_sorted: Host[]}|{nextSlot: integer?} result
function interface.getBatchedHostsInfo(slot, show_details, maxHits, anomalousOnly, oneWay) end

---All local hosts in pieces, in no order: begin with slot 0, go on with nextSlot until it is nil. numHosts is of the piece.
---@param slot? integer 0
---@param show_details? boolean all details are there anyway
---@param maxHits? integer 1024
---@param anomalousOnly? boolean cannot be answered
---@param oneWay? boolean hosts that only send or only receive
---@return {numHosts: integer, hosts: table<string, Host>, hosts_sorted: Host[]}|{nextSlot: integer?} result
function interface.getBatchedLocalHostsInfo(slot, show_details, maxHits, anomalousOnly, oneWay) end

---All remote hosts in pieces, in no order: begin with slot 0, go on with nextSlot until it is nil. numHosts is of the piece.
---@param slot? integer 0
---@param show_details? boolean all details are there anyway
---@param maxHits? integer 1024
---@param anomalousOnly? boolean cannot be answered
---@param oneWay? boolean hosts that only send or only receive
---@return {numHosts: integer, hosts: table<string, Host>, hosts_sorted: Host[]}|{nextSlot: integer?} result
function interface.getBatchedRemoteHostsInfo(slot, show_details, maxHits, anomalousOnly, oneWay) end

---How many hosts there are.
---@return integer hosts
function interface.getNumHosts() end

---How many local hosts there are.
---@return integer hosts
function interface.getNumLocalHosts() end

---Hosts summed by what they have in common: {[id] = {id, name, num_hosts, num_alerts, bytes.sent, bytes.rcvd, packets.sent, packets.rcvd, throughput_bps, throughput_pps, seen.first, seen.last}}. The id is a number, of countries and MAC addresses a text, "" when it is not known. groupBy may also stand first. Before pool there may be a truth value, which makes no difference.
---@param show_details? boolean makes no difference
---@param groupBy? string asn (default); asn, vlan, local_network_id, local_network, pool_id, country, mac
---@param country? string two letters
---@param os any cannot be answered
---@param vlan? integer
---@param asn? integer
---@param network_id? integer -1: remote, -2: any
---@param pool? integer
---@param ipversion? integer 4 or 6
---@return table<integer|string, table> groups
function interface.getGroupedHosts(show_details, groupBy, country, os, vlan, asn, network_id, pool, ipversion) end

---The host; nil when there is none.
---@param host string "ip" or "ip@vlan"
---@param vlan? integer unless the host has one
---@return Host? host
function interface.getHostInfo(host, vlan) end

---The host with few keys; nil when there is none.
---@param host string "ip" or "ip@vlan"
---@param vlan? integer unless the host has one
---@return Host? host
function interface.getHostMinInfo(host, vlan) end

---Its country, two letters; nil when it is not known.
---@param host string "ip" or "ip@vlan"
---@param vlan? integer unless the host has one
---@return string? country
function interface.getHostCountry(host, vlan) end

---JSON text {"epoch": 1}: the minutes of the last 24 hours with a packet of the host.
---@param host string "ip" or "ip@vlan"
---@param vlan? integer unless the host has one
---@return string? json nil: there is no such host
function interface.getHostActivityMap(host, vlan) end

---The host's applications and categories: {ndpi, ndpi_categories}, as in its record.
---@param host string "ip" or "ip@vlan"
---@param vlan? integer unless the host has one
---@return table? stats
function interface.getnDPIHostStats(host, vlan) end

---Hosts whose address, name or MAC address contains the text, 100 at most.
---@param text string
---@return table<string, string> hosts names by "ip" or "ip@vlan"
function interface.findHost(text) end

---The hosts whose frames have this MAC address.
---@param mac string
---@return table<string, Host> hosts
function interface.getMacHosts(mac) end

---The hosts whose frames have this MAC address, with it.
---@param mac string
---@return table<string, string> hosts
function interface.findHostByMac(mac) end

---Names that were asked for over HTTP: {[name] = {"http.requests"}}.
---@return table<string, table> names
function interface.listHTTPhosts() end

---Of an address, whether it has traffic or not: {ip, version, is_local, is_private, is_multicast, is_broadcast}; nil when it is no address.
---@param address string
---@return table? info
function interface.getAddressInfo(address) end

---The devices of the selected interface, in order. Sort columns: mac, since, thpt, traffic, num_hosts, hosts, manufacturer, arp_sent, arp_rcvd, arp_total, pool_id.
---@param sortColumn? string mac
---@param maxHits? integer 32768
---@param toSkip? integer 0
---@param a2zSortOrder? boolean true
---@param vlan? integer 0: any other cannot be answered
---@param sourceMacsOnly? boolean those that have sent a frame
---@param hostMacsOnly? boolean those of hosts
---@param manufacturer? string what its name contains
---@param pool? integer
---@return {numMacs: integer, macs: Mac[]} result
function interface.getMacsInfo(sortColumn, maxHits, toSkip, a2zSortOrder, vlan, sourceMacsOnly, hostMacsOnly, manufacturer, pool) end

---The device; nil when there is none.
---@param mac string
---@param vlan? integer makes no difference
---@return Mac? mac
function interface.getMacInfo(mac, vlan) end

---How many devices each manufacturer has made.
---@return table<string, integer> devices
function interface.getMacManufacturers() end

---Autonomous systems, in order. Sort columns: asn, asname, traffic, thpt, num_hosts, since.
---@param sortColumn? string asn
---@param maxHits? integer 32768
---@param toSkip? integer 0
---@param a2zSortOrder? boolean true
---@param details any all details are there anyway
---@return {numASes: integer, ASes: AutonomousSystem[]} result
function interface.getASesInfo(sortColumn, maxHits, toSkip, a2zSortOrder, details) end

---One of them; nil when it has no traffic.
---@param asn integer
---@return AutonomousSystem? as
function interface.getASInfo(asn) end

---Countries, in order. Sort columns: country, traffic, thpt, num_hosts, since.
---@param sortColumn? string country
---@param maxHits? integer 32768
---@param toSkip? integer 0
---@param a2zSortOrder? boolean true
---@param details any all details are there anyway
---@return {numCountries: integer, Countries: Country[]} result
function interface.getCountriesInfo(sortColumn, maxHits, toSkip, a2zSortOrder, details) end

---One of them; nil when it has no traffic.
---@param country string two letters
---@return Country? country
function interface.getCountryInfo(country) end

---All local networks by name.
---@return table<string, Network> networks
function interface.getNetworksStats() end

---One local network; nil when it has no traffic.
---@param network_id integer from 0 on
---@return Network? network
function interface.getNetworkStats(network_id) end

---The VLANs, by number; without 0, the untagged frames.
---@return {numVLANs: integer, VLANs: Vlan[]} result
function interface.getVLANsInfo() end

---One VLAN (0: untagged frames); nil when it has no traffic.
---@param vlan integer
---@return Vlan? vlan
function interface.getVLANInfo(vlan) end

---Just their numbers.
---@return {VLANs: {vlan_id: integer}[]} result
function interface.getVLANsList() end

---ntopng's names for the service itself, what scripts keep, addresses and HTTP.
ntop = {}

---{product, version, git, uptime (seconds), OS, platform, bits, version.luajit}.
---@return table<string, any> info
function ntop.getInfo() end

---Seconds since the start.
---@return integer seconds
function ntop.getUptime() end

---The time in seconds since 1970, with a fraction.
---@return number seconds
function ntop.gettimemsec() end

---{installdir, scriptdir, callbacksdir, workingdir}. Modules are found whatever package.path says.
---@return table<string, string> dirs
function ntop.getDirs() end

---Whether the user is an admin; true while accounts are off.
---@return boolean truth
function ntop.isAdministrator() end

---As isAdministrator.
---@return boolean truth
function ntop.haveAdminPrivileges() end

---Whether accounts are off.
---@return boolean truth
function ntop.isLoginDisabled() end

---Whether the script may run for less than a second yet.
---@return boolean truth
function ntop.isDeadlineApproaching() end

---When the service started, seconds since 1970.
---@return integer seconds
function ntop.getStartupEpoch() end

---Whether any interface had frames in a VLAN.
---@return boolean truth
function ntop.hasVLANs() end

---Whether the country or autonomous system of any host is known.
---@return boolean truth
function ntop.hasGeoIP() end

---Always "".
---@return string prefix
function ntop.getHttpPrefix() end

---Writes to the log.
---@param is_error boolean
---@param text string
function ntop.syslog(is_error, text) end

---Writes to the log.
---@param level integer 0: error, 1: warning, 2 and 3: info, more: debug
---@param text string
function ntop.traceEvent(level, text) end

---Answers 302 with this Location.
---@param url string
function ntop.httpRedirect(url) end

---Always false.
---@return boolean truth
function ntop.isPro() end

---Always false.
---@return boolean truth
function ntop.isEnterprise() end

---Always false.
---@return boolean truth
function ntop.isEnterpriseM() end

---Always false.
---@return boolean truth
function ntop.isEnterpriseL() end

---Always false.
---@return boolean truth
function ntop.isnEdge() end

---Always false.
---@return boolean truth
function ntop.isAppliance() end

---Always false.
---@return boolean truth
function ntop.isWindows() end

---Always false.
---@return boolean truth
function ntop.isFreeBSD() end

---Whether there is such an interface and the user may see it.
---@param interface string|integer name or number
---@return boolean truth
function ntop.isAllowedInterface(interface) end

---A value that was kept; "" when there is none.
---@param key string
---@return string value
function ntop.getCache(key) end

---Keeps a value.
---@param key string
---@param value string|number|boolean kept as text
---@param expire_secs? integer nil or 0: for ever
function ntop.setCache(key, value, expire_secs) end

---Keeps a value unless there is one.
---@param key string
---@param value string|number|boolean kept as text
---@param expire_secs? integer nil or 0: for ever
---@return boolean is_new
function ntop.setnxCache(key, value, expire_secs) end

---Forgets what is kept under the key, of any kind.
---@param key string
---@return boolean was_there
function ntop.delCache(key) end

---Adds to a whole number, 0 when there is none.
---@param key string
---@param by? integer 1
---@return integer number the new one
function ntop.incrCache(key, by) end

---The keys that match, {[key] = ""}.
---@param pattern string * any text, ? one byte
---@return table<string, string> keys
function ntop.getKeysCache(pattern) end

---A preference; "" when there is none. getCache does not find it.
---@param key string
---@return string value
function ntop.getPref(key) end

---Keeps a preference.
---@param key string
---@param value string|number|boolean kept as text
function ntop.setPref(key, value) end

---All preferences that were set, and is_users_login_enabled.
---@return table<string, any> prefs
function ntop.getPrefs() end

---A field of a hash; "" when there is none.
---@param key string of the hash
---@param field string
---@return string value
function ntop.getHashCache(key, field) end

---Sets a field of a hash.
---@param key string of the hash
---@param field string
---@param value string|number|boolean kept as text
function ntop.setHashCache(key, field, value) end

---Takes a field out of a hash.
---@param key string of the hash
---@param field string
---@return boolean was_there
function ntop.delHashCache(key, field) end

---The fields of a hash, {[field] = ""}.
---@param key string of the hash
---@return table<string, string> fields
function ntop.getHashKeysCache(key) end

---A hash, {[field] = value}.
---@param key string of the hash
---@return table<string, string> values
function ntop.getHashAllCache(key) end

---Puts a value before a list.
---@param key string of the list
---@param value string|number|boolean kept as text
---@param max_length? integer what is beyond it at the other end goes
function ntop.lpushCache(key, value, max_length) end

---Puts a value behind a list.
---@param key string of the list
---@param value string|number|boolean kept as text
---@param max_length? integer what is beyond it at the other end goes
function ntop.rpushCache(key, value, max_length) end

---Takes the first element; "" when there is none.
---@param key string of the list
---@return string value
function ntop.lpopCache(key) end

---Takes the last element; "" when there is none.
---@param key string of the list
---@return string value
function ntop.rpopCache(key) end

---Elements of a list.
---@param key string of the list
---@param first? integer 0 is the first element, -1 the last
---@param last? integer included; -1
---@return string[] values
function ntop.lrangeCache(key, first, last) end

---Takes all others away.
---@param key string of the list
---@param first? integer 0 is the first element, -1 the last
---@param last? integer included; -1
function ntop.ltrimCache(key, first, last) end

---One element; "" when there is none.
---@param key string of the list
---@param first? integer 0 is the first element, -1 the last
---@return string value
function ntop.listIndexCache(key, first) end

---How long it is.
---@param key string of the list
---@return integer length
function ntop.llenCache(key) end

---Adds to a set.
---@param key string of the set
---@param member string
---@return boolean is_new
function ntop.setMembersCache(key, member) end

---Takes out of a set.
---@param key string of the set
---@param member string
---@return boolean was_there
function ntop.delMembersCache(key, member) end

---A set.
---@param key string of the set
---@return string[] members
function ntop.getMembersCache(key) end

---The service's name as this machine knows it, or the number as text.
---@param port integer
---@param protocol? string tcp
---@return string name
function ntop.getservbyport(port, protocol) end

---An IPv4 address of its number.
---@param number integer|string
---@return string address
function ntop.inet_ntoa(number) end

---The address of the network; nil when there is none.
---@param address string
---@param prefix_bits integer
---@return string? address
function ntop.networkPrefix(address, prefix_bits) end

---Whether it is an IPv6 address.
---@param address string
---@return boolean truth
function ntop.isIPv6(address) end

---Who makes the device: {short, extended}; nil when it is not known.
---@param mac string
---@return table<string, string>? manufacturer
function ntop.getMacManufacturer(mac) end

---All local networks: {[prefix] = name}.
---@return table<string, string> networks
function ntop.getLocalNetworks() end

---The name of a local network; "" when there is none.
---@param network_id integer from 0 on
---@return string name
function ntop.getNetworkNameById(network_id) end

---Whether it is in a local network.
---@param address string
---@return boolean truth
function ntop.isLocalAddress(address) end

---The number of its local network; -1: none.
---@param address string
---@return integer network_id
function ntop.getAddressNetwork(address) end

---The autonomous system's name of an address that has traffic; "" when it is not known.
---@param address string
---@return string name
function ntop.getASName(address) end

---The name of libndpi's risk.
---@param risk integer
---@return string name
function ntop.getRiskStr(risk) end

---The best name known of an address, or the address: nobody is asked.
---@param address string
---@return string name
function ntop.resolveName(address) end

---As resolveName.
---@param address string
---@return string name
function ntop.getResolvedName(address) end

---Fetches a URL from where scripts may go (lua.http_allowed); follows redirects.
---@param url string
---@param user? string "": without a login
---@param password? string
---@param timeout? number seconds, 10; never longer than the script may run
---@param return_content? boolean true
---@return table? answer {RESPONSE_CODE, CONTENT, CONTENT_LEN, CONTENT_TYPE, EFFECTIVE_URL}; nil: nobody answered
---@return string? why why there is none
function ntop.httpGet(url, user, password, timeout, return_content) end

---Posts form data to where scripts may go (lua.http_allowed).
---@param url string
---@param data? string "a=1&b=2"
---@param user? string "": without a login
---@param password? string
---@param timeout? number seconds, 10; never longer than the script may run
---@param return_content? boolean true
---@return table? answer {RESPONSE_CODE, CONTENT, CONTENT_LEN, CONTENT_TYPE, EFFECTIVE_URL}; nil: nobody answered
---@return string? why why there is none
function ntop.httpPost(url, data, user, password, timeout, return_content) end

---Posts JSON to where scripts may go (lua.http_allowed).
---@param user? string "": without a login
---@param password? string
---@param url string
---@param json string|table
---@param timeout? number seconds, 10; never longer than the script may run
---@return boolean ok it was answered with a status of 2xx
---@return string? why why nobody answered
function ntop.postHTTPJsonData(user, password, url, json, timeout) end

---Whether a stands before b: the smaller one first.
---@param a any
---@param b any
---@return boolean is_before
function asc(a, b) end

---Whether a stands before b: the greater one first.
---@param a any
---@param b any
---@return boolean is_before
function rev(a, b) end

---As asc, whatever the case.
---@param a any
---@param b any
---@return boolean is_before
function asc_insensitive(a, b) end

---As rev, whatever the case.
---@param a any
---@param b any
---@return boolean is_before
function rev_insensitive(a, b) end

---As pairs, in the order of the keys.
---@param t table
---@param order fun(a: any, b: any): boolean|nil asc
---@return fun(): any, any next
function pairsByKeys(t, order) end

---As pairs, in the order of the values.
---@param t table
---@param order fun(a: any, b: any): boolean|nil asc
---@return fun(): any, any next
function pairsByValues(t, order) end

---Writes a table into the answer, a line for each value.
---@param value any
function tprint(value) end

---Says what the answer is; writes nothing.
---@param content_type? string text/html
---@param disposition? string
---@param ... string|table|integer|nil a table of headers, a status
function sendHTTPContentTypeHeader(content_type, disposition, ...) end

---As sendHTTPContentTypeHeader.
---@param content_type? string text/html
---@param disposition? string
---@param ... string|table|integer|nil a table of headers, a status
function sendHTTPHeader(content_type, disposition, ...) end

---Runs a module from `modules/`, once for each run of a script, and gives what it returned. A dot in the name stands for a folder. Global names that the module sets are the script's.
---@param modname string
---@return any module
function require(modname) end

---JSON as `require "dkjson"` and `require "json"` give it.
json = {}

---JSON of a value.
---@param value any
---@return string text
function json.encode(value) end

---The value of a JSON text, null as nil; or nil, 1 and why there is none.
---@param text string
---@return any value
---@return integer? position
---@return string? why
function json.decode(text) end
