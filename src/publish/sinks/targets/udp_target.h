// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/mutex.h"
#include "base/time.h"
#include "http_client/name_lookup.h"
#include "publish/sinks/frame/file_bytes.h"
#include "publish/sinks/frame/target.h"

namespace wiregauge::sinks {

// Sends each line as a datagram. Delivered is what the system has sent: nobody tells what arrives.
// While nobody listens on the port the peer's system may say so (ICMP): then it waits and tries
// the name's next address; the datagram before that one is lost. A line that no datagram holds is
// rejected.
class UdpTarget final : public Target {
 public:
  // `name_timeout`: how long it may take to look the name up.
  UdpTarget(std::string host, uint16_t port, Duration name_timeout, const Clock& clock);

  Delivery Deliver(const Parcel& parcel, const Interrupt& stop) override;
  std::string Tend(const Interrupt& stop) override;
  TargetState state() const override WIREGAUGE_EXCLUDES(mutex_);

 private:
  std::string Connect(const Interrupt& stop);
  Delivery RetryFrom(const Parcel& parcel, uint32_t record, std::string problem, Delivery delivery);

  const std::string host_;
  const uint16_t port_;
  const Duration name_timeout_;
  OwnedFile socket_;
  std::string peer_ip_;
  http_client::NameWatch name_;
  size_t first_ = 0;  // of the name's addresses, modulo their number: what is tried first
  mutable Mutex mutex_;
  TargetState state_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::sinks
