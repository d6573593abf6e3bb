// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "model/alert.h"
#include "model/host_alerts.h"

namespace wiregauge::alerts {

// How many alerts of one type there are, by severity.
struct TypeCounts {
  std::string type;  // or kOtherType
  std::array<uint64_t, model::kSeverities> engaged{};
  std::array<uint64_t, model::kSeverities> raised{};  // by this process, events too; never go down
};

// What there is of alerts, in numbers. Not thread-safe.
class AlertCounts {
 public:
  // So many types have counts of their own, the first ones; so many hosts are remembered, those
  // with engaged alerts and those whose alerts are the newest.
  static constexpr size_t kMostTypes = 1000, kMostHosts = 100'000;

  void CountRaised(const model::AlertContent& content);
  void CountEngaged(const model::AlertContent& content);
  void CountEnded(const model::AlertContent& content);

  // In the order in which they came, kOtherType where it was needed.
  const std::vector<TypeCounts>& types() const { return types_; }
  // As they are now; the same one until they change.
  std::shared_ptr<const model::HostAlerts> hosts();

 private:
  using HostKey = std::tuple<std::string, IpAddress, uint16_t>;
  struct Host {
    model::HostAlertCounts counts;
    uint64_t round = 0;  // when one was raised last
  };

  TypeCounts& CountsOf(const std::string& type);
  Host* HostOf(const model::AlertSubject& subject);
  void ForgetOldHosts();

  std::vector<TypeCounts> types_;
  std::map<std::string, size_t, std::less<>> numbers_;  // of types_
  std::map<HostKey, Host> hosts_;
  uint64_t round_ = 0;
  std::shared_ptr<const model::HostAlerts> told_;  // null: they have changed
};

}  // namespace wiregauge::alerts
