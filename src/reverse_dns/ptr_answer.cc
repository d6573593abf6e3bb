// SPDX-License-Identifier: Apache-2.0
#include "reverse_dns/ptr_answer.h"

#include <algorithm>

#include "dissect/dns.h"
#include "model/host_names.h"

namespace wiregauge::reverse_dns {
namespace {

using dissect::DnsRecord;
using dissect::DnsType;
using dissect::NameText;

constexpr char kHex[] = "0123456789abcdef";

// The lower-case name at an offset; empty when there is none.
std::string NameAt(const dissect::DnsMessage& message, std::optional<uint16_t> at) {
  NameText text;
  if (!at || !message.ExpandName(*at, text) || text.view() == ".") return {};
  text.MakeLowerCase();
  return std::string(text.view());
}

// A step of the way: an alias moves `owner` on, a name is kept.
void Follow(const dissect::DnsMessage& message, const DnsRecord& record, std::string& owner,
            PtrAnswer& answer) {
  const bool is_alias = record.type == DnsType::kCname;
  if (!is_alias && record.type != DnsType::kPtr) return;
  if (!record.is_internet() || NameAt(message, record.owner_at) != owner) return;
  const std::string target = NameAt(message, record.TargetAt());
  if (!model::HostNames::IsName(target)) return;
  answer.ttl_s = std::min(answer.ttl_s, record.ttl_s);
  if (is_alias) {
    owner = target;
  } else if (answer.name.empty() || target < answer.name) {
    answer.name = target;
  }
}

}  // namespace

std::string ReverseName(const IpAddress& ip) {
  std::string name;
  const auto bytes = ip.bytes();
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    if (ip.version() == 4) {
      name += std::to_string(*byte) + ".";
    } else {
      name += {kHex[*byte & 15], '.', kHex[*byte >> 4], '.'};
    }
  }
  return name + (ip.version() == 4 ? "in-addr.arpa" : "ip6.arpa");
}

std::optional<PtrAnswer> ReadPtrAnswer(std::span<const uint8_t> bytes, std::string_view question) {
  const auto message = dissect::DnsMessage::Parse(bytes);
  if (!message || !message->header().is_response || !message->question()) return std::nullopt;
  std::string owner(question);
  if (NameAt(*message, message->question()->name_at) != owner) return std::nullopt;
  PtrAnswer answer{{}, UINT32_MAX};
  dissect::DnsRecords records = message->Records();
  DnsRecord record;
  while (records.Next(record) && record.section == dissect::DnsSection::kAnswer) {
    Follow(*message, record, owner, answer);
  }
  return answer;
}

}  // namespace wiregauge::reverse_dns
