// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "app/output_file.h"
#include "model/application.h"
#include "shard/engine.h"
#include "snapshot/snapshot.h"

namespace wiregauge::app {

// Writes flow records as NDJSON: one flow object of the contract a line, with what no earlier
// record of the flow has told. Called by the engine's exporter thread.
class FlowFile final : public shard::FlowSink {
 public:
  // Borrows `file`.
  FlowFile(OutputFile& file, std::shared_ptr<const model::ApplicationCatalogue> catalogue,
           std::string interface_name)
      : file_(file), catalogue_(std::move(catalogue)), interface_name_(std::move(interface_name)) {}

  void OnFlows(const model::FlowBatch& flows) noexcept override;

 private:
  OutputFile& file_;
  const std::shared_ptr<const model::ApplicationCatalogue> catalogue_;
  const std::string interface_name_;
};

// Writes all hosts of a snapshot as NDJSON, ordered by address and VLAN.
void WriteHosts(const snapshot::Snapshot& snapshot, OutputFile& file);

}  // namespace wiregauge::app
