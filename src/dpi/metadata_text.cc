// SPDX-License-Identifier: Apache-2.0
#include "dpi/metadata_text.h"

#include <ndpi_api.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/byte_reader.h"
#include "base/text.h"
#include "model/flow_metadata.h"

namespace wiregauge::dpi {
namespace {

constexpr size_t kMost = model::kMostMetadataText;

// Whole characters only.
void CutTo(size_t most, std::string& text) {
  if (text.size() <= most) return;
  size_t end = most;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
}

void AppendUtf8(std::string& text, uint32_t unit) {
  if (unit < 0x80) {
    text += static_cast<char>(unit);
  } else if (unit < 0x800) {
    text += static_cast<char>(0xc0 | unit >> 6);
    text += static_cast<char>(0x80 | (unit & 0x3f));
  } else {
    text += static_cast<char>(0xe0 | unit >> 12);
    text += static_cast<char>(0x80 | (unit >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (unit & 0x3f));
  }
}

// Of the basic plane, as a BMPString has it; surrogates come out as what no UTF-8 is and are
// repaired with the rest.
std::string FromUtf16(std::span<const uint8_t> bytes) {
  std::string text;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    AppendUtf8(text, static_cast<uint32_t>(bytes[i] << 8 | bytes[i + 1]));
  }
  return text;
}

// "1.2.840": X.690 section 8.19.
std::string ObjectIdText(std::span<const uint8_t> contents) {
  std::string text;
  uint64_t arc = 0;
  for (const uint8_t byte : contents.first(std::min<size_t>(contents.size(), 32))) {
    arc = arc << 7 | (byte & 0x7f);
    if ((byte & 0x80) != 0) continue;
    if (text.empty()) {
      const uint64_t first = std::min<uint64_t>(arc / 40, 2);
      text = std::to_string(first) + '.' + std::to_string(arc - first * 40);
    } else {
      text += '.' + std::to_string(arc);
    }
    arc = 0;
  }
  return text;
}

void AppendEscaped(std::string& text, std::string_view value) {
  for (const char c : value) {
    constexpr std::string_view kSpecial = ",+\\\"<>;";  // RFC 4514 section 2.4
    if (kSpecial.find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
}

std::string Md5(std::string_view bytes) {
  std::array<uint8_t, 16> digest;
  ndpi_md5(reinterpret_cast<const u_char*>(bytes.data()), bytes.size(), digest.data());
  return Hexadecimal(digest);
}

std::string BoundedText(std::string_view bytes, size_t most) {
  std::string text = ToValidUtf8(bytes.substr(0, most));
  CutTo(most, text);
  text.shrink_to_fit();  // repairs make it grow by doubling
  return text;
}

// RFC 3597 section 5, of any type. The length is that of the data, of which the text may have no
// room for all.
std::string GenericText(std::span<const uint8_t> data) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text = "\\# " + std::to_string(data.size());
  const size_t shown = std::min(data.size(), (kMost - text.size() - 1) / 2);
  text.reserve(text.size() + 1 + 2 * shown);
  if (shown > 0) text += ' ';
  for (const uint8_t byte : data.first(shown)) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// A TXT record's strings, joined; nothing when they are none.
std::optional<std::string> JoinedText(std::span<const uint8_t> data) {
  if (data.empty()) return std::nullopt;
  std::string text;
  std::string_view piece;
  dissect::DnsStrings strings(data);
  while (strings.Next(piece)) {
    if (text.size() < kMost) text += piece;
  }
  return strings.complete() ? std::optional(MetadataText(text)) : std::nullopt;
}

void AppendNumber(std::string& text, uint16_t number) {
  if (!text.empty() && text.back() != ',') text += '-';
  std::array<char, 5> digits;
  text.append(digits.data(),
              std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void AppendNumbers(std::string& text, std::span<const uint8_t> values) {
  text += ',';
  ByteReader reader(values);
  uint16_t value = 0;
  while (reader.Read16(value)) {
    if (!dissect::IsGrease(value)) AppendNumber(text, value);
  }
}

void AppendExtensions(std::string& text, std::span<const uint8_t> extensions) {
  text += ',';
  dissect::ForEachTlsExtension(extensions, [&text](uint16_t type, std::span<const uint8_t>) {
    if (!dissect::IsGrease(type)) AppendNumber(text, type);
  });
}

}  // namespace

std::string Ja3(const dissect::TlsClientHello& hello) {
  std::string text = std::to_string(hello.legacy_version);
  AppendNumbers(text, hello.ciphers);
  AppendExtensions(text, hello.extensions);
  AppendNumbers(text, hello.groups);
  text += ',';
  for (const uint8_t format : hello.point_formats) AppendNumber(text, format);
  return Md5(text);
}

std::string Ja3(const dissect::TlsServerHello& hello) {
  std::string text = std::to_string(hello.legacy_version);
  text += ',';
  AppendNumber(text, hello.cipher);
  AppendExtensions(text, hello.extensions);
  return Md5(text);
}

std::string MetadataText(std::string_view bytes) { return BoundedText(bytes, kMost); }

std::string MetadataText(dissect::DistinguishedName name) {
  std::string text;
  dissect::DistinguishedNameAttribute attribute;
  while (text.size() < kMost && name.Next(attribute)) {
    if (!text.empty()) text += ", ";
    text +=
        attribute.label.empty() ? ObjectIdText(attribute.object_id) : std::string(attribute.label);
    text += '=';
    const auto value = attribute.value.first(std::min(attribute.value.size(), kMost));
    if (attribute.is_utf16) {
      AppendEscaped(text, FromUtf16(value));
    } else {
      AppendEscaped(text, AsText(value));
    }
  }
  return MetadataText(text);
}

std::vector<std::string> MetadataTexts(dissect::AlpnNames names) {
  std::vector<std::string> texts;
  std::string_view name;
  while (texts.size() < model::kMostAlpn && names.Next(name)) {
    texts.push_back(MetadataText(name));
  }
  return texts;
}

std::vector<std::string> MetadataTexts(dissect::AlternativeNames names) {
  std::vector<std::string> texts;
  dissect::AlternativeName name;
  while (texts.size() < model::kMostAlternativeNames && names.Next(name)) {
    texts.push_back(name.address
                        ? name.address->ToString()
                        : ToLower(BoundedText(name.dns_name, model::kMostAlternativeNameText)));
  }
  return texts;
}

std::string MetadataText(const dissect::DnsMessage& message, const dissect::DnsRecord& record) {
  if (const auto address = record.Address()) return address->ToString();
  const auto target = record.TargetAt();
  dissect::NameText name;
  if (target && message.ExpandName(*target, name)) return MetadataText(name.view());
  if (record.type == dissect::DnsType::kTxt) {
    if (auto text = JoinedText(record.data)) return *std::move(text);
  }
  return GenericText(record.data);
}

std::string Hexadecimal(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string Hassh(const dissect::SshKeyExchange& lists, bool of_client) {
  const size_t direction = of_client ? 0 : 1;
  std::string input(lists.key_exchange);
  for (const std::string_view list :
       {lists.encryption[direction], lists.mac[direction], lists.compression[direction]}) {
    input += ';';
    input += list;
  }
  return Md5(input);
}

}  // namespace wiregauge::dpi
