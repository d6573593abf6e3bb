// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"

namespace wiregauge::http_client {

// Where calls may go. An entry is a name, an address or a network, each with a port or without (any
// port): "example.org", "example.org:8443", "192.0.2.1:80", "10.0.0.0/8:9200", "2001:db8::/32",
// "[2001:db8::1]:443". A name allows itself, to whatever it resolves; an address or a network
// allows any name that resolves to it. Without an entry nothing is allowed. Immutable.
class Destinations {
 public:
  // kInvalidArgument names the entry.
  static Result<Destinations> Parse(const std::vector<std::string>& entries);

  // `name` in lower case.
  bool AllowsName(std::string_view name, uint16_t port) const;
  bool AllowsAddress(const IpAddress& address, uint16_t port) const;
  // Whether some address would be allowed with this port; if not, it need not be looked for.
  bool AllowsSomeAddress(uint16_t port) const;

 private:
  struct Entry {
    bool HasPort(uint16_t wanted) const { return !port || *port == wanted; }

    std::variant<IpNetwork, std::string> where;
    std::optional<uint16_t> port{};  // nothing: any
  };

  static std::optional<Entry> ParseEntry(std::string_view text);

  std::vector<Entry> entries_;
};

}  // namespace wiregauge::http_client
