// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wiregauge {

// An IPv4 or IPv6 address. Trivially copyable; compares by version, then by value.
// Invariant: IPv4 uses the first four bytes, the others are 0. version is 0 only for "no address".
class IpAddress {
 public:
  constexpr IpAddress() = default;
  static IpAddress V4(uint32_t number) {  // 0x7f000001 is 127.0.0.1
    const std::array<uint8_t, 4> bytes = {
        static_cast<uint8_t>(number >> 24), static_cast<uint8_t>(number >> 16),
        static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
    return V4(bytes);
  }
  static IpAddress V4(std::span<const uint8_t, 4> bytes) {
    IpAddress address;
    std::memcpy(address.bytes_.data(), bytes.data(), 4);
    address.version_ = 4;
    return address;
  }
  static IpAddress V6(std::span<const uint8_t, 16> bytes) {
    IpAddress address;
    std::memcpy(address.bytes_.data(), bytes.data(), 16);
    address.version_ = 6;
    return address;
  }
  // Dotted quad or RFC 4291 text; no scope, no brackets.
  static std::optional<IpAddress> Parse(std::string_view text);

  uint8_t version() const { return version_; }
  bool is_unspecified_version() const { return version_ == 0; }
  // 4 or 16 bytes, network order.
  std::span<const uint8_t> bytes() const {
    return {bytes_.data(), version_ == 4 ? size_t{4} : size_t{16}};
  }
  // Always 16 bytes, for hashing.
  const std::array<uint8_t, 16>& storage() const { return bytes_; }

  bool IsMulticast() const;  // 224/4, ff00::/8
  bool IsBroadcast() const;  // 255.255.255.255

  // RFC 5952 for IPv6.
  std::string ToString() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  uint8_t version_ = 0;
  std::array<uint8_t, 16> bytes_{};
};

// A prefix such as 192.168.0.0/16. Invariant: host bits are 0.
class IpNetwork {
 public:
  IpNetwork() = default;
  IpNetwork(const IpAddress& address, uint8_t prefix_bits);
  // "address/bits"; "address" alone is a host route. Nothing on bad text or too many bits.
  static std::optional<IpNetwork> Parse(std::string_view text);

  const IpAddress& address() const { return address_; }
  uint8_t prefix_bits() const { return prefix_bits_; }
  bool Contains(const IpAddress& address) const;
  std::string ToString() const;

  auto operator<=>(const IpNetwork&) const = default;

 private:
  IpAddress address_;
  uint8_t prefix_bits_ = 0;
};

}  // namespace wiregauge
