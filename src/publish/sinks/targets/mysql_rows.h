// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "publish/sinks/targets/mysql_schema.h"

namespace wiregauge::sinks {

// Rows of texts, column by column, as statements take them that have values beside their SQL.
// Borrows the records.
struct MysqlValues {
  struct Column {
    std::vector<const char*> texts;
    std::vector<unsigned long> lengths;
    std::vector<char> nulls;  // 1: it is NULL
  };

  void Clear();

  std::vector<Column> columns;
  std::deque<std::string> own_texts;  // of those that do not stand so in the record
  size_t rows = 0, bytes = 0;
};

// Makes rows of records that wait as the JSON objects that JsonObjects writes: so a spool can be
// read when the columns have changed since, and dead letters can be read by people. A record that
// is damaged gives no row; a field without a column is left out. Not thread-safe.
class MysqlRows {
 public:
  explicit MysqlRows(std::vector<MysqlColumn> columns) : columns_(std::move(columns)) {}

  std::span<const MysqlColumn> columns() const { return columns_; }
  // "(`A`,`B`)", "(?,?)"
  std::string ColumnList() const;
  std::string Placeholders() const;

  // Appends "('text',1,NULL)", for a session in utf8mb4 whose sql_mode reads backslashes.
  [[nodiscard]] bool Append(std::string_view json, std::string& out);
  [[nodiscard]] bool Append(std::string_view json, MysqlValues& out);

 private:
  [[nodiscard]] bool Read(std::string_view json);

  std::vector<MysqlColumn> columns_;
  std::vector<std::string_view> values_;  // of one record, as they stand in it, by column
  std::string scratch_;
};

}  // namespace wiregauge::sinks
