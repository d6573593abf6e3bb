// SPDX-License-Identifier: Apache-2.0
#include "capture/pcap_handle.h"

namespace wiregauge::capture {

Result<std::unique_ptr<BpfFilter>> BpfFilter::Compile(pcap_t* handle,
                                                      const std::string& expression) {
  std::unique_ptr<BpfFilter> filter(new BpfFilter());
  constexpr int kOptimize = 1;
  if (pcap_compile(handle, &filter->program_, expression.c_str(), kOptimize,
                   PCAP_NETMASK_UNKNOWN) != 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "filter \"" + expression + "\": " + pcap_geterr(handle)};
  }
  return filter;
}

}  // namespace wiregauge::capture
