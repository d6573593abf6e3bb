// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/libraries.h"

#include "publish/lua/compat/libraries.h"
#include "publish/lua/compat/request_globals.h"
#include "publish/lua/host/host_library.h"

namespace wiregauge::lua {

std::vector<const Library*> AllLibraries() {
  return {&HostLibrary(),         &RequireLibrary(),        &compat::InterfaceLibrary(),
          &compat::NtopLibrary(), &compat::GlobalLibrary(), &compat::JsonLibrary()};
}

void AddLibraries(Services& services) {
  services.libraries = AllLibraries();
  services.openers = {OpenRequest, compat::OpenTableFunctions};
  services.preparers = {compat::PushRequestGlobals};
}

}  // namespace wiregauge::lua
