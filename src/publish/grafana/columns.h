// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "publish/json/writer.h"

namespace wiregauge::grafana {

// Grafana guesses anew by the name of a column: the one with times is called "Time", and no other.
struct Column {
  std::string_view name;
  std::string_view type;  // "time" (milliseconds since 1970), "string", "number"
};

// {"type": "table", "columns": [...], "rows": [ : each row is an array of values now.
inline void BeginTable(json::Writer& writer, std::span<const Column> columns,
                       const std::optional<std::string>& ref_id) {
  writer.BeginObject();
  writer.Field("type", "table");
  writer.FieldIfKnown("refId", ref_id);
  if (writer.BeginArray("columns")) {
    for (const Column& column : columns) {
      writer.BeginObject();
      writer.Field("text", column.name);
      writer.Field("type", column.type);
      writer.EndObject();
    }
    writer.EndArray();
  }
  if (!writer.BeginArray("rows")) return;
}

inline void EndTable(json::Writer& writer) {
  writer.EndArray();
  writer.EndObject();
}

}  // namespace wiregauge::grafana
