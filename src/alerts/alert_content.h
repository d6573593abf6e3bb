// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "model/alert.h"

namespace wiregauge::alerts {

// In bytes.
inline constexpr size_t kMostTypeBytes = 64, kMostNameBytes = 255, kMostTextBytes = 512;
inline constexpr size_t kMostDetailsBytes = 4096, kMostSourceBytes = 128;
inline constexpr Duration kMostTtl = std::chrono::hours(24 * 366);
// What metrics call the types that have no counts of their own; no alert has it.
inline constexpr std::string_view kOtherType = "other";

// Letters a to z, digits and _.
bool IsAlertType(std::string_view type);

// Gives the subject the one form that its kind has: an interface's name is the interface, a host's
// is as HostNameOf writes it. kInvalidArgument: a sentence that says what is wrong.
Status SettleSubject(model::AlertSubject& subject);
// The same of all that is said of an alert, and of how long it lives.
Status SettleContent(model::AlertContent& content);
Status CheckTtl(const std::optional<Duration>& ttl);

}  // namespace wiregauge::alerts
