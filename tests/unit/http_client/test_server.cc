// SPDX-License-Identifier: Apache-2.0
#include "test_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace wiregauge::http_client {

bool Connection::ReadMore() {
  char bytes[4096];
  const auto length = tls_ != nullptr ? SSL_read(tls_, bytes, sizeof bytes)
                                      : static_cast<int>(::recv(fd_, bytes, sizeof bytes, 0));
  if (length <= 0) return false;
  read_.append(bytes, static_cast<size_t>(length));
  return true;
}

std::string Connection::ReadRequest() {
  size_t end = std::string::npos;
  while ((end = read_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore()) return {};
  }
  end += 4;
  constexpr std::string_view kLength = "Content-Length: ";
  const size_t at = read_.find(kLength);
  if (at < end) end += std::strtoul(read_.c_str() + at + kLength.size(), nullptr, 10);
  while (read_.size() < end) {
    if (!ReadMore()) return {};
  }
  std::string request = read_.substr(0, end);
  read_.erase(0, end);
  return request;
}

bool Connection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ != nullptr
                          ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                          : static_cast<int>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void Connection::Answer(std::string_view status, std::string_view headers, std::string_view body) {
  Send("HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) +
       "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

void Connection::WaitForItsEnd() {
  while (ReadMore()) {
  }
}

TestServer::TestServer(Handler handler, ssl_ctx_st* tls) : handler_(std::move(handler)), tls_(tls) {
  std::signal(SIGPIPE, SIG_IGN);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any, length) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, any, &length) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { Accept(); });
}

TestServer::~TestServer() {
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  {
    std::lock_guard lock(mutex_);
    for (const int fd : fds_) ::shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& thread : serving_) thread.join();
  for (const int fd : fds_) ::close(fd);
  ::close(listener_);
}

std::string TestServer::Url(const std::string& path, const std::string& host) const {
  return (tls_ != nullptr ? "https://" : "http://") + host + ":" + std::to_string(port_) + path;
}

void TestServer::Accept() {
  while (true) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++connections_;
    std::lock_guard lock(mutex_);
    fds_.push_back(fd);
    serving_.emplace_back([this, fd] { Serve(fd); });
  }
}

void TestServer::Serve(int fd) {
  ssl_st* const tls = tls_ != nullptr ? SSL_new(tls_) : nullptr;
  if (tls != nullptr) SSL_set_fd(tls, fd);
  if (tls == nullptr || SSL_accept(tls) == 1) {
    Connection connection(fd, tls);
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      handler_(connection, request);
    }
  }
  SSL_free(tls);
  ::shutdown(fd, SHUT_RDWR);
}

}  // namespace wiregauge::http_client
