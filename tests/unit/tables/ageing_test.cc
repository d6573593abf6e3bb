// SPDX-License-Identifier: Apache-2.0
// Flows and hosts leave by packet time, by TCP's end and by memory; fragments follow their first
// one.
#include <gtest/gtest.h>

#include "tables/tables.h"

namespace wiregauge::tables {
namespace {

using model::EndReason;
using namespace std::chrono_literals;

struct Segment {
  uint8_t src_host = 1, dst_host = 2;
  uint16_t src_port = 40000, dst_port = 9999;
  uint8_t protocol = 17;
  uint8_t tcp_flags = 0;
  uint16_t fragment = 0;  // flags and offset field of IPv4
  uint16_t id = 0;
  uint8_t sequence = 1;  // of TCP
};

// An Ethernet frame of 10.0.0.src to 10.0.0.dst.
std::vector<uint8_t> Frame(const Segment& s) {
  std::vector<uint8_t> f = {2, 0, 0, 0, 0, s.dst_host, 2, 0, 0, 0, 0, s.src_host, 8, 0};
  const size_t l4_bytes = s.protocol == 6 ? 20 : 8;
  const auto put16 = [&f](size_t value) {
    f.push_back(static_cast<uint8_t>(value >> 8));
    f.push_back(static_cast<uint8_t>(value));
  };
  f.insert(f.end(), {0x45, 0});
  put16(20 + l4_bytes);
  put16(s.id);
  put16(s.fragment);
  f.insert(f.end(), {64, s.protocol, 0, 0, 10, 0, 0, s.src_host, 10, 0, 0, s.dst_host});
  put16(s.src_port);
  put16(s.dst_port);
  if (s.protocol == 6) {
    f.insert(f.end(), {0, 0, 0, s.sequence, 0, 0, 0, 0, 0x50, s.tcp_flags, 0, 100, 0, 0, 0, 0});
  } else {
    put16(8);
    put16(0);
  }
  return f;
}

class AgeingTest : public testing::Test {
 protected:
  AgeingTest() {
    options_.applications = dpi::MakeCatalogue()->applications.size();
    options_.limits = {
        60s, 300s, 5s, 600s, 600s, size_t{64} << 20, size_t{64} << 20, size_t{1} << 20};
    options_.atlas = std::make_shared<geo::Atlas>(
        std::vector<model::LocalNetwork>{{"lan", {*IpNetwork::Parse("10.0.0.0/25")}}},
        std::vector<model::Pool>{}, nullptr, nullptr);
  }
  void Make() {
    classifier_ = dpi::Classifier::Create({80, 24}).value();
    tables_ = std::make_unique<Tables>(options_, hash_, *classifier_);
  }
  void See(Duration time, const Segment& segment) {
    const std::vector<uint8_t> frame = Frame(segment);
    PacketView view;
    view.time = Timestamp(1'000'000s + time);
    view.captured = frame;
    view.wire_bytes = static_cast<uint32_t>(frame.size());
    view.number = ++number_;
    tables_->Account(flow::KeyedFrame(view, {}, hash_));
  }
  std::vector<model::FlowRecord> Records() {
    tables_->ended_flows().Close();
    std::vector<model::FlowRecord> records;
    for (const auto& batch : tables_->ended_flows().TakeBatches()) {
      records.insert(records.end(), batch->begin(), batch->end());
    }
    return records;
  }

  TablesOptions options_;
  std::unique_ptr<dpi::Classifier> classifier_;
  const KeyedHash hash_{KeyedHash::Secret{}};
  std::unique_ptr<Tables> tables_;
  uint64_t number_ = 0;
};

TEST_F(AgeingTest, AFlowEndsWhenItWasSilentForLongerThanTheTimeout) {
  Make();
  See(0s, {});
  See(60s, {});
  EXPECT_TRUE(Records().empty());
  See(120s + 1ns, {});
  const auto records = Records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].end_reason, EndReason::kIdle);
  EXPECT_EQ(records[0].client.sent.packets, 2u);
  EXPECT_EQ(tables_->Counters().active_flows, 1u);
}

TEST_F(AgeingTest, OtherPacketsMoveTheTime) {
  Make();
  See(0s, {});
  See(61s, {.src_port = 1});
  const auto records = Records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].client.port, 40000);
}

// As in captures of several days in one file: what opens the second day is one flow.
TEST_F(AgeingTest, TheFlowThatLeapsAheadOfTheClockIsNotSplit) {
  Make();
  See(0s, {.src_port = 1});
  See(27h, {});
  See(27h + 5ms, {});
  See(27h + 9ms, {});
  const auto records = Records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].client.port, 1);
  tables_->EndAll(Timestamp(1'000'000s + 27h + 10ms), EndReason::kEndOfFile);
  const auto rest = Records();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].client.sent.packets, 3u);
}

