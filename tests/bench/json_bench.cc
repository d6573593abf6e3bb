// SPDX-License-Identifier: Apache-2.0
// One object of 60 members: 30 integers, 10 doubles, 20 strings, in the manner of a flow.
#include <benchmark/benchmark.h>

#include <array>
#include <string>

#include "publish/json/writer.h"

namespace wiregauge::json {
namespace {

struct Row {
  std::array<uint64_t, 30> integers;
  std::array<double, 10> doubles;
  std::array<std::string, 20> strings;
};

Row MakeRow() {
  Row row;
  uint64_t value = 7;
  for (uint64_t& integer : row.integers) integer = (value = value * 2862933555777941757 + 1) >> 40;
  for (double& number : row.doubles)
    number = static_cast<double>(row.integers[0]++ % 100000) / 1000;
  row.strings = {"192.168.100.200",
                 "2001:db8::1",
                 "TLS.Google",
                 "TLS",
                 "Google",
                 "Web",
                 "acceptable",
                 "dpi",
                 "active",
                 "eth0",
                 "00:11:22:33:44:55",
                 "office",
                 "established",
                 "ShADadFf",
                 "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
                 "www.example.com",
                 "TLSv1.3",
                 "h2",
                 "AT",
                 "Example Networks Ltd"};
  return row;
}

template <size_t N>
void WriteIntegers(Writer& writer, const Row& row) {
  for (size_t i = 0; i < N; i += 3) {
    writer.Field("packets_sent", row.integers[i]);
    writer.Field("bytes_sent", row.integers[i + 1]);
    writer.Field("retransmitted_packets", row.integers[i + 2]);
  }
}

void WriteRow(Writer& writer, const Row& row) {
  writer.BeginObject();
  WriteIntegers<30>(writer, row);
  for (size_t i = 0; i < 10; i += 2) {
    writer.Field("duration_ms", row.doubles[i]);
    writer.Field("throughput_bps", row.doubles[i + 1]);
  }
  for (size_t i = 0; i < 20; i += 2) {
    writer.Field("name", row.strings[i]);
    writer.Field("server_name", row.strings[i + 1]);
  }
  writer.EndObject();
}

void BM_ObjectOf60(benchmark::State& state) {
  const Row row = MakeRow();
  std::string out;
  for (auto _ : state) {
    out.clear();
    Writer writer(out);
    WriteRow(writer, row);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * out.size()));
}
BENCHMARK(BM_ObjectOf60);

void BM_ObjectOf60Masked(benchmark::State& state) {
  const Row row = MakeRow();
  constexpr std::array<std::string_view, 2> kPaths = {"name", "bytes_sent"};
  const FieldMask mask = FieldMask::Parse("name", FieldCatalogue(kPaths)).value();
  std::string out;
  for (auto _ : state) {
    out.clear();
    Writer writer(out);
    writer.Apply(&mask);
    WriteRow(writer, row);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(BM_ObjectOf60Masked);

}  // namespace
}  // namespace wiregauge::json
