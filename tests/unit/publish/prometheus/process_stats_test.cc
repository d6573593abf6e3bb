// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/process_stats.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace wiregauge::metrics {
namespace {

constexpr std::string_view kLine =
    "4711 (odd ) name) S 1 4711 4711 0 -1 4194560 1000 0 0 0 250 150 0 0 20 0 7 0 5000 104857600 "
    "2560 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0";

TEST(ProcessStats, ReadsTheFieldsBehindTheCommand) {
  ProcessStats stats;
  ParseProcessStat(kLine, {100, 4096, 1'700'000'000}, stats);
  EXPECT_DOUBLE_EQ(stats.cpu_seconds.value(), 4.0);
  EXPECT_EQ(stats.threads, 7u);
  EXPECT_DOUBLE_EQ(stats.start_time_seconds.value(), 1'700'000'050);
  EXPECT_EQ(stats.virtual_memory_bytes, 104857600u);
  EXPECT_EQ(stats.resident_memory_bytes, 2560u * 4096);
}

TEST(ProcessStats, WhatIsNotThereIsAbsent) {
  for (const std::string_view line : {"", "4711", "4711 (x)", "4711 (x) ", "4711 (x) S 1 2"}) {
    ProcessStats stats;
    ParseProcessStat(line, {100, 4096, 1'700'000'000}, stats);
    EXPECT_FALSE(stats.cpu_seconds || stats.threads || stats.start_time_seconds) << line;
    EXPECT_FALSE(stats.resident_memory_bytes || stats.virtual_memory_bytes) << line;
  }
  ProcessStats stats;
  ParseProcessStat(kLine, {100, 4096, std::nullopt}, stats);
  EXPECT_FALSE(stats.start_time_seconds);
  EXPECT_TRUE(stats.cpu_seconds);
}

TEST(ProcessStats, TellsOfThisProcess) {
  const uint64_t before = ReadProcessStats().open_fds.value();
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  const ProcessStats stats = ReadProcessStats();
  close(file);
  EXPECT_EQ(stats.open_fds, before + 1);
  EXPECT_GE(stats.max_fds.value(), before);
  EXPECT_GE(stats.threads.value(), 1u);
  EXPECT_GT(stats.resident_memory_bytes.value(), 100'000u);
  EXPECT_GT(stats.virtual_memory_bytes.value(), stats.resident_memory_bytes.value());
  EXPECT_GT(stats.start_time_seconds.value(), 1'600'000'000);
  EXPECT_GE(stats.cpu_seconds.value(), 0);
}

}  // namespace
}  // namespace wiregauge::metrics
