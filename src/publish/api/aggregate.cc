// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "base/text.h"
#include "publish/api/flow_filter.h"
#include "publish/api/handlers.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"
#include "publish/json/common.h"
#include "publish/json/flow_json.h"

namespace wiregauge::api {
namespace {

using Flow = model::FlowRecord;
using View = snapshot::Snapshot;

// What the flows of one group have in common. The parts that a dimension does not use stay empty.
struct GroupId {
  bool known = false;  // false: the flows that have no such thing
  uint64_t number = 0;
  uint16_t vlan = 0;
  IpAddress client{}, server{};

  auto operator<=>(const GroupId&) const = default;
};

uint64_t Mix(uint64_t sum, uint64_t word) {
  sum = (sum ^ word) * 0x9e3779b97f4a7c15;
  return sum ^ sum >> 29;
}

uint64_t Mix(uint64_t sum, const IpAddress& ip) {
  uint64_t words[2];
  static_assert(sizeof words == sizeof ip.storage());
  std::memcpy(words, ip.storage().data(), sizeof words);
  return Mix(Mix(sum, words[0]), words[1]);
}

uint64_t HashOf(const GroupId& id) {
  return Mix(Mix(Mix(id.number << 16 | id.vlan, id.client), id.server), id.known ? 1 : 0);
}

std::string FormatRowId(const GroupId& id) {
  return std::to_string(id.known ? 1 : 0) + " " + std::to_string(id.number) + " " +
         std::to_string(id.vlan) + " " + id.client.ToString() + " " + id.server.ToString();
}

std::optional<IpAddress> ParseMaybe(std::string_view text) {
  return text.empty() ? std::optional(IpAddress()) : IpAddress::Parse(text);
}

std::optional<GroupId> ParseRowId(std::string_view text, std::type_identity<GroupId>) {
  const auto parts = Split(text, ' ');
  if (parts.size() != 5) return std::nullopt;
  const auto number = ParseNumber<uint64_t>(parts[1]);
  const auto vlan = ParseNumber<uint16_t>(parts[2]);
  const auto client = ParseMaybe(parts[3]);
  const auto server = ParseMaybe(parts[4]);
  if (!number || !vlan || !client || !server) return std::nullopt;
  return GroupId{parts[0] == "1", *number, *vlan, *client, *server};
}

struct Group {
  GroupId id;
  model::Traffic client{}, server{};  // sent by them
  uint64_t flows = 0, active_flows = 0;
  const Flow* first = nullptr;  // of them

