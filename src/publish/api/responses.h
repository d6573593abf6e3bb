// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "publish/api/host_match.h"
#include "publish/api/query.h"
#include "publish/api/routes.h"
#include "publish/json/field_mask.h"
#include "publish/json/flow_json.h"
#include "publish/json/host_json.h"
#include "snapshot/snapshot.h"

namespace wiregauge::api {

// How old an answer may be: readers share what was taken within this time.
inline constexpr Duration kMaxAge = std::chrono::seconds(1);

inline std::shared_ptr<const snapshot::Snapshot> Counters(const Dependencies& dependencies) {
  return dependencies.snapshots.Get(snapshot::Detail::kCounters, kMaxAge);
}
inline std::shared_ptr<const snapshot::Snapshot> Rows(const Dependencies& dependencies) {
  return dependencies.snapshots.Get(snapshot::Detail::kRows, kMaxAge);
}

// `interface`, any of: the indices of the named ones. Empty: no choice. Refuses a name that is
// none.
std::vector<uint16_t> ReadInterfaces(Query& query, const snapshot::Snapshot& snapshot);
// `interface` where one may be named.
std::optional<uint16_t> ReadInterface(Query& query, const snapshot::Snapshot& snapshot);

// `ip_version`: 4 or 6. Refuses what is neither.
std::optional<uint8_t> ReadIpVersion(Query& query);

// Whatever CORS allows for the rest, a page of another site that runs in a browser beside the
// service may not do this ("use captures"). Nothing when the request may be served.
std::optional<http::Response> RefuseOtherOrigin(const http::Request& request,
                                                std::string_view allowed_origin,
                                                std::string_view what);

// Of `fields` for a single object.
std::optional<json::FieldMask> ReadFields(Query& query, const json::FieldCatalogue& fields);

// `network`, any of: prefixes, or names of networks, which stand for all their prefixes. Refuses
// what is neither.
std::vector<HostMatch> ReadNetworks(Query& query, const model::PlaceNames& places);

json::FlowContext ContextOf(const model::FlowRecord& flow, const snapshot::Snapshot& snapshot,
                            const model::PlaceNames& places);
json::InterfaceContext ContextOf(uint16_t interface_index, const snapshot::Snapshot& snapshot,
                                 const model::PlaceNames& places);

// "there are: office, lab", of things that have a name.
template <typename Named>
std::string ListNames(const std::vector<Named>& items) {
  std::string names;
  for (const Named& item : items) names += (names.empty() ? "" : ", ") + item.name;
  return names.empty() ? "there is none" : "there are: " + names;
}

template <typename T>
bool Contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace wiregauge::api
