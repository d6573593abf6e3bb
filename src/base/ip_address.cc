// SPDX-License-Identifier: Apache-2.0
#include "base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace wiregauge {

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated);
  terminated[text.size()] = '\0';
  std::array<uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, terminated, bytes.data()) == 1) {
    return V4(std::span<const uint8_t, 4>(bytes.data(), 4));
  }
  if (inet_pton(AF_INET6, terminated, bytes.data()) == 1) return V6(bytes);
  return std::nullopt;
}

bool IpAddress::IsMulticast() const {
  return version_ == 4 ? (bytes_[0] & 0xf0) == 0xe0 : version_ == 6 && bytes_[0] == 0xff;
}

bool IpAddress::IsBroadcast() const {
  return version_ == 4 &&
         std::all_of(bytes_.begin(), bytes_.begin() + 4, [](uint8_t byte) { return byte == 0xff; });
}

std::string IpAddress::ToString() const {
  if (version_ == 0) return {};
  char text[INET6_ADDRSTRLEN];
  inet_ntop(version_ == 4 ? AF_INET : AF_INET6, bytes_.data(), text, sizeof text);
  return text;
}

IpNetwork::IpNetwork(const IpAddress& address, uint8_t prefix_bits) : prefix_bits_(prefix_bits) {
  std::array<uint8_t, 16> bytes = address.storage();
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int kept = std::clamp(static_cast<int>(prefix_bits) - static_cast<int>(i) * 8, 0, 8);
    bytes[i] &= static_cast<uint8_t>(0xff00 >> kept);
  }
  address_ = address.version() == 4 ? IpAddress::V4(std::span<const uint8_t, 4>(bytes.data(), 4))
                                    : IpAddress::V6(bytes);
}

std::optional<IpNetwork> IpNetwork::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = IpAddress::Parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const unsigned most = address->version() == 4 ? 32 : 128;
  unsigned bits = most;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc{} || end != digits.data() + digits.size() || bits > most) {
      return std::nullopt;
    }
  }
  return IpNetwork(*address, static_cast<uint8_t>(bits));
}

bool IpNetwork::Contains(const IpAddress& address) const {
  return address.version() == address_.version() &&
         IpNetwork(address, prefix_bits_).address_ == address_;
}

std::string IpNetwork::ToString() const {
  return address_.ToString() + "/" + std::to_string(prefix_bits_);
}

}  // namespace wiregauge