  void Add(const Flow& flow) {
    client += flow.client.sent;
    server += flow.server.sent;
    ++flows;
    if (flow.state == model::FlowState::kActive) ++active_flows;
  }
};

const GroupId& RowId(const Group& group) { return group.id; }

// How a group is called: `key` is what the filter of the same name takes.
struct GroupName {
  std::string key;
  std::optional<std::string> name;
};

struct Facts {
  const View& snapshot;
  const model::PlaceNames& places;
};

struct Dimension {
  std::string_view by;
  GroupId (*group_of)(const Flow&, const Facts&);
  GroupName (*name_of)(const Group&, const Facts&);
};

GroupId Numbered(uint64_t number) { return {.known = true, .number = number}; }

// The place that put the group's first flow into it.
const model::Place& PlaceWithAsn(const Group& group) {
  const model::Place& client = group.first->client.place;
  return client.asn == group.id.number ? client : group.first->server.place;
}

template <typename Named>
GroupName NamedBy(const std::vector<Named>& items, const Group& group) {
  const std::string& name = items[group.id.number - 1].name;
  return {name, name};
}

// The group of the first of the two that has a place of the kind.
template <model::PlaceKind Kind>
GroupId PlacedAt(const model::Place& first, const model::Place& second) {
  uint32_t number = model::PlaceNumber(Kind, first);
  if (number == 0) number = model::PlaceNumber(Kind, second);
  return number != 0 ? Numbered(number) : GroupId();
}

// Of the client, else of the server.
template <model::PlaceKind Kind>
GroupId ByOwnPlace(const Flow& flow, const Facts&) {
  return PlacedAt<Kind>(flow.client.place, flow.server.place);
}

// Of the end that is not local (the server, when that says nothing), else of the other one.
template <model::PlaceKind Kind>
GroupId ByFarPlace(const Flow& flow, const Facts&) {
  const bool client_is_far = flow.server.local && !flow.client.local;
  return client_is_far ? PlacedAt<Kind>(flow.client.place, flow.server.place)
                       : PlacedAt<Kind>(flow.server.place, flow.client.place);
}

constexpr Dimension kDimensions[] = {
    {"client",
     [](const Flow& f, const Facts&) {
       return GroupId{.known = true, .vlan = f.vlan, .client = f.client.ip};
     },
     [](const Group& g, const Facts&) {
       return GroupName{json::HostName(g.id.client, g.id.vlan), {}};
     }},
    {"server",
     [](const Flow& f, const Facts&) {
       return GroupId{.known = true, .vlan = f.vlan, .server = f.server.ip};
     },
     [](const Group& g, const Facts&) {
       return GroupName{json::HostName(g.id.server, g.id.vlan), {}};
     }},
    {"pair",
     [](const Flow& f, const Facts&) {
       return GroupId{.known = true, .vlan = f.vlan, .client = f.client.ip, .server = f.server.ip};
     },
     [](const Group& g, const Facts&) {
       return GroupName{
           json::HostName(g.id.client, g.id.vlan) + ">" + json::HostName(g.id.server, g.id.vlan),
           {}};
     }},
    {"application",
     [](const Flow& f, const Facts&) { return Numbered(model::ApplicationIndex(f.application)); },
     [](const Group& g, const Facts& facts) {
       return GroupName{std::to_string(g.id.number), facts.snapshot.catalogue->ApplicationName(
                                                         static_cast<uint16_t>(g.id.number))};
     }},
    {"category", [](const Flow& f, const Facts&) { return Numbered(f.application.category); },
     [](const Group& g, const Facts& facts) {
       const std::string& name =
           facts.snapshot.catalogue->CategoryName(static_cast<uint8_t>(g.id.number));
       return GroupName{name, name};
     }},
    {"port",
     [](const Flow& f, const Facts&) {
       return f.has_ports() ? Numbered(uint64_t{f.server.port} << 8 | f.l4_protocol) : GroupId();
     },
     [](const Group& g, const Facts&) {
       return GroupName{std::to_string(g.id.number >> 8) + "/" +
                            model::L4ProtocolName(static_cast<uint8_t>(g.id.number)),
                        {}};
     }},
    {"asn", ByFarPlace<model::PlaceKind::kAutonomousSystem>,
     [](const Group& g, const Facts& facts) {
       return GroupName{std::to_string(g.id.number), facts.places.AsName(PlaceWithAsn(g))};
     }},
    {"country", ByFarPlace<model::PlaceKind::kCountry>,
     [](const Group& g, const Facts&) {
       return GroupName{model::CountryCode::FromNumber(static_cast<uint32_t>(g.id.number)).text(),
                        {}};
     }},
    {"vlan", [](const Flow& f, const Facts&) { return Numbered(f.vlan); },
     [](const Group& g, const Facts&) {
       return GroupName{std::to_string(g.id.number), {}};
     }},
    {"network", ByOwnPlace<model::PlaceKind::kNetwork>,
     [](const Group& g, const Facts& facts) { return NamedBy(facts.places.networks(), g); }},
    {"pool", ByOwnPlace<model::PlaceKind::kPool>,
     [](const Group& g, const Facts& facts) { return NamedBy(facts.places.pools(), g); }},
    {"l4", [](const Flow& f, const Facts&) { return Numbered(f.l4_protocol); },
     [](const Group& g, const Facts&) {
       return GroupName{std::to_string(g.id.number),
                        model::L4ProtocolName(static_cast<uint8_t>(g.id.number))};
     }},
    {"interface", [](const Flow& f, const Facts&) { return Numbered(f.interface_index); },
     [](const Group& g, const Facts& facts) {
       const std::string& name = facts.snapshot.interfaces[g.id.number].name;
       return GroupName{name, name};
     }},
};

constexpr SortField<Group> kSorts[] = {
    {"packets",
     [](const Group& g, const View&) { return KeyOf(g.client.packets + g.server.packets); }},
    {"bytes", [](const Group& g, const View&) { return KeyOf(g.client.bytes + g.server.bytes); }},
    {"client.packets_sent", [](const Group& g, const View&) { return KeyOf(g.client.packets); }},
    {"client.bytes_sent", [](const Group& g, const View&) { return KeyOf(g.client.bytes); }},
    {"server.packets_sent", [](const Group& g, const View&) { return KeyOf(g.server.packets); }},
    {"server.bytes_sent", [](const Group& g, const View&) { return KeyOf(g.server.bytes); }},
    {"flows", [](const Group& g, const View&) { return KeyOf(g.flows); }},
    {"active_flows", [](const Group& g, const View&) { return KeyOf(g.active_flows); }},
};

constexpr std::string_view kFields[] = {
    "key",
    "name",
    "client.ip",
    "client.packets_sent",
    "client.bytes_sent",
    "server.ip",
    "server.packets_sent",
    "server.bytes_sent",
    "packets",
    "bytes",
    "flows",
    "active_flows",
    "share_ratio",
};

const Dimension* ReadDimension(Query& query) {
  const std::string* const text = query.One("by");
  std::string expected = "one of ";
  for (const Dimension& dimension : kDimensions) {
    if (text != nullptr && *text == dimension.by) return &dimension;
    if (&dimension != kDimensions) expected += ", ";
    expected += dimension.by;
  }
  if (text == nullptr) {
    query.Refuse("by", "The parameter \"by\" is needed: " + expected + ".");
  } else {
    query.Refuse("by", *text, expected);
  }
  return nullptr;
}

void WriteSide(json::Writer& writer, const IpAddress& ip, const model::Traffic& sent) {
  writer.Field("ip", ip.is_unspecified_version() ? std::nullopt : std::optional(ip.ToString()));
  writer.Field("packets_sent", sent.packets);
  writer.Field("bytes_sent", sent.bytes);
  writer.EndObject();
}

void WriteGroup(json::Writer& writer, const Group& group, const Dimension& dimension,
                const Facts& facts, uint64_t all_bytes) {
  writer.BeginObject();
  if (group.id.known) {
    const GroupName name = dimension.name_of(group, facts);
    writer.Field("key", name.key);
    writer.Field("name", name.name);
  } else {
    writer.Field("key", nullptr);
    writer.Field("name", nullptr);
  }
  if (writer.BeginObject("client")) WriteSide(writer, group.id.client, group.client);
  if (writer.BeginObject("server")) WriteSide(writer, group.id.server, group.server);
  const model::Traffic sum = group.client + group.server;
  json::WriteTraffic(writer, sum);
  writer.Field("flows", group.flows);
  writer.Field("active_flows", group.active_flows);
  std::optional<double> share;
  if (all_bytes != 0) {
    share = std::round(1e6 * static_cast<double>(sum.bytes) / static_cast<double>(all_bytes)) / 1e6;
  }
  writer.Field("share_ratio", share);
  writer.EndObject();
}

// The groups by their id: places in one vector, found by open addressing. There may be as many
// groups as flows, and a node for each would cost more than all the rest.
class GroupTable {
 public:
  void Add(const GroupId& id, const Flow& flow) {
    if (2 * groups_.size() >= slots_.size()) Grow();
    uint32_t& slot = SlotOf(id);
    if (slot == kEmpty) {
      slot = static_cast<uint32_t>(groups_.size());
      groups_.push_back({.id = id, .first = &flow});
    }
    groups_[slot].Add(flow);
  }
  const std::vector<Group>& groups() const { return groups_; }

