// SPDX-License-Identifier: Apache-2.0
#include "flow_records.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace wiregauge::sinks {

model::FlowRecord MakeTcpFlow(uint64_t id) {
  model::FlowRecord flow;
  flow.id = id;
  flow.l4_protocol = 6;
  flow.ports_seen = true;
  flow.state = model::FlowState::kEnded;
  flow.end_reason = model::EndReason::kTcpFin;
  flow.tcp_state = model::TcpState::kClosed;
  flow.first_seen = flow.report_start = kFirstSeen;
  flow.last_seen = kFirstSeen + std::chrono::milliseconds(1500);
  flow.client.ip = *IpAddress::Parse("10.0.0.1");
  flow.client.port = 40000;
  flow.client.sent = {6, 600};
  flow.client.payload_bytes_sent = 200;
  flow.client.tcp_flags = 0x1b;
  flow.server.ip = *IpAddress::Parse("192.0.2.7");
  flow.server.port = 443;
  flow.server.sent = {4, 4000};
  flow.server.payload_bytes_sent = 3700;
  flow.server.tcp_flags = 0x12;
  flow.application = {.master = 1, .app = 2, .category = 1};
  return flow;
}

std::shared_ptr<const model::FlowBatch> MakeBatch(uint64_t first_id, size_t records) {
  auto batch = std::make_shared<model::FlowBatch>();
  for (size_t i = 0; i < records; ++i) batch->push_back(MakeTcpFlow(first_id + i));
  return batch;
}

std::shared_ptr<const RecordContext> MakeContext() {
  static const model::PlaceNames places;
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  catalogue->applications = {{"Unknown", 0, ""}, {"TLS", 1, "Safe"}, {"Google", 1, "Acceptable"}};
  catalogue->categories = {"Unspecified", "Web"};
  catalogue->risks = {{"No risk", "low"}, {"Weak \"cipher\"", "high"}};
  return std::make_shared<const RecordContext>(std::move(catalogue), places,
                                               std::vector<std::string>{"eth0", "eth1"}, "probe");
}

Parcel MakeParcel(uint64_t first, size_t records) {
  Parcel parcel;
  for (size_t i = 0; i < records; ++i) {
    parcel.buffer().append(std::to_string(first + i)).push_back('\n');
    parcel.EndRecord();
  }
  parcel.oldest_offered_at = kFirstSeen;
  return parcel;
}

Folder::Folder() {
  std::string pattern = std::filesystem::temp_directory_path() / "wiregauge_sinks_XXXXXX";
  path_ = ::mkdtemp(pattern.data());
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

}  // namespace wiregauge::sinks
