// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "publish/sinks/frame/target.h"
#include "publish/sinks/record/json_encoder.h"
#include "publish/sinks/targets/kafka_producer.h"

namespace wiregauge::sinks {

// A JSON object without a line's end; its key is "TIME ADDRESS": the milliseconds of the record's
// last packet, and the client.
class KafkaEncoder final : public Encoder {
 public:
  KafkaEncoder(JsonObjects objects, std::shared_ptr<const RecordContext> context)
      : objects_(std::move(objects)), context_(std::move(context)) {}

  void Append(const model::FlowRecord& flow, Parcel& parcel) override;

 private:
  JsonObjects objects_;
  std::shared_ptr<const RecordContext> context_;
};

struct KafkaOptions {
  KafkaSettings settings;
  std::string brokers{}, topic;
  Duration timeout = std::chrono::seconds(30);
};

// Sends records to a topic and waits until the brokers have them. What they have not said anything
// of in time stays with the producer: the next attempt goes on waiting for it, so that nothing is
// sent under a second number.
class KafkaTarget final : public Target {
 public:
  KafkaTarget(KafkaOptions options, const Clock& clock);

  Delivery Deliver(const Parcel& parcel, const Interrupt& stop) override;
  std::string Tend(const Interrupt& stop) override;
  void Finish() override { producer_.reset(); }
  TargetState state() const override WIREGAUGE_EXCLUDES(mutex_);

 private:
  enum class Stage : uint8_t { kWaiting, kUnderWay, kDelivered, kFailed, kRejected };
  struct Item {
    Stage stage = Stage::kWaiting;
    bool alone = false;  // it is sent without others: it was refused with them
    std::string reason{};
  };
  static constexpr size_t kNone = SIZE_MAX;

  std::string Connect();
  void TakeNote(size_t message, KafkaFate fate, const std::string& reason);
  std::string Begin(const Parcel& parcel);
  void Advance(const Parcel& parcel, const Interrupt& stop);
  void SendWaiting(const Parcel& parcel);
  bool IsSettled() const;
  bool IsTooLong(const Interrupt& stop);
  Delivery Report(const Parcel& parcel);
  void CarryOver(const Parcel& parcel, const std::vector<uint32_t>& again);
  std::string Problem() const;

  const KafkaOptions options_;
  const Clock& clock_;
  Parcel carried_;           // what is under way since an earlier attempt
  std::vector<Item> items_;  // by record
  // Which record a message is, by the message's number; kNone: an old one.
  std::vector<size_t> record_of_message_;
  SteadyTime deadline_{}, progress_at_{};
  bool stopping_ = false, warned_of_batches_ = false;

  mutable Mutex mutex_;
  TargetState state_ WIREGAUGE_GUARDED_BY(mutex_);
  std::unique_ptr<KafkaProducer> producer_;  // last: it reports here
};

}  // namespace wiregauge::sinks
