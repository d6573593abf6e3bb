// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/record_filter.h"

#include "publish/api/query.h"
#include "publish/http/request.h"
#include "publish/http/target.h"

namespace wiregauge::sinks {

Result<std::unique_ptr<RecordFilter>> RecordFilter::Parse(
    const std::string& query, std::shared_ptr<const RecordContext> context) {
  http::Request request;
  if (const auto problem = http::ParseTarget("/?" + query, request)) {
    return Error{ErrorCode::kInvalidArgument, problem->detail};
  }
  auto filter = std::unique_ptr<RecordFilter>(new RecordFilter());
  filter->context_ = std::move(context);
  filter->names_.catalogue = filter->context_->shared_catalogue();
  for (const std::string& name : filter->context_->interface_names()) {
    filter->names_.interfaces.emplace_back().name = name;
  }
  api::Query parameters(request, api::kFlowFilterParameters);
  filter->filter_ =
      std::make_unique<api::FlowFilter>(parameters, filter->names_, filter->context_->places());
  if (std::string refusal = parameters.refusal_text(); !refusal.empty()) {
    return Error{ErrorCode::kInvalidArgument, std::move(refusal)};
  }
  return filter;
}

}  // namespace wiregauge::sinks
