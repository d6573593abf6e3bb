// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/libraries.h"

#include "publish/lua/compat/libraries.h"
#include "publish/lua/compat/request_globals.h"
#include "publish/lua/host/host_library.h"
#include "publish/lua/native/libraries.h"

namespace wiregauge::lua {

std::vector<const Library*> AllLibraries() {
  std::vector<const Library*> libraries = NativeLibraries();
  for (const Library* const library :
       {&HostLibrary(), &compat::InterfaceLibrary(), &compat::NtopLibrary(),
        &compat::GlobalLibrary(), &RequireLibrary(), &compat::JsonLibrary()}) {
    libraries.push_back(library);
  }
  return libraries;
}

void AddLibraries(Services& services) {
  services.libraries = AllLibraries();
  services.openers = {OpenRequest, compat::OpenLibraryFunctions};
  services.preparers = {compat::PushRequestGlobals};
}

}  // namespace wiregauge::lua
