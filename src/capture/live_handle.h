// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "base/packet_view.h"
#include "base/result.h"
#include "capture/live_source.h"
#include "capture/pcap_handle.h"

// Private to this room: one activated libpcap handle on an interface.
namespace wiregauge::capture {

// How long the kernel keeps a block that is not full before it shows it.
inline constexpr std::chrono::milliseconds kBlockTimeout{10};

// Thread safety: none.
class LiveHandle {
 public:
  // Errors: see OpenLive.
  static Result<std::unique_ptr<LiveHandle>> Open(const LiveOptions& options);

  pcap_t* pcap() const noexcept { return pcap_.get(); }
  LinkType link_type() const noexcept { return link_type_; }

  Timestamp TimeOf(const pcap_pkthdr& header) const noexcept {
    return ToTimestamp(header.ts.tv_sec, int64_t{header.ts.tv_usec} * subsecond_nanoseconds_);
  }

  // Waits until the handle has packets or something happened to it. False: the time ran out.
  bool WaitReadable(Duration wait) const noexcept;

  // Why the interface that was opened is not there any more ("was removed"), or empty.
  std::string InterfaceProblem() const;

  // True for a packet that came between the handle's activation and its joining of the fanout
  // group: another worker may have got it too.
  bool IsTooEarly(Timestamp time) noexcept;

 private:
  LiveHandle() = default;
  Status Activate(const LiveOptions& options);
  Status ChooseLinkType();
  Status JoinFanout(const LiveOptions& options);

  PcapHandle pcap_;
  std::string interface_;
  LinkType link_type_ = LinkType::kEthernet;
  int fd_ = -1;  // of pcap_
  int interface_index_ = 0;
  int64_t subsecond_nanoseconds_ = 1000;
  bool just_joined_ = false;
  Timestamp joined_{};  // on the clock of the packets
};

}  // namespace wiregauge::capture
