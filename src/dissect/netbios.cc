// SPDX-License-Identifier: Apache-2.0
#include "dissect/netbios.h"

#include <array>
#include <string_view>

#include "base/byte_reader.h"

namespace wiregauge::dissect {
namespace {

// RFC 1002 section 4.2.1.3.
constexpr uint16_t kTypeNb = 0x20, kTypeNbStat = 0x21;
constexpr size_t kNameBytes = 16, kLetters = 2 * kNameBytes;
constexpr size_t kNbEntryBytes = 2 + 4;               // flags, address
constexpr size_t kStatusEntryBytes = kNameBytes + 2;  // name, flags
constexpr uint16_t kGroupFlag = 0x8000;

bool SetName(std::span<const uint8_t, kNameBytes> bytes, NetbiosName& name) {
  size_t length = kNameBytes - 1;
  while (length > 0 && (bytes[length - 1] == ' ' || bytes[length - 1] == 0)) --length;
  name.suffix = bytes[kNameBytes - 1];
  name.text.Clear();
  name.text.AppendText(bytes.first(length));
  return length > 0;
}

// The name is the first label; the others are the scope (RFC 1001 section 14.1).
bool ReadName(const DnsMessage& message, uint16_t at, NetbiosName& name) {
  NameText text;
  if (!message.ExpandName(at, text)) return false;
  return DecodeNetbiosName(text.view().substr(0, text.view().find('.')), name);
}

}  // namespace

bool DecodeNetbiosName(std::string_view letters, NetbiosName& name) noexcept {
  if (letters.size() != kLetters) return false;
  std::array<uint8_t, kNameBytes> bytes;
  for (size_t i = 0; i < kNameBytes; ++i) {
    const int high = letters[2 * i] - 'A', low = letters[2 * i + 1] - 'A';
    if (high < 0 || high > 15 || low < 0 || low > 15) return false;
    bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return SetName(bytes, name);
}

bool NetbiosEntries::Next(NetbiosEntry& entry) noexcept {
  while (rest_.size() < (is_status_ ? kStatusEntryBytes : kNbEntryBytes)) {
    if (!NextRecord(entry)) return false;
  }
  ByteReader reader(rest_);
  uint16_t flags = 0;
  std::span<const uint8_t> bytes;
  if (is_status_) {
    if (!reader.ReadBytes(kNameBytes, bytes) || !reader.Read16(flags)) return false;
    SetName(bytes.first<kNameBytes>(), entry.name);
    entry.address.reset();
  } else {
    if (!reader.Read16(flags) || !reader.ReadBytes(4, bytes)) return false;
    entry.address = IpAddress::V4(bytes.first<4>());
  }
  entry.is_group = (flags & kGroupFlag) != 0;
  rest_ = reader.rest();
  return true;
}

bool NetbiosEntries::NextRecord(NetbiosEntry& entry) noexcept {
  DnsRecord record;
  if (!records_.Next(record)) return false;
  rest_ = {};
  is_status_ = record.type == kTypeNbStat;
  if (is_status_) {
    ByteReader reader(record.data);
    uint8_t names = 0;
    if (!reader.Read8(names)) return true;
    reader.Truncate(names * kStatusEntryBytes);  // statistics follow
    rest_ = reader.rest();
  } else if (record.type == kTypeNb && ReadName(message_, record.owner_at, entry.name)) {
    rest_ = record.data;
  }
  return true;
}

std::optional<NetbiosMessage> NetbiosMessage::Parse(std::span<const uint8_t> bytes) noexcept {
  const auto message = DnsMessage::Parse(bytes);
  if (!message) return std::nullopt;
  return NetbiosMessage(*message);
}

bool NetbiosMessage::IsClaim() const noexcept {
  if (is_response()) return false;
  switch (operation()) {
    case NetbiosOperation::kRegistration:
    case NetbiosOperation::kRefresh:
    case NetbiosOperation::kRefreshToo:
    case NetbiosOperation::kMultihomedRegistration:
      return true;
    default:
      return false;
  }
}

bool NetbiosMessage::ReadQuestion(NetbiosName& name) const noexcept {
  return message_.question() && ReadName(message_, message_.question()->name_at, name);
}

}  // namespace wiregauge::dissect
