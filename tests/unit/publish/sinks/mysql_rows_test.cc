// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/mysql_rows.h"

#include <gtest/gtest.h>

#include "publish/sinks/targets/mysql_errors.h"

namespace wiregauge::sinks {
namespace {

MysqlRows MakeRows(const std::vector<std::string>& fields) {
  return MysqlRows(MysqlColumns(fields));
}

std::string RowOf(MysqlRows rows, std::string_view json) {
  std::string row;
  EXPECT_TRUE(rows.Append(json, row)) << json;
  return row;
}

TEST(MysqlRows, PutsEachFieldIntoItsColumn) {
  MysqlRows rows = MakeRows({"IN_BYTES", "SRC_LOCAL", "CLIENT_NW_LATENCY_MS"});
  EXPECT_EQ(rows.ColumnList(),
            "(`RECORD_ID`,`IN_BYTES`,`LAST_SWITCHED`,`CLIENT_NW_LATENCY_MS`,`SRC_LOCAL`)");
  EXPECT_EQ(RowOf(rows, R"({"RECORD_ID":"ab","IN_BYTES":18446744073709551615,"LAST_SWITCHED":7,)"
                        R"("CLIENT_NW_LATENCY_MS":0.25,"SRC_LOCAL":true})"),
            "('ab',18446744073709551615,7,0.25,true)");
}

TEST(MysqlRows, WhatIsMissingIsNull) {
  EXPECT_EQ(RowOf(MakeRows({"INFO"}), R"({"RECORD_ID":"ab","LAST_SWITCHED":7})"), "('ab',7,NULL)");
  EXPECT_EQ(RowOf(MakeRows({"INFO"}), "{}"), "(NULL,NULL,NULL)");
}

// As a spool of an earlier version has them.
TEST(MysqlRows, ReadsFieldsInAnyOrderAndLeavesOutWhatItDoesNotKnow) {
  EXPECT_EQ(
      RowOf(MakeRows({"INFO"}),
            R"({"GONE":["a]","b\"]"],"INFO":"x","OLD":-1e5,"LAST_SWITCHED":7,"RECORD_ID":"a"})"),
      "('a',7,'x')");
}

TEST(MysqlRows, QuotesTexts) {
  const auto text = [](const std::string& inside) {
    return RowOf(MakeRows({"INFO"}), R"({"INFO":")" + inside + "\"}");
  };
  EXPECT_EQ(text("it's"), R"((NULL,NULL,'it\'s'))");
  EXPECT_EQ(text(R"(\\' OR 1=1 -- )"), R"((NULL,NULL,'\\\' OR 1=1 -- '))");
  EXPECT_EQ(text(R"(\"\/\n\t\b\f)"), "(NULL,NULL,'\"/\n\t\b\f')");
  EXPECT_EQ(text(R"(\u0000\u0001\u001f)"), "(NULL,NULL,'\\0\x01\x1f')");
  EXPECT_EQ(text("\xe2\x82\xac"), "(NULL,NULL,'\xe2\x82\xac')");
}

TEST(MysqlRows, CutsTextsAtTheColumnsEnd) {
  std::string long_text, cut;
  for (int i = 0; i < 300; ++i) long_text.append(i % 2 == 0 ? "\xe2\x82\xac" : R"(\\)");
  for (int i = 0; i < 255; ++i) cut.append(i % 2 == 0 ? "\xe2\x82\xac" : R"(\\)");
  EXPECT_EQ(RowOf(MakeRows({"L7_PROTO_NAME"}), R"({"L7_PROTO_NAME":")" + long_text + "\"}"),
            "(NULL,'" + cut + "',NULL)");
}

TEST(MysqlRows, TimesAndListsAreTexts) {
  EXPECT_EQ(
      RowOf(MakeRows({"ntop_timestamp", "L7_RISK_NAMES"}),
            R"({"ntop_timestamp":"2026-11-24T22:00:00.074123Z","L7_RISK_NAMES":["it's","\"b\""]})"),
      R"(('2026-11-24 22:00:00.074123',NULL,'["it\'s","\\"b\\""]',NULL))");
}

TEST(MysqlRows, GivesValuesBesideTheSql) {
  MysqlRows rows = MakeRows({"INFO", "SRC_LOCAL"});
  EXPECT_EQ(rows.Placeholders(), "(?,?,?,?)");
  MysqlValues values;
  const std::string first = R"({"RECORD_ID":"ab","LAST_SWITCHED":7,"SRC_LOCAL":true})";
  const std::string second = R"({"RECORD_ID":"cd","LAST_SWITCHED":8,"INFO":"it's\n\u0000"})";
  ASSERT_TRUE(rows.Append(first, values));
  ASSERT_TRUE(rows.Append(second, values));
  EXPECT_FALSE(rows.Append("{", values));
  EXPECT_EQ(values.rows, 2u);
  const auto text = [&](size_t column, size_t row) {
    const auto& of = values.columns[column];
    return of.nulls[row] != 0 ? "NULL" : std::string(of.texts[row], of.lengths[row]);
  };
  EXPECT_EQ(text(0, 0), "ab");
  EXPECT_EQ(text(1, 1), "8");
  EXPECT_EQ(text(2, 0), "1");
  EXPECT_EQ(text(2, 1), "NULL");
  EXPECT_EQ(text(3, 0), "NULL");
  EXPECT_EQ(text(3, 1), std::string("it's\n\0", 6));
}

TEST(MysqlRows, DamagedRecordsAreNone) {
  MysqlRows rows = MakeRows({});
  std::string row = "x";
  for (const char* const json :
       {"", "{", "}", "[]", R"({"a")", R"({"a":})", R"({"a":1)", R"({"a":"b})", R"({"a":["b})",
        R"({"a":1 "b":2})", R"({a:1})", R"({"a":"\)"}) {
    EXPECT_FALSE(rows.Append(json, row)) << json;
  }
  EXPECT_EQ(row, "x");
}

TEST(MysqlFaults, TellRecordsFromServers) {
  EXPECT_EQ(MysqlFaultOf(1406, "22001"), MysqlFault::kRecords);  // too long
  EXPECT_EQ(MysqlFaultOf(1366, "HY000"), MysqlFault::kRecords);  // as MySQL has it
  EXPECT_EQ(MysqlFaultOf(1048, "23000"), MysqlFault::kRecords);  // no NULL there
  EXPECT_EQ(MysqlFaultOf(1153, "08S01"), MysqlFault::kRecords);  // packet too large
  EXPECT_EQ(MysqlFaultOf(1136, "21S01"), MysqlFault::kLater);
  EXPECT_EQ(MysqlFaultOf(1526, "HY000"), MysqlFault::kLater);  // no partition for it
  for (const unsigned code : {1021U, 1026U, 1030U, 1040U, 1045U, 1053U, 1114U, 1142U, 1205U, 1213U,
                              1290U, 1317U, 1927U, 2002U, 2006U, 2013U, 2026U}) {
    EXPECT_EQ(MysqlFaultOf(code, "HY000"), MysqlFault::kLater) << code;
  }
  EXPECT_EQ(MysqlFaultOf(1146, "42S02"), MysqlFault::kSchema);
  EXPECT_EQ(MysqlFaultOf(1054, "42S22"), MysqlFault::kSchema);
  EXPECT_EQ(MysqlFaultOf(1049, "42000"), MysqlFault::kNoDatabase);
}

}  // namespace
}  // namespace wiregauge::sinks
