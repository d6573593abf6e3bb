// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "publish/sinks/record/field.h"

// The table of MySQL and MariaDB, as it follows from the field table.
namespace wiregauge::sinks {

// What tells a record in the table. Every selection of fields has them.
inline constexpr std::string_view kMysqlIdColumn = "RECORD_ID", kMysqlTimeColumn = "LAST_SWITCHED";

struct MysqlColumn {
  std::string_view name;
  FieldType type = FieldType::kText;
  std::string definition;      // "SMALLINT UNSIGNED NULL COMMENT '...'"
  size_t most_characters = 0;  // a longer text is cut; 0: it has room for every text
};

// Of these fields and the key's, in the table's order; no names: all. Names are of AllFields().
std::vector<MysqlColumn> MysqlColumns(std::span<const std::string> fields);

// "`name`"
std::string MysqlName(std::string_view name);
// "'text'", as every sql_mode without NO_BACKSLASH_ESCAPES reads it in UTF-8.
std::string MysqlText(std::string_view text);

// CREATE TABLE IF NOT EXISTS with its keys, without an end. `table` stands as it is.
std::string MysqlCreateTable(std::string_view table, std::span<const MysqlColumn> columns);
// ALTER TABLE that adds what is not in `present`; empty: all is there.
std::string MysqlAddColumns(std::string_view table, std::span<const MysqlColumn> columns,
                            std::span<const std::string> present);

// The whole schema as a script that a client reads: `wiregauge sinks schema mysql`.
std::string MysqlSchema(std::string_view table = "flows", std::span<const std::string> fields = {});

}  // namespace wiregauge::sinks
