// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/kafka_producer.h"

#include <librdkafka/rdkafka.h>
#include <syslog.h>

#include <algorithm>
#include <array>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include "base/log.h"

namespace wiregauge::sinks {
namespace {

// Of purged messages reports come at once.
constexpr int kAbandonMilliseconds = 500;
// Without waiting for its threads, of which one may wait for a name server.
constexpr int kPurgeAll =
    RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING;
// What a handle needs to end, unless one of its threads waits for a name server too.
constexpr Duration kMostEnd = std::chrono::seconds(1);

struct FreeSettings {
  void operator()(rd_kafka_conf_t* settings) const { ::rd_kafka_conf_destroy(settings); }
};
using OwnedSettings = std::unique_ptr<rd_kafka_conf_t, FreeSettings>;
using ErrorText = std::array<char, 512>;

bool IsSecret(std::string_view property) {
  for (const char* const word : {"password", "secret", "key", "pem", "token", "config"}) {
    if (property.find(word) != std::string_view::npos) return true;
  }
  return false;
}

Status Set(rd_kafka_conf_t* settings, const std::string& name, const std::string& value) {
  ErrorText text{};
  const auto result =
      ::rd_kafka_conf_set(settings, name.c_str(), value.c_str(), text.data(), text.size());
  if (result == RD_KAFKA_CONF_OK) return {};
  if (result == RD_KAFKA_CONF_UNKNOWN) {
    return Error{ErrorCode::kInvalidArgument, "'" + name + "' is no property of librdkafka"};
  }
  // The library's words hold the value.
  return Error{ErrorCode::kInvalidArgument,
               name + ": " + (IsSecret(name) ? "its value is not valid" : text.data())};
}

// What the library's callbacks know. It lives as long as the handle, which may outlive its
// producer.
struct Owner {
  std::string sink;
  KafkaProducer* producer = nullptr;
};

KafkaProducer& ProducerOf(void* owner) { return *static_cast<Owner*>(owner)->producer; }

// On threads of the library.
void OnLog(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  const log::Level ours = level <= LOG_WARNING ? log::Level::kWarning
                          : level <= LOG_INFO  ? log::Level::kInfo
                                               : log::Level::kDebug;
  const auto& owner = *static_cast<const Owner*>(::rd_kafka_opaque(handle));
  const log::Field fields[] = {{"sink", owner.sink}, {"librdkafka", facility}};
  log::Write(ours, "sinks", text, fields);
}

// Waits for the library's threads.
void Destroy(rd_kafka_t* handle) {
  const std::unique_ptr<Owner> owner(static_cast<Owner*>(::rd_kafka_opaque(handle)));
  ::rd_kafka_destroy(handle);
}

Result<OwnedSettings> MakeSettings(const KafkaSettings& settings) {
  OwnedSettings made(::rd_kafka_conf_new());
  for (const auto& [name, value] : settings.own) {
    if (Status set = Set(made.get(), name, value); !set) return set.error();
  }
  for (const auto& [name, value] : settings.extra) {
    if (Status set = Set(made.get(), name, value); !set) {
      return Error{ErrorCode::kInvalidArgument, "properties: " + set.error().message};
    }
  }
  return made;
}

// Also says what is wrong with settings together. Takes them over.
Result<rd_kafka_t*> MakeHandle(OwnedSettings settings) {
  ErrorText text{};
  rd_kafka_t* const handle =
      ::rd_kafka_new(RD_KAFKA_PRODUCER, settings.get(), text.data(), text.size());
  if (handle == nullptr) return Error{ErrorCode::kInvalidArgument, text.data()};
  (void)settings.release();  // the handle's
  return handle;
}

KafkaFate FateOf(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return KafkaFate::kDelivered;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
      return KafkaFate::kRefused;
    default:
      return KafkaFate::kFailed;
  }
}

int Milliseconds(Duration duration) {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

}  // namespace

// The library waits for its threads, and nothing ends getaddrinfo(3): it may go on ending beside
// us, also while the process ends. It calls nothing of ours any more: reports and errors come
// within Serve, and its log is off.
void KafkaProducer::Free::operator()(rd_kafka_s* handle) const {
  ::rd_kafka_purge(handle, kPurgeAll);
  ::rd_kafka_set_log_level(handle, LOG_EMERG);
  std::promise<void> promise;
  const std::future<void> ended = promise.get_future();
  try {
    std::thread([handle, promise = std::move(promise)]() mutable {
      Destroy(handle);
      promise.set_value();
    }).detach();
  } catch (const std::system_error&) {  // no thread to be had: there is nowhere else to wait
    Destroy(handle);
    return;
  }
  ended.wait_for(kMostEnd);
}

// A producer without brokers connects nowhere.
Status KafkaProducer::Check(const KafkaSettings& settings) {
  auto made = MakeSettings(settings);
  if (!made.ok()) return made.error();
  ::rd_kafka_conf_set_log_cb(made->get(), nullptr);
  if (Status set = Set(made->get(), "bootstrap.servers", ""); !set) return set;
  auto handle = MakeHandle(std::move(made).value());
  if (!handle.ok()) {
    return Error{ErrorCode::kInvalidArgument, "properties: " + handle.error().message};
  }
  ::rd_kafka_destroy(*handle);
  return {};
}

Result<std::unique_ptr<KafkaProducer>> KafkaProducer::Make(const KafkaSettings& settings,
                                                           std::string topic, Report report) {
  auto made = MakeSettings(settings);
  if (!made.ok()) return made.error();
  std::unique_ptr<KafkaProducer> producer(new KafkaProducer(std::move(topic), std::move(report)));
  auto owner = std::make_unique<Owner>(Owner{settings.sink, producer.get()});
  ::rd_kafka_conf_set_opaque(made->get(), owner.get());
  ::rd_kafka_conf_set_dr_msg_cb(made->get(), OnDelivery);
  ::rd_kafka_conf_set_error_cb(made->get(), OnError);
  ::rd_kafka_conf_set_log_cb(made->get(), OnLog);
  auto handle = MakeHandle(std::move(made).value());
  if (!handle.ok()) return handle.error();
  (void)owner.release();  // the handle's
  producer->handle_.reset(*handle);
  return producer;
}

KafkaProducer::~KafkaProducer() { abandoning_ = true; }

KafkaProducer::Taken KafkaProducer::Send(const KafkaMessage& message, size_t number) {
  // librdkafka reads through these and copies.
  auto* const key = const_cast<char*>(message.key.data());
  auto* const value = const_cast<char*>(message.value.data());
  const rd_kafka_resp_err_t error = ::rd_kafka_producev(
      handle_.get(), RD_KAFKA_V_TOPIC(topic_.c_str()), RD_KAFKA_V_KEY(key, message.key.size()),
      RD_KAFKA_V_VALUE(value, message.value.size()), RD_KAFKA_V_TIMESTAMP(message.timestamp_ms),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(number)),
      RD_KAFKA_V_END);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++under_way_;
    return Taken::kYes;
  }
  if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) return Taken::kNo;
  if (error == RD_KAFKA_RESP_ERR__FATAL) broken_ = true;
  if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) problem_ = ::rd_kafka_err2str(error);
  return Taken::kFull;
}

