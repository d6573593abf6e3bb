// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "decode/packet.h"
#include "dissect/dns.h"
#include "dissect/http.h"
#include "model/flow_metadata.h"

namespace wiregauge::dpi {

// Reads what the first packets of one flow say beyond its application: HTTP, DNS, TLS, SSH, DHCP
// and NetBIOS, wherever they begin. libndpi keeps less of them: 79 bytes of a name, one address of
// a DNS answer, the version that a TLS client offers, whoever spoke first as SSH's client.
//
// Memory: a message that does not end in one segment is kept until it does, in order, up to
// kMostKept bytes a side; what comes after a gap is not read. With what was read it takes at most
// 2 * kMostKept + model::kMostFlowMetadataBytes bytes beside the object. Not thread-safe.
class MetadataReader {
 public:
  static constexpr size_t kMostKept = 16 * 1024;

  // The next packet of the flow.
  void Read(const decode::DecodedPacket& packet, bool from_client) noexcept;

  // Memory beside the object.
  size_t bytes() noexcept;

  // A question was read whose answer is still to come.
  bool WantsMore() const noexcept;

  // What was read, once. The server's name is left to the caller.
  struct Parts {
    std::unique_ptr<model::HttpMetadata> http;
    std::unique_ptr<model::DnsMetadata> dns;
    std::unique_ptr<model::TlsMetadata> tls;
    std::unique_ptr<model::SshMetadata> ssh;
    std::unique_ptr<model::DhcpMetadata> dhcp;
    std::unique_ptr<model::NetbiosMetadata> netbios;
    std::optional<uint32_t> quic_version;  // if it is QUIC, which only libndpi can tell
  };
  Parts Take() noexcept;

 private:
  enum class Protocol : uint8_t { kNone, kHttp, kTls, kSsh, kDns };

  // One direction of a TCP connection.
  struct Side {
    Protocol reading = Protocol::kNone;
    bool http_read = false, tls_read = false, ssh_read = false;  // not again
    uint32_t next_sequence = 0;
    uint16_t record_left = 0;                  // TLS: bytes of the record that are still to come
    uint8_t record_type = 0, header_size = 0;  // TLS
    std::array<uint8_t, 5> header;             // TLS: of the next record, as far as it came
    // What came, from where the message begins; TLS: without records.
    std::vector<uint8_t> kept;
  };

  template <typename Part>
  Part& Make(std::unique_ptr<Part>& part);

  void ReadDatagram(const decode::DecodedPacket& packet) noexcept;
  void ReadSegment(const decode::DecodedPacket& packet, bool from_client) noexcept;
  void ReadBytes(Side& side, std::span<const uint8_t> bytes, bool from_client) noexcept;
  static Protocol WhatBegins(const Side& side, const decode::DecodedPacket& packet) noexcept;
  static bool Keep(Side& side, std::span<const uint8_t> bytes) noexcept;
  static void Stop(Side& side) noexcept;

  void ReadHttp(Side& side, std::span<const uint8_t> bytes) noexcept;
  bool TakeHead(std::span<const uint8_t> bytes) noexcept;
  void TakeRequest(const dissect::HttpHead& head) noexcept;
  void TakeResponse(const dissect::HttpHead& head) noexcept;
  void ReadTls(Side& side, std::span<const uint8_t> bytes) noexcept;
  bool ReadRecordHeader(Side& side, std::span<const uint8_t>& bytes) noexcept;
  bool ReadHandshake(Side& side) noexcept;
  bool TakeHandshake(uint8_t type, std::span<const uint8_t> body, bool whole,
                     bool is_dtls) noexcept;
  void TakeCertificate(std::span<const uint8_t> der) noexcept;
  void ReadSsh(Side& side, std::span<const uint8_t> bytes, bool from_client) noexcept;
  void ReadTcpDns(Side& side, std::span<const uint8_t> bytes) noexcept;

  void ReadDns(std::span<const uint8_t> bytes, bool is_multicast) noexcept;
  void TakeAnswers(const dissect::DnsMessage& message) noexcept;
  void ReadDhcp(std::span<const uint8_t> bytes) noexcept;
  void ReadNetbios(std::span<const uint8_t> bytes) noexcept;
  void ReadQuicVersion(std::span<const uint8_t> bytes) noexcept;

  Parts parts_;
  size_t parts_bytes_ = 0;
  bool parts_changed_ = false;  // since parts_bytes_ was summed
  uint16_t dns_id_ = 0;
  bool dns_answered_ = false, request_seen_ = false, response_seen_ = false;
  bool tls_announced_ = false, client_hello_seen_ = false, server_hello_seen_ = false,
       certificate_seen_ = false;
  std::array<Side, 2> sides_;  // client's, server's
};

}  // namespace wiregauge::dpi
