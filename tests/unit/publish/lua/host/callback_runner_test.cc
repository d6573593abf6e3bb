// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/callback_runner.h"

#include <gtest/gtest.h>

#include <thread>

#include "publish/lua/host/script_loader.h"
#include "unit/publish/lua/host/services.h"

namespace wiregauge::lua {
namespace {

// The clock on the wall: the runner waits by it.
class Callbacks : public testing::Test {
 protected:
  void Start(const Limits& limits = {}) {
    ScriptLoader loader({folder_.path()}, services_, Limits());
    runner_.emplace(services_, limits, stats_, loader.Refresh());
  }
  uint64_t Runs(const std::string& script, RunResult result) {
    const auto counts = stats_.counts();
    const auto found = counts.find(script);
    return found == counts.end() ? 0 : found->second.runs[static_cast<size_t>(result)];
  }
  // Until it is so many; the test's own timeout ends it else.
  void Await(const std::string& script, RunResult result, uint64_t runs) {
    while (Runs(script, result) < runs) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  ScriptFolder folder_;
  EmptyService service_;
  const SystemClock clock_;
  Services services_{.snapshots = service_.source,
                     .rest = service_.rest,
                     .clock = clock_,
                     .places = service_.places_of_none,
                     .version = {},
                     .revision = {},
                     .started_at = {},
                     .script_dirs = {},
                     .data_dir = {},
                     .libraries = AllLibraries()};
  ScriptStats stats_;
  std::optional<CallbackRunner> runner_;
};

TEST_F(Callbacks, RunEachSecondAndFailByThemselves) {
  folder_.Write("callbacks/second.lua", "error('oops')");
  Start();
  Await("callbacks/second.lua", RunResult::kError, 2);
  EXPECT_EQ(stats_.counts().at("callbacks/second.lua").last_error, "callbacks/second.lua:1: oops");
}

// One that takes longer than a second does not overlap itself: the turns it misses are counted.
TEST_F(Callbacks, ALateOneIsSkippedAndCounted) {
  folder_.Write("callbacks/second.lua", "local t = os.time() while os.time() < t + 2 do end");
  Limits limits;
  limits.instructions = ~uint64_t{0};
  Start(limits);
  Await("callbacks/second.lua", RunResult::kSkipped, 2);
  EXPECT_GE(Runs("callbacks/second.lua", RunResult::kOk), 1u);
}

TEST_F(Callbacks, OneThatDoesNotEndHoldsUpNoOtherPeriod) {
  folder_.Write("callbacks/second.lua", "while true do end");
  folder_.Write("callbacks/minute.lua", "while true do end");
  Limits limits;
  limits.wall_time = std::chrono::milliseconds(100);
  Start(limits);
  Await("callbacks/second.lua", RunResult::kWallTime, 2);
}

TEST_F(Callbacks, NewScriptsAreTaken) {
  Start();
  folder_.Write("callbacks/second.lua", "local x = 1");
  ScriptLoader loader({folder_.path()}, services_, Limits());
  runner_->SetScripts(loader.Refresh());
  Await("callbacks/second.lua", RunResult::kOk, 1);
}

}  // namespace
}  // namespace wiregauge::lua
