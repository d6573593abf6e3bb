// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "model/flow_record.h"
#include "publish/api/flow_filter.h"
#include "publish/sinks/record/field.h"
#include "snapshot/snapshot.h"

namespace wiregauge::sinks {

// Which records a sink wants, in the words of /api/v1/flows: "l4=tcp&port=443,8443&asn=15169".
// Names of hosts are those that the records have. One thread's.
class RecordFilter {
 public:
  // kInvalidArgument names the parameter. Borrows the context's places.
  static Result<std::unique_ptr<RecordFilter>> Parse(const std::string& query,
                                                     std::shared_ptr<const RecordContext> context);

  bool Matches(const model::FlowRecord& flow) { return filter_->Matches(flow); }

 private:
  RecordFilter() = default;

  std::shared_ptr<const RecordContext> context_;
  snapshot::Snapshot names_;  // of interfaces and applications: there are no rows in it
  std::unique_ptr<api::FlowFilter> filter_;
};

}  // namespace wiregauge::sinks
