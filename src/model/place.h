// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/mac_address.h"

namespace wiregauge::model {

// A country by its ISO 3166-1 alpha-2 code, in upper case.
class CountryCode {
 public:
  constexpr CountryCode() = default;
  // Two ASCII letters of either case.
  static std::optional<CountryCode> Parse(std::string_view text);
  // The inverse of number().
  static CountryCode FromNumber(uint32_t number);

  bool known() const { return letters_[0] != 0; }
  std::string text() const { return {letters_.begin(), letters_.end()}; }
  uint32_t number() const;  // 0: not known

  auto operator<=>(const CountryCode&) const = default;

 private:
  std::array<char, 2> letters_{};
};

// Where an address is: by the settings (local network, pool) and by address databases. What the
// numbers are called, PlaceNames tells. 0 is "none" or "not known" everywhere.
struct Place {
  uint32_t asn = 0;                // autonomous system; 0 is none (RFC 7607)
  uint32_t as_name = 0, city = 0;  // where the database has the name
  uint16_t network = 0;            // local network, from 1 on
  uint16_t pool = 0;               // from 1 on
  CountryCode country{};

  bool operator==(const Place&) const = default;
};

// What traffic is summed by.
enum class PlaceKind : uint8_t { kNetwork, kPool, kAutonomousSystem, kCountry, kCount };
inline constexpr size_t kPlaceKinds = static_cast<size_t>(PlaceKind::kCount);
// The place's number of that kind; 0: it has none.
uint32_t PlaceNumber(PlaceKind kind, const Place& place);

// Prefixes whose hosts are local; without a name in the settings it is called as its prefix.
struct LocalNetwork {
  std::string name;
  std::vector<IpNetwork> prefixes;
};

// Hosts that the settings put together.
struct Pool {
  std::string name;
  std::vector<IpNetwork> prefixes;
  std::vector<MacAddress> macs;
};

// What the numbers of a Place stand for. Names are valid UTF-8. Immutable: any thread.
class PlaceNames {
 public:
  PlaceNames() = default;
  PlaceNames(std::vector<LocalNetwork> networks, std::vector<Pool> pools);
  PlaceNames(const PlaceNames&) = delete;
  PlaceNames& operator=(const PlaceNames&) = delete;
  virtual ~PlaceNames() = default;

  // The one with the number n is at n - 1.
  const std::vector<LocalNetwork>& networks() const { return networks_; }
  const std::vector<Pool>& pools() const { return pools_; }

  // Nothing when the place has none, or one that is not known here.
  std::optional<std::string_view> NetworkName(const Place& place) const;
  std::optional<std::string_view> PoolName(const Place& place) const;
  virtual std::optional<std::string> AsName(const Place& place) const;
  virtual std::optional<std::string> City(const Place& place) const;

 private:
  std::vector<LocalNetwork> networks_;
  std::vector<Pool> pools_;
};

}  // namespace wiregauge::model
