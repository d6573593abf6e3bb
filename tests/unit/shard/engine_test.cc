// SPDX-License-Identifier: Apache-2.0
#include "shard/engine.h"

#include <gtest/gtest.h>

#include <thread>

#include "engine_runs.h"

namespace wiregauge::shard {
namespace {

TEST(EngineTest, ASourceThatIsNotThereIsNamed) {
  SystemClock clock;
  auto engine =
      Engine::Start(FileOptions("/nowhere/at-all.pcap", 1), dpi::MakeCatalogue(), clock, nullptr);
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, ErrorCode::kNotFound);
  EXPECT_NE(engine.error().message.find("/nowhere/at-all.pcap"), std::string::npos);
}

TEST(EngineTest, ReadersMayAskAtAnyTimeFromManyThreads) {
  const auto captures = AllCaptures();
  ASSERT_FALSE(captures.empty());
  SystemClock clock;
  RecordingSink sink;
  auto engine = Engine::Start(FileOptions(captures[0], 2), dpi::MakeCatalogue(), clock, &sink);
  ASSERT_TRUE(engine.ok()) << engine.error().message;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      for (int n = 0; n < 20; ++n) {
        const auto snapshot = (*engine)->Get(
            n % 2 == 0 ? snapshot::Detail::kRows : snapshot::Detail::kCounters, Duration::zero());
        ASSERT_NE(snapshot, nullptr);
        const model::InterfaceCounters& c = snapshot->interfaces[0].counters;
        model::Traffic applications = c.detecting;
        for (const auto& application : c.applications) applications += application.traffic;
        EXPECT_EQ(applications, c.in_flows);
        if (snapshot->detail != snapshot::Detail::kRows) continue;
        model::Traffic hosts = c.departed_hosts_sent;
        for (const auto& host : snapshot->hosts) hosts += host.traffic.sent;
        EXPECT_EQ(hosts, c.in_flows);
        model::Traffic flows = c.ended_flows_traffic;
        for (const auto& batch : snapshot->active_flows) {
          for (const auto& flow : *batch) {
            flows += flow.unreported_client() + flow.unreported_server();
          }
        }
        EXPECT_EQ(flows, c.in_flows);
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_TRUE((*engine)->WaitForFiles(std::chrono::minutes(1)));
  EXPECT_TRUE((*engine)->Progress(0).done);
  (*engine)->Stop();
  EXPECT_TRUE((*engine)->Get(snapshot::Detail::kRows, Duration::zero())->final);
}

}  // namespace
}  // namespace wiregauge::shard
