// SPDX-License-Identifier: Apache-2.0
#include "publish/json/host_json.h"

#include "publish/json/common.h"
#include "publish/json/text_forms.h"

namespace wiregauge::json {
namespace {

constexpr std::string_view kHostFields[] = {
    "host",
    "ip",
    "vlan",
    "interface",
    "mac",
    "mac_vendor",
    "mac_is_router",
    "local",
    "active",
    "name",
    "name_source",
    "names.source",
    "names.name",
    "names.told_at",
    "network",
    "pool",
    "asn",
    "as_name",
    "country",
    "city",
    "first_seen",
    "last_seen",
    "packets_sent",
    "bytes_sent",
    "packets_received",
    "bytes_received",
    "packets",
    "bytes",
    "throughput_bps.now",
    "throughput_bps.peak",
    "packets_per_second.now",
    "packets_per_second.peak",
    "active_flows_as_client",
    "active_flows_as_server",
    "flows_as_client",
    "flows_as_server",
    "low_goodput_flows_as_client",
    "low_goodput_flows_as_server",
    "contacts_as_client",
    "contacts_as_server",
    "alerts.engaged",
    "alerts.total",
    "l4.tcp.packets_sent",
    "l4.tcp.bytes_sent",
    "l4.tcp.packets_received",
    "l4.tcp.bytes_received",
    "l4.udp.packets_sent",
    "l4.udp.bytes_sent",
    "l4.udp.packets_received",
    "l4.udp.bytes_received",
    "l4.sctp.packets_sent",
    "l4.sctp.bytes_sent",
    "l4.sctp.packets_received",
    "l4.sctp.bytes_received",
    "l4.icmp.packets_sent",
    "l4.icmp.bytes_sent",
    "l4.icmp.packets_received",
    "l4.icmp.bytes_received",
    "l4.icmpv6.packets_sent",
    "l4.icmpv6.bytes_sent",
    "l4.icmpv6.packets_received",
    "l4.icmpv6.bytes_received",
    "l4.other.packets_sent",
    "l4.other.bytes_sent",
    "l4.other.packets_received",
    "l4.other.bytes_received",
};

constexpr std::string_view kDeviceFields[] = {
    "mac",
    "mac_vendor",
    "interface",
    "first_seen",
    "last_seen",
    "packets_sent",
    "bytes_sent",
    "packets_received",
    "bytes_received",
    "packets",
    "bytes",
    "throughput_bps.now",
    "throughput_bps.peak",
    "packets_per_second.now",
    "packets_per_second.peak",
    "arp_requests_sent",
    "arp_replies_sent",
    "arp_requests_received",
    "arp_replies_received",
    "is_router",
    "addresses",
};

constexpr std::string_view kVlanFields[] = {
    "vlan",
    "interface",
    "packets",
    "bytes",
    "throughput_bps.now",
    "throughput_bps.peak",
    "packets_per_second.now",
    "packets_per_second.peak",
    "local_matrix.local_to_local.packets",
    "local_matrix.local_to_local.bytes",
    "local_matrix.local_to_remote.packets",
    "local_matrix.local_to_remote.bytes",
    "local_matrix.remote_to_local.packets",
    "local_matrix.remote_to_local.bytes",
    "local_matrix.remote_to_remote.packets",
    "local_matrix.remote_to_remote.bytes",
    "flows",
    "active_flows",
    "hosts",
};

// Null when it is not known.
void WriteVendor(Writer& writer, const MacAddress& mac, const model::MacVendors* vendors) {
  writer.Field("mac_vendor", vendors != nullptr ? vendors->VendorOf(mac) : std::nullopt);
}

// "name" and "name_source", the best one, and "names", all of them.
void WriteNames(Writer& writer, const model::HostNames* names) {
  const model::HostName* const best = names != nullptr ? names->best() : nullptr;
  WriteName(writer, best != nullptr ? best->name : std::string_view());
  if (writer.Key("name_source")) {
    if (best != nullptr) {
      writer.Value(model::NameSourceName(best->source));
    } else {
      writer.Value(nullptr);
    }
  }
  if (!writer.BeginArray("names")) return;
  if (names != nullptr) {
    for (const model::HostName& name : names->all()) {
      writer.BeginObject();
      writer.Field("source", model::NameSourceName(name.source));
      writer.Field("name", name.name);
      writer.Field("told_at", TextForm(name.told_at).view());
      writer.EndObject();
    }
  }
  writer.EndArray();
}

}  // namespace

void WriteHost(Writer& writer, const model::HostRecord& host, const InterfaceContext& context) {
  writer.BeginObject();
  writer.Field("host", HostName(host.ip, host.vlan));
  writer.Field("ip", TextForm(host.ip).view());
  writer.Field("vlan", host.vlan);
  writer.Field("interface", context.interface_name);
  WriteMac(writer, host.mac);
  WriteVendor(writer, host.mac, context.vendors);
  writer.Field("mac_is_router", host.mac_is_router);
  writer.Field("local", host.local);
  writer.Field("active", host.active);
  WriteNames(writer, host.names.get());
  WritePlace(writer, host.place, context.places);
  writer.Field("first_seen", TextForm(host.first_seen).view());
  writer.Field("last_seen", TextForm(host.last_seen).view());
  WriteTwoWayAndSum(writer, host.traffic);
  WriteRates(writer, host.rate.At(context.now));
  writer.Field("active_flows_as_client", host.active_flows_as_client);
  writer.Field("active_flows_as_server", host.active_flows_as_server);
  writer.Field("flows_as_client", host.flows_as_client);
  writer.Field("flows_as_server", host.flows_as_server);
  writer.Field("low_goodput_flows_as_client", host.low_goodput_flows_as_client);
  writer.Field("low_goodput_flows_as_server", host.low_goodput_flows_as_server);
  writer.Field("contacts_as_client", host.contacts_as_client());
  writer.Field("contacts_as_server", host.contacts_as_server());
  if (context.alerts && writer.BeginObject("alerts")) {
    writer.Field("engaged", context.alerts->engaged);
    writer.Field("total", context.alerts->total);
    writer.EndObject();
  }
  if (writer.BeginObject("l4")) {
    for (size_t i = 0; i < host.l4.size(); ++i) {
      if (!writer.DynamicKey(model::L4ClassName(static_cast<model::L4Class>(i)))) continue;
      writer.BeginObject();
      WriteTwoWay(writer, host.l4[i]);
      writer.EndObject();
    }
    writer.EndObject();
  }
  writer.EndObject();
}

void WriteDevice(Writer& writer, const model::DeviceRecord& device,
                 const InterfaceContext& context) {
  writer.BeginObject();
  writer.Field("mac", TextForm(device.mac).view());
  WriteVendor(writer, device.mac, context.vendors);
  writer.Field("interface", context.interface_name);
  writer.Field("first_seen", TextForm(device.first_seen).view());
  writer.Field("last_seen", TextForm(device.last_seen).view());
  WriteTwoWayAndSum(writer, device.traffic);
  WriteRates(writer, device.rate.At(context.now));
  writer.Field("arp_requests_sent", device.arp_requests_sent);
  writer.Field("arp_replies_sent", device.arp_replies_sent);
  writer.Field("arp_requests_received", device.arp_requests_received);
  writer.Field("arp_replies_received", device.arp_replies_received);
  writer.Field("is_router", device.forwarding.is_router());
  if (writer.BeginArray("addresses")) {
    for (const IpAddress& address : device.addresses) writer.Value(TextForm(address).view());
    writer.EndArray();
  }
  writer.EndObject();
}

void WriteVlan(Writer& writer, const snapshot::VlanRow& row, const InterfaceContext& context) {
  const model::VlanRecord& vlan = row.vlan;
  writer.BeginObject();
  writer.Field("vlan", vlan.vlan);
  writer.Field("interface", context.interface_name);
  WriteTraffic(writer, vlan.traffic);
  WriteRates(writer, vlan.rate.At(context.now));
  WriteLocalMatrix(writer, vlan.local_matrix);
  writer.Field("flows", vlan.flows);
  writer.Field("active_flows", row.active_flows);
  writer.Field("hosts", row.hosts);
  writer.EndObject();
}

const FieldCatalogue& HostFields() {
  static const FieldCatalogue catalogue(kHostFields);
  return catalogue;
}

const FieldCatalogue& DeviceFields() {
  static const FieldCatalogue catalogue(kDeviceFields);
  return catalogue;
}

const FieldCatalogue& VlanFields() {
  static const FieldCatalogue catalogue(kVlanFields);
  return catalogue;
}

}  // namespace wiregauge::json
