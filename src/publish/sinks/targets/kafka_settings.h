// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/settings.h"

namespace wiregauge::sinks {

// Properties of librdkafka with their values, in the order in which they are set: a later one wins.
struct KafkaSettings {
  std::string sink;                                        // who logs
  std::vector<std::pair<std::string, std::string>> own;    // what the sink's options mean
  std::vector<std::pair<std::string, std::string>> extra;  // the sink's `properties`
};

// "kafka-1:9092,kafka-2:9092": each with its port.
std::string KafkaBrokersOf(const config::Sink& sink);

KafkaSettings KafkaSettingsOf(const config::Sink& sink);

}  // namespace wiregauge::sinks
