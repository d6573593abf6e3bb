// SPDX-License-Identifier: Apache-2.0
#include "publish/api/mac_filter.h"

#include <algorithm>

#include "base/text.h"
#include "publish/json/text_forms.h"

namespace wiregauge::api {

MacFilter::MacFilter(Query& query, const model::MacVendors& vendors)
    : vendors_(vendors),
      macs_(
          query.AnyOf<MacAddress>("mac", "a MAC address (02:00:5e:10:00:01)", MacAddress::Parse)) {
  for (const std::string_view text : query.AnyOf("mac_vendor")) {
    vendor_texts_.push_back(ToLower(text));
  }
}

bool MacFilter::Matches(const MacAddress& mac) const {
  if (!macs_.empty() && std::ranges::find(macs_, mac) == macs_.end()) return false;
  return vendor_texts_.empty() || std::ranges::any_of(vendor_texts_, [&](const std::string& text) {
           return VendorHolds(mac, text);
         });
}

bool MacFilter::Holds(const MacAddress& mac, std::string_view text) const {
  if (mac.IsZero()) return false;
  return json::TextForm(mac).view().find(text) != std::string_view::npos || VendorHolds(mac, text);
}

bool MacFilter::VendorHolds(const MacAddress& mac, std::string_view text) const {
  const auto vendor = vendors_.VendorOf(mac);
  return vendor && HoldsIgnoringCase(*vendor, text);
}

}  // namespace wiregauge::api
