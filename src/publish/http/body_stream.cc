// SPDX-License-Identifier: Apache-2.0
#include "publish/http/body_stream.h"

#include <utility>

#include "publish/http/answer_queue.h"

namespace wiregauge::http {

std::shared_ptr<BodyReader> BodyStream::MakeReader() {
  return std::make_shared<BodyReader>(shared_from_this());
}

bool BodyStream::Write(std::string_view piece) {
  std::shared_ptr<AnswerQueue> told;
  {
    const MutexLock lock(mutex_);
    if (state_ != State::kOpen) return false;
    const size_t waiting_bytes = waiting_.size() + taken_bytes_;
    if (waiting_bytes > 0 && waiting_bytes + piece.size() > options_.most_waiting_bytes) {
      has_refused_ = true;
      return false;
    }
    waiting_ += piece;
    told = Tell();
  }
  if (told != nullptr) told->Push(shared_from_this());
  return true;
}

void BodyStream::End() {
  std::shared_ptr<AnswerQueue> told;
  {
    const MutexLock lock(mutex_);
    if (state_ != State::kOpen) return;
    state_ = State::kEnded;
    told = Tell();
  }
  if (told != nullptr) told->Push(shared_from_this());
}

std::shared_ptr<AnswerQueue> BodyStream::Tell() {
  if (queue_ == nullptr || std::exchange(is_told_, true)) return nullptr;
  return queue_;
}

BodyStream::State BodyStream::state() const {
  const MutexLock lock(mutex_);
  return state_;
}

void BodyStream::Attach(std::shared_ptr<AnswerQueue> queue, int descriptor) {
  const MutexLock lock(mutex_);
  queue_ = std::move(queue);
  Address(descriptor);
}

std::string BodyStream::Take() {
  const MutexLock lock(mutex_);
  is_told_ = false;
  taken_bytes_ += waiting_.size();
  return std::exchange(waiting_, std::string());
}

void BodyStream::WasSent() {
  bool has_changed = false;
  {
    const MutexLock lock(mutex_);
    taken_bytes_ = 0;
    const bool has_room = waiting_.size() <= options_.most_waiting_bytes / 2;
    if (has_room) has_changed = std::exchange(has_refused_, false);
  }
  if (has_changed && options_.on_change) options_.on_change();
}

bool BodyStream::IsAtEnd() const {
  const MutexLock lock(mutex_);
  return state_ == State::kEnded && waiting_.empty();
}

void BodyStream::Close(State why) {
  {
    const MutexLock lock(mutex_);
    queue_.reset();
    waiting_ = std::string();
    taken_bytes_ = 0;
    if (state_ != State::kOpen) return;
    state_ = why;
  }
  if (options_.on_change) options_.on_change();
}

}  // namespace wiregauge::http