void KafkaProducer::Serve(Duration most) { ::rd_kafka_flush(handle_.get(), Milliseconds(most)); }

void KafkaProducer::Abandon() {
  abandoning_ = true;
  ::rd_kafka_purge(handle_.get(), kPurgeAll);
  ::rd_kafka_flush(handle_.get(), kAbandonMilliseconds);
  abandoning_ = false;
  if (under_way_ > 0) broken_ = true;
}

void KafkaProducer::OnDelivery(rd_kafka_s*, const rd_kafka_message_s* message, void* owner) {
  KafkaProducer& producer = ProducerOf(owner);
  --producer.under_way_;
  if (producer.abandoning_) return;
  const KafkaFate fate = FateOf(message->err);
  std::string reason;
  if (fate == KafkaFate::kDelivered) {
    producer.problem_.clear();
  } else {
    reason = ::rd_kafka_err2str(message->err);
  }
  producer.report_(reinterpret_cast<size_t>(message->_private), fate, reason);
}

void KafkaProducer::OnError(rd_kafka_s* handle, int error, const char* reason, void* owner) {
  KafkaProducer& producer = ProducerOf(owner);
  if (error == RD_KAFKA_RESP_ERR__FATAL) {
    ErrorText text{};
    ::rd_kafka_fatal_error(handle, text.data(), text.size());
    producer.broken_ = true;
    producer.problem_ = text.data();
    return;
  }
  // What each of them suffers from was said before.
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && !producer.problem_.empty()) return;
  producer.problem_ = reason;
}

}  // namespace wiregauge::sinks
