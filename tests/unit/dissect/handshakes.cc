// SPDX-License-Identifier: Apache-2.0
#include "unit/dissect/handshakes.h"

#include <string>

namespace wiregauge::dissect::testing {
namespace {

Bytes U8(size_t value) { return {static_cast<uint8_t>(value)}; }
Bytes U16(size_t value) { return Join({U8(value >> 8), U8(value)}); }
Bytes U24(size_t value) { return Join({U8(value >> 16), U16(value)}); }
Bytes U32(size_t value) { return Join({U16(value >> 16), U16(value)}); }

}  // namespace

Bytes Vector8(const Bytes& bytes) { return Join({U8(bytes.size()), bytes}); }
Bytes Vector16(const Bytes& bytes) { return Join({U16(bytes.size()), bytes}); }
Bytes Vector24(const Bytes& bytes) { return Join({U24(bytes.size()), bytes}); }

Bytes Numbers(const std::vector<unsigned>& values) {
  Bytes out;
  for (const unsigned value : values) Append16(out, value);
  return out;
}

Bytes TlsExtension(unsigned type, const Bytes& value) { return Join({U16(type), Vector16(value)}); }

Bytes ServerNameExtension(std::string_view name) {
  return TlsExtension(0, Vector16(Join({{0}, Vector16(ToBytes(name))})));
}

Bytes AlpnExtension(std::initializer_list<std::string_view> names) {
  Bytes list;
  for (const std::string_view name : names) Append(list, Vector8(ToBytes(name)));
  return TlsExtension(16, Vector16(list));
}

Bytes GroupsExtension(const std::vector<unsigned>& groups) {
  return TlsExtension(10, Vector16(Numbers(groups)));
}

Bytes PointFormatsExtension(const Bytes& formats) { return TlsExtension(11, Vector8(formats)); }

Bytes ClientHelloBody(unsigned version, const std::vector<unsigned>& ciphers,
                      const Bytes& extensions) {
  const Bytes start = Join({U16(version), Bytes(32, 'r'), Vector8(Bytes(4, 's')),
                            Vector16(Numbers(ciphers)), Vector8({0})});
  return extensions.empty() ? start : Join({start, Vector16(extensions)});
}

Bytes ServerHelloBody(unsigned version, unsigned cipher, const Bytes& extensions) {
  const Bytes start = Join({U16(version), Bytes(32, 'r'), Vector8({}), U16(cipher), {0}});
  return extensions.empty() ? start : Join({start, Vector16(extensions)});
}

Bytes CertificateBody(std::initializer_list<Bytes> certificates) {
  Bytes list;
  for (const Bytes& certificate : certificates) Append(list, Vector24(certificate));
  return Vector24(list);
}

Bytes TlsMessage(uint8_t type, const Bytes& body) { return Join({{type}, Vector24(body)}); }

Bytes TlsRecord(const Bytes& messages) { return Join({{22, 3, 1}, Vector16(messages)}); }

Bytes DtlsMessage(uint8_t type, unsigned length, unsigned offset, const Bytes& fragment) {
  return Join({{type}, U24(length), U16(0), U24(offset), Vector24(fragment)});
}

Bytes DtlsRecord(unsigned epoch, const Bytes& messages) {
  return Join({{22, 0xfe, 0xfd}, U16(epoch), Bytes(6), Vector16(messages)});
}

Bytes UsualClientHello() {
  return ClientHelloBody(
      0x0303, {0x3a3a, 0x1301, 0xc02f},
      Join({TlsExtension(0x7a7a, {}), ServerNameExtension("www.example.org"),
            GroupsExtension({0xdada, 29, 23}), PointFormatsExtension({0}),
            AlpnExtension({"h2", "http/1.1"}), TlsExtension(43, {4, 0xaa, 0xaa, 3, 4})}));
}

Bytes Element(uint8_t tag, const Bytes& contents) {
  const size_t size = contents.size();
  const Bytes length = size < 0x80    ? U8(size)
                       : size < 0x100 ? Join({{0x81}, U8(size)})
                                      : Join({{0x83}, U24(size)});
  return Join({{tag}, length, contents});
}

Bytes NameAttribute(std::string_view object_id, const Bytes& value, uint8_t string_tag) {
  return Element(0x31,
                 Element(0x30, Join({Element(6, ToBytes(object_id)), Element(string_tag, value)})));
}

Bytes CommonName(std::string_view value) { return NameAttribute("\x55\x04\x03", ToBytes(value)); }

Bytes Certificate(const CertificateParts& parts) {
  const Bytes version = Element(0xa0, Element(2, {2}));
  return Element(0x30,
                 Element(0x30, Join({version, Element(2, {1}), Element(0x30, {}),
                                     Element(0x30, parts.issuer), Element(0x30, parts.validity),
                                     Element(0x30, parts.subject), parts.rest})));
}

Bytes UtcTime(std::string_view text) { return Element(0x17, ToBytes(text)); }
Bytes GeneralizedTime(std::string_view text) { return Element(0x18, ToBytes(text)); }

Bytes UsualCertificate(size_t alternative_names) {
  Bytes names;
  for (size_t i = 0; i < alternative_names; ++i) {
    Append(names, Element(0x82, ToBytes("name" + std::to_string(i) + ".example.org")));
  }
  const Bytes extension =
      Element(0x30, Join({Element(6, {0x55, 0x1d, 0x11}), Element(4, Element(0x30, names))}));
  return Certificate(
      {.issuer = CommonName("root"),
       .subject = CommonName("www.example.org"),
       .validity = Join({UtcTime("200102030405Z"), UtcTime("300102030405Z")}),
       .rest = Join({Element(0x30, Bytes(64, 'k')), Element(0xa3, Element(0x30, extension))})});
}

Bytes SshKeyExchangePacket(const SshLists& lists) {
  Bytes message = Join({{20}, Bytes(16, 'c')});
  for (const std::string_view list :
       {lists.key_exchange, lists.host_key, lists.encryption[0], lists.encryption[1], lists.mac[0],
        lists.mac[1], lists.compression[0], lists.compression[1], std::string_view(),
        std::string_view()}) {
    Append32(message, static_cast<uint32_t>(list.size()));
    Append(message, ToBytes(list));
  }
  Append(message, Bytes(5));
  constexpr size_t kPadding = 4;
  return Join({U32(1 + message.size() + kPadding), U8(kPadding), message, Bytes(kPadding)});
}

}  // namespace wiregauge::dissect::testing
