// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "config/settings.h"
#include "publish/sinks/frame/sink.h"
#include "publish/sinks/frame/target.h"
#include "publish/sinks/record/field.h"

namespace wiregauge::sinks {

// What sinks are made in.
struct Surroundings {
  std::shared_ptr<const RecordContext> context;
  const Clock& clock;
  std::string data_dir;  // for spools and dead letters
};

// What a type of sink brings along.
struct Parts {
  std::unique_ptr<Encoder> encoder;
  std::unique_ptr<Target> target;
};

// A sink as the settings have it, not yet started. Nothing is connected here: a receiver that is
// away is no error. kInvalidArgument names the key: "filter: ...", "fields: ...".
Result<std::unique_ptr<Sink>> MakeSink(const config::Sink& settings, const Surroundings& with);

// What a receiver of that type has for the records: SQL, a template. kInvalidArgument: there is
// nothing of the kind for this type, or for its format.
Result<std::string> SchemaText(const config::Sink& settings);

// Whether MakeSink would be content, without making anything.
Status CheckSink(const config::Sink& settings, const Surroundings& with);

}  // namespace wiregauge::sinks
