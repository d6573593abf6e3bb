// SPDX-License-Identifier: Apache-2.0
#include "dissect/dhcp.h"

#include <algorithm>

#include "base/byte_reader.h"

namespace wiregauge::dissect {
namespace {

constexpr uint8_t kFromClient = 1, kFromServer = 2;  // "op"
constexpr uint8_t kEthernet = 1;                     // "htype"
constexpr uint32_t kMagicCookie = 0x63825363;        // RFC 2131 section 3
constexpr size_t kServerNameBytes = 64, kFileBytes = 128;

struct Option {
  static constexpr uint8_t kPad = 0, kHostName = 12, kRequestedAddress = 50, kOverload = 52,
                           kMessageType = 53, kRequestedOptions = 55, kVendorClass = 60,
                           kClientFqdn = 81, kEnd = 255;
};

std::string_view TextOf(std::span<const uint8_t> bytes) {
  std::string_view text = AsText(bytes);
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  return text;
}

std::optional<IpAddress> AddressOf(std::span<const uint8_t> bytes) {
  const bool any = std::any_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte != 0; });
  return bytes.size() == 4 && any ? std::optional(IpAddress::V4(bytes.first<4>())) : std::nullopt;
}

void TakeOption(uint8_t code, std::span<const uint8_t> value, DhcpMessage& message,
                uint8_t& overload) {
  switch (code) {
    case Option::kHostName:
      message.host_name = TextOf(value);
      break;
    case Option::kRequestedAddress:
      message.requested_address = AddressOf(value);
      break;
    case Option::kOverload:
      if (value.size() == 1) overload = value[0];
      break;
    case Option::kMessageType:
      if (value.size() == 1 && value[0] <= static_cast<uint8_t>(DhcpType::kInform)) {
        message.type = static_cast<DhcpType>(value[0]);
      }
      break;
    case Option::kRequestedOptions:
      message.requested_options = value;
      break;
    case Option::kVendorClass:
      message.vendor_class = TextOf(value);
      break;
    case Option::kClientFqdn:
      message.client_fqdn = value;
      break;
    default:
      break;
  }
}

// Returns the value of option 52 (RFC 2132 section 9.3), 0 when there is none.
uint8_t TakeOptions(std::span<const uint8_t> bytes, DhcpMessage& message) {
  ByteReader reader(bytes);
  uint8_t overload = 0, code = 0, length = 0;
  while (reader.Read8(code) && code != Option::kEnd) {
    if (code == Option::kPad) continue;
    std::span<const uint8_t> value;
    if (!reader.Read8(length) || !reader.ReadBytes(length, value)) break;
    TakeOption(code, value, message, overload);
  }
  return overload;
}

}  // namespace

std::optional<DhcpMessage> ParseDhcp(std::span<const uint8_t> bytes) noexcept {
  constexpr size_t kHopsBytes = 1, kSecsFlagsBytes = 4, kServerAddressesBytes = 8;
  ByteReader reader(bytes);
  DhcpMessage message;
  uint8_t operation = 0, hardware = 0, hardware_bytes = 0;
  uint32_t cookie = 0;
  std::span<const uint8_t> client, yours, address, server_name, file;
  const bool whole = reader.Read8(operation) && reader.Read8(hardware) &&
                     reader.Read8(hardware_bytes) && reader.Skip(kHopsBytes) &&
                     reader.Read32(message.transaction) && reader.Skip(kSecsFlagsBytes) &&
                     reader.ReadBytes(4, client) && reader.ReadBytes(4, yours) &&
                     reader.Skip(kServerAddressesBytes) && reader.ReadBytes(16, address) &&
                     reader.ReadBytes(kServerNameBytes, server_name) &&
                     reader.ReadBytes(kFileBytes, file) && reader.Read32(cookie);
  if (!whole || cookie != kMagicCookie) return std::nullopt;
  if (operation != kFromClient && operation != kFromServer) return std::nullopt;
  message.from_client = operation == kFromClient;
  if (hardware == kEthernet && hardware_bytes == message.client_mac.bytes.size()) {
    std::copy_n(address.begin(), hardware_bytes, message.client_mac.bytes.begin());
  }
  message.client_address = AddressOf(client);
  message.your_address = AddressOf(yours);
  const uint8_t overload = TakeOptions(reader.rest(), message);
  if ((overload & 1) != 0) TakeOptions(file, message);
  if ((overload & 2) != 0) TakeOptions(server_name, message);
  return message;
}

bool ReadClientFqdn(std::span<const uint8_t> client_fqdn, NameText& name) noexcept {
  constexpr uint8_t kWireFormat = 0x04;  // "E", RFC 4702 section 2.1
  name.Clear();
  ByteReader reader(client_fqdn);
  uint8_t flags = 0;
  if (!reader.Read8(flags) || !reader.Skip(2)) return false;
  if ((flags & kWireFormat) == 0) {
    name.AppendText(TextOf(reader.rest()));
    return !name.empty();
  }
  // A name that does not end with the root is a part of one; both are wanted.
  uint8_t length = 0;
  std::span<const uint8_t> label;
  while (reader.Read8(length) && length > 0 && reader.ReadBytes(length, label)) {
    name.AppendLabel(label);
  }
  return !name.empty();
}

}  // namespace wiregauge::dissect
