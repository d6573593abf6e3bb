// SPDX-License-Identifier: Apache-2.0
// Records a second into receivers that speak HTTP.
//
//   http_sinks_bench clickhouse|elasticsearch URL [RECORDS [BATCH_RECORDS BATCH_BYTES]]
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "model/batch_bytes.h"
#include "publish/sinks/make_sink.h"
#include "unit/publish/sinks/flow_records.h"
#include "unit/publish/sinks/test_settings.h"

namespace wiregauge::sinks {
namespace {

constexpr size_t kBatch = 1000;

double SecondsSince(SteadyTime start) {
  return ToSeconds(std::chrono::steady_clock::now() - start);
}

int Run(const config::Sink& settings, size_t records) {
  std::vector<std::shared_ptr<const model::FlowBatch>> batches;
  for (size_t first = 0; first < records; first += kBatch) {
    batches.push_back(MakeMixedBatch(first, std::min(kBatch, records - first)));
  }
  const SystemClock clock;
  auto sink = MakeSink(settings, {.context = MakeContext(), .clock = clock, .data_dir = "/tmp"});
  if (!sink.ok()) {
    std::fprintf(stderr, "%s\n", sink.error().message.c_str());
    return 1;
  }
  const SteadyTime start = std::chrono::steady_clock::now();
  (*sink)->Start();
  for (const auto& batch : batches) (*sink)->Offer(batch, model::BytesOf(*batch));
  while ((*sink)->state().ledger.delivered < records) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const double seconds = SecondsSince(start);
  const model::SinkState state = (*sink)->state();
  std::printf("%s: %zu records, %.1f MB in %.2f s: %.0f records/s, %.1f MB/s, %llu retries\n",
              settings.type.c_str(), records, static_cast<double>(state.delivered_bytes) / 1e6,
              seconds, static_cast<double>(records) / seconds,
              static_cast<double>(state.delivered_bytes) / 1e6 / seconds,
              static_cast<unsigned long long>(state.retries));
  return 0;
}

}  // namespace
}  // namespace wiregauge::sinks

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr,
                 "usage: http_sinks_bench clickhouse|elasticsearch URL"
                 " [RECORDS [BATCH_RECORDS BATCH_BYTES]]\n");
    return 2;
  }
  wiregauge::config::Sink settings = wiregauge::sinks::HttpSettings(argv[1], argv[2]);
  if (argc > 5) {
    settings.batch_records = static_cast<uint32_t>(std::stoul(argv[4]));
    settings.batch_bytes = std::stoul(argv[5]);
  }
  return wiregauge::sinks::Run(settings, argc > 3 ? std::stoul(argv[3]) : 200'000);
}
