// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "publish/grafana/script_targets.h"
#include "publish/lua/host/script_host.h"

namespace wiregauge::lua {

// The routes that are for Grafana's panels, run by the host's workers. Borrows the host.
// Thread-safe.
class GrafanaTargets final : public grafana::ScriptTargets {
 public:
  explicit GrafanaTargets(ScriptHost& host) : host_(host) {}

  std::vector<grafana::ScriptTarget> List(const model::Identity* identity) const override;
  bool Hand(const std::vector<std::string>& names, Work work) override;

 private:
  ScriptHost& host_;
};

}  // namespace wiregauge::lua
