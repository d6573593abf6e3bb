// SPDX-License-Identifier: Apache-2.0
#include "publish/api/responses.h"

#include <algorithm>

#include "base/text.h"
#include "publish/api/row_id.h"

namespace wiregauge::api {
namespace {

std::optional<uint16_t> Find(Query& query, std::string_view name,
                             const snapshot::Snapshot& snapshot) {
  const auto index = snapshot.FindInterface(name);
  if (!index) query.Refuse("interface", name, "an interface; " + ListNames(snapshot.interfaces));
  return index;
}

}  // namespace

std::vector<uint16_t> ReadInterfaces(Query& query, const snapshot::Snapshot& snapshot) {
  std::vector<uint16_t> indices;
  for (const std::string_view name : query.AnyOf("interface")) {
    if (const auto index = Find(query, name, snapshot)) indices.push_back(*index);
  }
  return indices;
}

std::optional<uint16_t> ReadInterface(Query& query, const snapshot::Snapshot& snapshot) {
  const std::string* const name = query.One("interface");
  return name == nullptr ? std::nullopt : Find(query, *name, snapshot);
}

std::optional<http::Response> RefuseOtherOrigin(const http::Request& request,
                                                std::string_view allowed_origin,
                                                std::string_view what) {
  const std::string* const origin = request.FindHeader("origin");
  if (origin == nullptr || *origin == allowed_origin) return std::nullopt;
  const std::string* const host = request.FindHeader("host");
  if (host != nullptr && (*origin == "http://" + *host || *origin == "https://" + *host)) {
    return std::nullopt;
  }
  return http::ProblemResponse(403, "Pages of another origin may not " + std::string(what) +
                                        "; http.allowed_origin can name one.");
}

std::optional<json::FieldMask> ReadFields(Query& query, const json::FieldCatalogue& fields) {
  const std::string* const text = query.One("fields");
  if (text == nullptr) return std::nullopt;
  auto mask = json::FieldMask::Parse(*text, fields);
  if (!mask.ok()) {
    query.Refuse("fields", "fields: " + mask.error().message + ".");
    return std::nullopt;
  }
  return std::move(mask).value();
}

std::optional<uint8_t> ReadIpVersion(Query& query) {
  const std::string* const text = query.One("ip_version");
  if (text == nullptr) return std::nullopt;
  if (*text != "4" && *text != "6") {
    query.Refuse("ip_version", *text, "4 or 6");
    return std::nullopt;
  }
  return *text == "4" ? 4 : 6;
}

std::vector<HostMatch> ReadNetworks(Query& query, const model::PlaceNames& places) {
  std::vector<HostMatch> matches;
  for (const std::string_view text : query.AnyOf("network")) {
    if (const auto match = HostMatch::Parse(text)) {
      matches.push_back(*match);
      continue;
    }
    const auto named = std::ranges::find(places.networks(), text, &model::LocalNetwork::name);
    if (named == places.networks().end()) {
      query.Refuse(
          "network", text,
          "a prefix (192.0.2.0/24) or a local network's name; " + ListNames(places.networks()));
      continue;
    }
    for (const IpNetwork& prefix : named->prefixes) matches.push_back(HostMatch::In(prefix));
  }
  return matches;
}

json::FlowContext ContextOf(const model::FlowRecord& flow, const snapshot::Snapshot& snapshot,
                            const model::PlaceNames& places) {
  const snapshot::InterfaceView& interface = snapshot.interfaces[flow.interface_index];
  return {*snapshot.catalogue, interface.name, interface.rates_at(), &places, &snapshot.names};
}

json::InterfaceContext ContextOf(uint16_t interface_index, const snapshot::Snapshot& snapshot,
                                 const model::PlaceNames& places) {
  const snapshot::InterfaceView& interface = snapshot.interfaces[interface_index];
  return {interface.name, interface.rates_at(), &places, snapshot.vendors.get()};
}

std::string FormatRowId(const HostId& id) {
  return std::to_string(id.interface_index) + " " + std::to_string(id.vlan) + " " +
         id.ip.ToString();
}

std::optional<HostId> ParseRowId(std::string_view text, std::type_identity<HostId>) {
  const auto parts = Split(text, ' ');
  if (parts.size() != 3) return std::nullopt;
  const auto interface_index = ParseNumber<uint16_t>(parts[0]);
  const auto vlan = ParseNumber<uint16_t>(parts[1]);
  const auto ip = IpAddress::Parse(parts[2]);
  if (!interface_index || !vlan || !ip) return std::nullopt;
  return HostId{*ip, *vlan, *interface_index};
}

}  // namespace wiregauge::api
