// SPDX-License-Identifier: Apache-2.0
#include "publish/grafana/answer.h"
#include "publish/grafana/handlers.h"
#include "publish/grafana/search.h"
#include "publish/json/writer.h"

namespace wiregauge::grafana {

// Both answer 200 whatever they are asked: SimpleJson waits forever for anything else.

Response TagKeys(const Request&, const View&) {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const timeseries::Kind& kind : timeseries::AllKinds()) {
    if (kind.naming == timeseries::Naming::kPart) continue;
    writer.BeginObject();
    writer.Field("type", "string");
    writer.Field("text", kind.name);
    writer.EndObject();
  }
  writer.EndArray();
  return http::JsonResponse(std::move(out));
}

Response TagValues(const Request& request, const View& view) {
  const auto body = ReadBody(request);
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  if (body.ok()) {
    for (const std::string& value : ValuesOfTag(body->root()["key"].text().value_or(""), view)) {
      writer.BeginObject();
      writer.Field("text", value);
      writer.EndObject();
    }
  }
  writer.EndArray();
  return http::JsonResponse(std::move(out));
}

}  // namespace wiregauge::grafana
