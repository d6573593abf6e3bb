// SPDX-License-Identifier: Apache-2.0
#include "publish/json/flow_metadata_json.h"

#include <algorithm>

#include "publish/json/text_forms.h"

namespace wiregauge::json {
namespace {

void TextField(Writer& writer, Name name, std::string_view text) {
  if (!writer.Key(name)) return;
  if (text.empty()) {
    writer.Value(nullptr);
  } else {
    writer.Value(text);
  }
}

void TextsField(Writer& writer, Name name, const std::vector<std::string>& texts) {
  if (!writer.BeginArray(name)) return;
  for (const std::string& text : texts) writer.Value(text);
  writer.EndArray();
}

void TimeField(Writer& writer, Name name, const std::optional<Timestamp>& time) {
  TextField(writer, name, time ? TextForm(*time).view() : std::string_view());
}

// The name of a number, or null.
template <typename Number, typename NameOf>
void NameField(Writer& writer, Name name, const std::optional<Number>& number, NameOf name_of) {
  TextField(writer, name, number ? name_of(*number) : std::string());
}

void Write(Writer& writer, const model::HttpMetadata& http) {
  TextField(writer, "method", http.method);
  TextField(writer, "host", http.host);
  TextField(writer, "url", http.url);
  writer.Field("status", http.status);
  TextField(writer, "user_agent", http.user_agent);
  TextField(writer, "content_type", http.content_type);
}

void Write(Writer& writer, const model::DnsMetadata& dns) {
  TextField(writer, "query", dns.query);
  NameField(writer, "type", dns.type, model::DnsTypeName);
  NameField(writer, "response_code", dns.response_code, model::DnsResponseCodeName);
  TextsField(writer, "answers", dns.answers);
}

void Write(Writer& writer, const model::TlsMetadata& tls,
           const model::ApplicationCatalogue& catalogue) {
  NameField(writer, "version", tls.version, model::TlsVersionName);
  TextField(writer, "server_name", tls.server_name);
  TextsField(writer, "alpn", tls.alpn);
  NameField(writer, "cipher", tls.cipher,
            [&catalogue](uint16_t cipher) { return catalogue.TlsCipherName(cipher); });
  TextField(writer, "ja3_client", tls.ja3_client);
  TextField(writer, "ja3_server", tls.ja3_server);
  TextField(writer, "subject", tls.subject);
  TextField(writer, "issuer", tls.issuer);
  TextsField(writer, "alternative_names", tls.alternative_names);
  TimeField(writer, "not_before", tls.not_before);
  TimeField(writer, "not_after", tls.not_after);
  TextField(writer, "certificate_sha1", tls.certificate_sha1);
}

void Write(Writer& writer, const model::QuicMetadata& quic) {
  NameField(writer, "version", quic.version, model::QuicVersionName);
  TextField(writer, "server_name", quic.server_name);
  TextsField(writer, "alpn", quic.alpn);
  TextField(writer, "ja3_client", quic.ja3_client);
}

void Write(Writer& writer, const model::SshMetadata& ssh) {
  TextField(writer, "client", ssh.client);
  TextField(writer, "server", ssh.server);
  TextField(writer, "hassh_client", ssh.hassh_client);
  TextField(writer, "hassh_server", ssh.hassh_server);
}

void Write(Writer& writer, const model::DhcpMetadata& dhcp) {
  TextField(writer, "host_name", dhcp.host_name);
  TextField(writer, "vendor_class", dhcp.vendor_class);
  TextField(writer, "fingerprint", dhcp.fingerprint);
}

void Write(Writer& writer, const model::NetbiosMetadata& netbios) {
  TextField(writer, "name", netbios.name);
}

template <typename Part, typename... Context>
void WriteIfThere(Writer& writer, Name name, const std::unique_ptr<const Part>& part,
                  const Context&... context) {
  if (part == nullptr || !writer.BeginObject(name)) return;
  Write(writer, *part, context...);
  writer.EndObject();
}

void AddWord(std::string_view word, std::string& line) {
  if (!line.empty() && !word.empty()) line += ' ';
  line += word;
}

std::string_view InfoOf(const model::HttpMetadata& http, std::string& line) {
  line = http.method;
  const bool is_path = http.url.starts_with('/');
  if (is_path) AddWord(http.host, line);
  if (is_path && !http.host.empty()) {
    line += http.url;
  } else {
    AddWord(http.url, line);
  }
  if (http.status) AddWord(std::to_string(*http.status), line);
  return line;
}

// What it is about: of an answer that nobody asked for, not the bytes of a type that is not known
// here.
std::string_view SubjectOf(const model::DnsMetadata& dns) {
  if (!dns.query.empty()) return dns.query;
  const auto first = std::ranges::find_if(dns.answers, [](const std::string& answer) {
    return !answer.empty() && !answer.starts_with("\\# ");
  });
  return first == dns.answers.end() ? std::string_view() : *first;
}

std::string_view InfoOf(const model::DnsMetadata& dns, std::string& line) {
  line = SubjectOf(dns);
  if (dns.type) AddWord(model::DnsTypeName(*dns.type), line);
  const bool failed = dns.response_code.value_or(0) != 0;
  if (failed) AddWord(model::DnsResponseCodeName(*dns.response_code), line);
  return line;
}

}  // namespace

std::string_view FlowInfo(const model::FlowMetadata& metadata, std::string& made) {
  if (metadata.http != nullptr) return InfoOf(*metadata.http, made);
  if (metadata.dns != nullptr) return InfoOf(*metadata.dns, made);
  if (metadata.tls != nullptr && !metadata.tls->server_name.empty()) {
    return metadata.tls->server_name;
  }
  if (metadata.tls != nullptr && !metadata.tls->subject.empty()) return metadata.tls->subject;
  if (metadata.ssh != nullptr) {
    return metadata.ssh->server.empty() ? metadata.ssh->client : metadata.ssh->server;
  }
  if (metadata.dhcp != nullptr) return metadata.dhcp->host_name;
  if (metadata.netbios != nullptr) return metadata.netbios->name;
  return metadata.server_name;
}

void WriteFlowMetadata(Writer& writer, const model::FlowMetadata* metadata,
                       const model::ApplicationCatalogue& catalogue) {
  if (metadata == nullptr) {
    writer.Field("server_name", nullptr);
    writer.Field("info", nullptr);
    return;
  }
  TextField(writer, "server_name", metadata->server_name);
  if (writer.Wants("info")) {
    std::string made;
    TextField(writer, "info", FlowInfo(*metadata, made));
  }
  WriteIfThere(writer, "http", metadata->http);
  WriteIfThere(writer, "dns", metadata->dns);
  WriteIfThere(writer, "tls", metadata->tls, catalogue);
  WriteIfThere(writer, "quic", metadata->quic);
  WriteIfThere(writer, "ssh", metadata->ssh);
  WriteIfThere(writer, "dhcp", metadata->dhcp);
  WriteIfThere(writer, "netbios", metadata->netbios);
}

std::span<const std::string_view> FlowMetadataFields() {
  static constexpr std::string_view kFields[] = {
      "server_name",
      "info",
      "http.method",
      "http.host",
      "http.url",
      "http.status",
      "http.user_agent",
      "http.content_type",
      "dns.query",
      "dns.type",
      "dns.response_code",
      "dns.answers",
      "tls.version",
      "tls.server_name",
      "tls.alpn",
      "tls.cipher",
      "tls.ja3_client",
      "tls.ja3_server",
      "tls.subject",
      "tls.issuer",
      "tls.alternative_names",
      "tls.not_before",
      "tls.not_after",
      "tls.certificate_sha1",
      "quic.version",
      "quic.server_name",
      "quic.alpn",
      "quic.ja3_client",
      "ssh.client",
      "ssh.server",
      "ssh.hassh_client",
      "ssh.hassh_server",
      "dhcp.host_name",
      "dhcp.vendor_class",
      "dhcp.fingerprint",
      "netbios.name",
  };
  return kFields;
}

}  // namespace wiregauge::json
