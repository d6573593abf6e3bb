// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/libraries.h"

namespace wiregauge::lua::compat {

const Library& NtopLibrary() {
  static const Library library = [] {
    Library made;
    made.name = "ntop";
    made.help = "ntopng's names for the service itself, what scripts keep, addresses and HTTP.";
    for (const auto part : {SystemPart, AllowedInterfacePart, CachePart, NetworkPart, HttpPart})
      Append(made, part());
    return made;
  }();
  return library;
}

}  // namespace wiregauge::lua::compat
