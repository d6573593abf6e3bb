// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/limits.h"

namespace wiregauge::lua {

std::string_view BreachName(Breach breach) {
  switch (breach) {
    case Breach::kTime:
      return "wall_time";
    case Breach::kInstructions:
      return "instructions";
    case Breach::kMemory:
      return "memory";
    case Breach::kOutput:
      return "output";
    case Breach::kNone:
    case Breach::kCount:
      break;
  }
  return "none";
}

std::string_view BreachText(Breach breach) {
  switch (breach) {
    case Breach::kTime:
      return "ran longer than it may (wall_time)";
    case Breach::kInstructions:
      return "took more instructions than it may (instructions)";
    case Breach::kMemory:
      return "needed more memory than it may (memory_bytes)";
    case Breach::kOutput:
      return "wrote more than it may (output_bytes)";
    case Breach::kNone:
    case Breach::kCount:
      break;
  }
  return "";
}

}  // namespace wiregauge::lua
