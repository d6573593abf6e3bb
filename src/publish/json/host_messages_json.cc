// SPDX-License-Identifier: Apache-2.0
#include "publish/json/host_messages_json.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace wiregauge::json {
namespace {

constexpr std::array<const char*, model::kHttpStatusClasses> kStatusClasses = {"1xx", "2xx", "3xx",
                                                                               "4xx", "5xx"};

const char* StatusClassName(size_t status_class) { return kStatusClasses[status_class]; }

// "total" and the object `split` with one member each, into the open object.
template <size_t size>
void WriteCounts(Writer& writer, Name split, const std::array<uint64_t, size>& counts,
                 const char* (*name_of)(size_t)) {
  writer.Field("total", std::accumulate(counts.begin(), counts.end(), uint64_t{0}));
  if (!writer.BeginObject(split)) return;
  for (size_t i = 0; i < size; ++i) {
    if (writer.DynamicKey(name_of(i))) writer.Value(counts[i]);
  }
  writer.EndObject();
}

void WriteDnsRole(Writer& writer, Name role, Name queries, Name responses,
                  const model::DnsMessages& messages) {
  if (!writer.BeginObject(role)) return;
  if (writer.BeginObject(queries)) {
    WriteCounts(writer, "by_type", messages.queries, model::DnsQueryTypeClassName);
    writer.EndObject();
  }
  if (writer.BeginObject(responses)) {
    WriteCounts(writer, "by_response_code", messages.responses, model::DnsResponseCodeClassName);
    const auto& codes = messages.responses;
    writer.Field("errors", std::accumulate(codes.begin() + 1, codes.end(), uint64_t{0}));
    writer.Field("truncated", messages.truncated_responses);
    writer.EndObject();
  }
  writer.EndObject();
}

void WriteHttpRole(Writer& writer, Name role, Name requests, Name responses,
                   const model::HttpMessages& messages) {
  if (!writer.BeginObject(role)) return;
  if (writer.BeginObject(requests)) {
    WriteCounts(writer, "by_method", messages.requests, model::HttpMethodName);
    writer.EndObject();
  }
  if (writer.BeginObject(responses)) {
    WriteCounts(writer, "by_status_class", messages.responses, StatusClassName);
    writer.EndObject();
  }
  writer.EndObject();
}

// Those that are asked for most first.
void WriteVirtualHosts(Writer& writer, const model::VirtualHosts& hosts) {
  if (!writer.BeginObject("virtual_hosts")) return;
  std::vector<const model::VirtualHosts::Row*> rows;
  for (const auto& row : hosts.rows()) rows.push_back(&row);
  std::sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) {
    return a->requests != b->requests ? a->requests > b->requests : a->name < b->name;
  });
  if (writer.BeginArray("named")) {
    for (const auto* row : rows) {
      writer.BeginObject();
      writer.Field("name", row->name);
      writer.Field("requests", row->requests);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.Field("other_requests", hosts.other_requests());
  writer.EndObject();
}

}  // namespace

void WriteHostDns(Writer& writer, const model::HostDns& dns) {
  WriteDnsRole(writer, "as_client", "queries_sent", "responses_received", dns.as_client);
  WriteDnsRole(writer, "as_server", "queries_received", "responses_sent", dns.as_server);
  writer.Field("malformed_sent", dns.malformed_sent);
  writer.Field("malformed_received", dns.malformed_received);
}

void WriteHostHttp(Writer& writer, const model::HostHttp& http) {
  WriteHttpRole(writer, "as_client", "requests_sent", "responses_received", http.as_client);
  WriteHttpRole(writer, "as_server", "requests_received", "responses_sent", http.as_server);
  WriteVirtualHosts(writer, http.virtual_hosts);
}

}  // namespace wiregauge::json
