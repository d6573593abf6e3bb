// SPDX-License-Identifier: Apache-2.0
#include "app/flow_fan_out.h"

#include <gtest/gtest.h>

#include "snapshot/flow_tape.h"

namespace wiregauge::app {
namespace {

TEST(FlowFanOut, EverySinkGetsTheBatchItself) {
  const auto batch = std::make_shared<model::FlowBatch>(2);
  FlowFanOut sinks;
  sinks.OnFlows(batch);
  snapshot::FlowTape one(10, size_t{1} << 20), other(10, size_t{1} << 20);
  sinks.Attach(one);
  sinks.Attach(other);
  auto reader = one.Subscribe(), other_reader = other.Subscribe();
  sinks.OnFlows(batch);
  for (auto* const subscription : {&reader, &other_reader}) {
    const auto part = subscription->Read(10);
    ASSERT_EQ(part.batches.size(), 1u);
    EXPECT_EQ(part.batches[0], batch);
  }
}

}  // namespace
}  // namespace wiregauge::app
