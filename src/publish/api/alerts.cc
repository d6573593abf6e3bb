// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alerts/alert_book.h"
#include "alerts/alert_content.h"
#include "base/log.h"
#include "base/text.h"
#include "publish/api/handlers.h"
#include "publish/api/moment.h"
#include "publish/api/page.h"
#include "publish/api/responses.h"
#include "publish/json/alert_json.h"

namespace wiregauge::api {
namespace {

using alerts::AlertBook;
using alerts::AlertFilter;
using alerts::AlertPtr;
using alerts::AlertReading;
using alerts::AlertRow;
using alerts::HostChoice;
using model::Severity;
using model::SubjectKind;
using View = snapshot::Snapshot;

// Of those that are alike in it the newest stand first, when it descends.
constexpr SortField<AlertRow> kSorts[] = {
    {"id", [](const AlertRow& a, const View&) { return KeyOf(a.id); }, true},
    {"severity",
     [](const AlertRow& a, const View&) { return KeyOf(static_cast<uint64_t>(a.severity)); }, true},
    {"raised_at", [](const AlertRow& a, const View&) { return KeyOf(a.raised_at); }, true},
    {"last_seen_at", [](const AlertRow& a, const View&) { return KeyOf(a.last_seen_at); }, true},
    {"released_at",
     [](const AlertRow& a, const View&) {
       return a.released_at ? KeyOf(*a.released_at) : kNotKnown;
     },
     true},
    {"times", [](const AlertRow& a, const View&) { return KeyOf(a.times); }, true},
};

Response AlertsAreOff() {
  return http::ProblemResponse(404, "There are no alerts: the setting alerts.enabled is false.");
}

std::string SeverityNames() {
  std::string names;
  for (size_t i = 0; i < model::kSeverities; ++i) {
    names += (i == 0 ? "" : ", ") + std::string(SeverityName(static_cast<Severity>(i)));
  }
  return names;
}

std::string KindNames() {
  std::string names;
  for (size_t i = 0; i < static_cast<size_t>(SubjectKind::kCount); ++i) {
    names += (i == 0 ? "" : ", ") + std::string(SubjectKindName(static_cast<SubjectKind>(i)));
  }
  return names;
}

std::optional<bool> ReadIsEngaged(Query& query) {
  const std::string* const state = query.One("state");
  if (state == nullptr) return std::nullopt;
  if (*state != "engaged" && *state != "past") query.Refuse("state", *state, "engaged or past");
  return *state == "engaged";
}

Severity ReadLeastSeverity(Query& query) {
  const std::string* const name = query.One("min_severity");
  if (name == nullptr) return Severity::kInfo;
  const auto severity = model::ParseSeverity(*name);
  if (!severity) query.Refuse("min_severity", *name, "one of " + SeverityNames());
  return severity.value_or(Severity::kInfo);
}

// All but the interfaces, which need a look at the alerts.
AlertFilter ReadFilter(Query& query, const Request& request, Timestamp now) {
  AlertFilter filter;
  filter.identity = request.identity.get();
  filter.is_engaged = ReadIsEngaged(query);
  filter.severities =
      query.AnyOf<Severity>("severity", "one of " + SeverityNames(), model::ParseSeverity);
  filter.least_severity = ReadLeastSeverity(query);
  filter.types = query.AnyOf<std::string>(
      "type", "a type of alerts: letters a to z, digits and _", [](std::string_view text) {
        return alerts::IsAlertType(text) ? std::optional(std::string(text)) : std::nullopt;
      });
  filter.kinds = query.AnyOf<SubjectKind>("kind", "one of " + KindNames(), model::ParseSubjectKind);
  filter.hosts = query.AnyOf<HostChoice>("host", kHostForm, HostChoice::Parse);
  for (const std::string_view text : query.AnyOf("text")) filter.texts.push_back(ToLower(text));
  filter.from = ReadMoment(query, "from", now);
  filter.to = ReadMoment(query, "to", now);
  if (filter.from && filter.to && *filter.from >= *filter.to) {
    query.Refuse("from", "from: it is not before to.");
  }
  return filter;
}

// The user's interfaces, and those that alerts they may see are about: it may be gone.
Status ReadInterfacesOfAlerts(Query& query, AlertReading& reading, const View& snapshot,
                              AlertFilter& filter) {
  const std::vector<std::string_view> asked = query.AnyOf("interface");
  const auto is_watched = [&](std::string_view name) {
    return snapshot.FindInterface(name).has_value();
  };
  std::set<std::string> known;
  if (!std::ranges::all_of(asked, is_watched)) {
    auto found = reading.Interfaces({.identity = filter.identity});
    if (!found.ok()) return found.error();
    known = std::move(found).value();
  }
  for (const std::string_view name : asked) {
    filter.interfaces.emplace_back(name);
    if (!is_watched(name) && !known.contains(filter.interfaces.back())) {
      query.Refuse("interface", name, "an interface that is watched or has alerts");
    }
  }
  return {};
}

Result<AlertReading> ReadBook(AlertBook& book, const AlertFilter& filter) {
  if (filter.is_engaged == true) return book.ReadEngaged();
  return book.Read();
}

struct NamedAlert {
  uint64_t id = 0;
  std::optional<Response> refusal;
};

NamedAlert ReadNamed(const Request& request, Query& query) {
  const std::string& text = request.PathParameter("alert");
  const auto id = ParseNumber<uint64_t>(text);
  if (!id) query.Refuse("alert", text, "an alert's id: a whole number");
  return {id.value_or(0), query.refusal()};
}

Response NoSuchAlert(uint64_t id) {
  return http::NoSuchThing(
      "alert", "There is no alert " + std::to_string(id) + ": it never was, or is kept no longer.");
}

Response Answer(const model::Alert& alert, const json::FieldMask* mask = nullptr) {
  std::string body;
  json::Writer writer(body);
  writer.Apply(mask);
  json::WriteAlert(writer, alert);
  return http::JsonResponse(std::move(body));
}

// What is engaged can be told whatever the file is like.
Result<AlertPtr> FindAlert(AlertBook& book, uint64_t id) {
  auto engaged = book.ReadEngaged().Find(id);
  if (!engaged.ok() || *engaged != nullptr) return engaged;
  auto reading = book.Read();
  if (!reading.ok()) return reading.error();
  return reading->Find(id);
}

}  // namespace

Response ListAlerts(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {
      "state", "severity", "min_severity", "type", "kind",   "interface", "host",
      "from",  "to",       "text",         "sort", "cursor", "limit",     "fields"};
  if (dependencies.alerts == nullptr) return AlertsAreOff();
  Query query(request, kParameters);
  const PageRequest<AlertRow> page(query, kSorts, "-id", json::AlertFields());
  AlertFilter filter = ReadFilter(query, request, dependencies.clock.Now());
  if (auto refusal = query.refusal()) return *refusal;
  auto reading = ReadBook(*dependencies.alerts, filter);
  if (!reading.ok()) return http::ErrorResponse(reading.error());
  Status status = ReadInterfacesOfAlerts(query, *reading, *Counters(dependencies), filter);
  if (!status.ok()) return http::ErrorResponse(status.error());
  if (auto refusal = query.refusal()) return *refusal;
  const auto rows = reading->Select(filter);
  if (!rows.ok()) return http::ErrorResponse(rows.error());
  auto selector = page.Selector();
  for (const AlertRow& row : *rows) selector.Offer(page.RankOf(row, View()), row);
  std::optional<Error> problem;
  Response response = page.Respond(selector, [&](json::Writer& writer, const AlertRow& row) {
    const auto alert = reading->Find(row.id);
    if (!alert.ok()) {
      problem = alert.error();
    } else if (*alert != nullptr) {
      json::WriteAlert(writer, **alert);
    }
  });
  return problem ? http::ErrorResponse(*problem) : std::move(response);
}

Response GetAlert(const Request& request, const Dependencies& dependencies) {
  static constexpr std::string_view kParameters[] = {"fields"};
  if (dependencies.alerts == nullptr) return AlertsAreOff();
  Query query(request, kParameters);
  const auto mask = ReadFields(query, json::AlertFields());
  const NamedAlert named = ReadNamed(request, query);
  if (named.refusal) return *named.refusal;
  const auto alert = FindAlert(*dependencies.alerts, named.id);
  if (!alert.ok()) return http::ErrorResponse(alert.error());
  const bool is_seen =
      *alert != nullptr && alerts::MaySee(request.identity.get(), (*alert)->content.subject);
  return is_seen ? Answer(**alert, mask ? &*mask : nullptr) : NoSuchAlert(named.id);
}

Response ReleaseAlert(const Request& request, const Dependencies& dependencies) {
  if (auto refusal = RefuseOtherOrigin(request, dependencies.allowed_origin, "release alerts"))
    return *refusal;
  if (dependencies.alerts == nullptr) return AlertsAreOff();
  Query query(request, {});
  const NamedAlert named = ReadNamed(request, query);
  if (named.refusal) return *named.refusal;
  const auto released = dependencies.alerts->Release(named.id);
  if (released.ok()) return Answer(**released);
  if (released.error().code == ErrorCode::kNotFound) return NoSuchAlert(named.id);
  return http::ErrorResponse(released.error(), "alert");
}

}  // namespace wiregauge::api
