// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

struct ndpi_detection_module_struct;

namespace wiregauge::dpi {

struct NdpiModuleDeleter {
  void operator()(ndpi_detection_module_struct* module) const noexcept;
};
using NdpiModule = std::unique_ptr<ndpi_detection_module_struct, NdpiModuleDeleter>;

// A detection module with every protocol on and libndpi's built-in lists, ready for packets. Null
// when libndpi cannot make one. Not thread-safe: libndpi fills process-wide tables on the way.
NdpiModule MakeNdpiModule() noexcept;

}  // namespace wiregauge::dpi
