// SPDX-License-Identifier: Apache-2.0
#include "app/progress_bar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wiregauge::app {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

TEST(ProgressLine, ShowsPartPacketsAndSpeed) {
  const std::string line = ProgressLine(
      "a.pcap", {.bytes_read = 50 << 20, .size_bytes = 100 << 20, .packets = 1500}, seconds(2), 80);
  EXPECT_EQ(line,
            "a.pcap  [##################..................]   50 %  1.5 kpackets  25.0 MiB/s");
}

TEST(ProgressLine, WithoutASizeThereIsNoBar) {
  const std::string line =
      ProgressLine("stdin", {.bytes_read = 2048, .packets = 7}, seconds(1), 80);
  EXPECT_EQ(line, "stdin  7 packets  2.0 KiB/s");
}

TEST(ProgressLine, AlwaysFitsTheTerminal) {
  const std::string name(300, 'n');
  for (size_t columns = 1; columns < 200; ++columns) {
    const std::string line = ProgressLine(
        name, {.bytes_read = 99, .size_bytes = 100, .packets = 123456789}, seconds(1), columns);
    EXPECT_LT(line.size(), columns);
  }
}

TEST(ProgressLine, AFileThatGrowsStaysAtTheEnd) {
  EXPECT_THAT(ProgressLine("a", {.bytes_read = 300, .size_bytes = 100}, seconds(1), 80),
              HasSubstr(" 100 %"));
}

}  // namespace
}  // namespace wiregauge::app
