// SPDX-License-Identifier: Apache-2.0
#include "raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "base/text.h"

namespace wiregauge::http {

RawClient::RawClient(uint16_t port, bool ipv6, int receive_buffer_bytes) {
  fd_ = ::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
  if (receive_buffer_bytes > 0) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  const timeval limit{.tv_sec = 60, .tv_usec = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_addr = in6addr_loopback;
  const auto* const address =
      ipv6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  if (::connect(fd_, address, ipv6 ? sizeof v6 : sizeof v4) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

RawClient::~RawClient() {
  if (fd_ >= 0) ::close(fd_);
}

void RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return;  // the server has closed: what it answered before is what counts
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

void RawClient::FinishSending() { ::shutdown(fd_, SHUT_WR); }

void RawClient::ResetNow() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(fd_);
  fd_ = -1;
}

bool RawClient::Fill() {
  std::string piece(65536, '\0');
  const ssize_t got = ::recv(fd_, piece.data(), piece.size(), 0);
  if (got <= 0) return false;
  buffer_.append(piece, 0, static_cast<size_t>(got));
  return true;
}

RawResponse RawClient::Read(bool has_body) {
  size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return {};
  }
  RawResponse response;
  const std::string head = buffer_.substr(0, end);
  buffer_.erase(0, end + 4);
  if (!head.starts_with("HTTP/1.1 ")) return {};
  response.status = std::atoi(head.c_str() + 9);
  for (const std::string_view line : Split(head, '\n')) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    response.headers[ToLower(line.substr(0, colon))] = Trim(line.substr(colon + 1));
  }
  if (!has_body || !response.headers.contains("content-length")) return response;
  const size_t length = std::strtoul(response.headers["content-length"].c_str(), nullptr, 10);
  while (buffer_.size() < length) {
    if (!Fill()) return {};
  }
  response.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return response;
}

std::optional<std::string> RawClient::ReadChunk() {
  size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!Fill()) return std::nullopt;
  }
  const size_t length = std::strtoul(buffer_.c_str(), nullptr, 16);
  while (buffer_.size() < end + length + 4) {
    if (!Fill()) return std::nullopt;
  }
  std::string chunk = buffer_.substr(end + 2, length);
  buffer_.erase(0, end + length + 4);
  return chunk;
}

bool RawClient::AtEnd() {
  if (!buffer_.empty()) return false;
  char byte = 0;
  const ssize_t got = ::recv(fd_, &byte, 1, 0);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

std::unique_ptr<Server> StartTestServer(const ServerOptions& options, Observer observer) {
  Router router;
  router.Add(Method::kGet, "/small", [](const Request&) { return TextResponse("small"); });
  router.Add(Method::kGet, "/big",
             [](const Request&) { return TextResponse(std::string(kBigBytes, 'x')); });
  router.Add(Method::kPost, "/echo", [](const Request& request) {
    Response response = TextResponse(request.body);
    if (const std::string* const type = request.FindHeader("content-type")) {
      response.headers.push_back({"X-Sent-Type", *type});
    }
    return response;
  });
  router.Add(Method::kGet, "/items/{id}", [](const Request& request) {
    std::string body = "{\"id\":";
    AppendJsonString(request.PathParameter("id"), body);
    body += ",\"q\":";
    const std::string* const q = request.FindQuery("q");
    AppendJsonString(q == nullptr ? "" : *q, body);
    return JsonResponse(body + "}");
  });
  router.Add(Method::kGet, "/items/special",
             [](const Request&) { return TextResponse("special"); });
  router.Add(Method::kGet, "/throws",
             [](const Request&) -> Response { throw std::runtime_error("secret text"); });
  router.Add(Method::kGet, "/document", [](const Request& request) {
    const std::string body(5000, 'd');
    return Conditional(request, EntityTag(body), TextResponse(body));
  });
  ServerOptions chosen = options;
  chosen.port = 0;
  Result<std::unique_ptr<Server>> server =
      Server::Start(chosen, std::move(router), std::move(observer));
  return server.ok() ? std::move(server).value() : nullptr;
}

RawResponse Exchange(uint16_t port, std::string_view bytes) {
  RawClient client(port);
  client.Send(bytes);
  return client.Read(!bytes.starts_with("HEAD "));
}

}  // namespace wiregauge::http
