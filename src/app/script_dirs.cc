// SPDX-License-Identifier: Apache-2.0
#include "app/script_dirs.h"

#include <filesystem>
#include <system_error>

namespace wiregauge::app {

std::string ShippedScripts() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  // <prefix>/bin/wiregauge; <source>/build/<preset>/wiregauge.
  const fs::path parent = program.parent_path().parent_path();
  for (const fs::path& folder : {parent / "share/wiregauge/lua", parent.parent_path() / "lua"}) {
    if (fs::is_directory(folder / "callbacks", error)) return folder.string();
  }
  return {};
}

std::vector<std::string> ScriptDirs(const config::Lua& settings) {
  std::vector<std::string> dirs = settings.dirs;
  const std::string shipped = settings.shipped ? ShippedScripts() : std::string();
  if (!shipped.empty()) dirs.push_back(shipped);
  return dirs;
}

}  // namespace wiregauge::app
