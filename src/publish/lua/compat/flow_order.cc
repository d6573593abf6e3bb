// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/flow_order.h"

#include <optional>

#include "publish/json/flow_json.h"
#include "publish/lua/compat/flow_facts.h"

namespace wiregauge::lua::compat {
namespace {

SortKey OfAddress(const IpAddress& ip) {
  const auto bytes = ip.bytes();
  return {.number = static_cast<double>(ip.version()),
          .text = {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
}

SortKey OfLatency(const std::optional<Duration>& latency) {
  if (!latency) return SortKey::Unknown();
  return {.number = static_cast<double>(latency->count())};
}

SortKey OfTime(Timestamp time) {
  return {.number = static_cast<double>(time.time_since_epoch().count())};
}

}  // namespace

std::string_view FlowOrder::ApplicationName(const model::FlowRecord& flow) {
  const uint32_t key = uint32_t{flow.application.master} << 16 |
                       uint32_t{flow.application.app} << 1 | uint32_t{flow.detecting};
  const auto [name, is_new] = names_.try_emplace(key);
  if (is_new) name->second = ApplicationNameOf(flow, view_.catalogue());
  return name->second;
}

std::string_view FlowOrder::L4Name(uint8_t l4_protocol) {
  const auto [name, is_new] = names_.try_emplace(l4_protocol);
  if (is_new) name->second = model::L4ProtocolName(l4_protocol);
  return name->second;
}

const std::vector<FlowOrder::Column>& FlowOrder::Columns() {
  using Flow = const model::FlowRecord&;
  static const std::vector<Column> columns = {
      {"client", [](FlowOrder&, Flow flow) { return OfAddress(flow.client.ip); }},
      {"server", [](FlowOrder&, Flow flow) { return OfAddress(flow.server.ip); }},
      {"vlan", [](FlowOrder&, Flow flow) { return SortKey{.number = double(flow.vlan)}; }},
      {"proto_l4",
       [](FlowOrder& order, Flow flow) { return SortKey{.text = order.L4Name(flow.l4_protocol)}; }},
      {"protocol",
       [](FlowOrder& order, Flow flow) { return SortKey{.text = order.L4Name(flow.l4_protocol)}; }},
      {"ndpi",
       [](FlowOrder& order, Flow flow) { return SortKey{.text = order.ApplicationName(flow)}; }},
      {"duration",
       // In whole seconds, as the key tells it.
       [](FlowOrder&, Flow flow) {
         return SortKey{.number = static_cast<double>(UnixSeconds(flow.last_seen) -
                                                      UnixSeconds(flow.first_seen))};
       }},
      {"thpt",
       [](FlowOrder& order, Flow flow) {
         const model::Rates rates = json::FlowRates(flow, order.view_.now());
         return SortKey{.number = static_cast<double>(rates.bits_per_second_now)};
       }},
      {"bytes",
       [](FlowOrder&, Flow flow) {
         return SortKey{.number = static_cast<double>(flow.traffic().bytes)};
       }},
      {"", [](FlowOrder&,
              Flow flow) { return SortKey{.number = static_cast<double>(flow.traffic().bytes)}; }},
      {"info", [](FlowOrder&, Flow flow) { return SortKey{.text = InfoOf(flow)}; }},
      {"first_seen", [](FlowOrder&, Flow flow) { return OfTime(flow.first_seen); }},
      {"last_seen", [](FlowOrder&, Flow flow) { return OfTime(flow.last_seen); }},
      {"client_rtt", [](FlowOrder&, Flow flow) { return OfLatency(flow.client.network_latency); }},
      {"server_rtt", [](FlowOrder&, Flow flow) { return OfLatency(flow.server.network_latency); }},
  };
  return columns;
}

FlowOrder::FlowOrder(lua_State* lua, const View& view, std::string_view column) : view_(view) {
  for (const Column& known : Columns()) {
    if (known.name == "bytes") key_ = known.key;
    if (known.name != column) continue;
    key_ = known.key;
    return;
  }
  WarnOnce(lua, "flows have no sort column \"" + std::string(column) + "\": sorted by bytes");
}

std::string FlowOrder::ColumnNames() {
  std::string names;
  for (const Column& column : Columns()) {
    if (!column.name.empty()) names += (names.empty() ? "" : ", ") + std::string(column.name);
  }
  return names;
}

}  // namespace wiregauge::lua::compat
