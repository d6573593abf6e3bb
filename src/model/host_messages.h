// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a host says in DNS and in HTTP/1, by the messages that were seen: parts of a host's row that
// only hosts have which speak these. Plain values; from one shard they are partial as the row is.
namespace wiregauge::model {

inline constexpr size_t kDnsQueryTypes = 12;
// Of a type by its IANA number; types that have no class of their own share the last one.
size_t DnsQueryTypeClass(uint16_t type);
const char* DnsQueryTypeClassName(size_t type_class);  // "a", "ns", ..., "any", "other"

inline constexpr size_t kDnsResponseCodes = 7;
size_t DnsResponseCodeClass(uint16_t response_code);
const char* DnsResponseCodeClassName(size_t code_class);  // "noerror", "formerr", ..., "other"

inline constexpr size_t kHttpMethods = 10;       // dissect::HttpMethod
const char* HttpMethodName(size_t method);       // "get", ..., "other"
inline constexpr size_t kHttpStatusClasses = 5;  // 1xx to 5xx

// Messages between a host in one role and its peers in the other one.
struct DnsMessages {
  std::array<uint64_t, kDnsQueryTypes> queries{};       // by DnsQueryTypeClass
  std::array<uint64_t, kDnsResponseCodes> responses{};  // by DnsResponseCodeClass
  uint64_t truncated_responses = 0;                     // "TC": the client must ask again over TCP

  DnsMessages& operator+=(const DnsMessages& other);
};

struct HostDns {
  DnsMessages as_client, as_server;
  uint64_t malformed_sent = 0, malformed_received = 0;  // datagrams on port 53 that are no DNS

  HostDns& operator+=(const HostDns& other);
  size_t bytes() const { return sizeof(HostDns); }  // all memory it takes
};

struct HttpMessages {
  std::array<uint64_t, kHttpMethods> requests{};         // by method
  std::array<uint64_t, kHttpStatusClasses> responses{};  // by status class: 0 is 1xx

  HttpMessages& operator+=(const HttpMessages& other);
};

// Requests by the name they ask for, of at most kMost names. When there is no room the one with the
// fewest requests goes into `other`: the sum is exact, and what is asked for often stays.
class VirtualHosts {
 public:
  static constexpr size_t kMost = 64;
  static constexpr size_t kMostNameBytes = 255;  // longer ones are in `other`

  struct Row {
    std::string name;  // in lower case, without a port; valid UTF-8
    uint64_t requests = 0;
  };

  // An empty name: the request named none.
  void Add(std::string_view name, uint64_t requests);
  void Merge(const VirtualHosts& from);

  const std::vector<Row>& rows() const { return rows_; }
  uint64_t other_requests() const { return other_requests_; }
  size_t owned_bytes() const;

 private:
  std::vector<Row> rows_;
  uint64_t other_requests_ = 0;
};

struct HostHttp {
  HttpMessages as_client, as_server;
  VirtualHosts virtual_hosts;  // of the requests it received

  HostHttp& operator+=(const HostHttp& other);
  size_t bytes() const { return sizeof(HostHttp) + virtual_hosts.owned_bytes(); }
};

}  // namespace wiregauge::model
