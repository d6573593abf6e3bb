// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "app/output_file.h"
#include "model/application.h"
#include "model/place.h"
#include "snapshot/flow_sink.h"
#include "snapshot/snapshot.h"

namespace wiregauge::app {

// Writes flow records as NDJSON: one flow object of the contract a line, with what no earlier
// record of the flow has told. Called by the engine's exporter thread.
class FlowFile final : public snapshot::FlowSink {
 public:
  // Borrows `file` and `places`.
  FlowFile(OutputFile& file, std::shared_ptr<const model::ApplicationCatalogue> catalogue,
           const model::PlaceNames& places, std::string interface_name)
      : file_(file),
        catalogue_(std::move(catalogue)),
        places_(places),
        interface_name_(std::move(interface_name)) {}

  void OnFlows(const std::shared_ptr<const model::FlowBatch>& flows) noexcept override;

 private:
  OutputFile& file_;
  const std::shared_ptr<const model::ApplicationCatalogue> catalogue_;
  const model::PlaceNames& places_;
  const std::string interface_name_;
};

// Writes all hosts of a snapshot as NDJSON, ordered by address and VLAN.
void WriteHosts(const snapshot::Snapshot& snapshot, const model::PlaceNames& places,
                OutputFile& file);

}  // namespace wiregauge::app
