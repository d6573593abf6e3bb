// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/libraries.h"

#include "publish/lua/native/alerts_library.h"
#include "publish/lua/native/http_library.h"
#include "publish/lua/native/json_library.h"
#include "publish/lua/native/kv_library.h"
#include "publish/lua/native/log_library.h"
#include "publish/lua/native/wiregauge_library.h"

namespace wiregauge::lua {

const std::vector<const Library*>& NativeLibraries() {
  static const std::vector<const Library*> libraries = {&WiregaugeLibrary(), &JsonLibrary(),
                                                        &HttpLibrary(),      &KvLibrary(),
                                                        &AlertsLibrary(),    &LogLibrary()};
  return libraries;
}

}  // namespace wiregauge::lua
