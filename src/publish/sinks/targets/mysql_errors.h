// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace wiregauge::sinks {

// What an error of the server or of the connection means for the records.
enum class MysqlFault : uint8_t {
  kLater,       // nothing is wrong with them: connection, lock, room, rights, a read-only server
  kRecords,     // one of them is not taken, or they are too many at once
  kSchema,      // a table or a column is not there
  kNoDatabase,  // the database is not there
};

// `code` is the server's (ER_...) or the connector's (CR_...), `sqlstate` has five characters.
MysqlFault MysqlFaultOf(unsigned code, std::string_view sqlstate);

}  // namespace wiregauge::sinks
