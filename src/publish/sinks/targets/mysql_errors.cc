// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/mysql_errors.h"

#include <algorithm>

namespace wiregauge::sinks {
namespace {

// mysqld_error.h of MariaDB and the reference of MySQL 8.
constexpr unsigned kNoDatabase[] = {1049};  // ER_BAD_DB_ERROR
constexpr unsigned kSchema[] = {
    1051,  // ER_BAD_TABLE_ERROR
    1054,  // ER_BAD_FIELD_ERROR
    1146,  // ER_NO_SUCH_TABLE
};
constexpr unsigned kRecords[] = {
    1118,  // ER_TOO_BIG_ROWSIZE
    1153,  // ER_NET_PACKET_TOO_LARGE
    1264,  // ER_WARN_DATA_OUT_OF_RANGE
    1265,  // WARN_DATA_TRUNCATED
    1292,  // ER_TRUNCATED_WRONG_VALUE
    1300,  // ER_INVALID_CHARACTER_STRING
    1366,  // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
    1406,  // ER_DATA_TOO_LONG
    1644,  // ER_SIGNAL_EXCEPTION: a trigger does not want it
    2020,  // CR_NET_PACKET_TOO_LARGE
    3819,  // ER_CHECK_CONSTRAINT_VIOLATED (MySQL)
    4025,  // ER_CONSTRAINT_FAILED (MariaDB)
};
// Of the classes of kRecords, but not a record's fault.
constexpr unsigned kTables[] = {
    1136,  // ER_WRONG_VALUE_COUNT_ON_ROW
    1364,  // ER_NO_DEFAULT_FOR_FIELD
    1526,  // ER_NO_PARTITION_FOR_GIVEN_VALUE
};

}  // namespace

MysqlFault MysqlFaultOf(unsigned code, std::string_view sqlstate) {
  if (std::ranges::count(kNoDatabase, code) > 0) return MysqlFault::kNoDatabase;
  if (std::ranges::count(kSchema, code) > 0) return MysqlFault::kSchema;
  if (std::ranges::count(kRecords, code) > 0) return MysqlFault::kRecords;
  if (std::ranges::count(kTables, code) > 0) return MysqlFault::kLater;
  // Data exception, integrity constraint violation.
  const bool is_of_data = sqlstate.starts_with("22") || sqlstate.starts_with("23");
  return is_of_data ? MysqlFault::kRecords : MysqlFault::kLater;
}

}  // namespace wiregauge::sinks
