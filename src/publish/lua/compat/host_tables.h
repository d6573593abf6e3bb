// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lua.hpp>

#include "model/host_record.h"
#include "model/tcp_flag_counts.h"
#include "publish/lua/compat/view.h"

// The tables inside a host's record: each pushes one value.
namespace wiregauge::lua::compat {

// {[application] = {breed, "bytes.sent", "bytes.rcvd", "packets.sent", "packets.rcvd", num_flows}}
void PushApplications(lua_State* lua, const View& view, const model::HostRecord& host);
// {[category] = {category, bytes, "bytes.sent", "bytes.rcvd"}}
void PushCategories(lua_State* lua, const View& view, const model::HostRecord& host);
// Puts the table on top behind the one below it: indexing finds its members, pairs does not, so
// that scripts which sum all members find numbers only.
void SetBehind(lua_State* lua);
// {upTo64, ..., above9000, syn, synack, finack, rst}; behind it size and tcp_flags.
void PushPacketStats(lua_State* lua, const model::PacketSizes& sizes,
                     const model::TcpFlagCounts& flags);
// {sent, rcvd}, nil when it speaks no DNS.
void PushDns(lua_State* lua, const model::HostRecord& host);
// {sender, receiver, virtual_hosts}, nil when it speaks no HTTP.
void PushHttp(lua_State* lua, const model::HostRecord& host);
// {["type,code"] = {sent, rcvd}} in packets, of ICMP (1) or ICMPv6 (58).
void PushIcmp(lua_State* lua, const model::HostRecord& host, uint8_t l4_protocol);
// {retransmissions, out_of_order, lost, keep_alive, zero_window}
void PushTcpHealth(lua_State* lua, const model::TcpHealth& health);
// {dhcp, mdns, netbios, resolved, tls, http}
void PushNames(lua_State* lua, const model::HostRecord& host);
// {upTo64, ..., above9000} into the table on top.
void SetPacketSizes(lua_State* lua, const model::PacketSizes& sizes);

// Epoch of each of the last 24 hours' minutes with a packet, as text: 1.
void PushActivity(lua_State* lua, const View& view, const model::HostRecord& host);

}  // namespace wiregauge::lua::compat
