// SPDX-License-Identifier: Apache-2.0
#include "http_client/stream.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace wiregauge::http_client {
namespace {

// A peer that is gone while nothing is sent to it is noticed after 60 s + 6 * 10 s.
constexpr int kKeepAliveIdleSeconds = 60, kKeepAliveIntervalSeconds = 10, kKeepAliveProbes = 6;

long Milliseconds(Duration duration) {
  return static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

int OnSocket(void* data, curl_socket_t socket, curlsocktype) noexcept {
  const int bytes = static_cast<const StreamOptions*>(data)->send_buffer_bytes;
  if (bytes > 0) ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &kKeepAliveProbes, sizeof kKeepAliveProbes);
  return CURL_SOCKOPT_OK;
}

int OnProgress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  const auto& options = *static_cast<const StreamOptions*>(data);
  return options.give_up && options.give_up() ? 1 : 0;
}

std::string UrlOf(const StreamOptions& options) {
  return (options.tls ? "https://" : "http://") + HostAndPort(options.host, options.port);
}

void Configure(CURL* curl, const StreamOptions& options, char* text) {
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, text);
  curl_easy_setopt(curl, CURLOPT_URL, UrlOf(options).c_str());
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);  // a slow name server holds up nobody
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(options.connect_timeout));
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, long{kKeepAliveIdleSeconds});
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, long{kKeepAliveIntervalSeconds});
  curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, OnSocket);
  curl_easy_setopt(curl, CURLOPT_SOCKOPTDATA, &options);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, OnProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &options);
  // What is spoken over it is not HTTP.
  curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, options.verify_tls ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, options.verify_tls ? 2L : 0L);
  if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
}

size_t UnacknowledgedBytes(int socket) {
  int bytes = 0;
  if (::ioctl(socket, SIOCOUTQ, &bytes) != 0) return 0;
  return static_cast<size_t>(std::max(0, bytes));
}

bool EndInOrder(int socket, Duration most) {
  if (::shutdown(socket, SHUT_WR) != 0) return false;
  pollfd polled{socket, POLLRDHUP, 0};
  if (::poll(&polled, 1, static_cast<int>(Milliseconds(most))) <= 0) return false;
  return (polled.revents & POLLERR) == 0 && UnacknowledgedBytes(socket) == 0;
}

// Where there is TLS. libcurl 7.88 sends one for a connection like ours, 8.14 does not. Goes past
// libcurl's own way to the socket, which works within its calls alone.
void SendCloseNotify(CURL* curl, int socket) {
  curl_tlssessioninfo* tls = nullptr;
  if (curl_easy_getinfo(curl, CURLINFO_TLS_SSL_PTR, &tls) != CURLE_OK || tls == nullptr) return;
  if (tls->backend != CURLSSLBACKEND_OPENSSL || tls->internals == nullptr) return;
  auto* const session = static_cast<SSL*>(tls->internals);
  if (SSL_set_fd(session, socket) == 1) SSL_shutdown(session);
}

Error Broken(std::string what) { return Error{ErrorCode::kUnavailable, std::move(what)}; }

}  // namespace

void Stream::Free::operator()(void* handle) const { curl_easy_cleanup(handle); }

Result<std::unique_ptr<Stream>> Stream::Open(const StreamOptions& options) {
  auto stream = std::unique_ptr<Stream>(new Stream());
  stream->handle_.reset(curl_easy_init());
  CURL* const curl = stream->handle_.get();
  if (curl == nullptr) return Broken("no memory for a connection");
  std::array<char, CURL_ERROR_SIZE> text{};
  Configure(curl, options, text.data());
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 1L);
  if (code != CURLE_OK) {
    const char* const why = text[0] != '\0' ? text.data() : curl_easy_strerror(code);
    return Broken(HostAndPort(options.host, options.port) + ": " + why);
  }
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &socket);
  stream->socket_ = socket;
  stream->is_tls_ = options.tls;
  const char* ip = nullptr;
  long port = 0;
  curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &ip);
  curl_easy_getinfo(curl, CURLINFO_PRIMARY_PORT, &port);
  stream->peer_ip_ = ip != nullptr ? ip : "";
  stream->peer_ = HostAndPort(stream->peer_ip_, static_cast<uint16_t>(port));
  return stream;
}

Result<size_t> Stream::Send(std::string_view bytes) {
  size_t sent = 0;
  const CURLcode code = curl_easy_send(handle_.get(), bytes.data(), bytes.size(), &sent);
  owes_same_bytes_ = is_tls_ && code == CURLE_AGAIN;
  if (code == CURLE_OK) return sent;
  if (code == CURLE_AGAIN) return size_t{0};
  return Broken(peer_ + ": " + curl_easy_strerror(code));
}

bool Stream::WaitWritable(Duration most, int stop_fd) const {
  std::array<pollfd, 2> polled{pollfd{socket_, POLLOUT | POLLRDHUP, 0}, pollfd{stop_fd, POLLIN, 0}};
  const int ready = ::poll(polled.data(), polled.size(), static_cast<int>(Milliseconds(most)));
  return ready > 0 && polled[1].revents == 0;
}

bool Stream::is_closed_by_peer() const {
  pollfd polled{socket_, POLLIN | POLLRDHUP, 0};
  if (::poll(&polled, 1, 0) <= 0) return false;
  return (polled.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

size_t Stream::unacknowledged_bytes() const { return UnacknowledgedBytes(socket_); }

Duration Stream::silence() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
  if (info.tcpi_probes == 1) return {};
  return std::chrono::milliseconds(info.tcpi_last_ack_recv);
}

// libcurl closes the socket when it gives up its connection: a second descriptor keeps it.
bool Stream::Finish(Duration most) {
  const int socket = ::fcntl(socket_, F_DUPFD_CLOEXEC, 0);
  if (socket < 0) return false;
  SendCloseNotify(handle_.get(), socket);
  handle_.reset();
  socket_ = -1;
  const bool is_in_order = EndInOrder(socket, most);
  ::close(socket);
  return is_in_order;
}

std::string HostAndPort(const std::string& host, uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace wiregauge::http_client
