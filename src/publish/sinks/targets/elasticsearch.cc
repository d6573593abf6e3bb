// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include "base/text.h"
#include "publish/json/text_forms.h"
#include "publish/sinks/record/json_encoder.h"
#include "publish/sinks/targets/elasticsearch_target.h"
#include "publish/sinks/targets/elasticsearch_template.h"
#include "publish/sinks/targets/types.h"

namespace wiregauge::sinks {
namespace {

// A record as two lines: the action, which is the key, and the document.
class BulkEncoder final : public Encoder {
 public:
  BulkEncoder(JsonObjects objects, std::shared_ptr<const RecordContext> context,
              const config::Sink& settings)
      : objects_(std::move(objects)), context_(std::move(context)), indices_(settings.index) {
    if (settings.mapping_type.empty()) return;
    type_ = ",\"_type\":";
    AppendJsonString(settings.mapping_type, type_);
  }

  void Append(const model::FlowRecord& flow, Parcel& parcel) override {
    const Reading reading(flow, *context_);
    std::string& out = parcel.buffer();
    out.append("{\"create\":{\"_index\":");
    AppendJsonString(indices_.Of(flow.last_seen), out);
    out.append(type_).append(",\"_id\":\"").append(RecordId(reading).view()).append("\"}}\n");
    parcel.EndKey();
    time_.assign("\"").append(json::TextForm(flow.last_seen).view()).append("\"");
    objects_.AppendWith("@timestamp", time_, reading, out);
    out.push_back('\n');
    parcel.EndRecord();
  }

 private:
  JsonObjects objects_;
  const std::shared_ptr<const RecordContext> context_;
  IndexNames indices_;
  std::string type_, time_;
};

}  // namespace

Result<Parts> MakeElasticsearch(const config::Sink& settings, const Surroundings& with) {
  if (Status status = CheckIndexPattern(settings.index); !status.ok()) return status.error();
  if (settings.manage_schema && settings.index.starts_with('%')) {
    return Error{ErrorCode::kInvalidArgument,
                 "index: must begin with a name of its own, for its template would be for all "
                 "indices; or set manage_schema to false"};
  }
  auto objects = MakeJsonObjects(settings, with);
  if (!objects.ok()) return objects.error();
  auto sender = HttpSender::Make(settings, settings.index);
  if (!sender.ok()) return sender.error();
  ElasticsearchOptions options;
  if (settings.manage_schema) {
    options = {.template_path = ElasticsearchTemplatePath(settings),
               .template_body = ElasticsearchTemplate(settings)};
  }
  return Parts{
      .encoder = std::make_unique<BulkEncoder>(std::move(objects).value(), with.context, settings),
      .target = std::make_unique<ElasticsearchTarget>(std::move(options), std::move(sender).value(),
                                                      with.clock)};
}

}  // namespace wiregauge::sinks
