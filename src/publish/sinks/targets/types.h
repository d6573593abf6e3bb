// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "config/settings.h"
#include "publish/sinks/make_sink.h"
#include "publish/sinks/record/json_encoder.h"

// One function a type of sink: its encoder and its target from the settings. kInvalidArgument names
// the key that is wrong. Each stands in the file that is called like its type.
namespace wiregauge::sinks {

Result<Parts> MakeClickHouse(const config::Sink& settings, const Surroundings& with);
Result<Parts> MakeElasticsearch(const config::Sink& settings, const Surroundings& with);
Result<Parts> MakeFile(const config::Sink& settings, const Surroundings& with);
Result<Parts> MakeKafka(const config::Sink& settings, const Surroundings& with);
Result<Parts> MakeLogstash(const config::Sink& settings, const Surroundings& with);
Result<Parts> MakeMysql(const config::Sink& settings, const Surroundings& with);

// Objects of JSON, as the settings `format` and `fields` have them; and lines of these.
Result<JsonObjects> MakeJsonObjects(const config::Sink& settings, const Surroundings& with);
Result<std::unique_ptr<Encoder>> MakeJsonLines(const config::Sink& settings,
                                               const Surroundings& with);

}  // namespace wiregauge::sinks
