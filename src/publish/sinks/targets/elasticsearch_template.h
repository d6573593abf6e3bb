// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "config/settings.h"

namespace wiregauge::sinks {

// The names of indices that a pattern with %Y, %m, %d and %H makes of times (UTC). Remembers the
// last name: one thread's.
class IndexNames {
 public:
  explicit IndexNames(std::string pattern) : pattern_(std::move(pattern)) {}

  const std::string& Of(Timestamp time);

 private:
  const std::string pattern_;
  std::string name_;
  int64_t hour_ = -1;  // of name_, since the epoch
};

// Whether Elasticsearch takes what the pattern makes. kInvalidArgument begins with "index: ".
Status CheckIndexPattern(std::string_view pattern);

// "ntop-flows-*": all names that the pattern makes.
std::string IndexWildcard(std::string_view pattern);

// What the template is called, after the indices it is for: "wiregauge-ntop-flows". Sinks with
// other patterns have templates of their own.
std::string ElasticsearchTemplateName(const config::Sink& settings);

// Where it is put: "/_index_template/NAME"; with mapping_type (Elasticsearch 6) "/_template/NAME".
std::string ElasticsearchTemplatePath(const config::Sink& settings);

// The index template as JSON, of the field table: what `wiregauge sinks schema elasticsearch`
// prints and the sink lays down. Takes of the settings index, mapping_type, format and fields.
std::string ElasticsearchTemplate(const config::Sink& settings);

}  // namespace wiregauge::sinks
