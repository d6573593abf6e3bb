// SPDX-License-Identifier: Apache-2.0
// A tap gets the packets of its flow, and no call after the last one.
#include <gtest/gtest.h>

#include "tables/tables.h"

namespace wiregauge::tables {
namespace {

using namespace std::chrono_literals;

class CountingTap final : public FlowTap {
 public:
  bool OnPacket(const PacketView& view, Timestamp now) noexcept override {
    numbers.push_back(view.number);
    times.push_back(now);
    return numbers.size() < most;
  }
  void OnFlowEnd() noexcept override { ++ends; }

  size_t most = SIZE_MAX;
  int ends = 0;
  std::vector<uint64_t> numbers;
  std::vector<Timestamp> times;
};

class FlowTapTest : public testing::Test {
 protected:
  FlowTapTest() : classifier_(dpi::Classifier::Create({80, 24}).value()) {
    TablesOptions options;
    options.applications = dpi::MakeCatalogue()->applications.size();
    options.limits = {
        60s, 300s, 5s, 600s, 600s, size_t{64} << 20, size_t{64} << 20, size_t{1} << 20};
    tables_ = std::make_unique<Tables>(options, hash_, *classifier_);
  }
  // A UDP datagram between 10.0.0.1:src_port and 10.0.0.2:9; back is from the latter.
  void See(Duration time, uint8_t src_port, bool back = false) {
    const uint8_t from = back ? 2 : 1, to = back ? 1 : 2;
    const uint8_t from_port = back ? 9 : src_port, to_port = back ? src_port : 9;
    const std::vector<uint8_t> frame = {
        2, 0,  0,  0, 0, to, 2, 0, 0,    0,  0, from, 8,  0, 0x45,      0, 0,       28, 0, 0, 0,
        0, 64, 17, 0, 0, 10, 0, 0, from, 10, 0, 0,    to, 0, from_port, 0, to_port, 0,  8, 0, 0};
    PacketView view;
    view.time = Timestamp(1'000'000s + time);
    view.captured = frame;
    view.wire_bytes = static_cast<uint32_t>(frame.size());
    view.number = ++number_;
    tables_->Account(flow::KeyedFrame(view, {}, hash_));
  }
  // Of the flow that the first packet of that port began.
  flow::FlowKey KeyOf(uint64_t flow_id) {
    tables_->BeginRows();
    while (!tables_->CopySome(100)) {
    }
    tables_->TakeHosts();
    tables_->TakeDevices();
    for (const model::FlowRecord& record : tables_->TakeFlows()) {
      if (record.id == flow_id) return flow::KeyOf(record);
    }
    return {};
  }

  std::unique_ptr<dpi::Classifier> classifier_;
  const KeyedHash hash_{KeyedHash::Secret{}};
  std::unique_ptr<Tables> tables_;
  CountingTap tap_;
  uint64_t number_ = 0;
};

TEST_F(FlowTapTest, GetsBothDirectionsOfItsFlowAndNothingElse) {
  See(0s, 1);
  See(0s, 2);
  ASSERT_TRUE(tables_->SetTap(KeyOf(2), 2, &tap_));
  See(1s, 1);
  See(2s, 2);
  See(3s, 2, true);
  EXPECT_EQ(tap_.numbers, (std::vector<uint64_t>{4, 5}));
  EXPECT_EQ(tap_.times.back(), tables_->now());
}

TEST_F(FlowTapTest, IsNotCalledAfterItWantsNoMore) {
  See(0s, 1);
  tap_.most = 2;
  ASSERT_TRUE(tables_->SetTap(KeyOf(1), 1, &tap_));
  for (int i = 1; i < 10; ++i) See(i * 1s, 1);
  EXPECT_EQ(tap_.numbers.size(), 2u);
  See(100s, 1);
  EXPECT_EQ(tap_.ends, 0);
}

TEST_F(FlowTapTest, CanBeTakenOff) {
  See(0s, 1);
  const flow::FlowKey key = KeyOf(1);
  ASSERT_TRUE(tables_->SetTap(key, 1, &tap_));
  ASSERT_TRUE(tables_->SetTap(key, 1, nullptr));
  See(1s, 1);
  See(100s, 1);
  EXPECT_TRUE(tap_.numbers.empty());
  EXPECT_EQ(tap_.ends, 0);
}

TEST_F(FlowTapTest, AnotherFlowOnTheSamePortsIsNotIts) {
  See(0s, 1);
  const flow::FlowKey key = KeyOf(1);
  EXPECT_FALSE(tables_->SetTap(key, 7, &tap_)) << "another id";
  EXPECT_FALSE(tables_->SetTap({}, 1, &tap_)) << "no such flow";
  ASSERT_TRUE(tables_->SetTap(key, 1, &tap_));
  See(100s, 1);
  EXPECT_EQ(tap_.ends, 1);
  EXPECT_TRUE(tap_.numbers.empty()) << "the packet that came after the flow's end";
  EXPECT_FALSE(tables_->SetTap(key, 1, &tap_));
  EXPECT_TRUE(tables_->SetTap(key, 2, &tap_));
}

TEST_F(FlowTapTest, IsToldOfEveryEnd) {
  See(0s, 1);
  ASSERT_TRUE(tables_->SetTap(KeyOf(1), 1, &tap_));
  tables_->AdvanceTo(Timestamp(1'000'000s + 100s));
  EXPECT_EQ(tap_.ends, 1) << "idle, without a packet";
  See(100s, 1);
  ASSERT_TRUE(tables_->SetTap(KeyOf(2), 2, &tap_));
  tables_->EndAll(tables_->now(), model::EndReason::kShutdown);
  EXPECT_EQ(tap_.ends, 2);
}

}  // namespace
}  // namespace wiregauge::tables
