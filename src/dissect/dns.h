// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/ip_address.h"
#include "dissect/name_text.h"

// DNS messages (RFC 1035, extended by RFC 6891), as multicast DNS (RFC 6762) and LLMNR (RFC 4795)
// send them too. Nothing here allocates; everything borrows the message's bytes. Any thread.
namespace wiregauge::dissect {

// Record and query types by their IANA number: those something is made of here.
struct DnsType {
  static constexpr uint16_t kA = 1, kNs = 2, kCname = 5, kSoa = 6, kPtr = 12, kMx = 15, kTxt = 16,
                            kAaaa = 28, kSrv = 33, kOpt = 41, kSvcb = 64, kHttps = 65, kAny = 255;
};
inline constexpr uint16_t kDnsClassInternet = 1;

// RFC 1035 section 4.1.1.
struct DnsHeader {
  uint16_t id = 0;
  bool is_response = false;
  uint8_t opcode = 0;
  bool authoritative = false;
  bool truncated = false;  // there is more than fits
  bool recursion_desired = false;
  bool recursion_available = false;
  uint8_t response_code = 0;  // the low four bits: DnsMessage::ResponseCode has all of it
  uint16_t questions = 0;
  uint16_t answers = 0;
  uint16_t authorities = 0;
  uint16_t additionals = 0;
};

struct DnsQuestion {
  uint16_t name_at = 0;  // for DnsMessage::ExpandName
  uint16_t type = 0;
  // The top bit of it is "answer by unicast" in multicast DNS (RFC 6762 section 5.4).
  uint16_t dns_class = 0;
};

enum class DnsSection : uint8_t { kAnswer, kAuthority, kAdditional };

struct DnsRecord {
  DnsSection section = DnsSection::kAnswer;
  uint16_t owner_at = 0;  // for DnsMessage::ExpandName
  uint16_t type = 0;
  uint16_t dns_class = 0;  // the top bit is "cache flush" in multicast DNS (RFC 6762 section 10.2)
  uint32_t ttl_s = 0;
  uint16_t data_at = 0;  // where `data` lies in the message: names in it may point back
  std::span<const uint8_t> data;

  // Whether the class is the Internet's, with multicast DNS's bit or without.
  bool is_internet() const { return (dns_class & 0x7fff) == kDnsClassInternet; }
  // Of an A or AAAA record of the Internet class and the right length.
  std::optional<IpAddress> Address() const noexcept;
  // Where the name in the data of a CNAME, NS, PTR, MX, SRV or SOA record begins (the
  // first of two, the primary server's), for ExpandName.
  std::optional<uint16_t> TargetAt() const noexcept;
  std::optional<uint16_t> SrvPort() const noexcept;
};

// The character-strings of a TXT record's data, in order (RFC 1035 section 3.3.14).
class DnsStrings {
 public:
  explicit DnsStrings(std::span<const uint8_t> data) noexcept : rest_(data) {}
  // The next one, of any bytes; false after the last one and at what is none.
  bool Next(std::string_view& string) noexcept;
  // All of the data were read.
  bool complete() const noexcept { return rest_.empty(); }

 private:
  std::span<const uint8_t> rest_;
};

class DnsMessage;

// The records of a message, in order. Bounded by the message: each takes at least 11 bytes of it.
class DnsRecords {
 public:
  // The next record; false after the last one and at what is none.
  bool Next(DnsRecord& record) noexcept;
  // All records the header promises were read.
  bool complete() const noexcept { return left_[0] + left_[1] + left_[2] == 0; }

 private:
  friend class DnsMessage;
  DnsRecords(std::span<const uint8_t> bytes, const DnsHeader& header, size_t at) noexcept;

  std::span<const uint8_t> bytes_;
  size_t at_;
  uint16_t left_[3];  // by DnsSection
  bool failed_ = false;
};

class DnsMessage {
 public:
  // Nothing unless the header and the first question (if there is one) are whole. Bytes beyond
  // 65,535 are no part of a message. What was cut or damaged after the question shows in Records.
  static std::optional<DnsMessage> Parse(std::span<const uint8_t> bytes) noexcept;

  const DnsHeader& header() const noexcept { return header_; }
  // The first of them; mostly there is one.
  const std::optional<DnsQuestion>& question() const noexcept { return question_; }
  // Known operation code and no reserved bit: what a query or answer of today looks like. Many
  // other bytes can be read as a header.
  bool IsPlausible() const noexcept;
  // With the upper bits of an OPT record (RFC 6891 section 6.1.3).
  uint16_t ResponseCode() const noexcept;
  DnsRecords Records() const noexcept;

  // The name at an offset, with its compression undone (RFC 1035 section 4.1.4); the root is ".".
  // False, and no text, for what is no name: pointers must point back, so that there is an end, and
  // all labels together must not be longer than 255 bytes.
  bool ExpandName(size_t at, NameText& text) const noexcept;

 private:
  explicit DnsMessage(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  std::span<const uint8_t> bytes_;
  DnsHeader header_;
  std::optional<DnsQuestion> question_;
  size_t records_at_ = 0;  // 0: the questions are damaged
  bool reserved_bit_ = false;
};

// Takes the first message off what a TCP segment carries (RFC 1035 section 4.2.2): true when it is
// whole, with its length in front. `payload` is then what follows it.
bool TakeTcpMessage(std::span<const uint8_t>& payload, std::span<const uint8_t>& message) noexcept;

// "1.2.0.192.in-addr.arpa" (RFC 1035 section 3.5), "....ip6.arpa" (RFC 3596 section 2.5): the
// address a PTR record's owner stands for. In any case; nothing for other names and for parts.
std::optional<IpAddress> ParseReverseName(std::string_view name) noexcept;

}  // namespace wiregauge::dissect
