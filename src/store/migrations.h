// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "store/database.h"

namespace wiregauge::store {

// One numbered SQL file of migrations/<schema>/, built into the binary.
struct Migration {
  int64_t version = 0;    // 1, 2, ... without a gap
  std::string_view name;  // of the file: "0001_series.sql"
  std::string_view sql;
};

// The migrations of a schema by its folder's name, in order; empty when there is none of that name.
std::span<const Migration> MigrationsOf(std::string_view schema);

// Brings the file to the newest version, each step in a transaction of its own; a step that fails
// leaves the version before it. `PRAGMA user_version` holds the version. kConflict when the file is
// of a newer version than the migrations: nothing is touched then.
Status Migrate(Database& database, std::span<const Migration> migrations);

}  // namespace wiregauge::store
