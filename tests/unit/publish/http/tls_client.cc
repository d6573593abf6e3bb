// SPDX-License-Identifier: Apache-2.0
#include "tls_client.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include <cstdio>

namespace wiregauge::http {

TestCertificate::TestCertificate() {
  std::string pattern = std::filesystem::temp_directory_path() / "wiregauge-tls-XXXXXX";
  directory_ = ::mkdtemp(pattern.data());
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  std::FILE* file = std::fopen(certificate_file().c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_file().c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

TestCertificate::~TestCertificate() { std::filesystem::remove_all(directory_); }

TlsClient::TlsClient(uint16_t port)
    : RawClient(port), context_(SSL_CTX_new(TLS_client_method())), session_(SSL_new(context_)) {
  SSL_set_fd(session_, fd_);
  SSL_connect(session_);
}

TlsClient::~TlsClient() {
  SSL_free(session_);
  SSL_CTX_free(context_);
}

void TlsClient::Send(std::string_view bytes) {
  SSL_write(session_, bytes.data(), static_cast<int>(bytes.size()));
}

bool TlsClient::Fill() {
  std::string piece(65536, '\0');
  const int got = SSL_read(session_, piece.data(), static_cast<int>(piece.size()));
  if (got <= 0) return false;
  buffer_.append(piece, 0, static_cast<size_t>(got));
  return true;
}

}  // namespace wiregauge::http
