// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/json_encoder.h"
#include "publish/sinks/targets/types.h"

namespace wiregauge::sinks {

Result<std::unique_ptr<Encoder>> MakeJsonLines(const config::Sink& settings,
                                               const Surroundings& with) {
  auto objects = JsonObjects::Make(
      {.own_object = settings.format == "wiregauge", .fields = settings.fields}, *with.context);
  if (!objects.ok()) {
    return Error{ErrorCode::kInvalidArgument, "fields: " + objects.error().message};
  }
  return std::unique_ptr<Encoder>(
      std::make_unique<JsonLineEncoder>(std::move(objects).value(), with.context));
}

}  // namespace wiregauge::sinks
