// SPDX-License-Identifier: Apache-2.0
#include "app/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wiregauge::app {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

snapshot::Snapshot OneFile(const std::string& name, const std::string& state) {
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  for (int id = 0; id < 20; ++id) {
    catalogue->applications.push_back(
        {.name = "App" + std::to_string(id), .category = 0, .breed = ""});
  }
  snapshot::Snapshot snapshot;
  snapshot.catalogue = catalogue;
  snapshot::InterfaceView& view = snapshot.interfaces.emplace_back();
  view.name = name;
  view.state = state;
  view.counters.received = {.packets = 1000, .bytes = 1234567};
  view.counters.flows_created = 12;
  view.counters.active_hosts = 3;
  view.counters.l3[2] = {.packets = 3, .bytes = 180};  // ARP
  view.counters.l3[3] = {.packets = 2, .bytes = 120};
  view.counters.undecodable[2] = {.packets = 4, .bytes = 240};
  view.counters.applications.resize(20);
  for (uint64_t id = 1; id < 14; ++id) {
    view.counters.applications[id] = {
        .traffic = {.packets = id, .bytes = id * 100}, .flows = 1, .rate = {}};
  }
  return snapshot;
}

TEST(Summary, NumbersAreReadable) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(BinarySize(1023), "1023 B");
  EXPECT_EQ(BinarySize(1536), "1.5 KiB");
  EXPECT_EQ(WithPrefix(950), "950 ");
  EXPECT_EQ(WithPrefix(2.5e6), "2.5 M");
}

TEST(Summary, OneFile) {
  Summary summary;
  EXPECT_TRUE(summary.empty());
  summary.AddFile(OneFile("a.pcap", "ended"));
  EXPECT_FALSE(summary.empty());
  EXPECT_EQ(summary.Text(milliseconds(500)),
            "file    packets      bytes  flows  hosts  read to\n"
            "a.pcap    1,000  1,234,567     12      3  the end\n"
            "\n"
            "application  packets  bytes  flows\n"
            "App13             13  1,300      1\n"
            "App12             12  1,200      1\n"
            "App11             11  1,100      1\n"
            "App10             10  1,000      1\n"
            "App9               9    900      1\n"
            "App8               8    800      1\n"
            "App7               7    700      1\n"
            "App6               6    600      1\n"
            "App5               5    500      1\n"
            "App4               4    400      1\n"
            "3 more             6    600      3\n"
            "not IP             5    300\n"
            "undecodable        4    240\n"
            "\n"
            "undecodable     packets  bytes\n"
            "ipv4_truncated        4    240\n"
            "\n"
            "took 0.50 s: 2.0 kpackets/s, 19.8 Mbit/s\n");
}

TEST(Summary, SeveralFilesAreSummed) {
  Summary summary;
  summary.AddFile(OneFile("a.pcap", "ended"));
  summary.AddFile(OneFile("b.pcap", "cut"));
  summary.AddUnread("c.pcap");
  const std::string text = summary.Text(milliseconds(500));
  EXPECT_THAT(text, HasSubstr("b.pcap    1,000  1,234,567     12      3       cut\n"));
  EXPECT_THAT(text, HasSubstr("c.pcap        0          0      0      0  not read\n"));
  EXPECT_THAT(text, HasSubstr("total     2,000  2,469,134     24\n"));
  EXPECT_THAT(text, HasSubstr("App13             26  2,600      2\n"));
}

TEST(Summary, WhatASignalStoppedIsNotReadToTheEnd) {
  Summary summary;
  summary.AddFile(OneFile("a.pcap", "open"));
  EXPECT_THAT(summary.Text(milliseconds(500)), HasSubstr("     12      3  stopped\n"));
}

TEST(Summary, WithoutFlowsItStillTellsWhatCame) {
  auto snapshot = OneFile("a.pcap", "ended");
  snapshot.interfaces[0].counters.applications.clear();
  snapshot.interfaces[0].counters.undecodable = {};
  Summary summary;
  summary.AddFile(snapshot);
  EXPECT_THAT(summary.Text(milliseconds(1)),
              HasSubstr("\napplication  packets  bytes  flows\nnot IP             5    300\n"));
}

TEST(Summary, NothingUndecodableIsNotWorthATable) {
  auto snapshot = OneFile("a.pcap", "ended");
  snapshot.interfaces[0].counters.undecodable = {};
  Summary summary;
  summary.AddFile(snapshot);
  EXPECT_THAT(summary.Text(milliseconds(1)), Not(HasSubstr("undecodable")));
}

}  // namespace
}  // namespace wiregauge::app
