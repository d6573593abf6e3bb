// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <utility>

#include "publish/lua/compat/functions.h"
#include "publish/lua/compat/libraries.h"

namespace wiregauge::lua::compat {

void Append(Library& library, Part part) {
  std::ranges::move(part.functions, std::back_inserter(library.functions));
  std::ranges::move(part.records, std::back_inserter(library.records));
}

const Library& InterfaceLibrary() {
  static const Library library = [] {
    Library made;
    made.name = "interface";
    made.help =
        "ntopng's names for flows, hosts and counters of one interface. **Rates called _bps are "
        "bytes a second here**, as scripts for ntopng expect; everywhere else in this service they "
        "are bits a second. Bytes are those of frames on the wire.";
    for (const auto part : {SelectionPart, InterfacePart, ApplicationPart, FlowPart, HostPart,
                            HostGroupPart, HostDetailPart, DevicePart, PlacePart}) {
      Append(made, part());
    }
    return made;
  }();
  return library;
}

}  // namespace wiregauge::lua::compat
