// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/time.h"

namespace wiregauge::model {

// How much an alert matters, the least first.
enum class Severity : uint8_t { kInfo, kNotice, kWarning, kError, kCritical, kCount };
inline constexpr size_t kSeverities = static_cast<size_t>(Severity::kCount);
std::string_view SeverityName(Severity severity);  // "info", "notice", ...
std::optional<Severity> ParseSeverity(std::string_view name);

// What kind of thing an alert is about.
enum class SubjectKind : uint8_t { kInterface, kHost, kNetwork, kService, kCount };
std::string_view SubjectKindName(SubjectKind kind);  // "interface", "host", ...
std::optional<SubjectKind> ParseSubjectKind(std::string_view name);

// What an alert is about.
struct AlertSubject {
  SubjectKind kind = SubjectKind::kService;
  std::string interface;  // empty: of no interface in particular
  std::string name;       // a host: "192.0.2.1", "192.0.2.1@12"; else the thing's own name

  auto operator<=>(const AlertSubject&) const = default;
};

// A host as it is called within an interface.
struct HostOfAlert {
  IpAddress ip;
  uint16_t vlan = 0;  // 0: untagged

  auto operator<=>(const HostOfAlert&) const = default;
};
// "192.0.2.1", "2001:db8::1@12"
std::optional<HostOfAlert> ParseHostOfAlert(std::string_view name);
std::string HostNameOf(const HostOfAlert& host);

// Why an alert is engaged no longer.
enum class AlertEnd : uint8_t {
  kReleased,  // who raised it, or an admin, says it is over
  kExpired,   // it was not raised again in time
  kEvicted,   // there was no room for it, or its end was not written
  kShutdown,  // the service that raised it had stopped before it was raised again
  kCount,
};
std::string_view AlertEndName(AlertEnd end);  // "released", ...
std::optional<AlertEnd> ParseAlertEnd(std::string_view name);

// What whoever raises an alert says of it.
struct AlertContent {
  std::string type;  // "host_threshold"
  Severity severity = Severity::kWarning;
  AlertSubject subject;
  std::string text;     // a sentence
  std::string details;  // a JSON object; empty: none
  std::string source;   // which part of the service, which script and callback raised it
  std::optional<double> value, threshold;  // in the unit that the type means
};

// An alert. Engaged until it has been released; an event without duration never was engaged.
// Times are by the clock on the wall, and none is before raised_at.
struct Alert {
  uint64_t id = 0;  // ascends, and is never given twice, also across restarts
  AlertContent content{};
  Timestamp raised_at{}, last_seen_at{};   // the first and the last time it was raised
  uint64_t times = 1;                      // ... and how often
  std::optional<Duration> ttl{};           // after which it expires, from last_seen_at on
  std::optional<Timestamp> released_at{};  // nothing: it is engaged
  std::optional<AlertEnd> end{};           // nothing: it is engaged, or had no duration

  bool is_engaged() const { return !released_at.has_value(); }
};

}  // namespace wiregauge::model
