// SPDX-License-Identifier: Apache-2.0
// What tables keep of a host beyond its traffic: TCP flags, goodput, contacts, ICMP, minutes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tables/tables.h"

namespace wiregauge::tables {
namespace {

using decode::TcpFlags;
using testing::ElementsAre;
using namespace std::chrono_literals;

constexpr uint8_t kIcmp = 1, kTcp = 6, kUdp = 17;

struct Frame {
  uint8_t src = 1, dst = 2;  // 10.0.0.src
  uint8_t protocol = kUdp;
  uint16_t src_port = 40000, dst_port = 9999;
  uint8_t tcp_flags = 0;
  uint8_t icmp_type = 0, icmp_code = 0;
  uint16_t fragment = 0;  // flags and offset field of IPv4
  size_t payload_bytes = 0;
};

std::vector<uint8_t> BytesOf(const Frame& f) {
  std::vector<uint8_t> bytes = {2, 0, 0, 0, 0, f.dst, 2, 0, 0, 0, 0, f.src, 8, 0};
  const auto put16 = [&bytes](size_t value) {
    bytes.push_back(static_cast<uint8_t>(value >> 8));
    bytes.push_back(static_cast<uint8_t>(value));
  };
  const size_t header_bytes = f.protocol == kTcp ? 20 : 8;
  bytes.insert(bytes.end(), {0x45, 0});
  put16(20 + header_bytes + f.payload_bytes);
  put16(1);
  put16(f.fragment);
  bytes.insert(bytes.end(), {64, f.protocol, 0, 0, 10, 0, 0, f.src, 10, 0, 0, f.dst});
  if (f.protocol == kIcmp) {
    bytes.insert(bytes.end(), {f.icmp_type, f.icmp_code, 0, 0, 0, 0, 0, 0});
  } else {
    put16(f.src_port);
    put16(f.dst_port);
    if (f.protocol == kTcp) {
      bytes.insert(bytes.end(), {0, 0, 0, 1, 0, 0, 0, 0, 0x50, f.tcp_flags, 0, 100, 0, 0, 0, 0});
    } else {
      put16(8 + f.payload_bytes);
      put16(0);
    }
  }
  bytes.resize(bytes.size() + f.payload_bytes);
  return bytes;
}

class HostDetailsTest : public testing::Test {
 protected:
  HostDetailsTest() {
    options_.applications = dpi::MakeCatalogue()->applications.size();
    options_.limits = {
        60s, 300s, 5s, 48h, 48h, size_t{64} << 20, size_t{64} << 20, size_t{1} << 20};
    options_.atlas = std::make_shared<geo::Atlas>(
        std::vector<model::LocalNetwork>{{"lan", {*IpNetwork::Parse("10.0.0.0/8")}}},
        std::vector<model::Pool>{}, nullptr, nullptr);
    Make();
  }
  void Make() {
    classifier_ = dpi::Classifier::Create({80, 24}).value();
    tables_ = std::make_unique<Tables>(options_, hash_, *classifier_);
  }
  void See(Duration time, const Frame& frame) {
    const std::vector<uint8_t> bytes = BytesOf(frame);
    PacketView view;
    view.time = Timestamp(1'000'000min + time);
    view.captured = bytes;
    view.wire_bytes = static_cast<uint32_t>(bytes.size());
    view.number = ++number_;
    tables_->Account(flow::KeyedFrame(view, {}, hash_));
  }
  std::vector<model::HostRecord> Rows() {
    tables_->BeginRows();
    while (!tables_->CopySome(1)) {
    }
    tables_->TakeFlows();
    tables_->TakeDevices();
    return tables_->TakeHosts();
  }
  static model::HostRecord Row(const std::vector<model::HostRecord>& rows, uint8_t number) {
    const std::array<uint8_t, 4> ip = {10, 0, 0, number};
    for (const model::HostRecord& row : rows) {
      if (row.ip == IpAddress::V4(ip)) return row;
    }
    ADD_FAILURE() << "no host 10.0.0." << int{number};
    return {};
  }
  model::HostRecord Row(uint8_t number) { return Row(Rows(), number); }

