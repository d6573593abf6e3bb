// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/lua/vm/library.h"

namespace wiregauge::lua::compat {

// ntopng's API over the data here: what State::Run hands to PublishLibraries. Made once, then
// immutable and for any thread.
const Library& InterfaceLibrary();
const Library& NtopLibrary();
const Library& GlobalLibrary();
const Library& JsonLibrary();

}  // namespace wiregauge::lua::compat
