// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/record/json_encoder.h"

#include <algorithm>

#include "publish/json/flow_json.h"
#include "publish/json/writer.h"

namespace wiregauge::sinks {
namespace {

// The members of the object that begins there go on those of the object before it, which is open.
void JoinObject(size_t begin, std::string& out) {
  const bool has_members = out[begin + 1] != '}';
  if (has_members) {
    out[begin] = ',';
  } else {
    out.erase(begin, 1);
  }
}

void AppendTotals(const model::FlowRecord& flow, std::string& out) {
  json::Writer writer(out);
  const auto end = [&](json::Name name, const model::FlowEndpoint& endpoint) {
    if (!writer.BeginObject(name)) return;
    writer.Field("packets_sent", endpoint.sent.packets);
    writer.Field("bytes_sent", endpoint.sent.bytes);
    writer.Field("payload_bytes_sent", endpoint.payload_bytes_sent);
    writer.EndObject();
  };
  writer.BeginObject();
  end("client", flow.client);
  end("server", flow.server);
  writer.EndObject();
}

}  // namespace

Result<JsonObjects> JsonObjects::Make(const RecordForm& form, const RecordContext& context) {
  JsonObjects objects(context);
  objects.own_object_ = form.own_object;
  if (form.own_object) {
    if (form.fields.empty()) return objects;
    std::string list;
    for (const std::string& field : form.fields) list.append(list.empty() ? "" : ",").append(field);
    auto mask = json::FieldMask::Parse(list, json::FlowFields());
    if (!mask.ok()) return mask.error();
    objects.mask_ = std::make_shared<const json::FieldMask>(std::move(mask).value());
    return objects;
  }
  for (const std::string& name : form.fields) {
    if (FindField(name) == nullptr) {
      return Error{ErrorCode::kInvalidArgument,
                   "'" + name + "' is no field; \"wiregauge sinks fields\" lists them"};
    }
  }
  for (size_t i = 0; i < AllFields().size(); ++i) {
    objects.fields_[i] =
        form.fields.empty() || std::ranges::count(form.fields, AllFields()[i].name) > 0;
  }
  return objects;
}

void JsonObjects::Append(const Reading& reading, std::string& out) {
  if (own_object_) return AppendOwnObject(reading, out);
  WriteMembers(reading);
  const std::string_view members = written_.view();
  out.push_back('{');
  out.append(members.substr(members.empty() ? 0 : 1));  // no comma before the first
  out.push_back('}');
}

void JsonObjects::AppendWith(std::string_view name, std::string_view value, const Reading& reading,
                             std::string& out) {
  out.append("{\"").append(name).append("\":").append(value);
  if (own_object_) {
    const size_t begin = out.size();
    AppendOwnObject(reading, out);
    return JoinObject(begin, out);
  }
  WriteMembers(reading);
  out.append(written_.view()).push_back('}');
}

void JsonObjects::WriteMembers(const Reading& reading) {
  written_.Clear();
  WriteFields(reading, fields_, written_);
}

void JsonObjects::AppendOwnObject(const Reading& reading, std::string& out) {
  out.append("{\"record_id\":\"").append(RecordId(reading).view()).append("\",\"totals\":");
  AppendTotals(reading.flow, out);
  const size_t begin = out.size();
  json::Writer writer(out);
  writer.Apply(mask_.get());
  json::WriteFlow(writer, reading.flow,
                  {.catalogue = context_->catalogue(),
                   .interface_name = context_->InterfaceName(reading.flow.interface_index),
                   .now = reading.flow.last_seen,
                   .places = &context_->places()},
                  json::FlowCounters::kSinceLastReport);
  ReplaceNuls(begin, out);
  JoinObject(begin, out);
}

void JsonLineEncoder::Append(const model::FlowRecord& flow, Parcel& parcel) {
  objects_.Append(Reading(flow, *context_), parcel.buffer());
  parcel.buffer().push_back('\n');
  parcel.EndRecord();
}

}  // namespace wiregauge::sinks
