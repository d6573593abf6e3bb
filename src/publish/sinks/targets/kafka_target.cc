// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/kafka_target.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "publish/json/text_forms.h"

namespace wiregauge::sinks {
namespace {

// How soon the end of the sending is seen.
constexpr Duration kLook = std::chrono::milliseconds(50);
// For what is on its way when the sink stops.
constexpr Duration kLastWait = std::chrono::milliseconds(500);
// A problem that librdkafka tells of is believed after so long without a delivery.
constexpr Duration kPatience = std::chrono::seconds(3);

KafkaMessage MessageOf(const Parcel::Record& record) {
  const size_t space = std::min(record.key.find(' '), record.key.size());
  return {.key = record.key.substr(std::min(space + 1, record.key.size())),
          .value = record.body,
          .timestamp_ms = ParseNumber<int64_t>(record.key.substr(0, space)).value_or(0)};
}

}  // namespace

void KafkaEncoder::Append(const model::FlowRecord& flow, Parcel& parcel) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(flow.last_seen);
  std::string& out = parcel.buffer();
  out.append(std::to_string(std::max<int64_t>(0, since.time_since_epoch().count())));
  out.append(" ").append(json::TextForm(flow.client.ip).view());
  parcel.EndKey();
  objects_.Append(Reading(flow, *context_), out);
  parcel.EndRecord();
}

KafkaTarget::KafkaTarget(KafkaOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {
  state_.address = "kafka://" + options_.brokers + "/" + options_.topic;
}

Delivery KafkaTarget::Deliver(const Parcel& parcel, const Interrupt& stop) {
  if (std::string problem = Connect(); !problem.empty()) return Delivery::Retry(problem);
  const bool goes_on =
      !carried_.empty() && carried_.size() == parcel.size() && carried_.whole() == parcel.whole();
  if (!goes_on) {
    if (std::string problem = Begin(parcel); !problem.empty()) return Delivery::Retry(problem);
  }
  progress_at_ = clock_.SteadyNow();
  deadline_ = progress_at_ + options_.timeout;
  stopping_ = false;
  Advance(parcel, stop);
  return Report(parcel);
}

std::string KafkaTarget::Tend(const Interrupt&) {
  if (producer_ != nullptr) producer_->Serve(Duration::zero());
  return {};
}

TargetState KafkaTarget::state() const {
  MutexLock lock(mutex_);
  return state_;
}

std::string KafkaTarget::Connect() {
  if (producer_ != nullptr && !producer_->is_broken()) return {};
  producer_.reset();
  carried_ = {};
  auto producer =
      KafkaProducer::Make(options_.settings, options_.topic,
                          [this](size_t message, KafkaFate fate, const std::string& reason) {
                            TakeNote(message, fate, reason);
                          });
  if (!producer.ok()) return producer.error().message;
  producer_ = std::move(producer).value();
  MutexLock lock(mutex_);
  ++state_.connections;
  return {};
}

void KafkaTarget::TakeNote(size_t message, KafkaFate fate, const std::string& reason) {
  const size_t record = record_of_message_[message];
  if (record == kNone) return;
  Item& item = items_[record];
  item.reason = reason;
  switch (fate) {
    case KafkaFate::kDelivered:
      progress_at_ = clock_.SteadyNow();
      NoteHeard();
      item.stage = Stage::kDelivered;
      return;
    case KafkaFate::kFailed:
      item.stage = Stage::kFailed;
      return;
    case KafkaFate::kRefused:  // a batch is refused as a whole
      item.stage = item.alone ? Stage::kRejected : Stage::kWaiting;
      if (!std::exchange(item.alone, true) && !std::exchange(warned_of_batches_, true)) {
        log::Warning("sinks", "the brokers refuse a batch, its records are sent one by one",
                     {{"address", state().address}, {"problem", reason}});
      }
      return;
  }
}

std::string KafkaTarget::Begin(const Parcel& parcel) {
  if (producer_->under_way() > 0) producer_->Abandon();
  carried_ = {};
  record_of_message_.clear();
  items_.assign(parcel.size(), {.alone = parcel.size() == 1});
  return Connect();
}

// Until each record has its fate, or it takes too long.
void KafkaTarget::Advance(const Parcel& parcel, const Interrupt& stop) {
  while (!producer_->is_broken() && !IsTooLong(stop)) {
    SendWaiting(parcel);
    producer_->Serve(kLook);
    if (producer_->under_way() == 0 && IsSettled()) return;
  }
}

void KafkaTarget::SendWaiting(const Parcel& parcel) {
  for (size_t record = 0; record < parcel.size(); ++record) {
    Item& item = items_[record];
    if (item.stage != Stage::kWaiting) continue;
    if (item.alone && producer_->under_way() > 0) return;
    switch (producer_->Send(MessageOf(parcel[record]), record_of_message_.size())) {
      case KafkaProducer::Taken::kYes:
        item.stage = Stage::kUnderWay;
        record_of_message_.push_back(record);
        break;
      case KafkaProducer::Taken::kFull:
        return;
      case KafkaProducer::Taken::kNo:
        item.stage = Stage::kRejected;
        item.reason = "longer than message.max.bytes";
        break;
    }
  }
}

bool KafkaTarget::IsSettled() const {
  return std::ranges::none_of(items_, [](const Item& item) {
    return item.stage == Stage::kWaiting || item.stage == Stage::kUnderWay;
  });
}

bool KafkaTarget::IsTooLong(const Interrupt& stop) {
  const SteadyTime now = clock_.SteadyNow();
  if (stop.raised() && !std::exchange(stopping_, true)) {
    deadline_ = std::min(deadline_, now + kLastWait);
  }
  if (now >= deadline_) return true;
  return !producer_->problem().empty() && now >= progress_at_ + kPatience;
}

Delivery KafkaTarget::Report(const Parcel& parcel) {
  Delivery delivery;
  for (uint32_t record = 0; record < items_.size(); ++record) {
    const Item& item = items_[record];
    if (item.stage == Stage::kRejected) {
      delivery.rejected.push_back({record, item.reason});
    } else if (item.stage != Stage::kDelivered) {
      delivery.again.push_back(record);
    }
  }
  if (delivery.again.empty()) {
    carried_ = {};
    return delivery;
  }
  delivery.problem = state().address + ": " + Problem();
  CarryOver(parcel, delivery.again);
  return delivery;
}

std::string KafkaTarget::Problem() const {
  const auto failed = std::ranges::find(items_, Stage::kFailed, &Item::stage);
  if (failed != items_.end()) return failed->reason;
  if (!producer_->problem().empty()) return producer_->problem();
  return stopping_ ? "stopped" : "the brokers do not answer in time";
}

// The frame sends these again as a parcel of their own.
void KafkaTarget::CarryOver(const Parcel& parcel, const std::vector<uint32_t>& again) {
  if (producer_->is_broken() || producer_->under_way() == 0) {
    carried_ = {};
    if (!producer_->is_broken()) return;
    MutexLock lock(mutex_);
    state_.resent_records += producer_->under_way();
    return;
  }
  carried_ = parcel.Select(again);
  std::vector<Item> items;
  std::vector<size_t> renumbered(items_.size(), kNone);
  for (const uint32_t record : again) {
    renumbered[record] = items.size();
    Item& item = items.emplace_back(std::move(items_[record]));
    if (item.stage == Stage::kFailed) item.stage = Stage::kWaiting;
  }
  items_ = std::move(items);
  for (size_t& record : record_of_message_) {
    if (record != kNone) record = renumbered[record];
  }
}

}  // namespace wiregauge::sinks
