// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/mysql_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wiregauge::sinks {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MysqlSchema, HasAColumnForEachField) {
  const std::string schema = MysqlSchema();
  for (const Field& field : AllFields()) {
    EXPECT_THAT(schema, HasSubstr("\n  " + MysqlName(field.name) + " ")) << field.name;
  }
  EXPECT_THAT(schema, HasSubstr("CREATE TABLE IF NOT EXISTS `flows` (\n"));
  EXPECT_THAT(schema, HasSubstr("PRIMARY KEY (`LAST_SWITCHED`, `RECORD_ID`)"));
  EXPECT_THAT(schema, HasSubstr("KEY `IPV6_DST_ADDR` (`IPV6_DST_ADDR`, `LAST_SWITCHED`)"));
}

TEST(MysqlSchema, ASelectionKeepsTheKey) {
  const std::string fields[] = {"IN_BYTES", "IPV4_SRC_ADDR"};
  const std::string schema = MysqlSchema("a`b", fields);
  EXPECT_THAT(schema, HasSubstr("`a``b`"));
  EXPECT_THAT(schema, HasSubstr("`RECORD_ID` CHAR(32)"));
  EXPECT_THAT(schema, HasSubstr("`LAST_SWITCHED` INT UNSIGNED NOT NULL"));
  EXPECT_THAT(schema, HasSubstr("`IN_BYTES` BIGINT UNSIGNED NULL"));
  EXPECT_THAT(schema, HasSubstr("KEY `IPV4_SRC_ADDR`"));
  EXPECT_THAT(schema, Not(HasSubstr("OUT_BYTES")));
  EXPECT_THAT(schema, Not(HasSubstr("IPV4_DST_ADDR")));
}

TEST(MysqlSchema, AddsWhatIsMissingAndDropsNothing) {
  const std::string fields[] = {"IN_BYTES", "OUT_BYTES"};
  const auto columns = MysqlColumns(fields);
  const std::string present[] = {"record_id", "LAST_SWITCHED", "IN_BYTES", "MINE"};
  const std::string alter = MysqlAddColumns("`flows`", columns, present);
  EXPECT_THAT(alter, HasSubstr("ALTER TABLE `flows`\n  ADD COLUMN `OUT_BYTES` BIGINT UNSIGNED"));
  EXPECT_THAT(alter, Not(HasSubstr("IN_BYTES")));
  EXPECT_THAT(alter, Not(HasSubstr("MINE")));
  const std::string all[] = {"RECORD_ID", "LAST_SWITCHED", "IN_BYTES", "OUT_BYTES"};
  EXPECT_EQ(MysqlAddColumns("`flows`", columns, all), "");
}

}  // namespace
}  // namespace wiregauge::sinks
