// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capture/file_source.h"
#include "shard/flow_capture.h"
#include "tables/tables.h"

namespace wiregauge::shard {

// A UDP datagram from 10.0.0.1 to 10.0.0.2, port 9999.
inline std::vector<uint8_t> UdpFrame(uint16_t src_port, size_t payload_bytes = 4) {
  std::vector<uint8_t> f = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};
  const auto put16 = [&f](size_t value) {
    f.push_back(static_cast<uint8_t>(value >> 8));
    f.push_back(static_cast<uint8_t>(value));
  };
  f.insert(f.end(), {0x45, 0});
  put16(28 + payload_bytes);
  f.insert(f.end(), {0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2});
  put16(src_port);
  put16(9999);
  put16(8 + payload_bytes);
  put16(0);
  for (size_t i = 0; i < payload_bytes; ++i) f.push_back(static_cast<uint8_t>(i));
  return f;
}

// A wall clock that tests set.
class SettableClock final : public Clock {
 public:
  Timestamp Now() const override { return Timestamp(std::chrono::seconds(now_seconds)); }
  std::atomic<int64_t> now_seconds{1'700'000'000};
};

// What a pcap file holds, read by libpcap.
struct ReadPacket {
  std::vector<uint8_t> frame;
  Timestamp time;
  uint32_t wire_bytes = 0;
};
inline std::vector<ReadPacket> ReadPcap(const std::string& bytes) {
  class Keeper final : public capture::PacketHandler {
   public:
    void OnPacket(const PacketView& view) noexcept override {
      packets.push_back({{view.captured.begin(), view.captured.end()}, view.time, view.wire_bytes});
    }
    std::vector<ReadPacket> packets;
  };
  char folder[] = "/tmp/wiregauge-captured-XXXXXX";
  if (mkdtemp(folder) == nullptr) return {};
  const std::filesystem::path path = std::filesystem::path(folder) / "it.pcap";
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  Keeper keeper;
  if (auto file = capture::OpenFile({.path = path, .filter = ""}); file.ok()) {
    while ((*file)->state() == capture::SourceState::kOpen) {
      (*file)->Poll(keeper, 64, Duration::zero());
    }
    if ((*file)->state() != capture::SourceState::kEnded) keeper.packets.clear();
  }
  std::filesystem::remove_all(folder);
  return std::move(keeper.packets);
}

// One shard's tables, without its thread.
class TablesOfOneShard {
 public:
  TablesOfOneShard() : classifier_(dpi::Classifier::Create({80, 24}).value()) {
    using namespace std::chrono_literals;
    tables::TablesOptions options;
    options.applications = dpi::MakeCatalogue()->applications.size();
    options.limits = {
        60s, 300s, 5s, 600s, 600s, size_t{64} << 20, size_t{64} << 20, size_t{1} << 20};
    tables_ = std::make_unique<tables::Tables>(options, hash_, *classifier_);
  }

  tables::Tables& tables() { return *tables_; }
  void See(Duration time, const std::vector<uint8_t>& frame) {
    PacketView view;
    view.time = Timestamp(std::chrono::seconds(1'000'000) + time);
    view.captured = frame;
    view.wire_bytes = static_cast<uint32_t>(frame.size());
    view.number = ++number_;
    tables_->Account(flow::KeyedFrame(view, {}, hash_));
  }
  // The flows that are there.
  std::vector<model::FlowRecord> Flows() {
    tables_->BeginRows();
    while (!tables_->CopySome(1000)) {
    }
    tables_->TakeHosts();
    tables_->TakeDevices();
    return tables_->TakeFlows();
  }

 private:
  std::unique_ptr<dpi::Classifier> classifier_;
  const KeyedHash hash_{KeyedHash::Secret{}};
  std::unique_ptr<tables::Tables> tables_;
  uint64_t number_ = 0;
};

inline model::FlowCaptureLimits GenerousLimits() {
  return {.max_packets = 1000,
          .max_bytes = 1 << 20,
          .max_duration = std::chrono::seconds(60),
          .snap_length_bytes = 262144};
}

}  // namespace wiregauge::shard
