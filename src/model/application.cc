// SPDX-License-Identifier: Apache-2.0
#include "model/application.h"

#include <algorithm>

#include "base/text.h"

namespace wiregauge::model {
namespace {

const std::string kUnknownName = "Unknown";
const std::string kUnspecifiedCategory = "Unspecified";

bool HasBoth(const Classification& c) { return c.master != 0 && c.app != 0 && c.master != c.app; }

}  // namespace

std::string_view ConfidenceName(Confidence confidence) {
  switch (confidence) {
    case Confidence::kUnknown:
      return "unknown";
    case Confidence::kByPort:
      return "by_port";
    case Confidence::kByIp:
      return "by_ip";
    case Confidence::kDpiPartial:
      return "dpi_partial";
    case Confidence::kDpiPartialCache:
      return "dpi_partial_cache";
    case Confidence::kDpiCache:
      return "dpi_cache";
    case Confidence::kDpi:
      return "dpi";
  }
  return "unknown";
}

std::string ApplicationCatalogue::Id(const Classification& c) const {
  const std::string app = std::to_string(ApplicationIndex(c));
  return HasBoth(c) ? std::to_string(c.master) + "." + app : app;
}

std::string ApplicationCatalogue::Name(const Classification& c) const {
  std::string name;
  AppendName(c, name);
  return name;
}

void ApplicationCatalogue::AppendName(const Classification& c, std::string& out) const {
  if (HasBoth(c)) out.append(ApplicationName(c.master)).push_back('.');
  out.append(ApplicationName(ApplicationIndex(c)));
}

const std::string& ApplicationCatalogue::ApplicationName(uint16_t id) const {
  return id < applications.size() && !applications[id].name.empty() ? applications[id].name
                                                                    : kUnknownName;
}

const std::string& ApplicationCatalogue::CategoryName(uint8_t id) const {
  return id < categories.size() ? categories[id] : kUnspecifiedCategory;
}

std::string ApplicationCatalogue::TlsCipherName(uint16_t number) const {
  const auto found = std::lower_bound(
      tls_ciphers.begin(), tls_ciphers.end(), number,
      [](const TlsCipherInfo& one, uint16_t wanted) { return one.number < wanted; });
  if (found != tls_ciphers.end() && found->number == number) return found->name;
  return NumberAsHexadecimal(number, 4);
}

}  // namespace wiregauge::model
