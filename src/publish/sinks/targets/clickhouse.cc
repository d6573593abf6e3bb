// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "publish/sinks/targets/clickhouse_schema.h"
#include "publish/sinks/targets/clickhouse_target.h"
#include "publish/sinks/targets/types.h"

namespace wiregauge::sinks {

Result<Parts> MakeClickHouse(const config::Sink& settings, const Surroundings& with) {
  if (settings.format == "wiregauge") {
    return Error{ErrorCode::kInvalidArgument,
                 "format: a table has no columns for wiregauge; clickhouse takes ntopng"};
  }
  if (Status status = CheckClickHouseNames(settings); !status.ok()) return status.error();
  config::Sink rows = settings;
  if (!rows.fields.empty()) {
    rows.fields.clear();
    for (const ClickHouseColumn& column : ClickHouseColumns(settings)) {
      rows.fields.emplace_back(column.name);
    }
  }
  // First, for what the settings say that is no field.
  auto encoder = MakeJsonLines(settings, with);
  if (encoder.ok()) encoder = MakeJsonLines(rows, with);
  if (!encoder.ok()) return encoder.error();
  auto sender = HttpSender::Make(settings, settings.database + "." + settings.table);
  if (!sender.ok()) return sender.error();
  return Parts{.encoder = std::move(encoder).value(),
               .target = std::make_unique<ClickHouseTarget>(settings, std::move(sender).value(),
                                                            with.clock)};
}

}  // namespace wiregauge::sinks
