// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/kafka_target.h"
#include "publish/sinks/targets/types.h"

namespace wiregauge::sinks {

Result<Parts> MakeKafka(const config::Sink& settings, const Surroundings& with) {
  auto objects = MakeJsonObjects(settings, with);
  if (!objects.ok()) return objects.error();
  KafkaOptions options{.settings = KafkaSettingsOf(settings),
                       .brokers = KafkaBrokersOf(settings),
                       .topic = settings.topic,
                       .timeout = settings.timeout};
  if (Status good = KafkaProducer::Check(options.settings); !good.ok()) return good.error();
  return Parts{.encoder = std::make_unique<KafkaEncoder>(std::move(objects).value(), with.context),
               .target = std::make_unique<KafkaTarget>(std::move(options), with.clock)};
}

}  // namespace wiregauge::sinks
