// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/libraries.h"

#include "publish/lua/host/host_library.h"

namespace wiregauge::lua {

std::vector<const Library*> AllLibraries() { return {&HostLibrary(), &RequireLibrary()}; }

void AddLibraries(Services& services) {
  services.libraries = AllLibraries();
  services.openers = {OpenRequest};
}

}  // namespace wiregauge::lua
