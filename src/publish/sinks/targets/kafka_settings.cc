// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/kafka_settings.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace wiregauge::sinks {
namespace {

constexpr uint64_t kQueueRoomBytes = uint64_t{1} << 20;
constexpr uint64_t kQueueRoomMessages = 1000;
// librdkafka's own bounds of socket.timeout.ms.
constexpr int64_t kLeastTimeoutMs = 10, kMostTimeoutMs = 300000;

const char* SecurityProtocol(const std::string& protocol) {
  if (protocol == "tls") return "ssl";
  if (protocol == "sasl_plaintext") return "sasl_plaintext";
  if (protocol == "sasl_tls") return "sasl_ssl";
  return "plaintext";
}

}  // namespace

std::string KafkaBrokersOf(const config::Sink& sink) {
  std::string brokers;
  for (const std::string& broker : sink.brokers) {
    const bool has_port = !broker.ends_with(']') && broker.find(':') != std::string::npos;
    brokers.append(brokers.empty() ? "" : ",").append(broker);
    if (!has_port) brokers.append(":9092");
  }
  return brokers;
}

KafkaSettings KafkaSettingsOf(const config::Sink& sink) {
  KafkaSettings settings;
  settings.sink = sink.name;
  const auto set = [&](const char* name, std::string value) {
    settings.own.emplace_back(name, std::move(value));
  };
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(sink.timeout).count();
  const std::string timeout_ms =
      std::to_string(std::clamp<int64_t>(timeout, kLeastTimeoutMs, kMostTimeoutMs));
  const std::string verify = sink.verify_tls ? "true" : "false";

  set("client.id", "wiregauge");
  set("bootstrap.servers", KafkaBrokersOf(sink));
  set("security.protocol", SecurityProtocol(sink.protocol));
  set("enable.idempotence", "true");
  set("acks", "all");
  // It is tried for ever, under the number that it has: whether to give up is the frame's matter.
  set("message.timeout.ms", "0");
  set("request.timeout.ms", timeout_ms);
  set("socket.timeout.ms", timeout_ms);
  set("socket.keepalive.enable", "true");
  // As Kafka's own clients do it.
  set("partitioner", "murmur2_random");
  set("compression.type", sink.compression.empty() ? "none" : sink.compression);
  set("queue.buffering.max.kbytes",
      std::to_string((2 * sink.batch_bytes + kQueueRoomBytes) / 1024));
  set("queue.buffering.max.messages",
      std::to_string(2 * uint64_t{sink.batch_records} + kQueueRoomMessages));
  if (!sink.ca_file.empty()) set("ssl.ca.location", sink.ca_file);
  set("enable.ssl.certificate.verification", verify);
  set("ssl.endpoint.identification.algorithm", sink.verify_tls ? "https" : "none");
  if (!sink.user.empty()) {
    set("sasl.mechanism", "SCRAM-SHA-512");
    set("sasl.username", sink.user);
    set("sasl.password", sink.password);
  }
  for (const std::string& property : sink.properties) {
    const size_t equals = std::min(property.find('='), property.size());
    const size_t value = std::min(equals + 1, property.size());
    settings.extra.emplace_back(property.substr(0, equals), property.substr(value));
  }
  return settings;
}

}  // namespace wiregauge::sinks
