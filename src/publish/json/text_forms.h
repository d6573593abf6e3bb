// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/mac_address.h"
#include "base/time.h"

namespace wiregauge::json {

// The text of a value in a buffer of its own: rows are written by the million, and the forms of
// base allocate. The text is the same as base's.
class TextForm {
 public:
  static constexpr size_t kMostBytes = 48;

  explicit TextForm(Timestamp time);            // as FormatRfc3339
  explicit TextForm(const IpAddress& address);  // as IpAddress::ToString
  explicit TextForm(const MacAddress& mac);     // as MacAddress::ToString

  std::string_view view() const { return {text_.data(), size_}; }
  // With what stands behind the text: copying all is faster than copying a part.
  std::span<const char, kMostBytes> storage() const { return text_; }

 private:
  void EndAt(const char* end) { size_ = static_cast<size_t>(end - text_.data()); }

  std::array<char, kMostBytes> text_{};
  size_t size_ = 0;
};

// "192.0.2.1", or "192.0.2.1@5" in a VLAN: how a host is called in paths and parameters.
std::string HostName(const IpAddress& ip, uint16_t vlan);

}  // namespace wiregauge::json
