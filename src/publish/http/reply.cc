// SPDX-License-Identifier: Apache-2.0
#include "publish/http/reply.h"

#include <utility>

#include "base/check.h"

namespace wiregauge::http {

Reply::Reply(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}

Reply::~Reply() { GiveUp(); }

Reply& Reply::operator=(Reply&& other) noexcept {
  if (this == &other) return *this;
  GiveUp();
  sink_ = std::move(other.sink_);
  return *this;
}

void Reply::Send(Response response) && {
  WIREGAUGE_CHECK(sink_ != nullptr);
  const std::shared_ptr<Sink> sink = std::move(sink_);
  sink->Take(std::move(response));
}

bool Reply::IsWanted() const { return sink_ != nullptr && sink_->IsWanted(); }

void Reply::GiveUp() {
  if (sink_ != nullptr) std::exchange(sink_, nullptr)->Take(std::nullopt);
}

}  // namespace wiregauge::http
