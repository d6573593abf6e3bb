// SPDX-License-Identifier: Apache-2.0
#include "app/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "base/log.h"

namespace wiregauge::app {
namespace {

constexpr rlim_t kAllElse = 100;  // files, sources, poll descriptors

}  // namespace

void RaiseDescriptorLimit(uint32_t connections) {
  const rlim_t wanted = rlim_t{connections} + kAllElse;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  if (::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == wanted) return;
  log::Warning("app", "fewer files may be open than http.max_connections needs",
               {{"limit", std::to_string(limit.rlim_max)}, {"needed", std::to_string(wanted)}});
}

}  // namespace wiregauge::app
