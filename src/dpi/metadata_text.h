// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dissect/dns.h"
#include "dissect/ssh.h"
#include "dissect/tls.h"
#include "dissect/x509.h"

// Text of the traffic as the metadata keeps it: valid UTF-8, at most model::kMostMetadataText
// bytes.
namespace wiregauge::dpi {

std::string MetadataText(std::string_view bytes);

// "C=DE, O=Example\, Inc., CN=www.example.org", in the certificate's order.
std::string MetadataText(dissect::DistinguishedName name);

// The first model::kMostAlpn of them.
std::vector<std::string> MetadataTexts(dissect::AlpnNames names);

// The first model::kMostAlternativeNames of them, in lower case.
std::vector<std::string> MetadataTexts(dissect::AlternativeNames names);

// What a record of a message says beside its owner: an address, a name, a text, or the data.
std::string MetadataText(const dissect::DnsMessage& message, const dissect::DnsRecord& record);

// Digits of the bytes, in lower case.
std::string Hexadecimal(std::span<const uint8_t> bytes);

// The MD5 of what a hello offers or chooses, in hexadecimal, without GREASE (RFC 8701):
// https://github.com/salesforce/ja3.
std::string Ja3(const dissect::TlsClientHello& hello);
std::string Ja3(const dissect::TlsServerHello& hello);

// The MD5 of the lists one side sends by, in hexadecimal (https://github.com/salesforce/hassh).
std::string Hassh(const dissect::SshKeyExchange& lists, bool of_client);

}  // namespace wiregauge::dpi
