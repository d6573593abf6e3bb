// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "publish/api/routes.h"
#include "publish/http/request.h"
#include "publish/http/response.h"

namespace wiregauge::api {

// api/openapi.yaml as it was at build time, or the same document as JSON, cut where its `paths`
// end.
struct OpenApiParts {
  std::string_view head, tail;
};
OpenApiParts OpenApiYamlParts();
OpenApiParts OpenApiJsonParts();

// The document with more paths.
std::string OpenApiYaml(const OpenApiPaths& more = {});
std::string OpenApiJson(const OpenApiPaths& more = {});

// One form of the document as it is served: made anew, and hashed, when the paths have changed.
// Thread-safe.
class ServedDocument {
 public:
  using Form = std::string (*)(const OpenApiPaths& more);

  ServedDocument(Form form, std::string_view content_type)
      : form_(form), content_type_(content_type) {}

  // `more`: null for none. A set that has changed is another object.
  http::Response Answer(const http::Request& request, std::shared_ptr<const OpenApiPaths> more)
      WIREGAUGE_EXCLUDES(mutex_);

 private:
  struct Version {
    std::shared_ptr<const OpenApiPaths> more;
    std::string text, entity_tag;
  };
  std::shared_ptr<const Version> Current(std::shared_ptr<const OpenApiPaths> more)
      WIREGAUGE_EXCLUDES(mutex_);

  const Form form_;
  const std::string_view content_type_;
  Mutex mutex_;
  std::shared_ptr<const Version> newest_ WIREGAUGE_GUARDED_BY(mutex_);  // null: nobody has asked
};

}  // namespace wiregauge::api
