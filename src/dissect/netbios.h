// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/ip_address.h"
#include "dissect/dns.h"
#include "dissect/name_text.h"

// The NetBIOS name service on UDP port 137 (RFC 1002 section 4.2). Nothing here allocates. Any
// thread.
namespace wiregauge::dissect {

// What the 16th byte of a name says it stands for; many more are in use.
struct NetbiosSuffix {
  static constexpr uint8_t kWorkstation = 0x00, kFileServer = 0x20;
};

struct NetbiosName {
  NameText text;  // up to 15 bytes in the sender's code page, without the padding
  uint8_t suffix = 0;
};

// Undoes the first-level encoding (RFC 1001 section 14.1): 16 bytes in 32 letters from A to P.
[[nodiscard]] bool DecodeNetbiosName(std::string_view letters, NetbiosName& name) noexcept;

struct NetbiosEntry {
  NetbiosName name;
  bool is_group = false;             // a workgroup's or domain's, not one machine's
  std::optional<IpAddress> address;  // nothing in a node's status: the names are its sender's
};

// RFC 1002 section 4.2.1.1; 8 and 9 are both in use for a refresh.
enum class NetbiosOperation : uint8_t {
  kQuery = 0,
  kRegistration = 5,
  kRelease = 6,
  kWait = 7,
  kRefresh = 8,
  kRefreshToo = 9,
  kMultihomedRegistration = 15,
};

class NetbiosMessage;

// What names a message gives to whom: each NB record's addresses, each name of a NBSTAT record.
class NetbiosEntries {
 public:
  bool Next(NetbiosEntry& entry) noexcept;

 private:
  friend class NetbiosMessage;
  explicit NetbiosEntries(const DnsMessage& message)
      : message_(message), records_(message.Records()) {}

  bool NextRecord(NetbiosEntry& entry) noexcept;

  DnsMessage message_;
  DnsRecords records_;
  bool is_status_ = false;
  std::span<const uint8_t> rest_;  // of the record that is read
};

class NetbiosMessage {
 public:
  // Nothing unless the header and the first question (if there is one) are whole.
  static std::optional<NetbiosMessage> Parse(std::span<const uint8_t> bytes) noexcept;

  bool is_response() const noexcept { return message_.header().is_response; }
  NetbiosOperation operation() const noexcept {
    return static_cast<NetbiosOperation>(message_.header().opcode);
  }
  uint8_t response_code() const noexcept { return message_.header().response_code; }
  // The sender says that the names are its own: it registers or refreshes them.
  bool IsClaim() const noexcept;
  // The name that is asked for, registered or released.
  [[nodiscard]] bool ReadQuestion(NetbiosName& name) const noexcept;
  NetbiosEntries Entries() const noexcept { return NetbiosEntries(message_); }

 private:
  explicit NetbiosMessage(const DnsMessage& message) : message_(message) {}

  DnsMessage message_;
};

}  // namespace wiregauge::dissect
