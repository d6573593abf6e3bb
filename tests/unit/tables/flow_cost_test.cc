// SPDX-License-Identifier: Apache-2.0
// The bytes that README.md promises a flow to cost.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "dpi/classifier.h"
#include "dpi/metadata_reader.h"
#include "tables/tables.h"

namespace wiregauge::tables {
namespace {

// The number in front of `what` in this room's README.
size_t Promised(const std::string& what) {
  const char* const source_dir = std::getenv("WIREGAUGE_SOURCE_DIR");
  if (source_dir == nullptr) return 0;
  std::ifstream file(std::string(source_dir) + "/src/tables/README.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string readme = text.str();
  std::smatch match;
  return std::regex_search(readme, match, std::regex("([0-9]+) bytes " + what))
             ? std::stoul(match[1])
             : 0;
}

TEST(FlowCostTest, AnEntryCostsNoMoreThanTheReadmeSays) {
  KeyedTable<flow::FlowKey, FlowEntry> table;
  const size_t before = table.bytes();
  table.Insert(1).flow.key.low_port = 1;
  constexpr size_t kSlotBytes = 8 * 4 / 3;  // of an index that is as full as it gets
  EXPECT_LE(table.bytes() - before + kSlotBytes, Promised("in the flow table"));
}

TEST(FlowCostTest, DetectionCostsNoMoreThanTheReadmeSays) {
  const auto classifier = dpi::Classifier::Create({80, 24}).value();
  EXPECT_LE(classifier->detection_bytes(), Promised("more while its application is detected"));
}

TEST(FlowCostTest, ARecordCostsNoMoreThanTheReadmeSays) {
  EXPECT_LE(sizeof(model::FlowRecord), Promised("as a record"));
}

TEST(FlowCostTest, WhatIsReadInAFlowCostsNoMoreThanTheReadmeSays) {
  EXPECT_EQ(model::kMostFlowMetadataBytes, Promised("of metadata"));
  EXPECT_EQ(2 * dpi::MetadataReader::kMostKept, Promised("of messages that have not ended"));
}

// The counters of the end that stands last are the last of what a packet
// writes.
TEST(FlowCostTest, WhatAPacketWritesIsAskedForEarly) {
  const FlowEntry entry;
  const auto* const begin = reinterpret_cast<const char*>(&entry);
  const auto* const end = reinterpret_cast<const char*>(&entry.flow.record.server.interarrival + 1);
  constexpr size_t kCacheLine = 64;
  EXPECT_LE(static_cast<size_t>(end - begin), FlowEntry::kHotBytes + kCacheLine);
}

}  // namespace
}  // namespace wiregauge::tables
