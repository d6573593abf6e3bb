// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "raw_client.h"

struct ssl_ctx_st;
struct ssl_st;

namespace wiregauge::http {

// A new certificate for nobody in particular, with its key, for as long as this lives.
class TestCertificate {
 public:
  TestCertificate();
  ~TestCertificate();
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  std::string certificate_file() const { return directory_ / "certificate.pem"; }
  std::string key_file() const { return directory_ / "key.pem"; }

 private:
  std::filesystem::path directory_;
};

// RawClient over TLS; trusts every certificate.
class TlsClient final : public RawClient {
 public:
  explicit TlsClient(uint16_t port);
  ~TlsClient() override;

  void Send(std::string_view bytes) override;

 private:
  bool Fill() override;

  ssl_ctx_st* context_;
  ssl_st* session_;
};

}  // namespace wiregauge::http
