// SPDX-License-Identifier: Apache-2.0
#include "capture/filter.h"

#include "capture/pcap_handle.h"

namespace wiregauge::capture {

Status CheckFilter(const std::string& expression) {
  if (expression.empty()) return {};
  constexpr int kSnapLengthBytes = 262144;
  Status first;
  for (const int dlt : {DLT_EN10MB, DLT_LINUX_SLL2, DLT_RAW}) {
    const PcapHandle handle(pcap_open_dead(dlt, kSnapLengthBytes));
    const auto filter = BpfFilter::Compile(handle.get(), expression);
    if (filter.ok()) return {};
    if (first.ok()) first = filter.error();
  }
  return first;
}

}  // namespace wiregauge::capture