TEST_F(AgeingTest, LongFlowsAreReportedWithTheirDeltas) {
  options_.limits.flow_active_timeout = 100s;
  Make();
  for (int i = 0; i <= 25; ++i) See(i * 10s, {});
  auto records = Records();
  ASSERT_EQ(records.size(), 2u);
  for (const auto& record : records) {
    EXPECT_EQ(record.end_reason, EndReason::kActiveTimeout);
    EXPECT_EQ(record.state, model::FlowState::kActive);
    EXPECT_EQ(record.unreported_client().packets, 10u);
    EXPECT_EQ(record.id, 1u);
  }
  tables_->EndAll(Timestamp(1'000'250s), EndReason::kShutdown);
  records = Records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].unreported_client().packets, 6u);
  EXPECT_EQ(records[0].client.sent.packets, 26u);
  EXPECT_EQ(records[0].report_start, Timestamp(1'000'200s));
  EXPECT_EQ(records[0].end_reason, EndReason::kShutdown);
}

TEST_F(AgeingTest, AFinishedConnectionWaitsAShortWhileForLatePackets) {
  Make();
  const Segment reset{.protocol = 6, .tcp_flags = decode::TcpFlags::kRst};
  See(0s, reset);
  See(5s, reset);
  EXPECT_TRUE(Records().empty());
  See(11s, {.src_port = 1});
  const auto records = Records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].end_reason, EndReason::kTcpRst);
  EXPECT_EQ(records[0].client.sent.packets, 2u);
}

TEST_F(AgeingTest, ANewSynOnAFinishedConnectionIsANewFlow) {
  Make();
  const Segment syn{.protocol = 6, .tcp_flags = decode::TcpFlags::kSyn};
  See(0s, syn);
  See(1ms, {.src_host = 2,
            .dst_host = 1,
            .src_port = 9999,
            .dst_port = 40000,
            .protocol = 6,
            .tcp_flags = decode::TcpFlags::kRst | decode::TcpFlags::kAck});
  See(2ms, syn);
  EXPECT_EQ(Records().size(), 1u);
  EXPECT_EQ(tables_->Counters().flows_created, 2u);
}

TEST_F(AgeingTest, AnotherSynEndsAConnectionWhoseEndWasNotSeenAsIdle) {
  Make();
  See(0s, {.protocol = 6, .tcp_flags = decode::TcpFlags::kSyn});
  See(1s, {.protocol = 6, .tcp_flags = decode::TcpFlags::kSyn});
  EXPECT_TRUE(Records().empty());
  See(2s, {.protocol = 6, .tcp_flags = decode::TcpFlags::kSyn, .sequence = 9});
  const auto records = Records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].end_reason, EndReason::kIdle);
  EXPECT_EQ(records[0].tcp_state, model::TcpState::kSynSent);
  EXPECT_EQ(records[0].client.sent.packets, 2u);
  EXPECT_EQ(tables_->Counters().active_flows, 1u);
}

TEST_F(AgeingTest, APacketOfLongAgoMovesTheFirstTimeAndMakesNoReport) {
  Make();
  See(1000s, {});
  See(200s, {});
  See(1001s, {});
  EXPECT_TRUE(Records().empty());
  tables_->BeginRows();
  while (!tables_->CopySome(1)) {
  }
  const Timestamp first(1'000'200s), last(1'001'001s);
  for (const auto& host : tables_->TakeHosts()) {
    EXPECT_EQ(host.first_seen, first);
    EXPECT_EQ(host.last_seen, last);
  }
  for (const auto& device : tables_->TakeDevices()) {
    EXPECT_EQ(device.first_seen, first);
    EXPECT_EQ(device.last_seen, last);
  }
  tables_->EndAll(last, EndReason::kEndOfFile);
  const auto records = Records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].first_seen, first);
  EXPECT_EQ(records[0].report_start, first);
}

TEST_F(AgeingTest, ADeviceOfALatePacketHasItsTime) {
  Make();
  See(10s, {});
  See(8s, {.src_host = 3, .dst_host = 4});
  tables_->BeginRows();
  while (!tables_->CopySome(1)) {
  }
  const auto devices = tables_->TakeDevices();
  ASSERT_EQ(devices.size(), 4u);
  for (size_t i = 2; i < 4; ++i) {
    EXPECT_EQ(devices[i].first_seen, Timestamp(1'000'008s));
    EXPECT_EQ(devices[i].last_seen, Timestamp(1'000'008s));
  }
}

