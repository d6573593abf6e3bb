// SPDX-License-Identifier: Apache-2.0
#include "alerts/alert_content.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/text.h"

namespace wiregauge::alerts {
namespace {

using model::SubjectKind;

Error Refusal(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

bool IsValidUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

Status CheckText(std::string_view what, std::string_view text, size_t most_bytes) {
  if (text.size() > most_bytes) {
    return Refusal("an alert's " + std::string(what) + " has " + std::to_string(text.size()) +
                   " bytes: more than " + std::to_string(most_bytes));
  }
  if (!IsValidUtf8(text)) return Refusal("an alert's " + std::string(what) + " is no valid UTF-8");
  return {};
}

Status CheckNumber(std::string_view what, const std::optional<double>& number) {
  if (!number || std::isfinite(*number)) return {};
  return Refusal("an alert's " + std::string(what) + " is no finite number");
}

Status SettleHost(model::AlertSubject& subject) {
  if (subject.interface.empty()) return Refusal("an alert about a host names no interface");
  const auto host = model::ParseHostOfAlert(subject.name);
  if (!host) {
    return Refusal("an alert's host is \"" + ToValidUtf8(subject.name) +
                   "\": no address, with @vlan or without");
  }
  subject.name = model::HostNameOf(*host);
  return {};
}

Status SettleInterface(model::AlertSubject& subject) {
  if (subject.interface.empty()) subject.interface = subject.name;
  if (subject.interface.empty()) return Refusal("an alert about an interface names none");
  subject.name = subject.interface;
  return {};
}

}  // namespace

bool IsAlertType(std::string_view type) {
  return !type.empty() && type.size() <= kMostTypeBytes && type != kOtherType &&
         std::ranges::all_of(type, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

Status SettleSubject(model::AlertSubject& subject) {
  // An interface may be called by any bytes.
  if (subject.interface.size() > kMostNameBytes) {
    return Refusal("an alert's interface has a name longer than " + std::to_string(kMostNameBytes) +
                   " bytes");
  }
  if (subject.kind == SubjectKind::kInterface) return SettleInterface(subject);
  if (subject.kind == SubjectKind::kHost) return SettleHost(subject);
  if (subject.kind == SubjectKind::kNetwork && subject.name.empty()) {
    return Refusal("an alert about a network names none");
  }
  if (subject.kind == SubjectKind::kService && !subject.interface.empty()) {
    return Refusal("an alert about the service names an interface");
  }
  return CheckText("subject", subject.name, kMostNameBytes);
}

Status SettleContent(model::AlertContent& content) {
  if (!IsAlertType(content.type)) {
    return Refusal("an alert's type is \"" + ToValidUtf8(content.type) + "\": not 1 to " +
                   std::to_string(kMostTypeBytes) +
                   " of the letters a to z, digits and _, or it is \"" + std::string(kOtherType) +
                   "\"");
  }
  if (Status status = SettleSubject(content.subject); !status.ok()) return status;
  if (content.text.empty()) return Refusal("an alert has no text");
  for (const Status& status :
       {CheckText("text", content.text, kMostTextBytes),
        CheckText("details", content.details, kMostDetailsBytes),
        CheckText("source", content.source, kMostSourceBytes), CheckNumber("value", content.value),
        CheckNumber("threshold", content.threshold)}) {
    if (!status.ok()) return status;
  }
  return {};
}

Status CheckTtl(const std::optional<Duration>& ttl) {
  if (!ttl || (*ttl > Duration::zero() && *ttl <= kMostTtl)) return {};
  return Refusal("an alert's ttl is not more than 0 and at most 366 days");
}

}  // namespace wiregauge::alerts
