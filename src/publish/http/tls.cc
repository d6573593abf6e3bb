// SPDX-License-Identifier: Apache-2.0
#include "publish/http/tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace wiregauge::http {
namespace {

constexpr size_t kPiece = 16384;  // a record holds no more (RFC 8446 section 5.1)
// Of TLS 1.2: forward secrecy and authenticated encryption, which all of TLS 1.3 has.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

// OpenSSL would wait for whoever writes into a pipe.
Status CheckReadable(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return Error{ErrorCode::kInvalidArgument, path + ": " + std::strerror(errno)};
  struct stat info {};
  const bool regular = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode);
  ::close(file);
  if (regular) return {};
  return Error{ErrorCode::kInvalidArgument, path + ": is no regular file"};
}

Error MakeError(const std::string& what) {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  return Error{ErrorCode::kInvalidArgument, what + (reason != nullptr ? reason : "unknown error")};
}

// OpenSSL would ask the terminal.
int RefusePassphrase(char*, int, int, void*) { return 0; }

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void TlsSession::Free::operator()(ssl_st* session) const { SSL_free(session); }

Result<std::shared_ptr<const TlsContext>> TlsContext::Load(const std::string& certificate_file,
                                                           const std::string& key_file) {
  for (const std::string& path : {certificate_file, key_file}) {
    if (Status readable = CheckReadable(path); !readable.ok()) return readable.error();
  }
  ERR_clear_error();
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr) return MakeError("TLS: ");
  std::shared_ptr<const TlsContext> owner(new TlsContext(context));
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(
      context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (SSL_CTX_set_cipher_list(context, kCiphers) != 1) return MakeError("TLS: ");
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(context, RefusePassphrase);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    return MakeError(certificate_file + ": no certificate in PEM: ");
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return MakeError(key_file + ": no key in PEM for " + certificate_file + ": ");
  }
  // A key of another kind than the certificate's is taken so far, and fits nothing.
  if (SSL_CTX_check_private_key(context) != 1) {
    return MakeError(key_file + ": is not the key of " + certificate_file + ": ");
  }
  return owner;
}

TlsSession::TlsSession(const TlsContext& context) : session_(SSL_new(context.context_.get())) {
  BIO* const in = BIO_new(BIO_s_mem());
  BIO* const out = BIO_new(BIO_s_mem());
  WIREGAUGE_CHECK(session_ != nullptr && in != nullptr && out != nullptr);
  SSL_set_bio(session_.get(), in, out);
  SSL_set_accept_state(session_.get());
}

bool TlsSession::established() const { return SSL_is_init_finished(session_.get()) == 1; }

bool TlsSession::Receive(std::string_view bytes, std::string& plain) {
  SSL* const session = session_.get();
  ERR_clear_error();
  const int fed = BIO_write(SSL_get_rbio(session), bytes.data(), static_cast<int>(bytes.size()));
  if (fed != static_cast<int>(bytes.size())) return false;
  std::array<char, kPiece> piece;
  int result = 0;
  while ((result = SSL_read(session, piece.data(), piece.size())) > 0) {
    plain.append(piece.data(), static_cast<size_t>(result));
  }
  const int error = SSL_get_error(session, result);
  TakeOutput();
  // The peer's close_notify ends what it sends, not what it reads.
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN;
}

size_t TlsSession::Encrypt(std::string_view plain) {
  ERR_clear_error();
  const int size = static_cast<int>(std::min(plain.size(), kPiece));
  const int written = SSL_write(session_.get(), plain.data(), size);
  TakeOutput();
  return written > 0 ? static_cast<size_t>(written) : 0;
}

void TlsSession::Close() {
  if (closed_) return;
  closed_ = true;
  ERR_clear_error();
  SSL_shutdown(session_.get());
  TakeOutput();
}

void TlsSession::Sent(size_t bytes) {
  sent_ += bytes;
  if (sent_ < wire_.size()) return;
  sent_ = 0;
  wire_.clear();
}

void TlsSession::TakeOutput() {
  BIO* const out = SSL_get_wbio(session_.get());
  const size_t size = BIO_ctrl_pending(out);
  if (size == 0) return;
  const size_t before = wire_.size();
  wire_.resize(before + size);
  BIO_read(out, wire_.data() + before, static_cast<int>(size));
}

}  // namespace wiregauge::http