 private:
  static constexpr uint32_t kEmpty = UINT32_MAX;

  // The slot that holds the group's place, or the empty one where it belongs.
  uint32_t& SlotOf(const GroupId& id) {
    const size_t mask = slots_.size() - 1;
    size_t at = HashOf(id) & mask;
    while (slots_[at] != kEmpty && groups_[slots_[at]].id != id) at = (at + 1) & mask;
    return slots_[at];
  }
  void Grow() {
    slots_.assign(std::max<size_t>(1024, 4 * slots_.size()), kEmpty);
    for (size_t place = 0; place < groups_.size(); ++place) {
      SlotOf(groups_[place].id) = static_cast<uint32_t>(place);
    }
  }

  std::vector<Group> groups_;
  std::vector<uint32_t> slots_;  // a power of two of them, at most half full
};

}  // namespace

Response AggregateFlows(const Request& request, const Dependencies& dependencies) {
  std::vector<std::string_view> parameters(std::begin(kFlowFilterParameters),
                                           std::end(kFlowFilterParameters));
  parameters.insert(parameters.end(), {"by", "limit", "cursor", "sort", "fields"});
  const auto snapshot = Rows(dependencies);
  const json::FieldCatalogue fields(kFields);
  Query query(request, parameters);
  const Dimension* const dimension = ReadDimension(query);
  const PageRequest<Group> page(query, kSorts, "-bytes", fields);
  FlowFilter filter(query, *snapshot, dependencies.places);
  if (auto refusal = query.refusal()) return *refusal;

  const Facts facts{*snapshot, dependencies.places};
  GroupTable table;
  snapshot->ForEachFlow([&](const Flow& flow) {
    if (filter.Matches(flow)) table.Add(dimension->group_of(flow, facts), flow);
  });
  uint64_t all_bytes = 0;
  auto selector = page.Selector();
  for (const Group& group : table.groups()) {
    all_bytes += group.client.bytes + group.server.bytes;
    selector.Offer(page.RankOf(group, *snapshot), group);
  }
  return page.Respond(selector, [&](json::Writer& writer, const Group& group) {
    WriteGroup(writer, group, *dimension, facts, all_bytes);
  });
}

}  // namespace wiregauge::api
