// SPDX-License-Identifier: Apache-2.0
#include "database_records.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "model/batch_bytes.h"
#include "publish/sinks/make_sink.h"

namespace wiregauge::sinks::database_tests {
namespace {

constexpr size_t kBatch = 500;
constexpr uint64_t kClients = 50;
constexpr Timestamp kBegin{std::chrono::seconds(1'795'000'000)};

std::shared_ptr<const model::FlowMetadata> TlsOf(uint64_t number) {
  auto tls = std::make_unique<model::TlsMetadata>();
  tls->version = 0x0303;
  tls->server_name = "host" + std::to_string(number % 1000) + ".example.org";
  tls->ja3_client = "e7d705a3286e19ea42f587b344ee6865";
  auto metadata = std::make_shared<model::FlowMetadata>();
  metadata->server_name = tls->server_name;
  metadata->tls = std::move(tls);
  return metadata;
}

std::shared_ptr<const model::FlowMetadata> HttpOf(uint64_t number) {
  auto http = std::make_unique<model::HttpMetadata>();
  http->method = "GET";
  http->host = "www.example.org";
  http->url = "/it's?a=\"b\"&c=\\" + std::to_string(number) + "\n\x01\xe2\x82\xac\xf0\x9f\x98\x80";
  http->status = 200;
  auto metadata = std::make_shared<model::FlowMetadata>();
  metadata->http = std::move(http);
  return metadata;
}

std::shared_ptr<const model::FlowMetadata> DnsOf(uint64_t number) {
  auto dns = std::make_unique<model::DnsMetadata>();
  dns->query = "name" + std::to_string(number % 1000) + ".example.org";
  dns->type = 28;
  dns->response_code = 0;
  auto metadata = std::make_shared<model::FlowMetadata>();
  metadata->dns = std::move(dns);
  return metadata;
}

void MakeTcp(uint64_t number, model::FlowRecord& flow) {
  flow.l4_protocol = 6;
  flow.client.port = static_cast<uint16_t>(1024 + number % 60000);
  flow.server.port = number % 2 == 0 ? 443 : 80;
  flow.tcp_state = model::TcpState::kClosed;
  flow.end_reason = model::EndReason::kTcpFin;
  flow.client.tcp_flags = flow.server.tcp_flags = 0x1b;
  flow.client.network_latency = std::chrono::microseconds(250 + number % 100);
  flow.application = {.master = 2, .app = 3, .category = 2, .risks = 1 << 1};
  flow.metadata = number % 2 == 0 ? TlsOf(number) : HttpOf(number);
}

void MakeUdp(uint64_t number, model::FlowRecord& flow) {
  flow.l4_protocol = 17;
  flow.client.port = static_cast<uint16_t>(1024 + number % 60000);
  flow.server.port = 53;
  flow.end_reason = model::EndReason::kIdle;
  flow.application = {.master = 0, .app = 1, .category = 1};
  flow.metadata = DnsOf(number);
}

std::vector<std::shared_ptr<const model::FlowBatch>> BatchesOf(uint64_t first, size_t count) {
  std::vector<std::shared_ptr<const model::FlowBatch>> batches;
  for (size_t done = 0; done < count; done += kBatch) {
    auto batch = std::make_shared<model::FlowBatch>();
    for (size_t i = done; i < std::min(done + kBatch, count); ++i) {
      batch->push_back(RecordOf(first + i));
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

}  // namespace

model::FlowRecord RecordOf(uint64_t number) {
  model::FlowRecord flow;
  flow.id = number + 1;
  flow.first_seen = flow.report_start = kBegin + std::chrono::milliseconds(number);
  flow.last_seen = flow.first_seen + std::chrono::microseconds(1'234'567);
  const std::string client = std::to_string(1 + number / 4 % kClients);
  const bool is_v6 = number % 4 == 3;
  flow.client.ip = *IpAddress::Parse((is_v6 ? "2001:db8::" : "10.0.0.") + client);
  flow.server.ip = *IpAddress::Parse(is_v6 ? "2001:db8:1::80" : "192.0.2.80");
  flow.client.sent = {.packets = 10, .bytes = 1000 + number};
  flow.server.sent = {.packets = 12, .bytes = 20000};
  flow.client.local = true;
  flow.state = model::FlowState::kEnded;
  if (number % 8 == 4) {
    flow.l4_protocol = 1;
    flow.icmp_type = 8;
    flow.icmp_code = 0;
    flow.end_reason = model::EndReason::kIdle;
  } else if (number % 8 == 2) {
    MakeUdp(number, flow);
  } else {
    MakeTcp(number, flow);
  }
  return flow;
}

std::shared_ptr<const RecordContext> Context() {
  static const model::PlaceNames places;
  static const auto context = [] {
    auto catalogue = std::make_shared<model::ApplicationCatalogue>();
    catalogue->applications = {{"Unknown", 0, "Unrated"},
                               {"DNS", 1, "Acceptable"},
                               {"TLS", 2, "Safe"},
                               {"Google", 2, "Acceptable"}};
    catalogue->categories = {"Unspecified", "Network", "Web"};
    catalogue->risks = {{"No risk", "low"}, {"Self-signed Certificate", "high"}};
    return std::make_shared<const RecordContext>(std::move(catalogue), places,
                                                 std::vector<std::string>{"eth0"}, "probe's");
  }();
  return context;
}

std::string IdOf(uint64_t number) {
  const model::FlowRecord record = RecordOf(number);
  return std::string(RecordId(Reading(record, *Context())).view());
}

std::set<std::string> IdsOf(size_t count) {
  std::set<std::string> ids;
  for (uint64_t number = 0; number < count; ++number) ids.insert(IdOf(number));
  return ids;
}

config::Sink Settings(std::string type) {
  config::Sink settings;
  settings.name = "test";
  settings.type = std::move(type);
  settings.format = "ntopng";
  settings.queue_bytes = uint64_t{2} << 30;
  settings.batch_bytes = uint64_t{1} << 20;
  settings.batch_records = 5000;
  settings.flush_interval = std::chrono::milliseconds(200);
  settings.drain_timeout = std::chrono::seconds(5);
  settings.dead_letter_bytes = uint64_t{1} << 20;
  settings.verify_tls = true;
  settings.timeout = std::chrono::seconds(30);
  settings.manage_schema = true;
  return settings;
}

RunningSink::RunningSink(const config::Sink& settings) {
  std::string pattern = std::filesystem::temp_directory_path() / "sink_XXXXXX";
  folder_ = ::mkdtemp(pattern.data());
  auto sink = MakeSink(settings, {.context = Context(), .clock = clock_, .data_dir = folder_});
  if (!sink.ok()) throw std::runtime_error(sink.error().message);
  sink_ = std::move(sink).value();
  sink_->Start();
}

RunningSink::~RunningSink() {
  sink_.reset();
  std::filesystem::remove_all(folder_);
}

void RunningSink::Offer(uint64_t first, size_t count) {
  for (const auto& batch : BatchesOf(first, count)) Offer(batch);
}

void RunningSink::Offer(const std::shared_ptr<const model::FlowBatch>& batch) {
  sink_->Offer(batch, model::BytesOf(*batch));
}

bool RunningSink::Reach(uint64_t records, std::chrono::seconds most) const {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (std::chrono::steady_clock::now() < deadline) {
    const model::SinkLedger ledger = state().ledger;
    if (ledger.delivered + ledger.dropped_sum() >= records) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ADD_FAILURE() << "not within " << most.count() << " s: " << state().problem;
  return false;
}

bool RunningSink::WaitForProblem() const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < deadline) {
    if (!state().problem.empty()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

std::string RunningSink::dead_letters() const {
  std::ifstream file(folder_ + "/test.rejected.ndjson");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace wiregauge::sinks::database_tests
