// SPDX-License-Identifier: Apache-2.0
#include "store/migrations.h"

#include <string>

namespace wiregauge::store {
namespace {

Status Apply(Database& database, const Migration& migration) {
  auto transaction = Transaction::Begin(database);
  if (!transaction.ok()) return transaction.error();
  // Another process may have done it meanwhile.
  const auto now = database.QueryInteger("PRAGMA user_version");
  if (!now.ok()) return now.error();
  if (*now >= migration.version) return {};
  const std::string version = "PRAGMA user_version = " + std::to_string(migration.version) + ";";
  Status status = database.Execute(std::string(migration.sql) + version);
  if (status.ok()) status = transaction->Commit();
  if (status.ok()) return status;
  return Error{status.error().code,
               "migration " + std::string(migration.name) + ": " + status.error().message};
}

}  // namespace

Status Migrate(Database& database, std::span<const Migration> migrations) {
  const auto version = database.QueryInteger("PRAGMA user_version");
  if (!version.ok()) return version.error();
  const int64_t newest = migrations.empty() ? 0 : migrations.back().version;
  if (*version > newest) {
    return Error{ErrorCode::kConflict,
                 database.path() + ": is of version " + std::to_string(*version) +
                     ", written by a newer wiregauge; this one knows version " +
                     std::to_string(newest)};
  }
  for (const Migration& migration : migrations) {
    if (migration.version <= *version) continue;
    if (Status status = Apply(database, migration); !status.ok()) return status;
  }
  return {};
}

}  // namespace wiregauge::store
