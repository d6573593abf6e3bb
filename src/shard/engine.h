// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/time.h"
#include "decode/packet.h"
#include "dpi/classifier.h"
#include "geo/atlas.h"
#include "model/mac_vendors.h"
#include "snapshot/flow_captures.h"
#include "snapshot/flow_sink.h"
#include "snapshot/name_supplement.h"
#include "snapshot/snapshot.h"
#include "snapshot/tick_sink.h"
#include "tables/limits.h"

namespace wiregauge::shard {

struct SourceOptions {
  std::string name;  // what the interface is called: unique
  std::string path_or_interface;
  bool live = false;
};

struct EngineOptions {
  std::vector<SourceOptions> sources;  // their order gives interface_index
  uint32_t workers = 1;                // shards a source
  // Live capture:
  std::string filter;  // BPF, for files too
  bool promiscuous = true;
  uint32_t snap_length_bytes = 0;
  uint64_t ring_bytes = 0;

  decode::Options decode;
  dpi::Options dpi;
  tables::Limits limits;  // byte budgets are of the whole process and are split over the shards
  std::shared_ptr<const geo::Atlas> atlas = std::make_shared<const geo::Atlas>();
  std::shared_ptr<const model::MacVendors> vendors;  // null: none is known
  snapshot::NameSupplement* names = nullptr;         // outlives the engine; null: none
  snapshot::FlowCaptureBudget flow_captures;
  snapshot::TickSink* ticks = nullptr;  // of files; outlives the engine; null: nobody takes them
};

// How far the reading of a file is.
struct FileProgress {
  uint64_t bytes_read = 0, size_bytes = 0;  // on disk; size 0 when unknown
  uint64_t packets = 0;
  bool done = false;
};

// The engine: shard threads with their sources and tables, the exporter thread, and the snapshots.
// Thread-safe but for Stop, which is called once, by the thread that started it.
class Engine : public snapshot::SnapshotSource {
 public:
  // Opens every source and starts. `sink` may be null; it and `clock` outlive the engine. An error
  // names the source; nothing runs then.
  static Result<std::unique_ptr<Engine>> Start(
      const EngineOptions& options, std::shared_ptr<const model::ApplicationCatalogue> catalogue,
      const Clock& clock, snapshot::FlowSink* sink);

  // Files: waits until all of them are read and their records are with the sink, at most `most`.
  // True when that is so.
  virtual bool WaitForFiles(Duration most) = 0;
  virtual FileProgress Progress(size_t source) const = 0;

  // Packets of single flows, for readers.
  virtual snapshot::FlowCaptures& flow_captures() = 0;

  // Stops capturing, ends all flows (reason shutdown), hands all records to the sink and joins all
  // threads. Snapshots stay readable.
  virtual void Stop() = 0;
};

}  // namespace wiregauge::shard
