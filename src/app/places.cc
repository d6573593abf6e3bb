// SPDX-License-Identifier: Apache-2.0
#include "app/places.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "capture/live_source.h"
#include "geo/vendor_lists.h"

namespace wiregauge::app {
namespace {

using Database = std::unique_ptr<const geo::AddressDatabase>;

// RFC 1918, RFC 3927 (link-local), RFC 4193 (unique local), RFC 4291 (link-local), loopback.
constexpr std::array<std::string_view, 8> kPrivateRanges = {
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
    "fc00::/7",   "fe80::/10",     "127.0.0.0/8",    "::1/128"};

void Add(const IpNetwork& prefix, const std::string& alias,
         std::vector<model::LocalNetwork>& networks) {
  const std::string name = alias.empty() ? prefix.ToString() : alias;
  const auto known = std::ranges::find(networks, name, &model::LocalNetwork::name);
  if (known == networks.end()) {
    networks.push_back({name, {prefix}});
  } else if (std::ranges::count(known->prefixes, prefix) == 0) {
    known->prefixes.push_back(prefix);
  }
}

// Null when no file is named.
Result<Database> OpenDatabase(const char* key, const std::string& path, geo::Content content) {
  if (path.empty()) return Database();
  auto database = geo::AddressDatabase::Open(path, content);
  if (!database) {
    return Error{database.error().code, std::string(key) + ": " + database.error().message};
  }
  return database;
}

std::vector<model::Pool> MakePools(const std::vector<config::Pool>& settings) {
  std::vector<model::Pool> pools;
  for (const config::Pool& pool : settings) pools.push_back({pool.name, pool.networks, pool.macs});
  return pools;
}

}  // namespace

Result<std::vector<model::LocalNetwork>> MakeLocalNetworks(
    const std::vector<config::LocalNetwork>& settings,
    const std::vector<shard::SourceOptions>& sources) {
  std::vector<model::LocalNetwork> networks;
  for (const config::LocalNetwork& local : settings) Add(local.network, local.alias, networks);
  if (!networks.empty()) return networks;

  for (const std::string_view range : kPrivateRanges) Add(*IpNetwork::Parse(range), "", networks);
  if (std::ranges::none_of(sources, &shard::SourceOptions::live)) return networks;
  const auto interfaces = capture::ListInterfaces();
  if (!interfaces.ok()) return interfaces.error();
  for (const capture::InterfaceInfo& interface : *interfaces) {
    const bool watched = std::ranges::any_of(sources, [&](const shard::SourceOptions& source) {
      return source.live && (source.name == interface.name || source.name == "any");
    });
    if (!watched) continue;
    for (const IpNetwork& prefix : interface.networks) Add(prefix, "", networks);
  }
  return networks;
}

Result<std::shared_ptr<const geo::Atlas>> MakeAtlas(
    const config::Fixed& settings, const std::vector<shard::SourceOptions>& sources) {
  auto networks = MakeLocalNetworks(settings.local_networks, sources);
  if (!networks) return networks.error();
  auto countries =
      OpenDatabase("geo.country_database", settings.geo.country_database, geo::Content::kCountry);
  if (!countries) return countries.error();
  auto autonomous_systems =
      OpenDatabase("geo.asn_database", settings.geo.asn_database, geo::Content::kAutonomousSystem);
  if (!autonomous_systems) return autonomous_systems.error();
  return std::make_shared<const geo::Atlas>(std::move(*networks), MakePools(settings.pools),
                                            std::move(*countries), std::move(*autonomous_systems));
}

std::shared_ptr<const model::MacVendors> MakeVendors(const config::Devices& settings) {
  if (settings.vendor_lists.empty()) return std::make_shared<const model::MacVendors>();
  const geo::VendorLists lists = geo::ReadVendorLists(settings.vendor_lists);
  if (lists.vendors->blocks() == 0) {
    log::Warning("app", "vendors of devices are not known",
                 {{"problem", settings.vendor_lists + ": holds no list of MAC addresses"}});
    return lists.vendors;
  }
  for (const std::string& problem : lists.problems) {
    log::Warning("app", "a list of vendors is left out", {{"problem", problem}});
  }
  return lists.vendors;
}

}  // namespace wiregauge::app
