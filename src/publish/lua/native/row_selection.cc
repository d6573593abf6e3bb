// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/native/row_selection.h"

#include "publish/lua/native/rest.h"
#include "publish/lua/vm/error.h"

namespace wiregauge::lua {

void CheckQuery(const api::Query& query) {
  if (const auto refusal = query.refusal()) throw ScriptError(DetailOf(*refusal));
}

}  // namespace wiregauge::lua
