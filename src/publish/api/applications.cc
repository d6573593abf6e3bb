// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "publish/api/handlers.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"
#include "publish/json/common.h"

namespace wiregauge::api {
namespace {

using View = snapshot::Snapshot;

// Traffic of one application on one interface; flows and rates are not known for all rows.
struct Part {
  uint16_t interface_index = 0;
  model::Traffic traffic;
  std::optional<uint64_t> flows;
  std::optional<model::Rates> rates;
};

struct ApplicationRow {
  std::string id;
  std::string name;
  const std::string* category = nullptr;
  const std::string* breed = nullptr;
  model::Traffic traffic{};
  std::optional<uint64_t> flows{};
  std::optional<model::Rates> rates{};
  std::vector<Part> parts{};

  void Add(const Part& part) {
    traffic += part.traffic;
    if (part.flows) flows = flows.value_or(0) + *part.flows;
    if (part.rates) AddRates(*part.rates);
    parts.push_back(part);
  }

 private:
  void AddRates(const model::Rates& more) {
    if (!rates) rates.emplace();
    rates->bits_per_second_now += more.bits_per_second_now;
    rates->bits_per_second_peak += more.bits_per_second_peak;
    rates->packets_per_second_now += more.packets_per_second_now;
    rates->packets_per_second_peak += more.packets_per_second_peak;
  }
};

std::string RowId(const ApplicationRow& row) { return row.id; }

SortKey MaybeKey(const std::optional<uint64_t>& number) {
  return number ? KeyOf(*number) : kNotKnown;
}

SortKey RateKey(const ApplicationRow& row, uint64_t model::Rates::*rate) {
  return row.rates ? KeyOf(*row.rates.*rate) : kNotKnown;
}

constexpr SortField<ApplicationRow> kSorts[] = {
    {"packets", [](const ApplicationRow& r, const View&) { return KeyOf(r.traffic.packets); }},
    {"bytes", [](const ApplicationRow& r, const View&) { return KeyOf(r.traffic.bytes); }},
    {"flows", [](const ApplicationRow& r, const View&) { return MaybeKey(r.flows); }},
    {"throughput_bps.now",
     [](const ApplicationRow& r, const View&) {
       return RateKey(r, &model::Rates::bits_per_second_now);
     }},
    {"throughput_bps.peak",
     [](const ApplicationRow& r, const View&) {
       return RateKey(r, &model::Rates::bits_per_second_peak);
     }},
    {"packets_per_second.now",
     [](const ApplicationRow& r, const View&) {
       return RateKey(r, &model::Rates::packets_per_second_now);
     }},
    {"packets_per_second.peak",
     [](const ApplicationRow& r, const View&) {
       return RateKey(r, &model::Rates::packets_per_second_peak);
     }},
};

constexpr std::string_view kFields[] = {
    "id",
    "name",
    "category",
    "breed",
    "packets",
    "bytes",
    "flows",
    "throughput_bps.now",
    "throughput_bps.peak",
    "packets_per_second.now",
    "packets_per_second.peak",
    "interfaces.interface",
    "interfaces.packets",
    "interfaces.bytes",
    "interfaces.flows",
};

constexpr std::string_view kParameters[] = {"interface", "category", "text", "all",
                                            "limit",     "cursor",   "sort", "fields"};

// The rows that make the sum over all equal to what the interfaces received: flows whose
// application is not settled, and frames that are in no flow.
void AddPseudoRows(std::vector<ApplicationRow>& rows, const View& snapshot,
                   const std::vector<uint16_t>& interfaces) {
  ApplicationRow detecting{.id = "detecting", .name = "Detecting"};
  ApplicationRow not_ip{.id = "not_ip", .name = "Not IP"};
  for (const uint16_t index : interfaces) {
    const model::InterfaceCounters& counters = snapshot.interfaces[index].counters;
    detecting.Add({index, counters.detecting, std::nullopt, std::nullopt});
    not_ip.Add({index, counters.received - counters.in_flows, std::nullopt, std::nullopt});
  }
  rows.push_back(std::move(detecting));
  rows.push_back(std::move(not_ip));
}

ApplicationRow RowOf(uint16_t id, const View& snapshot, const std::vector<uint16_t>& interfaces) {
  const model::ApplicationCatalogue& catalogue = *snapshot.catalogue;
  ApplicationRow row{.id = std::to_string(id), .name = catalogue.ApplicationName(id)};
  if (id < catalogue.applications.size()) {
    const model::ApplicationInfo& application = catalogue.applications[id];
    row.category = &catalogue.CategoryName(application.category);
    if (!application.breed.empty()) row.breed = &application.breed;
  }
  row.flows = 0;
  row.rates.emplace();
  for (const uint16_t index : interfaces) {
    const snapshot::InterfaceView& interface = snapshot.interfaces[index];
    if (id >= interface.counters.applications.size()) continue;
    const model::ApplicationCounters& application = interface.counters.applications[id];
    if (application.traffic.packets == 0 && application.flows == 0) continue;
    row.Add(
        {index, application.traffic, application.flows, application.rate.At(interface.rates_at())});
  }
  return row;
}

std::vector<ApplicationRow> AllRows(const View& snapshot, std::vector<uint16_t> interfaces,
                                    bool all) {
  if (interfaces.empty()) {
    for (size_t i = 0; i < snapshot.interfaces.size(); ++i) {
      interfaces.push_back(static_cast<uint16_t>(i));
    }
  }
  size_t count = snapshot.catalogue->applications.size();
  for (const uint16_t index : interfaces) {
    count = std::max(count, snapshot.interfaces[index].counters.applications.size());
  }
  std::vector<ApplicationRow> rows;
  for (size_t id = 0; id < count; ++id) {
    ApplicationRow row = RowOf(static_cast<uint16_t>(id), snapshot, interfaces);
    const bool known = id < snapshot.catalogue->applications.size() &&
                       !snapshot.catalogue->applications[id].name.empty();
    if (!row.parts.empty() || (all && known)) rows.push_back(std::move(row));
  }
  AddPseudoRows(rows, snapshot, interfaces);
  return rows;
}

void WriteOptionalRates(json::Writer& writer, const std::optional<model::Rates>& rates) {
  if (rates) {
    json::WriteRates(writer, *rates);
  } else {
    writer.Field("throughput_bps", nullptr);
    writer.Field("packets_per_second", nullptr);
  }
}

void WriteApplication(json::Writer& writer, const ApplicationRow& row, const View& snapshot) {
  writer.BeginObject();
  writer.Field("id", row.id);
  writer.Field("name", row.name);
  writer.Field("category", row.category == nullptr
                               ? std::nullopt
                               : std::optional<std::string_view>(*row.category));
  writer.Field("breed",
               row.breed == nullptr ? std::nullopt : std::optional<std::string_view>(*row.breed));
  json::WriteTraffic(writer, row.traffic);
  writer.Field("flows", row.flows);
  WriteOptionalRates(writer, row.rates);
  if (writer.BeginArray("interfaces")) {
    for (const Part& part : row.parts) {
      writer.BeginObject();
      writer.Field("interface", snapshot.interfaces[part.interface_index].name);
      json::WriteTraffic(writer, part.traffic);
      writer.Field("flows", part.flows);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
}

}  // namespace

Response ListApplications(const Request& request, const Dependencies& dependencies) {
  const auto snapshot = Counters(dependencies);
  const json::FieldCatalogue fields(kFields);
  Query query(request, kParameters);
  const PageRequest<ApplicationRow> page(query, kSorts, "-bytes", fields);
  const auto interfaces = ReadInterfaces(query, *snapshot);
  const bool all = query.Boolean("all").value_or(false);
  std::vector<std::string> categories, texts;
  for (const std::string_view name : query.AnyOf("category")) categories.push_back(ToLower(name));
  for (const std::string_view text : query.AnyOf("text")) texts.push_back(ToLower(text));
  for (const std::string& name : categories) {
    const auto& known = snapshot->catalogue->categories;
    if (std::none_of(known.begin(), known.end(),
                     [&](const std::string& other) { return ToLower(other) == name; })) {
      query.Refuse("category", name, "a category's name");
    }
  }
  if (auto refusal = query.refusal()) return *refusal;

  const std::vector<ApplicationRow> rows = AllRows(*snapshot, interfaces, all);
  auto selector = page.Selector();
  for (const ApplicationRow& row : rows) {
    if (!categories.empty() &&
        (row.category == nullptr || !Contains(categories, ToLower(*row.category)))) {
      continue;
    }
    const std::string name = ToLower(row.name);
    if (!texts.empty() && std::none_of(texts.begin(), texts.end(), [&](const std::string& text) {
          return name.find(text) != std::string::npos;
        })) {
      continue;
    }
    selector.Offer(page.RankOf(row, *snapshot), row);
  }
  return page.Respond(selector, [&](json::Writer& writer, const ApplicationRow& row) {
    WriteApplication(writer, row, *snapshot);
  });
}

}  // namespace wiregauge::api