  TablesOptions options_;
  std::unique_ptr<dpi::Classifier> classifier_;
  const KeyedHash hash_{KeyedHash::Secret{}};
  std::unique_ptr<Tables> tables_;
  uint64_t number_ = 0;
};

TEST_F(HostDetailsTest, SegmentsThatOpenRefuseAndEndConnectionsAreCounted) {
  const auto send = [&](uint8_t src, uint8_t flags) {
    const bool from_client = src == 1;
    See(1ms * number_, {.src = src,
                        .dst = static_cast<uint8_t>(3 - src),
                        .protocol = kTcp,
                        .src_port = static_cast<uint16_t>(from_client ? 40000 : 80),
                        .dst_port = static_cast<uint16_t>(from_client ? 80 : 40000),
                        .tcp_flags = flags});
  };
  send(1, TcpFlags::kSyn);
  send(1, TcpFlags::kSyn);
  send(2, TcpFlags::kSyn | TcpFlags::kAck);
  send(1, TcpFlags::kAck);
  send(1, TcpFlags::kAck | TcpFlags::kPsh);
  send(2, TcpFlags::kFin | TcpFlags::kAck);
  send(1, TcpFlags::kFin | TcpFlags::kRst | TcpFlags::kAck);
  const model::TcpFlagCounts client{2, 0, 1, 1}, server{0, 1, 1, 0};
  const auto rows = Rows();
  EXPECT_EQ(Row(rows, 1).tcp_flags_sent, client);
  EXPECT_EQ(Row(rows, 1).tcp_flags_received, server);
  EXPECT_EQ(Row(rows, 2).tcp_flags_sent, server);
  EXPECT_EQ(Row(rows, 2).tcp_flags_received, client);
}

TEST_F(HostDetailsTest, AFlowHasALowGoodputAsLongAsItsDataAreFew) {
  const auto send = [&](size_t payload_bytes) {
    See(1ms * number_,
        {.protocol = kTcp, .tcp_flags = TcpFlags::kAck, .payload_bytes = payload_bytes});
  };
  send(0);
  EXPECT_EQ(Row(1).low_goodput_flows_as_client, 0u) << "no data yet";
  send(10);  // 10 of 118 bytes
  EXPECT_EQ(Row(1).low_goodput_flows_as_client, 1u);
  EXPECT_EQ(Row(2).low_goodput_flows_as_server, 1u);
  EXPECT_EQ(Row(2).low_goodput_flows_as_client, 0u);
  send(1000);
  EXPECT_EQ(Row(1).low_goodput_flows_as_client, 0u);
  See(1s, {.protocol = kUdp, .payload_bytes = 1});
  See(2s, {.protocol = kTcp, .src_port = 40001, .tcp_flags = TcpFlags::kAck, .payload_bytes = 1});
  tables_->EndAll(Timestamp(1'000'000min + 5s), model::EndReason::kEndOfFile);
  EXPECT_EQ(Row(1).low_goodput_flows_as_client, 1u) << "ended ones stay counted, UDP is none";
}

TEST_F(HostDetailsTest, ContactsAreCountedByRoleAndKeptBeyondTheFlows) {
  for (uint8_t peer = 2; peer < 12; ++peer) {
    See(1s * peer, {.src = 1, .dst = peer});
    See(1s * peer + 1ms, {.src = 1, .dst = peer, .src_port = 40001});
  }
  See(20s, {.src = 5, .dst = 1});
  See(1h, {.src = 7, .dst = 8});
  ASSERT_EQ(tables_->Counters().active_flows, 1u);
  const auto rows = Rows();
  EXPECT_EQ(Row(rows, 1).contacts_as_client(), 10u);
  EXPECT_EQ(Row(rows, 1).contacts_as_server(), 1u);
  EXPECT_EQ(Row(rows, 5).contacts_as_client(), 1u);
  EXPECT_EQ(Row(rows, 5).contacts_as_server(), 1u);
}

TEST_F(HostDetailsTest, IcmpIsCountedByTypeAndCodeAndSumsToTheHosts) {
  See(0s, {.src = 1, .dst = 2, .protocol = kIcmp, .icmp_type = 8});
  See(1s, {.src = 1, .dst = 2, .protocol = kIcmp, .icmp_type = 8});
  See(2s, {.src = 2, .dst = 1, .protocol = kIcmp, .icmp_type = 0});
  See(3s, {.src = 2, .dst = 1, .protocol = kIcmp, .icmp_type = 3, .icmp_code = 3});
  See(4s, {.src = 1, .dst = 2, .protocol = kIcmp, .fragment = 1});
  const model::HostRecord row = Row(1);
  const model::IcmpTallies& icmp = row.details->icmp;
  ASSERT_EQ(icmp.items.size(), 3u);
  EXPECT_EQ(icmp.items[0].first, (model::IcmpKey{1, 8, 0}));
  EXPECT_EQ(icmp.items[0].second, (model::TwoWay{{2, 84}, {}}));
  EXPECT_EQ(icmp.items[1].first, (model::IcmpKey{1, 0, 0}));
  EXPECT_EQ(icmp.items[1].second, (model::TwoWay{{}, {1, 42}}));
  EXPECT_EQ(icmp.items[2].first, (model::IcmpKey{1, 3, 3}));
  EXPECT_EQ(icmp.other.sent, (model::Traffic{1, 42})) << "a later fragment has no type";
  model::TwoWay sum = icmp.other;
  for (const auto& [key, traffic] : icmp.items) sum += traffic;
  EXPECT_EQ(sum, row.l4[static_cast<size_t>(model::L4Class::kIcmp)]);
}

TEST_F(HostDetailsTest, MinutesOfSendingAndOfReceivingAreActive) {
  See(0s, {});
  See(59s, {});
  See(3min, {.src = 2, .dst = 1});
  See(3min, {.src = 3, .dst = 4});
  See(62min, {.src = 5, .dst = 6});
  See(121min, {.src = 5, .dst = 6});
  See(150min, {});
  const Timestamp now(1'000'150min);
  EXPECT_THAT(Row(1).ActiveMinutes(now), ElementsAre(1'000'000, 1'000'003, 1'000'150));
  EXPECT_THAT(Row(3).ActiveMinutes(now), ElementsAre(1'000'003));
  EXPECT_THAT(Row(1).ActiveMinutes(now + 24h - 3min), ElementsAre(1'000'150));
}

// What a slice took does not change with the packets that come later.
TEST_F(HostDetailsTest, ASliceKeepsItsRows) {
  See(0s, {.protocol = kIcmp, .icmp_type = 8});
  See(2min, {});
  const model::HostRecord before = Row(1);
  for (int i = 0; i < 100; ++i) See(3min + i * 1min, {.protocol = kIcmp, .icmp_type = 13});
  for (uint8_t peer = 3; peer < 200; ++peer) See(104min, {.dst = peer});
  EXPECT_EQ(before.details->icmp.items.size(), 1u);
  EXPECT_EQ(before.contacts_as_client(), 1u);
  EXPECT_THAT(before.ActiveMinutes(Timestamp(1'000'104min)), ElementsAre(1'000'000, 1'000'002));
  EXPECT_EQ(Row(1).ActiveMinutes(Timestamp(1'000'104min)).size(), 103u);
  EXPECT_GT(Row(1).contacts_as_client(), 180u);
}

TEST_F(HostDetailsTest, DetailsTakeOfTheHostsMemory) {
  See(0s, {});
  const uint64_t few = tables_->Counters().host_table_bytes;
  See(50min, {});
  See(65min, {});
  const uint64_t with_older_minutes = tables_->Counters().host_table_bytes;
  EXPECT_GE(with_older_minutes, few + 2 * 184);
  for (int type = 0; type < 256; ++type) {
    See(66min, {.protocol = kIcmp, .icmp_type = static_cast<uint8_t>(type)});
  }
  const uint64_t with_icmp = tables_->Counters().host_table_bytes;
  EXPECT_GE(with_icmp, with_older_minutes + 2 * 64 * sizeof(model::TwoWay));
  EXPECT_LE(with_icmp, with_older_minutes + 20'000) << "bounded";
  tables_->AdvanceTo(Timestamp(1'000'000min + 70h));
  tables_->AdvanceTo(Timestamp(1'000'000min + 70h));
  ASSERT_EQ(tables_->Counters().active_hosts, 0u);
  EXPECT_LT(tables_->Counters().host_table_bytes, few) << "all of it was given back";
}

TEST_F(HostDetailsTest, HostsWithoutFlowsMakeRoomForWhatOthersTell) {
  options_.limits.host_table_bytes = 64 * 1024;
  Make();
  for (uint8_t host = 100; host < 130; ++host) See(0s, {.src = host, .dst = 99});
  See(4min, {});
  ASSERT_EQ(tables_->Counters().active_flows, 1u);
  const uint64_t hosts = tables_->Counters().active_hosts;
  for (int type = 0; type < 256; ++type) {
    See(5min, {.protocol = kIcmp, .icmp_type = static_cast<uint8_t>(type)});
  }
  EXPECT_LT(tables_->Counters().active_hosts, hosts);
  EXPECT_LE(tables_->Counters().host_table_bytes, 64u * 1024);
}

TEST_F(HostDetailsTest, WhatDepartedHostsHadCarriedStaysCounted) {
  options_.limits.host_idle_timeout = options_.limits.local_host_idle_timeout = 2min;
  Make();
  See(0s, {});
  See(1s, {.src = 2, .dst = 1, .src_port = 9999, .dst_port = 40000, .payload_bytes = 30});
  See(10min, {.src = 3, .dst = 4});
  const model::InterfaceCounters counters = tables_->Counters();
  ASSERT_EQ(counters.hosts_expired, 2u);
  EXPECT_EQ(counters.departed_hosts.sent, (model::Traffic{2, 42 + 72}));
  EXPECT_EQ(counters.departed_hosts.received, (model::Traffic{2, 42 + 72}));
}

}  // namespace
}  // namespace wiregauge::tables
