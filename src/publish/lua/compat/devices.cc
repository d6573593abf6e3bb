// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/options.h"
#include "publish/lua/compat/rows.h"
#include "publish/lua/compat/selection.h"
#include "publish/lua/vm/json.h"

namespace wiregauge::lua::compat {
namespace {

constexpr uint64_t kSpendPerRow = 100;

// A device and what other rows tell of it.
struct DeviceRow {
  const model::DeviceRecord* device = nullptr;
  uint64_t hosts = 0;
  uint16_t pool = 0;
};
using Keys = KeyTable<DeviceRow>;

constexpr const char* kText = "string";
constexpr const char* kWhole = "integer";
constexpr const char* kReal = "number";
constexpr const char* kTruth = "boolean";

void AddTraffic(Keys& keys) {
  keys.Add("bytes.sent", kWhole, "Frame bytes.",
           [](const View&, const DeviceRow& row) { return row.device->traffic.sent.bytes; });
  keys.Add("bytes.rcvd", kWhole, "Frame bytes.",
           [](const View&, const DeviceRow& row) { return row.device->traffic.received.bytes; });
  keys.Add("packets.sent", kWhole, "Packets.",
           [](const View&, const DeviceRow& row) { return row.device->traffic.sent.packets; });
  keys.Add("packets.rcvd", kWhole, "Packets.",
           [](const View&, const DeviceRow& row) { return row.device->traffic.received.packets; });
  keys.Add("throughput_bps", kReal, "**Bytes a second** in the last second that is over.",
           [](const View& view, const DeviceRow& row) {
             return static_cast<double>(row.device->rate.At(view.now()).bits_per_second_now) / 8;
           });
  keys.Add("throughput_pps", kReal, "Packets a second in the last second that is over.",
           [](const View& view, const DeviceRow& row) {
             return row.device->rate.At(view.now()).packets_per_second_now;
           });
}

void AddArp(Keys& keys) {
  keys.Add("arp_requests.sent", kWhole, "ARP requests.",
           [](const View&, const DeviceRow& row) { return row.device->arp_requests_sent; });
  keys.Add("arp_requests.rcvd", kWhole, "ARP requests, broadcasts included.",
           [](const View&, const DeviceRow& row) { return row.device->arp_requests_received; });
  keys.Add("arp_replies.sent", kWhole, "ARP replies.",
           [](const View&, const DeviceRow& row) { return row.device->arp_replies_sent; });
  keys.Add("arp_replies.rcvd", kWhole, "ARP replies.",
           [](const View&, const DeviceRow& row) { return row.device->arp_replies_received; });
}

Keys MakeKeys() {
  Keys keys("Mac", "A device: a MAC address of the selected interface.");
  keys.Add("mac", kText, "MAC address.",
           [](const View&, const DeviceRow& row) { return row.device->mac.ToString(); });
  keys.Add("manufacturer", kText, "Who makes it.", [](const View& view, const DeviceRow& row) {
    return view.tables.vendors->VendorOf(row.device->mac);
  });
  AddTraffic(keys);
  AddArp(keys);
  keys.Add("source_mac", kTruth, "Whether it has sent a frame.",
           [](const View&, const DeviceRow& row) { return row.device->traffic.sent.packets > 0; });
  keys.Add("special_mac", kTruth, "Whether it is a group address.",
           [](const View&, const DeviceRow& row) { return row.device->mac.IsGroup(); });
  keys.Add("is_router", kTruth, "Whether it sends frames for others.",
           [](const View&, const DeviceRow& row) { return row.device->forwarding.is_router(); });
  keys.Add("seen.first", kWhole, "First frame, seconds since 1970.",
           [](const View&, const DeviceRow& row) { return UnixSeconds(row.device->first_seen); });
  keys.Add("seen.last", kWhole, "Last frame, seconds since 1970.",
           [](const View&, const DeviceRow& row) { return UnixSeconds(row.device->last_seen); });
  keys.Add("duration", kWhole, "seen.last - seen.first, in seconds.",
           [](const View&, const DeviceRow& row) {
             return UnixSeconds(row.device->last_seen) - UnixSeconds(row.device->first_seen);
           });
  keys.Add("num_hosts", kWhole, "Hosts whose frames have it.",
           [](const View&, const DeviceRow& row) { return row.hosts; });
  for (const char* const name : {"pool", "host_pool_id"}) {
    keys.Add(name, kWhole, "Number of the pool that names it; 0: none.",
             [](const View&, const DeviceRow& row) { return row.pool; });
  }
  return keys;
}

const Keys& MacKeys() {
  static const Keys keys = MakeKeys();
  return keys;
}

uint16_t PoolOf(const View& view, const MacAddress& mac) {
  const auto& pools = view.places().pools();
  for (size_t i = 0; i < pools.size(); ++i) {
    if (std::ranges::count(pools[i].macs, mac) > 0) return static_cast<uint16_t>(i + 1);
  }
  return 0;
}

std::vector<DeviceRow> DevicesOf(lua_State* lua, const View& view) {
  State::Of(lua).Spend((view.tables.devices.size() + view.tables.hosts.size()) * kSpendPerRow);
  std::map<MacAddress, uint64_t> hosts;
  for (const model::HostRecord& host : view.tables.hosts) {
    if (host.interface_index == view.interface_index) ++hosts[host.mac];
  }
  std::vector<DeviceRow> rows;
  for (const model::DeviceRecord& device : view.tables.devices) {
    if (device.interface_index != view.interface_index) continue;
    const auto count = hosts.find(device.mac);
    rows.push_back({&device, count == hosts.end() ? 0 : count->second, PoolOf(view, device.mac)});
  }
  return rows;
}

uint64_t NumberOf(const MacAddress& mac) {
  uint64_t number = 0;
  for (const uint8_t byte : mac.bytes) number = number << 8 | byte;
  return number;
}

using Order = SortKey (*)(const View&, const DeviceRow&);
const std::map<std::string, Order, std::less<>>& Orders() {
  static const auto number = [](auto value) { return SortKey{.number = double(value)}; };
  static const std::map<std::string, Order, std::less<>> orders = {
      {"mac", [](const View&, const DeviceRow& row) { return number(NumberOf(row.device->mac)); }},
      {"since",
       [](const View&, const DeviceRow& row) {
         return number(row.device->first_seen.time_since_epoch().count());
       }},
      {"thpt",
       [](const View& view, const DeviceRow& row) {
         return number(row.device->rate.At(view.now()).bits_per_second_now);
       }},
      {"traffic",
       [](const View&, const DeviceRow& row) {
         return number(row.device->traffic.sent.bytes + row.device->traffic.received.bytes);
       }},
      {"num_hosts", [](const View&, const DeviceRow& row) { return number(row.hosts); }},
      {"hosts", [](const View&, const DeviceRow& row) { return number(row.hosts); }},
      {"manufacturer",
       [](const View& view, const DeviceRow& row) {
         const uint32_t vendor = view.tables.vendors->NumberOf(row.device->mac);
         return vendor == 0 ? SortKey::Unknown() : number(vendor);
       }},
      {"arp_sent",
       [](const View&, const DeviceRow& row) {
         return number(row.device->arp_requests_sent + row.device->arp_replies_sent);
       }},
      {"arp_rcvd",
       [](const View&, const DeviceRow& row) {
         return number(row.device->arp_requests_received + row.device->arp_replies_received);
       }},
      {"arp_total",
       [](const View&, const DeviceRow& row) {
         return number(row.device->arp_requests_sent + row.device->arp_replies_sent +
                       row.device->arp_requests_received + row.device->arp_replies_received);
       }},
      {"pool_id", [](const View&, const DeviceRow& row) { return number(row.pool); }},
  };
  return orders;
}

struct MacFilter {
  bool source_only = false, hosts_only = false;
  std::optional<TextSearch> manufacturer;
  std::optional<int64_t> pool;

