// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"

namespace wiregauge::flow {

// The queries of a flow of DNS or LLMNR over UDP that wait for their answers, by the number in the
// header (RFC 1035 section 4.1.1). A query that is sent again while it waits is timed from its
// first copy, as Wireshark's dns.time is. Of more than kMost the one asked first is forgotten.
class DnsQueries {
 public:
  static constexpr size_t kMost = 8;

  // Of a server: DNS, LLMNR (RFC 4795). Multicast DNS has no numbers.
  static bool IsPort(uint16_t port) { return port == 53 || port == 5355; }

  // What the client sent.
  void Ask(std::span<const uint8_t> message, Timestamp time);
  // What the server sent: when its query was asked. Nothing when none waits for it.
  std::optional<Timestamp> Answer(std::span<const uint8_t> message);

 private:
  size_t Find(uint16_t number) const;  // size_ when it does not wait
  void Forget(size_t place);

  // The first `size_` of each, in the order in which they came.
  std::array<Timestamp, kMost> asked_at_{};
  std::array<uint16_t, kMost> numbers_{};
  uint8_t size_ = 0;
};

}  // namespace wiregauge::flow
