// SPDX-License-Identifier: Apache-2.0
// What history costs: bytes on disk and CPU for a day of 2,000 series, and questions about it.
#include <benchmark/benchmark.h>
#include <sys/stat.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <random>

#include "history/history.h"
#include "timeseries/archive.h"

namespace wiregauge {
namespace {

using namespace std::chrono_literals;
using history::SeriesType;
using timeseries::Metric;

constexpr int64_t kStart = 1'700'000'000 / 86400 * 86400;
constexpr int64_t kDay = 86400;
constexpr int64_t kFlushSeconds = 10;

double CpuSeconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// How the values of a series come about.
struct Shape {
  double active = 1;   // in how many steps there is something
  double median = 0;   // of what is there, per second; its spread is log-normal
  double spread = 1;   // the standard deviation of its logarithm
  bool drifts = true;  // the median comes and goes over minutes
};

// Values that look like traffic: bursts, silence, gauges that move slowly.
class Signal {
 public:
  Signal(SeriesType type, Shape shape, uint32_t step_seconds)
      : is_gauge_(type == SeriesType::kGauge), shape_(shape), step_seconds_(step_seconds) {}

  int64_t Next(std::mt19937& random) {
    const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
    const auto normal = [&] { return (uniform() + uniform() + uniform() + uniform() - 2) * 1.73; };
    drift_ += 0.03 * normal() - 0.002 * drift_;
    if (is_gauge_) return std::llround(shape_.median * std::exp(0.3 * drift_));
    if (uniform() >= shape_.active) return 0;
    const double level = shape_.spread * normal() + (shape_.drifts ? drift_ : 0);
    return std::llround(shape_.median * step_seconds_ * std::exp(level));
  }

 private:
  bool is_gauge_;
  Shape shape_;
  uint32_t step_seconds_;
  double drift_ = 0;
};

// The series of two interfaces, in the mix that the recorder makes.
class Traffic {
 public:
  explicit Traffic(history::History& history) : history_(history) {
    for (const char* name : {"eth0", "eth1"}) sources_.push_back(history.AddSource(name));
  }

