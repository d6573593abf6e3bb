// SPDX-License-Identifier: Apache-2.0
#include "model/host_messages.h"

#include <algorithm>

namespace wiregauge::model {
namespace {

struct QueryType {
  uint16_t number;
  const char* name;
};
// IANA, Resource Record (RR) TYPEs.
constexpr std::array<QueryType, kDnsQueryTypes - 1> kQueryTypes = {{{1, "a"},
                                                                    {2, "ns"},
                                                                    {5, "cname"},
                                                                    {6, "soa"},
                                                                    {12, "ptr"},
                                                                    {15, "mx"},
                                                                    {16, "txt"},
                                                                    {28, "aaaa"},
                                                                    {33, "srv"},
                                                                    {65, "https"},
                                                                    {255, "any"}}};
// RFC 1035 section 4.1.1, by number.
constexpr std::array<const char*, kDnsResponseCodes - 1> kResponseCodes = {
    "noerror", "formerr", "servfail", "nxdomain", "notimp", "refused"};
constexpr std::array<const char*, kHttpMethods> kMethods = {
    "get", "head", "post", "put", "delete", "connect", "options", "trace", "patch", "other"};

template <size_t size>
void AddAll(std::array<uint64_t, size>& sums, const std::array<uint64_t, size>& more) {
  for (size_t i = 0; i < size; ++i) sums[i] += more[i];
}

}  // namespace

size_t DnsQueryTypeClass(uint16_t type) {
  const auto* const known =
      std::find_if(kQueryTypes.begin(), kQueryTypes.end(),
                   [type](const QueryType& other) { return other.number == type; });
  return static_cast<size_t>(known - kQueryTypes.begin());
}

const char* DnsQueryTypeClassName(size_t type_class) {
  return type_class < kQueryTypes.size() ? kQueryTypes[type_class].name : "other";
}

size_t DnsResponseCodeClass(uint16_t response_code) {
  return std::min<size_t>(response_code, kResponseCodes.size());
}

const char* DnsResponseCodeClassName(size_t code_class) {
  return code_class < kResponseCodes.size() ? kResponseCodes[code_class] : "other";
}

const char* HttpMethodName(size_t method) { return kMethods[std::min(method, kHttpMethods - 1)]; }

DnsMessages& DnsMessages::operator+=(const DnsMessages& other) {
  AddAll(queries, other.queries);
  AddAll(responses, other.responses);
  truncated_responses += other.truncated_responses;
  return *this;
}

HostDns& HostDns::operator+=(const HostDns& other) {
  as_client += other.as_client;
  as_server += other.as_server;
  malformed_sent += other.malformed_sent;
  malformed_received += other.malformed_received;
  return *this;
}

HttpMessages& HttpMessages::operator+=(const HttpMessages& other) {
  AddAll(requests, other.requests);
  AddAll(responses, other.responses);
  return *this;
}

void VirtualHosts::Add(std::string_view name, uint64_t requests) {
  if (name.empty() || name.size() > kMostNameBytes) {
    other_requests_ += requests;
    return;
  }
  const auto known =
      std::find_if(rows_.begin(), rows_.end(), [name](const Row& row) { return row.name == name; });
  if (known != rows_.end()) {
    known->requests += requests;
  } else if (rows_.size() < kMost) {
    rows_.push_back({std::string(name), requests});
  } else {
    const auto fewest =
        std::min_element(rows_.begin(), rows_.end(),
                         [](const Row& a, const Row& b) { return a.requests < b.requests; });
    other_requests_ += fewest->requests;
    *fewest = {std::string(name), requests};
  }
}

void VirtualHosts::Merge(const VirtualHosts& from) {
  for (const Row& row : from.rows_) Add(row.name, row.requests);
  other_requests_ += from.other_requests_;
}

size_t VirtualHosts::owned_bytes() const {
  size_t bytes = rows_.capacity() * sizeof(Row);
  for (const Row& row : rows_) bytes += row.name.capacity();
  return bytes;
}

HostHttp& HostHttp::operator+=(const HostHttp& other) {
  as_client += other.as_client;
  as_server += other.as_server;
  virtual_hosts.Merge(other.virtual_hosts);
  return *this;
}

}  // namespace wiregauge::model
