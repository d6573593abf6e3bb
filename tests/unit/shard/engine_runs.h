// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "dpi/classifier.h"
#include "geo/atlas.h"
#include "shard/engine.h"
#include "snapshot/snapshot.h"

namespace wiregauge::shard {

// Keeps every record.
class RecordingSink final : public snapshot::FlowSink {
 public:
  void OnFlows(const std::shared_ptr<const model::FlowBatch>& flows) noexcept override {
    records.insert(records.end(), flows->begin(), flows->end());
  }
  std::vector<model::FlowRecord> records;
};

// The captures' documentation prefixes in networks, a pool and databases.
inline std::shared_ptr<const geo::Atlas> TestAtlas() {
  const char* root = std::getenv("WIREGAUGE_SOURCE_DIR");
  const std::string folder = std::string(root != nullptr ? root : ".") + "/tests/databases/";
  const auto net = [](const char* text) { return *IpNetwork::Parse(text); };
  return std::make_shared<const geo::Atlas>(
      std::vector<model::LocalNetwork>{{"lan", {net("10.0.0.0/8"), net("2001:db8::/64")}},
                                       {"one", {net("10.0.0.1/32")}}},
      std::vector<model::Pool>{{"two", {net("10.0.0.2/32")}, {}}},
      geo::AddressDatabase::Open(folder + "country.mmdb", geo::Content::kCountry).value(),
      geo::AddressDatabase::Open(folder + "asn.mmdb", geo::Content::kAutonomousSystem).value());
}

inline EngineOptions FileOptions(const std::string& path, uint32_t workers) {
  using namespace std::chrono_literals;
  EngineOptions options;
  options.sources = {{"test", path, false}};
  options.workers = workers;
  options.dpi = {80, 24};
  options.limits.flow_idle_timeout = 60s;
  options.limits.flow_active_timeout = 300s;
  options.limits.tcp_closed_timeout = 5s;
  options.limits.host_idle_timeout = 600s;
  options.limits.flow_table_bytes = size_t{512} << 20;
  options.limits.host_table_bytes = size_t{256} << 20;
  options.limits.ended_flows_bytes = size_t{128} << 20;
  options.atlas = TestAtlas();
  return options;
}

// What came out of one capture file.
struct FileRun {
  std::vector<model::FlowRecord> records;
  std::shared_ptr<const snapshot::Snapshot> snapshot;
};

inline std::vector<std::filesystem::path> FilesIn(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(directory)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string suffix = entry.path().extension();
    if (suffix == ".pcap" || suffix == ".pcapng" || suffix == ".cap") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The project's own captures, and a shared corpus where there is one beside the checkout.
inline std::vector<std::filesystem::path> AllCaptures() {
  const char* root = std::getenv("WIREGAUGE_SOURCE_DIR");
  if (root == nullptr) return {};
  auto files = FilesIn(std::filesystem::path(root) / "tests/captures");
  for (auto& file : FilesIn(std::filesystem::path(root) / "../shared/corpus/pcap")) {
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace wiregauge::shard
