// SPDX-License-Identifier: Apache-2.0
#include "database_records.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "flow_records.h"
#include "model/batch_bytes.h"
#include "publish/sinks/make_sink.h"

namespace wiregauge::sinks::database_tests {
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
  auto sink = MakeSink(settings, {.context = MakeContext(), .clock = clock_, .data_dir = folder_});
  if (!sink.ok()) throw std::runtime_error(sink.error().message);
  sink_ = std::move(sink).value();
  sink_->Start();
}

RunningSink::~RunningSink() {
  sink_.reset();
  std::filesystem::remove_all(folder_);
}

void RunningSink::Offer(uint64_t first, size_t count) {
  constexpr size_t kBatch = 500;
  for (size_t done = 0; done < count; done += kBatch) {
    Offer(MakeMixedBatch(first + done, std::min(kBatch, count - done)));
  }
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
