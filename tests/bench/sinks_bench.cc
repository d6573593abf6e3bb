// SPDX-License-Identifier: Apache-2.0
// How fast a sink takes records to its receiver, beside a plain program that writes the same bytes.
//
//   sinks_bench RECORDS ROUNDS TYPE KEY=VALUE...
//   sinks_bench 200000 5 file path=/tmp/flows.ndjson
//   sinks_bench 200000 5 logstash host=127.0.0.1 port=5510
//
// They take turns, each round begins with another. Plain programs are there for files and TCP: one
// has the lines ready, one spells them as the sink does, on one thread. Times of files are told as
// they are when write(2) has returned, and until the disk has them (fdatasync(2)). For other types
// only the sink is told. What spelling costs alone, on one thread, is told first.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "config/sink_settings.h"
#include "model/batch_bytes.h"
#include "publish/sinks/make_sink.h"
#include "publish/sinks/record/json_encoder.h"

namespace wiregauge::sinks {
namespace {

constexpr size_t kBatchRecords = 256, kPlainChunk = 64 << 10;

struct Arguments {
  size_t records = 0;
  size_t rounds = 0;  // one at least
  config::SinkSpec spec;
};

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

std::shared_ptr<const RecordContext> Context() {
  static const model::PlaceNames places;
  auto catalogue = std::make_shared<model::ApplicationCatalogue>();
  catalogue->applications.resize(300, {"Protocol", 1, "Acceptable"});
  catalogue->applications[5] = {"DNS", 1, "Acceptable"};
  catalogue->applications[91] = {"TLS", 1, "Safe"};
  catalogue->categories = {"Unspecified", "Web"};
  catalogue->risks.resize(60, {"Known protocol on non standard port", "medium"});
  return std::make_shared<const RecordContext>(std::move(catalogue), places,
                                               std::vector<std::string>{"eth0"}, "bench");
}

std::shared_ptr<const model::FlowMetadata> Metadata(uint64_t id) {
  auto metadata = std::make_shared<model::FlowMetadata>();
  metadata->server_name = "host" + std::to_string(id % 1000) + ".example.org";
  if (id % 3 == 0) {
    auto dns = std::make_unique<model::DnsMetadata>();
    dns->query = metadata->server_name;
    dns->type = 1;
    dns->response_code = 0;
    metadata->dns = std::move(dns);
  } else {
    auto tls = std::make_unique<model::TlsMetadata>();
    tls->version = 0x0304;
    tls->server_name = metadata->server_name;
    tls->ja3_client = "cd08e31494f9531f560d64c695473da9";
    metadata->tls = std::move(tls);
  }
  return metadata;
}

model::FlowRecord Flow(uint64_t id) {
  model::FlowRecord flow;
  flow.id = id;
  flow.ports_seen = true;
  flow.l4_protocol = id % 3 == 0 ? 17 : 6;
  flow.state = model::FlowState::kEnded;
  flow.end_reason = id % 3 == 0 ? model::EndReason::kIdle : model::EndReason::kTcpFin;
  flow.first_seen = flow.report_start =
      Timestamp(std::chrono::seconds(1'795'567'376) + std::chrono::microseconds(id * 37));
  flow.last_seen = flow.first_seen + std::chrono::milliseconds(250);
  flow.application = {.master = 91,
                      .app = static_cast<uint16_t>(100 + id % 100),
                      .category = 1,
                      .confidence = model::Confidence::kDpi,
                      .encrypted = true};
  flow.client.ip = IpAddress::V4(0x0a000000 + static_cast<uint32_t>(id % 60'000));
  flow.server.ip = IpAddress::V4(0xc6336400 + static_cast<uint32_t>(id % 251));
  flow.client.port = static_cast<uint16_t>(1024 + id % 60'000);
  flow.server.port = 443;
  flow.client.sent = {12, 1500 + id % 1000};
  flow.server.sent = {14, 9000 + id % 5000};
  flow.client.mac = *MacAddress::Parse("02:00:5e:10:00:01");
  flow.server.mac = *MacAddress::Parse("02:00:5e:10:00:02");
  flow.client.network_latency = std::chrono::microseconds(150 + id % 100);
  flow.server.network_latency = std::chrono::microseconds(9000 + id % 1000);
  flow.metadata = Metadata(id);
  return flow;
}

std::vector<std::shared_ptr<const model::FlowBatch>> Batches(size_t records) {
  std::vector<std::shared_ptr<const model::FlowBatch>> batches;
  for (uint64_t id = 0; id < records;) {
    auto batch = std::make_shared<model::FlowBatch>();
    for (; id < records && batch->size() < kBatchRecords; ++id) batch->push_back(Flow(id));
    batches.push_back(std::move(batch));
  }
  return batches;
}

config::Sink Settings(const Arguments& arguments) {
  auto sink = config::MakeSink(arguments.spec);
  if (!sink.ok()) Fail(sink.error().message);
  if (const char* const password = std::getenv("PASSWORD")) sink->password = password;
  sink->rotate_bytes = 0;  // the plain program begins no file anew either, and none stays behind
  return std::move(sink).value();
}

// Until the receiver has all.
void RunSink(const Arguments& arguments,
             const std::vector<std::shared_ptr<const model::FlowBatch>>& batches) {
  static const SystemClock clock;
  config::Sink settings = Settings(arguments);
  settings.drain_timeout = std::chrono::minutes(10);
  settings.queue_bytes = uint64_t{4} << 30;
  auto sink = MakeSink(settings, {.context = Context(), .clock = clock, .data_dir = "/tmp"});
  if (!sink.ok()) Fail(sink.error().message);
  (*sink)->Start();
  for (const auto& batch : batches) (*sink)->Offer(batch, model::BytesOf(*batch));
  (*sink)->Stop();
  const model::SinkState state = (*sink)->state();
  if (state.ledger.delivered != arguments.records) {
    Fail("delivered " + std::to_string(state.ledger.delivered) + ": " + state.problem);
  }
}

class Speller {
 public:
  std::string_view Spell(const model::FlowBatch& batch) {
    parcel_ = {};
    parcel_.Reserve(batch.size(), 1400 * batch.size());
    for (const model::FlowRecord& flow : batch) encoder_.Append(flow, parcel_);
    return parcel_.whole();
  }

 private:
  const std::shared_ptr<const RecordContext> context_ = Context();
  JsonLineEncoder encoder_{std::move(JsonObjects::Make({}, *context_)).value(), context_};
  Parcel parcel_;
};

int Connect(const config::Sink& sink) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(sink.port));
  ::inet_pton(AF_INET, sink.host.c_str(), &address.sin_addr);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    Fail("the plain program cannot connect");
  }
  return fd;
}

// Writes the bytes as the plain program does, and waits until the peer's system has them.
void Write(int fd, std::string_view bytes, bool is_tcp) {
  while (!bytes.empty()) {
    const ssize_t sent = ::write(fd, bytes.data(), std::min(bytes.size(), kPlainChunk));
    if (sent <= 0) Fail("the plain program cannot write");
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  for (int left = 1; is_tcp && left > 0;) {
    ::ioctl(fd, SIOCOUTQ, &left);
    if (left > 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

// Seconds; `flushed` until the disk has it, where it is a file.
struct Times {
  double written = 0, flushed = 0;
};

template <typename Work>
Times Measure(const config::Sink& sink, const std::string& suffix, Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  Times times{.written = ToSeconds(std::chrono::steady_clock::now() - start)};
  if (sink.type == "file") {
    const int fd = ::open((sink.path + suffix).c_str(), O_WRONLY);
    ::fdatasync(fd);
    ::close(fd);
  }
  times.flushed = ToSeconds(std::chrono::steady_clock::now() - start);
  return times;
}

Times RunPlain(const config::Sink& sink, const std::function<void(int fd, bool is_tcp)>& work) {
  const bool is_tcp = sink.type == "logstash";
  return Measure(sink, ".plain", [&] {
    const int fd =
        is_tcp ? Connect(sink)
               : ::open((sink.path + ".plain").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    work(fd, is_tcp);
    ::close(fd);
  });
}

void Clean(const Arguments& arguments) {
  const config::Sink sink = Settings(arguments);
  if (sink.type != "file" || sink.path == "-") return;
  std::filesystem::remove(sink.path);
  std::filesystem::remove(sink.path + ".plain");
}

Arguments Parse(const std::vector<std::string>& texts) {
  if (texts.size() < 3) Fail("usage: sinks_bench RECORDS ROUNDS TYPE KEY=VALUE...");
  Arguments arguments;
  arguments.records = ParseNumber<size_t>(texts[0]).value_or(0);
  arguments.rounds = std::max<size_t>(1, ParseNumber<size_t>(texts[1]).value_or(1));
  arguments.spec.name = "bench";
  arguments.spec.type = texts[2];
  for (size_t i = 3; i < texts.size(); ++i) {
    const size_t equals = texts[i].find('=');
    const std::string key = texts[i].substr(0, equals);
    const config::SinkOption* const option = config::FindSinkOption(arguments.spec.type, key);
    if (option == nullptr) Fail("no option " + key);
    arguments.spec.texts.push_back({option, {texts[i].substr(equals + 1)}, key});
  }
  return arguments;
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::string SpellAll(Speller& speller,
                     const std::vector<std::shared_ptr<const model::FlowBatch>>& batches) {
  std::string lines;
  for (const auto& batch : batches) lines += speller.Spell(*batch);
  return lines;
}

void TellSpelling(Speller& speller,
                  const std::vector<std::shared_ptr<const model::FlowBatch>>& batches) {
  constexpr int kRounds = 9;
  std::vector<double> seconds;
  size_t records = 0;
  for (const auto& batch : batches) records += batch->size();
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (const auto& batch : batches) speller.Spell(*batch);
    seconds.push_back(ToSeconds(std::chrono::steady_clock::now() - start));
  }
  std::printf("spelled: %.0f ns a record (median of %d)\n",
              1e9 * Median(seconds) / static_cast<double>(records), kRounds);
}

void Tell(const char* what, size_t records, const std::vector<Times>& plain,
          const std::vector<Times>& sink) {
  std::vector<double> seconds, written, flushed;
  for (size_t i = 0; i < sink.size(); ++i) {
    seconds.push_back(plain[i].written);
    written.push_back(plain[i].written / sink[i].written);
    flushed.push_back(plain[i].flushed / sink[i].flushed);
  }
  std::printf("  rate beside a plain program %s (%.0f records/s): %.2f written, %.2f flushed\n",
              what, static_cast<double>(records) / Median(seconds), Median(written),
              Median(flushed));
}

int Run(const std::vector<std::string>& texts) {
  log::Configure(log::Level::kWarning, log::Format::kText);
  const Arguments arguments = Parse(texts);
  const config::Sink settings = Settings(arguments);
  const auto batches = Batches(arguments.records);
  Speller speller;
  const std::string lines = SpellAll(speller, batches);
  TellSpelling(speller, batches);
  const bool has_plain =
      (settings.type == "file" && settings.path != "-") || settings.type == "logstash";
  std::vector<Times> ready, spelling, sinks;
  std::vector<double> seconds;
  const std::vector<std::function<void()>> contenders = {
      [&] {
        if (!has_plain) return;
        ready.push_back(RunPlain(settings, [&](int fd, bool is_tcp) { Write(fd, lines, is_tcp); }));
      },
      [&] {
        if (!has_plain) return;
        spelling.push_back(RunPlain(settings, [&](int fd, bool is_tcp) {
          for (const auto& batch : batches) Write(fd, speller.Spell(*batch), false);
          Write(fd, {}, is_tcp);
        }));
      },
      [&] {
        sinks.push_back(Measure(settings, "", [&] { RunSink(arguments, batches); }));
        seconds.push_back(sinks.back().written);
      }};
  for (size_t turn = 0; turn < arguments.rounds * contenders.size(); ++turn) {
    const size_t round = turn / contenders.size();
    Clean(arguments);
    contenders[(turn + round) % contenders.size()]();
  }
  std::printf("median: %.0f records/s of %zu bytes\n",
              static_cast<double>(arguments.records) / Median(seconds),
              lines.size() / std::max<size_t>(1, arguments.records));
  if (has_plain) {
    Tell("with lines ready", arguments.records, ready, sinks);
    Tell("that spells them", arguments.records, spelling, sinks);
  }
  Clean(arguments);
  return 0;
}

}  // namespace
}  // namespace wiregauge::sinks

int main(int count, char** arguments) {
  return wiregauge::sinks::Run({arguments + 1, arguments + count});
}
