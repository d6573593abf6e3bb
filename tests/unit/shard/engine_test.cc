// SPDX-License-Identifier: Apache-2.0
#include "shard/engine.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
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
        model::Traffic hosts = c.departed_hosts.sent;
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

// A capture that comes through a pipe, and stops coming.
class SilentPipeTest : public ::testing::TestWithParam<uint32_t> {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/wiregauge-pipe-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    path_ = folder_ / "pipe";
    ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
    write_fd_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(write_fd_, 0);
  }
  void TearDown() override {
    if (write_fd_ >= 0) close(write_fd_);
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_, path_;
  int write_fd_ = -1;
  const SystemClock clock_{};
};

TEST_P(SilentPipeTest, WhatCameIsSeenAndStoppingDoesNotWait) {
  const char* root = std::getenv("WIREGAUGE_SOURCE_DIR");
  ASSERT_NE(root, nullptr);
  std::ifstream file(std::filesystem::path(root) / "tests/captures/recorded_http.pcap",
                     std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  RecordingSink sink;
  auto engine = Engine::Start(FileOptions(path_, GetParam()), dpi::MakeCatalogue(), clock_, &sink);
  ASSERT_TRUE(engine.ok()) << engine.error().message;
  const auto received = [&] {
    return (*engine)->Get(snapshot::Detail::kCounters, Duration::zero())->interfaces[0];
  };
  EXPECT_EQ(received().state, "open") << "before the header came";

  const auto writable = std::min<size_t>(bytes.size() - 5, 60'000);  // a pipe holds 64 KiB
  ASSERT_EQ(write(write_fd_, bytes.data(), writable), static_cast<ssize_t>(writable));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (received().counters.received.packets == 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_GT(received().counters.received.packets, 0u);
  EXPECT_EQ(received().state, "open");

  const auto began = std::chrono::steady_clock::now();
  (*engine)->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  ASSERT_FALSE(sink.records.empty());
  for (const auto& record : sink.records) {
    EXPECT_TRUE(record.end_reason.has_value());
    EXPECT_NE(record.end_reason, model::EndReason::kEndOfFile);
  }
  uint64_t packets = 0;
  for (const auto& record : sink.records) {
    packets += record.client.sent.packets + record.server.sent.packets;
  }
  const auto last = (*engine)->Get(snapshot::Detail::kCounters, Duration::zero());
  EXPECT_EQ(packets, last->interfaces[0].counters.in_flows.packets);
  EXPECT_TRUE(last->final);
}

INSTANTIATE_TEST_SUITE_P(Workers, SilentPipeTest, ::testing::Values(1, 3));

}  // namespace
}  // namespace wiregauge::shard