TEST_F(AgeingTest, AFullTableEvictsTheFlowThatWouldEndNextAndExportsIt) {
  options_.limits.flow_table_bytes = 30'000;
  Make();
  for (uint16_t i = 0; i < 200; ++i) See(i * 1s / 10, {.src_port = static_cast<uint16_t>(i + 1)});
  const auto records = Records();
  ASSERT_GT(records.size(), 100u);
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].end_reason, EndReason::kEvicted);
    EXPECT_EQ(records[i].client.port, i + 1) << "oldest first";
  }
  EXPECT_LE(tables_->Counters().flow_table_bytes, 32'000u);
}

TEST_F(AgeingTest, AFloodOfHostsStaysInItsBudget) {
  options_.limits.host_table_bytes = 100'000;
  Make();
  for (int i = 0; i < 4000; ++i) {
    See(i * 1ms, {.src_host = static_cast<uint8_t>(i % 250),
                  .dst_host = static_cast<uint8_t>(i % 249),
                  .src_port = static_cast<uint16_t>(i)});
  }
  const auto counters = tables_->Counters();
  EXPECT_LE(counters.host_table_bytes, 110'000u);
  EXPECT_GT(counters.hosts_evicted, 0u);
  // Flows that end tell their hosts what they carried, which takes room.
  tables_->EndAll(Timestamp(1'000'005s), EndReason::kEndOfFile);
  EXPECT_LE(tables_->Counters().host_table_bytes, 100'000u);
}

TEST_F(AgeingTest, HostsLeaveAfterTheirFlows) {
  options_.limits.host_idle_timeout = options_.limits.local_host_idle_timeout = 100s;
  Make();
  See(0s, {});
  EXPECT_EQ(tables_->Counters().active_hosts, 2u);
  See(59s, {});
  tables_->AdvanceTo(Timestamp(1'000'000s + 158s));
  EXPECT_EQ(tables_->Counters().active_flows, 0u);
  EXPECT_EQ(tables_->Counters().active_hosts, 2u);
  tables_->AdvanceTo(Timestamp(1'000'000s + 161s));
  EXPECT_EQ(tables_->Counters().active_hosts, 0u);
  EXPECT_EQ(tables_->Counters().departed_hosts.sent, tables_->Counters().in_flows);
}

TEST_F(AgeingTest, LocalHostsThatHaveSentSomethingStayLongerAsIdle) {
  options_.limits.host_idle_timeout = 100s;
  options_.limits.local_host_idle_timeout = 1000s;
  Make();
  See(0s, {.src_host = 1, .dst_host = 200});  // local to remote
  See(0s, {.src_host = 1, .dst_host = 2});    // local to local, no answer
  EXPECT_EQ(tables_->Counters().active_hosts, 3u);
  tables_->AdvanceTo(Timestamp(1'000'000s + 161s));
  EXPECT_EQ(tables_->Counters().active_hosts, 0u);
  EXPECT_EQ(tables_->Counters().idle_hosts, 1u);
  EXPECT_EQ(tables_->Counters().hosts_expired, 2u);
  tables_->BeginRows();
  while (!tables_->CopySome(10)) {
  }
  const auto rows = tables_->TakeHosts();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_FALSE(rows[0].active);
  EXPECT_EQ(rows[0].traffic.sent.packets, 2u);

  See(500s, {.src_host = 1, .dst_host = 200});
  EXPECT_EQ(tables_->Counters().active_hosts, 2u);
  EXPECT_EQ(tables_->Counters().idle_hosts, 0u);
  for (const Duration later : {Duration(700s), Duration(1501s)}) {
    tables_->AdvanceTo(Timestamp(1'000'000s + later));
  }
  EXPECT_EQ(tables_->Counters().active_hosts + tables_->Counters().idle_hosts, 0u);
  EXPECT_EQ(tables_->Counters().departed_hosts.sent, tables_->Counters().in_flows);
}

TEST_F(AgeingTest, AHostIsNotActiveInTheMinuteThatALeapLeaves) {
  Make();
  See(0s, {.src_host = 1, .dst_host = 2});
  See(20h, {.src_host = 3, .dst_host = 4});
  See(20h + 1s, {.src_host = 3, .dst_host = 4});
  tables_->BeginRows();
  while (!tables_->CopySome(10)) {
  }
  for (const model::HostRecord& host : tables_->TakeHosts()) {
    const Timestamp seen = host.first_seen;
    const auto minutes = host.ActiveMinutes(Timestamp(1'000'000s + 20h + 2s));
    EXPECT_EQ(minutes, std::vector{model::MinuteOf(seen)}) << host.ip.ToString();
  }
}

TEST_F(AgeingTest, LaterFragmentsJoinTheFlowOfTheFirst) {
  Make();
  See(0s, {.fragment = 0x2000, .id = 77});
  See(1ms, {.src_port = 0x1234, .dst_port = 0x5678, .fragment = 0x0001, .id = 77});
  EXPECT_EQ(tables_->Counters().flows_created, 1u);
  EXPECT_EQ(tables_->Counters().fragments_unmatched, 0u);
  See(2ms, {.fragment = 0x0001, .id = 78});
  EXPECT_EQ(tables_->Counters().fragments_unmatched, 1u);
  EXPECT_EQ(tables_->Counters().flows_created, 2u);
  tables_->EndAll(Timestamp(1'000'001s), EndReason::kEndOfFile);
  const auto records = Records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].client.sent.packets, 2u);
  EXPECT_EQ(records[1].client.port, 0);
}

