// SPDX-License-Identifier: Apache-2.0
#include "shard/capture_desk.h"

#include <utility>

namespace wiregauge::shard {
namespace {

constexpr size_t kMostMail = 64;

}  // namespace

void CaptureDesk::Hand(std::shared_ptr<FlowCapture> capture) {
  {
    MutexLock lock(mutex_);
    if (!closed_) {
      if (mail_.size() < kMostMail) mail_.push_back(std::move(capture));
      has_mail_.store(true, std::memory_order_relaxed);
      return;
    }
  }
  capture->Decline();
}

void CaptureDesk::TakeOrders() {
  if (!has_mail_.load(std::memory_order_relaxed)) return;
  std::vector<std::shared_ptr<FlowCapture>> mail;
  {
    MutexLock lock(mutex_);
    mail.swap(mail_);
    has_mail_.store(false, std::memory_order_relaxed);
  }
  for (std::shared_ptr<FlowCapture>& capture : mail) {
    const FlowCapture::Order& order = capture->order();
    if (!tables_.SetTap(order.key, order.flow_id, capture.get())) {
      capture->Decline();
    } else if (capture->Accept(tables_.now())) {
      running_.push_back(std::move(capture));
    } else {
      tables_.SetTap(order.key, order.flow_id, nullptr);
    }
  }
}

void CaptureDesk::LookAfterRunning() {
  const auto steady_now = std::chrono::steady_clock::now();
  std::erase_if(running_, [&](const std::shared_ptr<FlowCapture>& capture) {
    const bool was_over = capture->is_over();
    capture->Look(tables_.now(), steady_now);
    if (!capture->is_over()) return false;
    if (!was_over) tables_.SetTap(capture->order().key, capture->order().flow_id, nullptr);
    capture->CountIn(over_);
    return true;
  });
}

void CaptureDesk::Close() {
  LookAfterRunning();
  std::vector<std::shared_ptr<FlowCapture>> mail;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    mail.swap(mail_);
  }
  for (const auto& capture : mail) capture->Decline();
}

model::FlowCaptureCounters CaptureDesk::Counters() const {
  model::FlowCaptureCounters counters = over_;
  for (const auto& capture : running_) capture->CountIn(counters);
  return counters;
}

}  // namespace wiregauge::shard
