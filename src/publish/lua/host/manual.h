// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "publish/lua/vm/library.h"

namespace wiregauge::lua {

// docs/lua-reference.md: every function, constant and record of the libraries, in their order.
std::string ReferenceText(std::span<const Library* const> libraries);

// lua/wiregauge.d.lua: the same for LuaLS (https://luals.github.io), which completes and checks
// scripts in editors.
std::string AnnotationText(std::span<const Library* const> libraries);

}  // namespace wiregauge::lua
