// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "publish/http/delivery.h"
#include "publish/http/reply.h"

namespace wiregauge::http {

class AnswerQueue;

// The answer that one request waits for. Its connection holds it, and knows by it, not by a
// descriptor that another client may have by then, whether what comes is meant for it. Take() and
// IsWanted() from any thread, the rest on the connection's worker.
class PendingAnswer final : public Delivery,
                            public Reply::Sink,
                            public std::enable_shared_from_this<PendingAnswer> {
 public:
  PendingAnswer(std::shared_ptr<AnswerQueue> queue, int descriptor);

  void Take(std::optional<Response> response) override;
  bool IsWanted() const override;

  // The handler has returned. False: the answer is here already, and will not come by the queue.
  [[nodiscard]] bool Park();
  // The client is gone: whatever comes is dropped.
  void Abandon();

  // Once it is here. Nothing: nobody answered.
  std::optional<Response> TakeResponse() { return std::exchange(response_, std::nullopt); }

 private:
  enum class State : uint8_t { kHandling, kParked, kHere, kAbandoned };

  const std::shared_ptr<AnswerQueue> queue_;
  std::atomic<State> state_ = State::kHandling;
  std::optional<Response> response_;  // written before kHere, read after
};

// Answers, and pieces of them, on their way from any thread to one worker, which sleeps in its
// poller meanwhile: only what finds it asleep wakes it. Thread-safe.
class AnswerQueue : public std::enable_shared_from_this<AnswerQueue> {
 public:
  using Answers = std::vector<std::shared_ptr<Delivery>>;

  AnswerQueue();
  ~AnswerQueue();
  AnswerQueue(const AnswerQueue&) = delete;
  AnswerQueue& operator=(const AnswerQueue&) = delete;

  void Push(std::shared_ptr<Delivery> answer) WIREGAUGE_EXCLUDES(mutex_);

  // The rest is the worker's. It counts as awake from here on.
  std::shared_ptr<PendingAnswer> Expect(int descriptor);
  // What has come, in exchange for `answers`, which is empty; when nothing has, the worker counts
  // as asleep from now on, and wake_fd() becomes readable with the next one.
  void TakeOrSleep(Answers& answers) WIREGAUGE_EXCLUDES(mutex_);
  bool is_asleep() const { return is_asleep_.load(); }
  // To be polled for edges, so that it need not be read.
  int wake_fd() const { return wake_fd_; }
  void Wake();
  // Nobody takes any more: what comes is dropped.
  void Close() WIREGAUGE_EXCLUDES(mutex_);

 private:
  const int wake_fd_;
  Mutex mutex_;
  Answers answers_ WIREGAUGE_GUARDED_BY(mutex_);
  std::atomic<bool> is_asleep_ = true;
  bool is_closed_ WIREGAUGE_GUARDED_BY(mutex_) = false;
};

}  // namespace wiregauge::http
