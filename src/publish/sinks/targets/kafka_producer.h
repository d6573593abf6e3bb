// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "publish/sinks/targets/kafka_settings.h"

struct rd_kafka_s;
struct rd_kafka_conf_s;
struct rd_kafka_message_s;

namespace wiregauge::sinks {

struct KafkaMessage {
  std::string_view key, value;
  int64_t timestamp_ms = 0;  // since the epoch
};

// What became of a message.
enum class KafkaFate : uint8_t {
  kDelivered,  // the brokers have it, as many of them as acks asks for
  kRefused,    // they do not take it, or not with those that went along: its size, its content
  kFailed,     // they do not have it: no such topic, no right
};

// A producer of librdkafka. It goes on trying to send what it was given, in order and each message
// once, over whatever happens to connections; its threads are its own. One thread calls it.
class KafkaProducer {
 public:
  // `number` is the one given to Send. Called within Serve and Abandon.
  using Report = std::function<void(size_t number, KafkaFate fate, const std::string& reason)>;

  // kInvalidArgument names the property that is wrong. Connects nowhere.
  static Status Check(const KafkaSettings& settings);
  static Result<std::unique_ptr<KafkaProducer>> Make(const KafkaSettings& settings,
                                                     std::string topic, Report report);
  ~KafkaProducer();
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  enum class Taken : uint8_t {
    kYes,   // a report will come
    kFull,  // there is no room now
    kNo,    // it is too big for any broker
  };
  // Copies the message.
  Taken Send(const KafkaMessage& message, size_t number);
  // Sends without waiting for more, and reports; returns when nothing is under way, or in time.
  void Serve(Duration most);
  // Gives up what is under way, without reports. Some of it may be with the brokers.
  void Abandon();

  size_t under_way() const { return under_way_; }
  // It can send nothing any more: a new one must.
  bool is_broken() const { return broken_; }
  // What it says that it suffers from, since the last delivery; empty: nothing.
  const std::string& problem() const { return problem_; }

 private:
  struct Free {
    void operator()(rd_kafka_s* handle) const;
  };
  KafkaProducer(std::string topic, Report report)
      : topic_(std::move(topic)), report_(std::move(report)) {}
  static void OnDelivery(rd_kafka_s* handle, const rd_kafka_message_s* message, void* owner);
  static void OnError(rd_kafka_s* handle, int error, const char* reason, void* owner);

  const std::string topic_;
  const Report report_;
  size_t under_way_ = 0;
  bool broken_ = false, abandoning_ = false;
  std::string problem_;
  std::unique_ptr<rd_kafka_s, Free> handle_;
};

}  // namespace wiregauge::sinks
