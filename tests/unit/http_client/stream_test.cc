// SPDX-License-Identifier: Apache-2.0
#include "http_client/stream.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "certificate.h"

namespace wiregauge::http_client {
namespace {

// Takes one connection over TLS and reads it to its end.
class TlsReceiver {
 public:
  TlsReceiver() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, generic, size), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    ::getsockname(listener_, generic, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Receive(); });
  }
  void Join() { thread_.join(); }
  uint16_t port() const { return port_; }
  const std::string& text() const { return text_; }
  // With a close_notify, so that it knows that nothing was cut off.
  bool has_ended_in_order() const { return has_ended_in_order_; }

 private:
  void Receive() {
    const int socket = ::accept(listener_, nullptr, nullptr);
    ::close(listener_);
    SSL* const tls = SSL_new(certificate_.context());
    SSL_set_fd(tls, socket);
    SSL_accept(tls);
    std::array<char, 4096> piece;
    int size = 0;
    while ((size = SSL_read(tls, piece.data(), piece.size())) > 0) {
      text_.append(piece.data(), static_cast<size_t>(size));
    }
    has_ended_in_order_ = SSL_get_error(tls, size) == SSL_ERROR_ZERO_RETURN;
    SSL_free(tls);
    ::close(socket);
  }

  Certificate certificate_;
  const int listener_;
  uint16_t port_ = 0;
  std::string text_;
  bool has_ended_in_order_ = false;
  std::thread thread_;
};

TEST(Stream, OverTlsItsEndIsTold) {
  TlsReceiver receiver;
  auto stream = Stream::Open(
      {.host = "127.0.0.1", .port = receiver.port(), .tls = true, .verify_tls = false});
  ASSERT_TRUE(stream.ok()) << stream.error().message;
  EXPECT_EQ((*stream)->Send("a line\n").value(), 7u);
  EXPECT_TRUE((*stream)->Finish(std::chrono::seconds(10)));
  receiver.Join();
  EXPECT_EQ(receiver.text(), "a line\n");
  EXPECT_TRUE(receiver.has_ended_in_order());
}

}  // namespace
}  // namespace wiregauge::http_client
