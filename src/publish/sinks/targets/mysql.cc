// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/mysql_target.h"
#include "publish/sinks/targets/types.h"

namespace wiregauge::sinks {
namespace {

config::Sink WithKey(config::Sink settings) {
  if (settings.fields.empty()) return settings;
  for (const std::string_view name : {kMysqlIdColumn, kMysqlTimeColumn}) {
    settings.fields.emplace_back(name);
  }
  return settings;
}

}  // namespace

Result<Parts> MakeMysql(const config::Sink& settings, const Surroundings& with) {
  if (settings.format == "wiregauge") {
    return Error{ErrorCode::kInvalidArgument,
                 "format: a table has the fields of ntopng's format, not wiregauge's objects"};
  }
  auto encoder = MakeJsonLines(WithKey(settings), with);
  if (!encoder.ok()) return encoder.error();
  MysqlOptions options{.host = settings.host,
                       .port = static_cast<uint16_t>(settings.port),
                       .user = settings.user,
                       .password = settings.password,
                       .ca_file = settings.ca_file,
                       .verify_tls = settings.verify_tls,
                       .timeout = settings.timeout};
  MysqlTable table{.database = settings.database,
                   .table = settings.table,
                   .columns = MysqlColumns(settings.fields),
                   .manage_schema = settings.manage_schema};
  return Parts{
      .encoder = std::move(encoder).value(),
      .target = std::make_unique<MysqlTarget>(std::move(options), std::move(table), with.clock)};
}

}  // namespace wiregauge::sinks
