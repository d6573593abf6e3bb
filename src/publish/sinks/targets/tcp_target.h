// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "http_client/name_lookup.h"
#include "http_client/stream.h"
#include "publish/sinks/frame/target.h"

namespace wiregauge::sinks {

struct TcpOptions {
  http_client::StreamOptions stream;
  // What was sent last stays here, to be sent again when the connection breaks: the peer's system
  // acknowledges bytes that its program never reads when it dies.
  uint64_t replay_bytes = 0;
};

// Sends lines over TCP or TLS to who never answers (Logstash's tcp input, rsyslog, syslog-ng). A
// parcel is delivered when the peer's system has acknowledged all of it. After a connection that
// broke, the lines of the last `replay_bytes` and kMostReplayAge are sent again, whole, before
// anything else: they may come twice, and none is torn.
//
// A peer that takes nothing is waited for, however long: its window may be closed for a reason.
class TcpTarget final : public Target {
 public:
  static constexpr Duration kMostReplayAge = std::chrono::minutes(5);

  TcpTarget(TcpOptions options, const Clock& clock);

  Delivery Deliver(const Parcel& parcel, const Interrupt& stop) override;
  std::string Tend(const Interrupt& stop) override;
  void Finish() override;
  TargetState state() const override WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Sent {
    std::string lines;
    size_t records = 0;
    SteadyTime at;
  };

  std::string Connect(const Interrupt& stop);
  std::string Resend(const Interrupt& stop);
  void MoveWithTheName();
  // How far the bytes went, and why no further.
  struct Progress {
    size_t bytes = 0;
    std::string problem{};
  };
  Progress SendAll(std::string_view bytes, const Interrupt& stop);
  Progress EndLine(std::string_view bytes, size_t sent);
  std::string WaitForAcknowledgement(const Interrupt& stop);
  void Keep(const Parcel& parcel);
  void Forget();
  void Disconnect();

  const TcpOptions options_;
  const Clock& clock_;
  std::unique_ptr<http_client::Stream> stream_;  // null: not connected
  http_client::NameWatch name_;
  std::deque<Sent> sent_;  // oldest first
  size_t sent_bytes_ = 0;
  bool resend_ = false;  // the last connection broke

  mutable Mutex mutex_;
  TargetState state_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::sinks
