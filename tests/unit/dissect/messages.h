// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace wiregauge::dissect::testing {

using Bytes = std::vector<uint8_t>;

Bytes ToBytes(std::string_view text);
void Append(Bytes& out, const Bytes& more);
void Append16(Bytes& out, unsigned value);
void Append32(Bytes& out, uint32_t value);

// "www.example.org" -> labels with their lengths and the root.
Bytes DnsName(std::string_view name);
Bytes Pointer(unsigned at);

struct DnsCounts {
  unsigned questions = 0, answers = 0, authorities = 0, additionals = 0;
};
Bytes DnsHeaderBytes(unsigned flags, DnsCounts counts);
Bytes DnsQuestionBytes(const Bytes& name, unsigned type, unsigned dns_class = 1);
Bytes DnsRecordBytes(const Bytes& owner, unsigned type, const Bytes& data, unsigned dns_class = 1,
                     uint32_t ttl_s = 300);
Bytes Join(std::initializer_list<Bytes> parts);

// The answer to www.example.org A: a CNAME to host.example.org and its address 192.0.2.80, all
// compressed, with an OPT record.
Bytes AnswerWithCname();

// First-level encoded (RFC 1001 section 14.1): padded to 15 bytes with spaces, and the suffix.
Bytes NetbiosNameBytes(std::string_view name, uint8_t suffix);
// A registration of FILES<20> at 192.0.2.9.
Bytes NetbiosRegistration();

// A DHCP message without options and without the end mark.
Bytes DhcpFixedPart(uint8_t operation);
Bytes DhcpOption(uint8_t code, const Bytes& value);
// A request of 192.0.2.50 by "laptop".
Bytes DhcpRequest();

// Some messages of each protocol: what fuzzing begins with. The first byte of a seed chooses the
// parser, see tests/fuzz/dissect_fuzzer.cc.
struct Seed {
  std::string name;
  Bytes bytes;
};
std::vector<Seed> Seeds();
// A file for each. False, and a line on stderr, when one cannot be written.
bool WriteSeeds(const std::vector<Seed>& seeds, const std::string& folder);

}  // namespace wiregauge::dissect::testing
