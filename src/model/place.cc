// SPDX-License-Identifier: Apache-2.0
#include "model/place.h"

#include <utility>

namespace wiregauge::model {
namespace {

// 0 for what is no letter.
char UpperLetter(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
  return c >= 'A' && c <= 'Z' ? c : '\0';
}

template <typename Named>
std::optional<std::string_view> NameOf(uint16_t number, const std::vector<Named>& items) {
  if (number == 0 || number > items.size()) return std::nullopt;
  return items[number - 1].name;
}

}  // namespace

std::optional<CountryCode> CountryCode::Parse(std::string_view text) {
  if (text.size() != 2) return std::nullopt;
  CountryCode code;
  code.letters_ = {UpperLetter(text[0]), UpperLetter(text[1])};
  if (code.letters_[0] == 0 || code.letters_[1] == 0) return std::nullopt;
  return code;
}

CountryCode CountryCode::FromNumber(uint32_t number) {
  CountryCode code;
  code.letters_ = {static_cast<char>(number >> 8), static_cast<char>(number)};
  return code;
}

uint32_t CountryCode::number() const {
  return static_cast<uint32_t>(letters_[0]) << 8 | static_cast<uint32_t>(letters_[1]);
}

uint32_t PlaceNumber(PlaceKind kind, const Place& place) {
  switch (kind) {
    case PlaceKind::kNetwork:
      return place.network;
    case PlaceKind::kPool:
      return place.pool;
    case PlaceKind::kAutonomousSystem:
      return place.asn;
    case PlaceKind::kCountry:
      return place.country.number();
    case PlaceKind::kCount:
      break;
  }
  return 0;
}

PlaceNames::PlaceNames(std::vector<LocalNetwork> networks, std::vector<Pool> pools)
    : networks_(std::move(networks)), pools_(std::move(pools)) {}

std::optional<std::string_view> PlaceNames::NetworkName(const Place& place) const {
  return NameOf(place.network, networks_);
}

std::optional<std::string_view> PlaceNames::PoolName(const Place& place) const {
  return NameOf(place.pool, pools_);
}

std::optional<std::string> PlaceNames::AsName(const Place&) const { return std::nullopt; }

std::optional<std::string> PlaceNames::City(const Place&) const { return std::nullopt; }

}  // namespace wiregauge::model