  bool Matches(const View& view, const DeviceRow& row) const {
    if (source_only && row.device->traffic.sent.packets == 0) return false;
    if (hosts_only && (row.hosts == 0 || row.device->mac.IsGroup())) return false;
    if (pool && row.pool != *pool) return false;
    if (!manufacturer) return true;
    const auto vendor = view.tables.vendors->VendorOf(row.device->mac);
    return vendor && manufacturer->IsIn(*vendor);
  }
};

MacFilter ReadFilter(lua_State* lua) {
  MacFilter filter;
  if (OptionalInteger(lua, 5, "vlan", 0, 4095).value_or(0) != 0) {
    throw ScriptError("vlan (argument 5) cannot be answered: devices are told by interface");
  }
  filter.source_only = OptionalBoolean(lua, 6, "sourceMacsOnly").value_or(false);
  filter.hosts_only = OptionalBoolean(lua, 7, "hostMacsOnly").value_or(false);
  const auto manufacturer = OptionalText(lua, 8, "manufacturer");
  if (manufacturer && !manufacturer->empty()) filter.manufacturer.emplace(*manufacturer);
  filter.pool = OptionalInteger(lua, 9, "pool", 0, 65535);
  return filter;
}

int GetMacsInfo(lua_State* lua) {
  const View view = View::Rows(lua);
  RequireWholeInterface(view.call, "interface.getMacsInfo");
  std::string column;
  const Page page = PageArguments(lua, "mac", column);
  const MacFilter filter = ReadFilter(lua);
  auto order = Orders().find(column);
  if (order == Orders().end()) {
    WarnOnce(lua, "devices have no sort column \"" + column + "\": sorted by mac");
    order = Orders().find("mac");
  }
  const std::vector<DeviceRow> rows = DevicesOf(lua, view);
  Selection<DeviceRow> selection(State::Of(lua), page);
  for (const DeviceRow& row : rows) {
    if (!filter.Matches(view, row)) continue;
    selection.Offer(row, order->second(view, row), NumberOf(row.device->mac));
  }
  lua_createtable(lua, 0, 2);
  SetField(lua, "numMacs", selection.total());
  PushArray(lua, MacKeys(), view, selection.Finish());
  lua_setfield(lua, -2, "macs");
  return 1;
}

int GetMacInfo(lua_State* lua) {
  const View view = View::Rows(lua);
  RequireWholeInterface(view.call, "interface.getMacInfo");
  const auto mac = MacAddress::Parse(TextArgument(lua, 1, "mac"));
  for (const DeviceRow& row : DevicesOf(lua, view)) {
    if (!mac || row.device->mac != *mac) continue;
    PushAll(lua, MacKeys(), view, row);
    return 1;
  }
  return NoAnswer(lua);
}

int GetMacManufacturers(lua_State* lua) {
  const View view = View::Rows(lua);
  RequireWholeInterface(view.call, "interface.getMacManufacturers");
  std::map<std::string_view, uint64_t> devices;
  for (const DeviceRow& row : DevicesOf(lua, view)) {
    if (const auto vendor = view.tables.vendors->VendorOf(row.device->mac)) ++devices[*vendor];
  }
  lua_newtable(lua);
  MarkObject(lua);
  for (const auto& [vendor, count] : devices) SetField(lua, vendor, count);
  return 1;
}

}  // namespace

Part DevicePart() {
  Part part;
  part.functions = {
      {"getMacsInfo",
       "The devices of the selected interface, in order. Sort columns: mac, since, thpt, traffic, "
       "num_hosts, hosts, manufacturer, arp_sent, arp_rcvd, arp_total, pool_id.",
       {{"sortColumn", "string?", "mac"},
        {"maxHits", "integer?", "32768"},
        {"toSkip", "integer?", "0"},
        {"a2zSortOrder", "boolean?", "true"},
        {"vlan", "integer?", "0: any other cannot be answered"},
        {"sourceMacsOnly", "boolean?", "those that have sent a frame"},
        {"hostMacsOnly", "boolean?", "those of hosts"},
        {"manufacturer", "string?", "what its name contains"},
        {"pool", "integer?", ""}},
       {{"result", "{numMacs: integer, macs: Mac[]}", ""}},
       Entry<GetMacsInfo>},
      {"getMacInfo",
       "The device; nil when there is none.",
       {{"mac", "string", ""}, {"vlan", "integer?", "makes no difference"}},
       {{"mac", "Mac?", ""}},
       Entry<GetMacInfo>},
      {"getMacManufacturers",
       "How many devices each manufacturer has made.",
       {},
       {{"devices", "table<string, integer>", ""}},
       Entry<GetMacManufacturers>},
  };
  part.records = {MacKeys().record()};
  return part;
}

}  // namespace wiregauge::lua::compat
