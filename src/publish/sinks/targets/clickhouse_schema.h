// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"

namespace wiregauge::sinks {

// The table of flow records and the views on it, of the field table: what `wiregauge sinks schema
// clickhouse` prints and the sink makes. Takes of the settings database, table and fields. The SQL
// is understood by ClickHouse 18.16 and by what came after it.

struct ClickHouseColumn {
  std::string_view name;
  std::string type;
};

// Of the fields that were chosen, and of those that the table's key needs.
std::vector<ClickHouseColumn> ClickHouseColumns(const config::Sink& settings);

// kInvalidArgument: database or table is no name; names the key.
Status CheckClickHouseNames(const config::Sink& settings);

std::string ClickHouseCreateDatabase(const config::Sink& settings);
std::string ClickHouseCreateTable(const config::Sink& settings);
std::string ClickHouseAddColumns(const config::Sink& settings,
                                 const std::vector<ClickHouseColumn>& missing);
// One statement a view; those whose columns were not all chosen are left out.
std::vector<std::string> ClickHouseCreateViews(const config::Sink& settings);
std::string ClickHouseInsert(const config::Sink& settings);

// All statements that make the schema, as clickhouse-client --multiquery takes them.
std::string ClickHouseSchema(const config::Sink& settings);

}  // namespace wiregauge::sinks
