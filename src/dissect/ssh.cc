// SPDX-License-Identifier: Apache-2.0
#include "dissect/ssh.h"

#include "base/byte_reader.h"

namespace wiregauge::dissect {
namespace {

constexpr std::string_view kBegin = "SSH-";
constexpr size_t kMostLineBytes = 255;
constexpr uint8_t kKexInit = 20;
constexpr size_t kCookieBytes = 16;

bool ReadList(ByteReader& reader, std::string_view& list) {
  uint32_t length = 0;
  std::span<const uint8_t> bytes;
  if (!reader.Read32(length) || !reader.ReadBytes(length, bytes)) return false;
  list = AsText(bytes);
  return true;
}

// A binary packet (section 6): its length, the length of its padding, the message.
std::optional<SshKeyExchange> ParseKeyExchange(std::span<const uint8_t> bytes) {
  ByteReader reader(bytes);
  uint32_t packet_bytes = 0;
  uint8_t padding_bytes = 0, message = 0;
  if (!reader.Read32(packet_bytes) || packet_bytes > reader.remaining()) return std::nullopt;
  reader.Truncate(packet_bytes);
  if (!reader.Read8(padding_bytes) || !reader.Read8(message) || message != kKexInit ||
      !reader.Skip(kCookieBytes)) {
    return std::nullopt;
  }
  SshKeyExchange lists;
  std::string_view host_key;
  if (!ReadList(reader, lists.key_exchange) || !ReadList(reader, host_key) ||
      !ReadList(reader, lists.encryption[0]) || !ReadList(reader, lists.encryption[1]) ||
      !ReadList(reader, lists.mac[0]) || !ReadList(reader, lists.mac[1]) ||
      !ReadList(reader, lists.compression[0]) || !ReadList(reader, lists.compression[1])) {
    return std::nullopt;
  }
  return lists;
}

}  // namespace

std::optional<SshOpening> ParseSshOpening(std::span<const uint8_t> bytes) noexcept {
  const std::string_view text = AsText(bytes);
  if (!text.starts_with(kBegin)) return std::nullopt;
  const size_t end = text.substr(0, kMostLineBytes).find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  SshOpening opening{.banner = text.substr(0, end), .key_exchange = {}};
  if (opening.banner.ends_with('\r')) opening.banner.remove_suffix(1);
  opening.key_exchange = ParseKeyExchange(bytes.subspan(end + 1));
  return opening;
}

}  // namespace wiregauge::dissect
