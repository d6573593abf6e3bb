// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "publish/json/field_mask.h"
#include "publish/sinks/frame/target.h"
#include "publish/sinks/record/field.h"

namespace wiregauge::sinks {

// How records are spelled.
struct RecordForm {
  bool own_object = false;            // the flow object of the API, not the names of ntopng
  std::vector<std::string> fields{};  // which; empty: all
};

// Writes records as JSON objects without an end of a line: with ntopng's names, where what is not
// known is left out, or as the flow object of the API, led by what a record has beyond it:
// "record_id" (RecordId) and "totals", what its ends have sent up to here. Not thread-safe. Borrows
// the context.
class JsonObjects {
 public:
  // kInvalidArgument: a field is not known; names it.
  static Result<JsonObjects> Make(const RecordForm& form, const RecordContext& context);

  void Append(const Reading& reading, std::string& out);
  // As Append, with one member more, which comes first: its name needs no escaping and its value
  // is JSON.
  void AppendWith(std::string_view name, std::string_view value, const Reading& reading,
                  std::string& out);

 private:
  explicit JsonObjects(const RecordContext& context) : context_(&context) {}
  void WriteMembers(const Reading& reading);
  void AppendOwnObject(const Reading& reading, std::string& out);

  const RecordContext* context_;
  FieldSet fields_;
  std::shared_ptr<const json::FieldMask> mask_;  // of the own object; null: all
  bool own_object_ = false;
  JsonMembers written_;  // of the last record
};

// A JSON object a line: what files, Logstash and ClickHouse take.
class JsonLineEncoder final : public Encoder {
 public:
  JsonLineEncoder(JsonObjects objects, std::shared_ptr<const RecordContext> context)
      : objects_(std::move(objects)), context_(std::move(context)) {}

  void Append(const model::FlowRecord& flow, Parcel& parcel) override;

 private:
  JsonObjects objects_;
  std::shared_ptr<const RecordContext> context_;
};

}  // namespace wiregauge::sinks
