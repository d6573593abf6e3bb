// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace wiregauge::http {

// A certificate with its key, for TLS 1.3 and for 1.2 with ECDHE and AES-GCM or ChaCha20.
// Immutable, thread-safe.
class TlsContext {
 public:
  // PEM files: the certificate, its chain behind it, and its key, which has no passphrase. Error
  // kInvalidArgument: one cannot be read, or they do not belong together.
  static Result<std::shared_ptr<const TlsContext>> Load(const std::string& certificate_file,
                                                        const std::string& key_file);

 private:
  friend class TlsSession;
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

  std::unique_ptr<ssl_ctx_st, Free> context_;
};

// One connection's TLS, between the bytes of the wire and those of the application. Knows no
// socket. Not thread-safe; nothing in it blocks.
class TlsSession {
 public:
  explicit TlsSession(const TlsContext& context);

  bool established() const;  // the handshake is over

  // Bytes from the wire; appends what they hold to `plain`. False: the connection can carry nothing
  // more, and wire() may hold why.
  [[nodiscard]] bool Receive(std::string_view bytes, std::string& plain);
  // Makes records of the front of `plain` and gives how much that is: 0 when it cannot.
  [[nodiscard]] size_t Encrypt(std::string_view plain);
  // Tells the peer that nothing more comes. Idempotent.
  void Close();

  // What is to be sent; Sent() takes from its front.
  std::string_view wire() const { return std::string_view(wire_).substr(sent_); }
  void Sent(size_t bytes);

 private:
  struct Free {
    void operator()(ssl_st* session) const;
  };
  void TakeOutput();

  std::unique_ptr<ssl_st, Free> session_;
  std::string wire_;
  size_t sent_ = 0;
  bool closed_ = false;
};

}  // namespace wiregauge::http