// Rows are those of BeginRows whatever happens to their entries before they are copied: packets,
// the settling of applications, reports, ends, evictions.
TEST_F(AgeingTest, ASliceShowsOneInstantThroughEveryKindOfChange) {
  options_.limits.flow_active_timeout = 20s;
  options_.limits.host_idle_timeout = 5s;
  Make();
  for (uint16_t i = 0; i < 300; ++i) {
    See(i * 1ms, {.src_host = static_cast<uint8_t>(i % 100),
                  .dst_host = 200,
                  .src_port = static_cast<uint16_t>(i + 1)});
  }
  const model::InterfaceCounters at_begin = tables_->Counters();
  tables_->BeginRows();
  for (const Duration later : {Duration(3s), Duration(30s)}) {  // at 30 s reports are due, too
    for (uint16_t i = 0; i < 300; ++i) {
      See(later + i * 1ms, {.src_host = static_cast<uint8_t>(i % 100),
                            .dst_host = 200,
                            .src_port = static_cast<uint16_t>(i + 1)});
    }
    EXPECT_FALSE(tables_->CopySome(10));
  }
  tables_->AdvanceTo(Timestamp(1'000'200s));  // every flow ends, then every host leaves
  EXPECT_EQ(tables_->Counters().active_flows, 0u);
  EXPECT_EQ(tables_->Counters().active_hosts, 0u);
  while (!tables_->CopySome(10)) {
  }
  model::Traffic flows, hosts_sent, hosts_received, devices;
  const auto flow_rows = tables_->TakeFlows();
  for (const auto& flow : flow_rows) {
    EXPECT_EQ(flow.traffic().packets, 1u);
    EXPECT_EQ(flow.state, model::FlowState::kActive);
    flows += flow.traffic();
  }
  for (const auto& host : tables_->TakeHosts()) {
    EXPECT_EQ(host.tallies, nullptr) << "no flow had ended";
    hosts_sent += host.traffic.sent;
    hosts_received += host.traffic.received;
  }
  for (const auto& device : tables_->TakeDevices()) devices += device.traffic.sent;
  EXPECT_EQ(flow_rows.size(), 300u);
  EXPECT_EQ(flows, at_begin.in_flows);
  EXPECT_EQ(hosts_sent, at_begin.in_flows);
  EXPECT_EQ(hosts_received, at_begin.in_flows);
  EXPECT_EQ(devices, at_begin.received);
}

// The names publishers use and the decoder's own are in the same order.
TEST(NamesTest, ModelAndDecoderNameTheSameErrors) {
  static_assert(model::kDecodeErrors == static_cast<size_t>(decode::DecodeError::kCount));
  for (size_t i = 1; i < model::kDecodeErrors; ++i) {
    EXPECT_STREQ(model::UndecodableReasonName(i),
                 decode::DecodeErrorName(static_cast<decode::DecodeError>(i)));
  }
}

TEST_F(AgeingTest, DevicesKnowTheirLocalAddressesOnly) {
  Make();
  See(0s, {.src_host = 1, .dst_host = 200});
  See(1ms, {.src_host = 200, .dst_host = 1, .src_port = 9999, .dst_port = 40000});
  tables_->BeginRows();
  while (!tables_->CopySome(1)) {
  }
  const auto devices = tables_->TakeDevices();
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0].addresses, std::vector<IpAddress>{*IpAddress::Parse("10.0.0.1")});
  EXPECT_TRUE(devices[1].addresses.empty());
  EXPECT_EQ(devices[1].traffic.received, (model::Traffic{1, 42}));
}

}  // namespace
}  // namespace wiregauge::tables
