// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "publish/http/delivery.h"

namespace wiregauge::http {

class AnswerQueue;
class BodyReader;

// A body that comes piece by piece, from any thread, for as long as the client takes it: whoever
// writes keeps this, and its reader goes into Response::stream. Nothing here waits for the client.
// Thread-safe.
class BodyStream final : public Delivery, public std::enable_shared_from_this<BodyStream> {
 public:
  enum class State : uint8_t {
    kOpen,
    kEnded,          // by End()
    kClientLeft,     // or never was there: HEAD
    kStalled,        // the client took nothing for `stall_timeout` of what waited for it
    kServerStopped,  // the client was told that the body ends
  };
  struct Options {
    // Of what is written and not yet with the socket. One piece alone may be larger.
    size_t most_waiting_bytes = 0;
    std::chrono::milliseconds stall_timeout{};
    // There is room again after a write that found none, or the state has changed. Called on a
    // worker thread, which it does not hold up; not after the last one who has the stream is gone.
    std::function<void()> on_change{};
  };

  explicit BodyStream(Options options) : options_(std::move(options)) {}

  // Once.
  std::shared_ptr<BodyReader> MakeReader();

  // The whole piece or, when it is over or there is no room now, nothing of it: false.
  [[nodiscard]] bool Write(std::string_view piece) WIREGAUGE_EXCLUDES(mutex_);
  // What waits is still sent.
  void End() WIREGAUGE_EXCLUDES(mutex_);
  State state() const WIREGAUGE_EXCLUDES(mutex_);

 private:
  friend class BodyReader;

  void Attach(std::shared_ptr<AnswerQueue> queue, int descriptor) WIREGAUGE_EXCLUDES(mutex_);
  std::string Take() WIREGAUGE_EXCLUDES(mutex_);
  void WasSent() WIREGAUGE_EXCLUDES(mutex_);
  bool IsAtEnd() const WIREGAUGE_EXCLUDES(mutex_);
  void Close(State why) WIREGAUGE_EXCLUDES(mutex_);
  // The queue that is to be told; null: nobody has to be.
  std::shared_ptr<AnswerQueue> Tell() WIREGAUGE_REQUIRES(mutex_);

  const Options options_;
  mutable Mutex mutex_;
  State state_ WIREGAUGE_GUARDED_BY(mutex_) = State::kOpen;
  std::string waiting_ WIREGAUGE_GUARDED_BY(mutex_);
  size_t taken_bytes_ WIREGAUGE_GUARDED_BY(mutex_) = 0;  // and not yet sent
  bool has_refused_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  bool is_told_ WIREGAUGE_GUARDED_BY(mutex_) = false;                // the worker will look
  std::shared_ptr<AnswerQueue> queue_ WIREGAUGE_GUARDED_BY(mutex_);  // null: not attached
};

// The other side of a BodyStream, the connection's. Once it is gone nobody takes what is written.
// Used on the connection's worker.
class BodyReader {
 public:
  explicit BodyReader(std::shared_ptr<BodyStream> stream) : stream_(std::move(stream)) {}
  ~BodyReader() { Close(BodyStream::State::kClientLeft); }
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  // From now on the queue brings the stream when there is something to take.
  void Attach(std::shared_ptr<AnswerQueue> queue, int descriptor) {
    stream_->Attach(std::move(queue), descriptor);
  }
  bool Reads(const Delivery& delivery) const { return stream_.get() == &delivery; }
  // All that waits; it counts as waiting until WasSent().
  std::string Take() { return stream_->Take(); }
  void WasSent() { stream_->WasSent(); }
  // The writer has ended it, and all is taken.
  bool is_at_end() const { return stream_->IsAtEnd(); }
  std::chrono::milliseconds stall_timeout() const { return stream_->options_.stall_timeout; }
  // Nothing is taken any more. The first reason stays.
  void Close(BodyStream::State why) { stream_->Close(why); }

 private:
  const std::shared_ptr<BodyStream> stream_;
};

}  // namespace wiregauge::http
