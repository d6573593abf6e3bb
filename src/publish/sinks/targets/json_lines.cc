// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/types.h"

namespace wiregauge::sinks {

Result<JsonObjects> MakeJsonObjects(const config::Sink& settings, const Surroundings& with) {
  auto objects = JsonObjects::Make(
      {.own_object = settings.format == "wiregauge", .fields = settings.fields}, *with.context);
  if (objects.ok()) return objects;
  return Error{ErrorCode::kInvalidArgument, "fields: " + objects.error().message};
}

Result<std::unique_ptr<Encoder>> MakeJsonLines(const config::Sink& settings,
                                               const Surroundings& with) {
  auto objects = MakeJsonObjects(settings, with);
  if (!objects.ok()) return objects.error();
  return std::unique_ptr<Encoder>(
      std::make_unique<JsonLineEncoder>(std::move(objects).value(), with.context));
}

}  // namespace wiregauge::sinks