  void AddInterfaces(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      AddTraffic(i, {"interface", "", ""}, 1, {1, 400'000, 1.2});
      Add(i, {"interface", "", "dropped_packets"}, 1, {0.0001, 50});
      Add(i, {"interface", "", "flows"}, 1, {0.9, 12, 0.7});
      Add(i, {"interface", "", "tcp_retransmitted_packets"}, 1, {0.2, 3});
      Add(i, {"interface", "", "tcp_out_of_order_packets"}, 1, {0.05, 2});
      Add(i, {"interface", "", "tcp_lost_segments"}, 1, {0.05, 2});
      Add(i, {"interface", "", "tcp_keep_alives"}, 1, {0.3, 1});
      Add(i, {"interface", "", "tcp_zero_windows"}, 1, {0.001, 1});
      for (const char* gauge : {"active_flows", "active_hosts", "active_devices"}) {
        Add(i, {"interface", "", gauge}, 1, {1, 800}, SeriesType::kGauge);
      }
      for (const char* way : {"local_to_local", "local_to_remote", "remote_to_local", "other"}) {
        AddTraffic(i, {"direction", way, ""}, 10, {0.8, 100'000, 1.2});
      }
    }
  }
  void AddApplications(size_t interface, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      const double rank = 1.0 / static_cast<double>(i + 1);
      const Shape shape{0.05 + 0.95 * rank, 3000 + 200'000 * rank, 1.2};
      AddTraffic(interface, {"application", "App" + std::to_string(i), ""}, 10, shape);
      Add(interface, {"application", "App" + std::to_string(i), "flows"}, 10, {shape.active, 0.3});
    }
  }
  // Of the first ones everything is recorded, of the others traffic.
  void AddHosts(size_t interface, size_t count, size_t whole) {
    for (size_t i = 0; i < count; ++i) {
      const std::string host = "192.0." + std::to_string(i / 250) + '.' + std::to_string(i % 250);
      const auto add = [&](const char* measure, Shape shape,
                           SeriesType type = SeriesType::kCounter) {
        Add(interface, {"host", host, measure}, 60, shape, type);
      };
      const double active = 0.05 + 0.9 / static_cast<double>(1 + i / 20);
      add("bytes_sent", {active, 800, 2});
      add("bytes_received", {active, 4000, 2});
      if (i >= whole) continue;
      add("packets_sent", {active, 8, 2});
      add("packets_received", {active, 10, 2});
      add("flows", {active, 0.2});
      add("active_flows", {1, 7}, SeriesType::kGauge);
      add("tcp_retransmitted_packets", {active / 4, 0.05});
      add("tcp_out_of_order_packets", {active / 8, 0.05});
      add("tcp_lost_segments", {active / 8, 0.05});
    }
  }

  // A call a step and source, as the recorder does.
  void Record(int64_t from, int64_t to) {
    for (int64_t second = from; second < to; second += kFlushSeconds) {
      calls_.clear();
      for (int64_t at = second; at < second + kFlushSeconds; ++at) Make(at);
      const double begin = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
      for (const Call& call : calls_) {
        history_.Record(call.source, call.second, call.values, false);
        points_ += call.values.size();
      }
      cpu_seconds_ += CpuSeconds(CLOCK_THREAD_CPUTIME_ID) - begin;
      if (!history_.Flush(60s)) std::abort();
    }
  }

  size_t series() const {
    size_t count = 0;
    for (const auto& [about, group] : groups_) count += group.size();
    return count;
  }
  uint64_t points() const { return points_; }
  double cpu_seconds() const { return cpu_seconds_; }  // of Record

 private:
  struct Series {
    uint32_t number;
    Signal signal;
  };
  struct Call {
    uint32_t source;
    int64_t second;
    std::vector<history::Value> values;
  };

  void Add(size_t interface, const history::SeriesKey& key, uint32_t step, Shape shape,
           SeriesType type = SeriesType::kCounter) {
    const uint32_t source = sources_[interface];
    groups_[{source, step}].push_back(
        {history_.AddSeries(source, key, type, step), Signal(type, shape, step)});
  }
  void AddTraffic(size_t interface, history::SeriesKey key, uint32_t step, Shape bytes) {
    key.measure = "bytes";
    Add(interface, key, step, bytes);
    key.measure = "packets";
    bytes.median /= 700;
    Add(interface, key, step, bytes);
  }
  void Make(int64_t second) {
    for (auto& [about, group] : groups_) {
      const auto [source, step] = about;
      if ((second + 1) % step != 0) continue;
      Call& call = calls_.emplace_back(Call{source, second, {}});
      for (Series& series : group)
        call.values.push_back({series.number, series.signal.Next(random_)});
    }
  }

  history::History& history_;
  std::vector<uint32_t> sources_;
  std::map<std::pair<uint32_t, uint32_t>, std::vector<Series>> groups_;  // by source and step
  std::vector<Call> calls_;
  std::mt19937 random_{1};
  uint64_t points_ = 0;
  double cpu_seconds_ = 0;
};

// A store in a folder of its own, which goes with it.
class Store {
 public:
  Store() {
    std::string name = std::filesystem::temp_directory_path() / "history_bench_XXXXXX";
    folder_ = mkdtemp(name.data());
    Open();
  }
  ~Store() {
    history_.reset();
    std::filesystem::remove_all(folder_);
  }
  void Open() {
    history_.reset();
    history_ = std::make_unique<history::History>(
        history::HistoryOptions{.path = folder_ + "/history.db",
                                .keep = {24h, 24h * 30, 24h * 365},
                                .max_file_bytes = uint64_t{4} << 30,
                                .flush_interval = 1h,
                                .retry_interval = 1s,
                                .max_waiting_bytes = size_t{64} << 20},
        clock_);
    history_->Start();
    if (!history_->Flush(60s)) std::abort();
  }
  // Closed, so that all is in the one file.
  uint64_t FileBytes() {
    history_.reset();
    const uint64_t bytes = std::filesystem::file_size(folder_ + "/history.db");
    Open();
    return bytes;
  }
  history::History& history() { return *history_; }

 private:
  SystemClock clock_;
  std::string folder_;
  std::unique_ptr<history::History> history_;
};

// Of a series' points: its own, and those that are rolled up.
uint64_t StoredPoints(history::History& history, int64_t from, int64_t to) {
  uint64_t stored = 0;
  for (const history::SeriesInfo& info : history.AllSeries()) {
    for (size_t tier = history::OwnTier(info.step_seconds); tier < history::kTiers.size(); ++tier) {
      const auto read = history.Read(info.id, tier, from, to);
      if (!read.ok()) std::abort();
      for (const history::Point& point : read->points) stored += !point.is_gap();
    }
  }
  return stored;
}

// A day of 2,000 series, recorded and measured once.
struct Day {
  Store store;
  double record_cpu_seconds = 0, writer_cpu_seconds = 0;
  size_t series = 0;
  uint64_t points = 0, stored_points = 0, file_bytes = 0;

  Day() {
    Traffic traffic(store.history());
    traffic.AddInterfaces(2);
    traffic.AddApplications(0, 100);
    traffic.AddApplications(1, 33);
    traffic.AddHosts(0, 500, 80);
    const auto others_cpu = [] {
      return CpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    };
    const double before = others_cpu();
    traffic.Record(kStart, kStart + kDay);
    writer_cpu_seconds = others_cpu() - before;
    record_cpu_seconds = traffic.cpu_seconds();
    series = traffic.series();
    points = traffic.points();
    file_bytes = store.FileBytes();
    stored_points = StoredPoints(store.history(), kStart, kStart + kDay);
  }
  static Day& Get() {
    static Day day;
    return day;
  }
};

void BM_Day(benchmark::State& state) {
  for (auto _ : state) {
    const Day& day = Day::Get();
    const double cpu = day.record_cpu_seconds + day.writer_cpu_seconds;
    state.SetIterationTime(cpu);
    const auto bytes = static_cast<double>(day.file_bytes);
    state.counters["series"] = static_cast<double>(day.series);
    state.counters["points"] = static_cast<double>(day.points);
    state.counters["file_bytes"] = bytes;
    state.counters["bytes_per_point"] = bytes / static_cast<double>(day.points);
    state.counters["bytes_per_stored_point"] = bytes / static_cast<double>(day.stored_points);
    state.counters["percent_of_core"] = cpu / static_cast<double>(kDay) * 100;
    state.counters["record_cpu_s"] = day.record_cpu_seconds;
    state.counters["writer_cpu_s"] = day.writer_cpu_seconds;
  }
}
BENCHMARK(BM_Day)->Iterations(1)->UseManualTime()->Unit(benchmark::kSecond);

const Metric& Find(const timeseries::Catalogue& catalogue, std::string_view name) {
  const Metric* const metric = catalogue.Find(name);
  if (metric == nullptr) std::abort();
  return *metric;
}

timeseries::Question MakeQuestion(int64_t from, int64_t to,
                                  std::optional<uint32_t> step_seconds = std::nullopt) {
  timeseries::Question question;
  question.range = {from, to};
  question.step_seconds = step_seconds;
  return question;
}

void Ask(benchmark::State& state, Store& store, std::string_view name,
         const timeseries::Question& question) {
  const timeseries::Archive archive(store.history());
  const auto catalogue = archive.catalogue(nullptr);
  const Metric& metric = Find(*catalogue, name);
  size_t lines = 0, values = 0;
  for (auto _ : state) {
    const auto answer = archive.Evaluate(metric, question);
    if (!answer.ok()) return state.SkipWithError(answer.error().message.c_str());
    lines = answer->size();
    values = answer->front().values.size();
  }
  state.counters["lines"] = static_cast<double>(lines);
  state.counters["values"] = static_cast<double>(values);
}

void BM_HalfDayBySecond(benchmark::State& state) {
  Ask(state, Day::Get().store, "interface_eth0_traffic_bps",
      MakeQuestion(kStart + kDay / 2, kStart + kDay, 1));
}
BENCHMARK(BM_HalfDayBySecond)->Unit(benchmark::kMillisecond);

void BM_AllApplications(benchmark::State& state) {
  Ask(state, Day::Get().store, "interface_eth0_allprotocols_bps",
      MakeQuestion(kStart + kDay - state.range(0) * 3600, kStart + kDay));
}
BENCHMARK(BM_AllApplications)->ArgName("hours")->Arg(12)->Arg(24)->Unit(benchmark::kMillisecond);

void BM_TopHostsOfDay(benchmark::State& state) {
  const timeseries::Archive archive(Day::Get().store.history());
  const auto catalogue = archive.catalogue(nullptr);
  const Metric& metric = Find(*catalogue, "interface_eth0_allhosts_bps");
  for (auto _ : state) {
    const auto rows = archive.Top(metric, {kStart, kStart + kDay}, 10);
    if (!rows.ok()) return state.SkipWithError(rows.error().message.c_str());
    state.counters["rows"] = static_cast<double>(rows->size());
  }
  state.counters["hosts"] = static_cast<double>(metric.parts.size());
}
BENCHMARK(BM_TopHostsOfDay)->Unit(benchmark::kMillisecond);

// 30 days of one interface and of 100 series beside it.
void BM_MonthOfInterface(benchmark::State& state) {
  constexpr int64_t kEnd = kStart + 30 * kDay;
  static Store* const store = [] {
    static Store made;
    Traffic traffic(made.history());
    traffic.AddInterfaces(1);
    traffic.AddHosts(0, 40, 0);
    traffic.Record(kStart, kEnd);
    return &made;
  }();
  Ask(state, *store, "interface_eth0_traffic_bps", MakeQuestion(kStart, kEnd));
}
BENCHMARK(BM_MonthOfInterface)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wiregauge
