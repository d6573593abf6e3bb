// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "publish/lua/call.h"
#include "publish/lua/host/script_set.h"
#include "publish/lua/vm/limits.h"

namespace wiregauge::lua {

// Makes sets of scripts out of what stands in the folders. A version that does not load never
// comes into force: the last good one stays, and its script says why. So does a module's new
// version with which scripts that are good would not load. One thread at a time.
class ScriptLoader {
 public:
  // Borrows the services.
  ScriptLoader(std::vector<std::string> folders, Services& services, const Limits& limits);

  // A new set if anything has changed since the last one; null: nothing has.
  std::shared_ptr<const ScriptSet> Refresh();

 private:
  using File = std::shared_ptr<const ScriptFile>;
  // What is tried together: the version of each script, and what came of it.
  struct Trial {
    std::vector<Script> scripts;
    bool any_failed = false;
  };

  const Script* Before(const std::string& name) const;
  Trial Try(const std::vector<File>& files);
  std::vector<File> FallBack(const std::vector<File>& newest, const Trial& trial,
                             std::map<std::string, std::string>& problems) const;

  const std::vector<std::string> folders_;
  Services& services_;
  const Limits limits_;
  ScriptTree tree_;
  std::shared_ptr<const ScriptSet> set_;
};

}  // namespace wiregauge::lua
