// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/mac_address.h"
#include "model/mac_vendors.h"
#include "publish/api/query.h"

namespace wiregauge::api {

// The parameters `mac` and `mac_vendor`, and what `text` finds in them. Values of one are
// alternatives, both hold together. Borrows the vendors.
class MacFilter {
 public:
  MacFilter(Query& query, const model::MacVendors& vendors);

  bool Matches(const MacAddress& mac) const;
  // Whether the address or its vendor's name holds the text, which is in lower case.
  bool Holds(const MacAddress& mac, std::string_view text) const;

 private:
  bool VendorHolds(const MacAddress& mac, std::string_view text) const;

  const model::MacVendors& vendors_;
  std::vector<MacAddress> macs_;
  std::vector<std::string> vendor_texts_;  // in lower case
};

}  // namespace wiregauge::api
