// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "http_client/name_lookup.h"
#include "http_client/stream.h"
#include "publish/sinks/frame/backoff.h"
#include "publish/sinks/frame/target.h"

namespace wiregauge::sinks {

struct TcpOptions {
  http_client::StreamOptions stream;
  // What was sent last stays here, to be sent again when the connection breaks: the peer's system
  // acknowledges bytes that its program never reads when it dies.
  uint64_t replay_bytes = 0;
  // A peer whose system acknowledges nothing for so long is gone. Longer than the two minutes that
  // may lie between two probes of a window that is closed.
  Duration most_silence = std::chrono::seconds(125);
};

// Sends lines over TCP or TLS to who never answers (Logstash's tcp input, rsyslog, syslog-ng). A
// parcel is delivered when the peer's system has acknowledged all of it.
//
// What the peer's program has read nobody tells. So the parcels of the last `replay_bytes`, at
// least one, are kept, however old, in the order in which they were acknowledged last:
//   - After a connection that broke or was ended by the peer, all of them are open: each is sent
//     again, whole, before anything new. They may come twice, and none is torn.
//   - One that is acknowledged again is not open any more and goes to the end of the order. When
//     this connection breaks too, before all were sent again, the next one goes on with those that
//     were waiting longest, and comes to the others after them.
//   - The oldest makes room for a new one only when none is open: so `replay_bytes` were
//     acknowledged after it on the same connection, and it has been read.
//   - One that kMostSendings connections have acknowledged, over kBelieved or longer, is believed
//     to be there. Without that a peer that ends each connection after fewer bytes than are kept
//     would get the same again and again, and nothing new ever. With it every connection on which a
//     parcel is acknowledged is a step ahead. The time is for proxies: one whose receiver is away
//     for a moment takes everything and then breaks.
//   - With nothing new to be sent they are sent again after a pause, which grows while connections
//     break that were made for it: who reads and then breaks gets fewer of them twice. A sink that
//     stops does not wait for that pause.
//
// A peer that takes nothing is waited for, however long, as long as its system answers: its window
// may be closed for a reason. That is told. A name that moves meanwhile is followed.
class TcpTarget final : public Target {
 public:
  // As often as systemd starts a service that dies at once.
  static constexpr int kMostSendings = 5;
  static constexpr Duration kBelieved = std::chrono::minutes(1);

  TcpTarget(TcpOptions options, const Clock& clock);

  void ListenForProgress(ProgressListener listener) override {
    progress_listener_ = std::move(listener);
  }
  Delivery Deliver(const Parcel& parcel, const Interrupt& stop) override;
  std::string Tend(const Interrupt& stop) override;
  std::string Drain(const Interrupt& stop) override;
  void Finish() override;
  TargetState state() const override WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Sent {
    std::string lines;
    SteadyTime first_acknowledged;
    int acknowledged = 1;  // times
  };
  // How far lines went. No problem, and not all of them: the sink stops.
  struct Progress {
    size_t bytes = 0;
    std::string problem{};
  };

  std::string Connect(const Interrupt& stop);
  std::string Resend(const Interrupt& stop);
  void PauseResending();
  void MoveWithTheName();
  Progress Give(std::string_view lines, const Interrupt& stop);
  Progress SendAll(std::string_view lines, const Interrupt& stop);
  Progress EndLine(std::string_view lines, size_t sent);
  std::string WaitForAcknowledgement(const Interrupt& stop);
  std::string WhyItIsBroken();
  void GotOn();
  bool IsBelieved(const Sent& sent) const;
  void Keep(const Parcel& parcel);
  void ForgetOldest();
  void Disconnect();

  const TcpOptions options_;
  const Clock& clock_;
  std::unique_ptr<http_client::Stream> stream_;  // null: not connected
  http_client::NameWatch name_;
  std::deque<Sent> sent_;  // acknowledged longest ago first
  size_t sent_bytes_ = 0;
  size_t open_ = 0;  // how many of the first are to be sent again
  Backoff pauses_;   // between two times that all were sent again
  SteadyTime resend_due_{};
  SteadyTime got_on_at_{};  // while lines are given: when the peer took or acknowledged some last
  ProgressListener progress_listener_ = [](Duration) {};

  mutable Mutex mutex_;
  TargetState state_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::sinks
