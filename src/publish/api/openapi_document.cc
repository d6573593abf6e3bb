// SPDX-License-Identifier: Apache-2.0
#include "publish/api/openapi_document.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "publish/api/query.h"

namespace wiregauge::api {
namespace {

// JSON is YAML, but for characters that YAML has escaped: DEL, C1 controls, noncharacters and the
// byte order mark (YAML 1.2 section 5.1). Two and three bytes of UTF-8.
bool IsPrintableInYaml(std::string_view sequence) {
  if (sequence == "\x7f" || sequence == "\xef\xbb\xbf") return false;
  if (sequence.starts_with('\xc2')) return static_cast<unsigned char>(sequence[1]) >= 0xa0;
  return sequence != "\xef\xbf\xbe" && sequence != "\xef\xbf\xbf";
}

uint32_t CodePointOf(std::string_view sequence) {
  constexpr uint32_t kFirstBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  uint32_t code = static_cast<unsigned char>(sequence[0]) & kFirstBits[sequence.size()];
  for (const char c : sequence.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
  return code;
}

void AppendYaml(std::string_view json, std::string& yaml) {
  while (!json.empty()) {
    const size_t length = std::max<size_t>(Utf8SequenceLength(json), 1);
    const std::string_view sequence = json.substr(0, length);
    if (IsPrintableInYaml(sequence)) {
      yaml += sequence;
    } else {
      yaml += "\\u" + NumberAsHexadecimal(CodePointOf(sequence), 4).substr(2);
    }
    json.remove_prefix(sequence.size());
  }
}

}  // namespace

std::string OpenApiYaml(const OpenApiPaths& more) {
  const OpenApiParts parts = OpenApiYamlParts();
  std::string text(parts.head);
  for (const auto& [path, item] : more) {
    std::string line = "  ";
    AppendJsonString(path, line);
    AppendYaml(line + ": " + item + "\n", text);
  }
  return text.append(parts.tail);
}

std::string OpenApiJson(const OpenApiPaths& more) {
  const OpenApiParts parts = OpenApiJsonParts();
  std::string text(parts.head);
  for (const auto& [path, item] : more) {
    text += ',';
    AppendJsonString(path, text);
    text += ':' + item;
  }
  return text.append(parts.tail);
}

std::shared_ptr<const ServedDocument::Version> ServedDocument::Current(
    std::shared_ptr<const OpenApiPaths> more) {
  {
    const MutexLock lock(mutex_);
    if (newest_ != nullptr && newest_->more == more) return newest_;
  }
  auto made = std::make_shared<Version>();
  made->text = form_(more != nullptr ? *more : OpenApiPaths());
  made->entity_tag = http::EntityTag(made->text);
  made->more = std::move(more);
  const MutexLock lock(mutex_);
  newest_ = made;
  return made;
}

http::Response ServedDocument::Answer(const http::Request& request,
                                      std::shared_ptr<const OpenApiPaths> more) {
  const Query query(request, {});
  if (auto refusal = query.refusal()) return *refusal;
  const auto version = Current(std::move(more));
  return http::Conditional(request, version->entity_tag,
                           {.status = 200,
                            .content_type = std::string(content_type_),
                            .body = version->text,
                            .headers = {{"Cache-Control", "no-cache"}}});
}

}  // namespace wiregauge::api
