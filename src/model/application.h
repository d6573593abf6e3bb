// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wiregauge::model {

// How an application was recognised, weakest first. The order is part of the contract.
enum class Confidence : uint8_t {
  kUnknown,          // not recognised
  kByPort,           // only the port speaks for it
  kByIp,             // only an address range speaks for it
  kDpiPartial,       // some of the payload's signs
  kDpiPartialCache,  // some signs, together with what other flows told
  kDpiCache,         // what other flows told (a DNS answer, a tracker ...)
  kDpi,              // the payload
};
std::string_view ConfidenceName(Confidence confidence);  // "by_port", ...

// What libndpi says of one flow. Plain data; numbers are libndpi's own, names are in the catalogue.
struct Classification {
  uint16_t master = 0;  // protocol that carries the application (TLS), 0 when there is none
  uint16_t app = 0;     // the application (Google), or the protocol itself; 0 is Unknown
  uint8_t category = 0;
  Confidence confidence = Confidence::kUnknown;
  bool encrypted = false;
  uint64_t risks = 0;  // bit n: libndpi's risk n

  bool operator==(const Classification&) const = default;
};

// The row of the application tables that a flow belongs to: the application, or Unknown (0).
inline uint16_t ApplicationIndex(const Classification& classification) {
  return classification.app != 0 ? classification.app : classification.master;
}

struct ApplicationInfo {
  std::string name;  // "Google"; empty for an id libndpi does not use
  uint8_t category = 0;
  std::string breed;  // "Safe", "Acceptable", "Fun", "Unsafe", "Potentially Dangerous", ...
};

struct TlsCipherInfo {
  uint16_t number = 0;
  std::string name;  // "TLS_AES_128_GCM_SHA256"
};

struct RiskInfo {
  std::string name;      // libndpi's words: "Known protocol on non standard port"
  std::string severity;  // "low", "medium", "high", "severe", ...
};

// The names behind libndpi's numbers: indexed by application id, category id and risk id. Made once
// by dpi::MakeCatalogue and immutable.
struct ApplicationCatalogue {
  std::vector<ApplicationInfo> applications;
  std::vector<std::string> categories;
  std::vector<RiskInfo> risks;
  std::vector<TlsCipherInfo> tls_ciphers;  // by number

  // As ndpi_protocol2id and ndpi_protocol2name print them: "91.126" and "TLS.Google", or "5" and
  // "DNS" when there is only one.
  std::string Id(const Classification& classification) const;
  std::string Name(const Classification& classification) const;
  void AppendName(const Classification& classification, std::string& out) const;

  const std::string& ApplicationName(uint16_t id) const;
  const std::string& CategoryName(uint8_t id) const;
  // "0x1305" for one without a name.
  std::string TlsCipherName(uint16_t number) const;
};

}  // namespace wiregauge::model
