// SPDX-License-Identifier: Apache-2.0
#include "dpi/ndpi_module.h"

#include <ndpi_api.h>

namespace wiregauge::dpi {

void NdpiModuleDeleter::operator()(ndpi_detection_module_struct* module) const noexcept {
  ndpi_exit_detection_module(module);
}

NdpiModule MakeNdpiModule() noexcept {
  NdpiModule module(ndpi_init_detection_module(ndpi_no_prefs));
  if (module == nullptr) return module;
  NDPI_PROTOCOL_BITMASK all;
  NDPI_BITMASK_SET_ALL(all);
  ndpi_set_protocol_detection_bitmask2(module.get(), &all);
  ndpi_finalize_initialization(module.get());
  return module;
}

}  // namespace wiregauge::dpi
