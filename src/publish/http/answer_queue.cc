// SPDX-License-Identifier: Apache-2.0
#include "publish/http/answer_queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace wiregauge::http {

PendingAnswer::PendingAnswer(std::shared_ptr<AnswerQueue> queue, int descriptor)
    : Delivery(descriptor), queue_(std::move(queue)) {}

void PendingAnswer::Take(std::optional<Response> response) {
  response_ = std::move(response);
  State before = state_.load();
  while (before != State::kAbandoned && !state_.compare_exchange_weak(before, State::kHere)) {
  }
  if (before == State::kParked) queue_->Push(shared_from_this());
}

bool PendingAnswer::IsWanted() const { return state_.load() != State::kAbandoned; }

bool PendingAnswer::Park() {
  State expected = State::kHandling;
  return state_.compare_exchange_strong(expected, State::kParked);
}

void PendingAnswer::Abandon() { state_.store(State::kAbandoned); }

AnswerQueue::AnswerQueue() : wake_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

AnswerQueue::~AnswerQueue() {
  if (wake_fd_ >= 0) ::close(wake_fd_);
}

std::shared_ptr<PendingAnswer> AnswerQueue::Expect(int descriptor) {
  if (is_asleep_.load()) is_asleep_.store(false);
  return std::make_shared<PendingAnswer>(shared_from_this(), descriptor);
}

void AnswerQueue::Push(std::shared_ptr<Delivery> answer) {
  {
    const MutexLock lock(mutex_);
    if (is_closed_) return;
    answers_.push_back(std::move(answer));
  }
  if (is_asleep_.exchange(false)) Wake();
}

void AnswerQueue::TakeOrSleep(Answers& answers) {
  const MutexLock lock(mutex_);
  answers.swap(answers_);
  if (answers.empty()) is_asleep_.store(true);
}

// Its count cannot reach the end at which a write fails: that is 2^64.
void AnswerQueue::Wake() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_fd_, &one, sizeof one);
}

void AnswerQueue::Close() {
  Answers dropped;
  const MutexLock lock(mutex_);
  is_closed_ = true;
  dropped.swap(answers_);
}

}  // namespace wiregauge::http
