// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "model/flow_record.h"

namespace wiregauge::json {

// A flow's Community ID, version 1 with seed 0 (https://github.com/corelight/community-id-spec):
// what Zeek, Suricata and others call the same flow. Both directions have one; VLANs, interfaces
// and what a tunnel had around the packet are no part of it, so that a tunnelled flow's is that of
// its innermost addresses and ports. Immutable.
class CommunityId {
  static constexpr size_t kBytes = 30, kStorageBytes = kBytes + 1;  // the NUL that OpenSSL writes

 public:
  // Nothing when ports or an ICMP type belong to it and were never seen (later fragments alone). Of
  // ICMP the flow's first packet counts: the sender of a type that nobody answers stays in front.
  static std::optional<CommunityId> Of(const model::FlowRecord& flow);

  // Whether it is "1:" and 28 characters of base64 (RFC 4648 section 4), as all of them are.
  static bool IsWellFormed(std::string_view text);

  std::string_view view() const { return {text_.data(), kBytes}; }
  std::span<const char, kStorageBytes> storage() const { return text_; }

 private:
  CommunityId() = default;

  std::array<char, kStorageBytes> text_;
};

}  // namespace wiregauge::json
