// SPDX-License-Identifier: Apache-2.0
// What simPod JSON asks for beyond SimpleJson.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "publish/grafana/answer.h"
#include "publish/grafana/handlers.h"
#include "publish/grafana/search.h"
#include "publish/json/writer.h"

namespace wiregauge::grafana {
namespace {

struct Choice {
  std::string_view label, value;
};
constexpr std::array<Choice, 5> kAggregations = {
    {{"Average", "avg"}, {"Least", "min"}, {"Most", "max"}, {"Sum", "sum"}, {"Last", "last"}}};

void WriteChoices(json::Writer& writer) {
  writer.BeginArray();
  for (const Choice& choice : kAggregations) {
    writer.BeginObject();
    writer.Field("label", choice.label);
    writer.Field("value", choice.value);
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteLimit(json::Writer& writer) {
  writer.BeginObject();
  writer.Field("name", "limit");
  writer.Field("label", "Limit");
  writer.Field("type", "input");
  writer.Field("placeholder", "20");
  writer.EndObject();
}

void WriteAggregation(json::Writer& writer) {
  writer.BeginObject();
  writer.Field("name", "aggregation");
  writer.Field("label", "Aggregation");
  writer.Field("type", "select");
  writer.Field("placeholder", "of each step");
  if (writer.Key("options")) WriteChoices(writer);
  writer.EndObject();
}

// `metric` is null for a table.
void WriteMetric(json::Writer& writer, const std::string& name, const timeseries::Metric* metric) {
  writer.BeginObject();
  writer.Field("label", name);
  writer.Field("value", name);
  if (writer.BeginArray("payloads")) {
    if (metric == nullptr || metric->is_all) WriteLimit(writer);
    if (metric != nullptr && metric->measure->form != timeseries::Form::kTotal) {
      WriteAggregation(writer);
    }
    writer.EndArray();
  }
  writer.EndObject();
}

// What a script declares: a choice where it lists the values.
void WriteParameter(json::Writer& writer, const ScriptTarget::Parameter& parameter) {
  writer.BeginObject();
  writer.Field("name", parameter.name);
  writer.Field("label", parameter.name);
  writer.Field("type", parameter.choices.empty() ? "input" : "select");
  writer.Field("placeholder", parameter.initial.value_or(parameter.description));
  if (!parameter.choices.empty() && writer.BeginArray("options")) {
    for (const std::string& choice : parameter.choices) {
      writer.BeginObject();
      writer.Field("label", choice);
      writer.Field("value", choice);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
}

void WriteScript(json::Writer& writer, const ScriptTarget& script) {
  writer.BeginObject();
  writer.Field("label", script.name);
  writer.Field("value", script.name);
  if (writer.BeginArray("payloads")) {
    for (const ScriptTarget::Parameter& parameter : script.parameters) {
      WriteParameter(writer, parameter);
    }
    writer.EndArray();
  }
  writer.EndObject();
}

}  // namespace

// All of them: "metric" in the body is the one that is chosen, whose options are the same.
Response ListMetrics(const Request& request, const View& view) {
  const auto body = ReadBody(request);
  if (!body.ok()) return ErrorAnswer(body.error());
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const std::string& name : FindNames("", view)) {
    const auto script = std::ranges::find(view.scripts, name, &ScriptTarget::name);
    if (script != view.scripts.end()) {
      WriteScript(writer, *script);
    } else {
      WriteMetric(writer, name, view.catalogue.Find(name));
    }
  }
  writer.EndArray();
  return http::JsonResponse(std::move(out));
}

Response ListPayloadOptions(const Request& request, const View&) {
  const auto body = ReadBody(request);
  if (!body.ok()) return ErrorAnswer(body.error());
  std::string out;
  json::Writer writer(out);
  if (body->root()["name"].text() == "aggregation") {
    WriteChoices(writer);
  } else {
    writer.BeginArray();
    writer.EndArray();
  }
  return http::JsonResponse(std::move(out));
}

Response Variable(const Request& request, const View& view) {
  const auto body = ReadBody(request);
  if (!body.ok()) return ErrorAnswer(body.error());
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  const std::string_view typed = body->root()["payload"]["target"].text().value_or("");
  for (const std::string& name : FindNames(typed, view)) {
    writer.BeginObject();
    writer.Field("__text", name);
    writer.Field("__value", name);
    writer.EndObject();
  }
  writer.EndArray();
  return http::JsonResponse(std::move(out));
}

}  // namespace wiregauge::grafana
