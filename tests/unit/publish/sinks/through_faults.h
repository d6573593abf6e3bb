// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "program.h"
#include "running_sink.h"

namespace wiregauge::sinks {

inline constexpr size_t kRecordsThroughFaults = 200'000;

// Sends 200,000 records to a receiver that is killed, frozen and ended in their middle, and back
// each time after the sink has noticed. `start` starts it and waits until it answers.
template <typename Start>
void SendThroughFaults(RunningSink& sink, Program& receiver, Start start) {
  uint64_t offered = 0;
  const auto offer = [&](size_t records) {
    sink.Offer(offered, records);
    offered += records;
  };
  const auto during = [&](auto fault, auto end) {
    offer(30'000);
    ASSERT_TRUE(sink.Reach(offered - 15'000));
    fault();
    offer(20'000);
    ASSERT_TRUE(sink.WaitForProblem());
    end();
  };
  during([&] { receiver.Kill(); }, start);
  during([&] { receiver.Freeze(); }, [&] { receiver.Continue(); });
  during([&] { receiver.End(); }, start);
  offer(kRecordsThroughFaults - offered);
  ASSERT_TRUE(sink.Reach(offered));
}

}  // namespace wiregauge::sinks
