// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/mac_vendors.h"

namespace wiregauge::geo {

// What was read of a folder with the IEEE's lists.
struct VendorLists {
  std::shared_ptr<const model::MacVendors> vendors;  // never null
  std::vector<std::string> problems;  // "PATH: why", one for each list that is left out
};

// Reads oui.csv (MA-L), mam.csv (MA-M), oui36.csv (MA-S) and iab.csv, as the IEEE publishes them
// and Debian's package ieee-data installs them. A list that cannot be read, or has no block, is
// left out.
VendorLists ReadVendorLists(const std::string& folder);

// The blocks of one list: "Registry,Assignment,Organization Name,Organization Address" (RFC 4180),
// where the assignment is the prefix in hexadecimal digits. Lines that are none are skipped, and
// so are holders that tell nothing about the maker: "Private", and the IEEE itself, which gives
// its block away in parts.
std::vector<model::MacVendors::Block> ParseVendorList(std::string_view csv);

}  // namespace wiregauge::geo
