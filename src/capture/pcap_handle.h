// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pcap/pcap.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"

// Private to this room: the only header of the project that includes libpcap's.
namespace wiregauge::capture {

struct PcapCloser {
  void operator()(pcap_t* handle) const noexcept { pcap_close(handle); }
};
using PcapHandle = std::unique_ptr<pcap_t, PcapCloser>;

// A compiled BPF expression. Owns its instructions.
class BpfFilter {
 public:
  // The expression for frames of `handle`'s link type. Error: kInvalidArgument, with libpcap's
  // reason.
  static Result<std::unique_ptr<BpfFilter>> Compile(pcap_t* handle, const std::string& expression);

  ~BpfFilter() { pcap_freecode(&program_); }
  BpfFilter(const BpfFilter&) = delete;
  BpfFilter& operator=(const BpfFilter&) = delete;

  bool Matches(const pcap_pkthdr& header, const uint8_t* bytes) const noexcept {
    return pcap_offline_filter(&program_, &header, bytes) != 0;
  }
  bpf_program* program() noexcept { return &program_; }

 private:
  BpfFilter() = default;

  bpf_program program_{};
};

// Files may claim any second: those before 1874 and after 2160 become the nearest of these, so that
// the difference of any two, and a time a century later, fit into 64 bits of nanoseconds.
inline Timestamp ToTimestamp(int64_t seconds, int64_t nanoseconds) noexcept {
  constexpr int64_t kFirstSecond = -3'000'000'000, kLastSecond = 6'000'000'000;
  seconds = std::clamp(seconds, kFirstSecond, kLastSecond);
  return Timestamp(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds));
}

}  // namespace wiregauge::capture
