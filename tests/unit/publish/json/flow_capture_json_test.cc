// SPDX-License-Identifier: Apache-2.0
#include "publish/json/flow_capture_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wiregauge::json {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

json Written(const model::FlowCaptureRecord& record) {
  std::string text;
  Writer writer(text);
  WriteFlowCapture(writer, record, "eth0");
  return json::parse(text);
}

TEST(FlowCaptureJsonTest, ARunningCaptureHasNoEnd) {
  model::FlowCaptureRecord record;
  record.id = 3;
  record.flow_id = 17592186044423;
  record.limits = {100, 65536, 30s, 128};
  record.started_at = Timestamp(1'700'000'000s);
  record.captured = {2, 3000};
  record.file_bytes = 312;
  record.cut_packets = 1;
  const json capture = Written(record);
  EXPECT_EQ(capture, json::parse(R"({"id": 3, "flow_id": 17592186044423, "interface": "eth0",
      "state": "running", "reason": null, "started_at": "2023-11-14T22:13:20.000000Z",
      "ended_at": null, "max_packets": 100, "max_bytes": 65536, "max_seconds": 30,
      "snap_length_bytes": 128, "packets": 2, "bytes": 3000, "file_bytes": 312, "cut_packets": 1,
      "dropped_packets": 0})"));
  for (const auto& [name, value] : capture.items()) {
    EXPECT_TRUE(FlowCaptureFields().Knows(name)) << name;
  }
}

TEST(FlowCaptureJsonTest, EachEndHasItsName) {
  model::FlowCaptureRecord record;
  record.ended_at = Timestamp(1'700'000'001s);
  const std::vector<std::string> names = {"packets", "bytes", "time", "flow_ended", "stopped"};
  ASSERT_EQ(names.size(), static_cast<size_t>(model::FlowCaptureEnd::kCount));
  for (size_t i = 0; i < names.size(); ++i) {
    record.end = static_cast<model::FlowCaptureEnd>(i);
    const json capture = Written(record);
    EXPECT_EQ(capture["state"], "done");
    EXPECT_EQ(capture["reason"], names[i]);
    EXPECT_EQ(capture["ended_at"], "2023-11-14T22:13:21.000000Z");
  }
}

}  // namespace
}  // namespace wiregauge::json
