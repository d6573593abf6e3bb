// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "snapshot/flow_tape.h"
#include "unit/publish/lua/native/native_script.h"

namespace wiregauge::lua {
namespace {

using testing::HasSubstr;

constexpr const char* kPrint =
    "local list = wiregauge.ended_flows() print(#list, list.missed) "
    "for flow in list:each() do print(' ' .. flow.id .. ':' .. flow.bytes) end";

class EndedFlows : public testing::Test {
 protected:
  EndedFlows() { script_.flow_records = &subscription_; }

  // A report of a flow of 1100 bytes whose earlier ones have told all but these.
  void Report(uint64_t id, uint64_t new_bytes) {
    model::FlowRecord flow = api::MakeFlow(id, "10.0.0.1", 1, "10.0.0.2", 2, 1000);
    flow.reported.client = flow.client.counters();
    flow.reported.server = flow.server.counters();
    flow.reported.client.sent.bytes -= new_bytes;
    tape_.OnFlows(std::make_shared<const model::FlowBatch>(model::FlowBatch{flow}));
  }

  snapshot::FlowTape tape_{3, size_t{1} << 20};
  snapshot::FlowTape::Subscription subscription_ = tape_.Subscribe();
  NativeScript script_;
};

TEST_F(EndedFlows, GivesEachRecordOnce) {
  Report(7, 10);
  Report(8, 20);
  EXPECT_EQ(script_.Print(kPrint), "2\t0 7:10 8:20");
  EXPECT_EQ(script_.Print(kPrint), "0\t0");
  Report(7, 30);
  EXPECT_EQ(script_.Print(kPrint), "1\t0 7:30");
}

TEST_F(EndedFlows, TellsWhatItMissed) {
  for (uint64_t id = 1; id <= 5; ++id) Report(id, id);
  EXPECT_EQ(script_.Print(kPrint), "3\t2 3:3 4:4 5:5");
}

TEST_F(EndedFlows, RowsOutliveTheirListAndTheTape) {
  Report(7, 10);
  EXPECT_EQ(script_.Print("local flow = wiregauge.ended_flows()[1] collectgarbage() "
                          "print(flow.client.bytes_sent, flow:table().bytes, flow.interface)"),
            "10\t10\teth0");
  EXPECT_THAT(script_.Json("return {flow = wiregauge.ended_flows()}"), R"({"flow":[]})");
}

TEST_F(EndedFlows, OtherListsMissNothing) {
  EXPECT_THAT(script_.Print("print(wiregauge.flows().missed)"), HasSubstr("no member \"missed\""));
}

TEST(EndedFlowsOutside, AreForCallbacks) {
  NativeScript script;
  EXPECT_THAT(script.Print("wiregauge.ended_flows()"), HasSubstr("is for callbacks"));
}

}  // namespace
}  // namespace wiregauge::lua
