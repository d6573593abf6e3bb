// SPDX-License-Identifier: Apache-2.0
#include "reverse_dns/dns_client.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace wiregauge::reverse_dns {
namespace {

constexpr int kTries = 2;  // of each server

std::string ListOf(const std::vector<NameServer>& servers) {
  std::string list;
  for (const NameServer& server : servers) {
    list += (list.empty() ? "" : ",") + server.ToString();
  }
  return list;
}

DnsClient::Reply::Kind KindOf(int status) {
  using Kind = DnsClient::Reply::Kind;
  switch (status) {
    case ARES_SUCCESS:
      return Kind::kAnswer;
    case ARES_ENOTFOUND:  // no such domain
    case ARES_ENODATA:    // it has no such record
      return Kind::kNoSuchName;
    case ARES_ETIMEOUT:
    case ARES_ECONNREFUSED:  // no server is there
      return Kind::kTimeout;
    default:
      return Kind::kFailed;
  }
}

// The channel's sockets and the descriptor that ends the wait.
size_t PollSetOf(ares_channel channel, int wake_fd,
                 std::array<pollfd, ARES_GETSOCK_MAXNUM + 1>& set) {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  const int ready = ares_getsock(channel, sockets.data(), ARES_GETSOCK_MAXNUM);
  size_t size = 0;
  for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    short events = 0;
    if (ARES_GETSOCK_READABLE(ready, i)) events |= POLLIN;
    if (ARES_GETSOCK_WRITABLE(ready, i)) events |= POLLOUT;
    if (events != 0) set[size++] = {sockets[static_cast<size_t>(i)], events, 0};
  }
  set[size++] = {wake_fd, POLLIN, 0};
  return size;
}

timeval ToTimeval(Duration duration) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  return {us / 1'000'000, us % 1'000'000};
}

}  // namespace

std::optional<NameServer> NameServer::Parse(std::string_view text) {
  const auto with_port = [](std::string_view ip_text,
                            std::string_view port_text) -> std::optional<NameServer> {
    const auto ip = IpAddress::Parse(ip_text);
    const auto number = ParseNumber<uint16_t>(port_text);
    if (!ip || !number || *number == 0) return std::nullopt;
    return NameServer{*ip, *number};
  };
  if (const auto ip = IpAddress::Parse(text)) return NameServer{*ip};
  if (text.starts_with('[')) {
    const size_t end = text.find("]:");
    if (end == std::string_view::npos) return std::nullopt;
    return with_port(text.substr(1, end - 1), text.substr(end + 2));
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return with_port(text.substr(0, colon), text.substr(colon + 1));
}

std::string NameServer::ToString() const {
  const std::string text = address.ToString();
  return (address.version() == 6 ? "[" + text + "]" : text) + ":" + std::to_string(port);
}

struct DnsClient::Question {
  DnsClient* client;
  OnReply on_reply;
};

Result<std::unique_ptr<DnsClient>> DnsClient::Create(const std::vector<NameServer>& servers,
                                                     Duration timeout) {
  const auto fail = [](const std::string& problem) {
    return Error{ErrorCode::kUnavailable, "name servers: " + problem};
  };
  if (const int status = ares_library_init(ARES_LIB_INIT_ALL); status != ARES_SUCCESS) {
    return fail(ares_strerror(status));
  }
  ares_options options{};
  options.timeout =
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count());
  options.tries = kTries;
  ares_channel channel = nullptr;
  int status = ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
  if (status == ARES_SUCCESS && !servers.empty()) {
    status = ares_set_servers_ports_csv(channel, ListOf(servers).c_str());
    if (status != ARES_SUCCESS) ares_destroy(channel);
  }
  if (status != ARES_SUCCESS) {
    ares_library_cleanup();
    return fail(ares_strerror(status));
  }
  const int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd < 0) {
    const int problem = errno;
    ares_destroy(channel);
    ares_library_cleanup();
    return fail(std::strerror(problem));
  }
  return std::unique_ptr<DnsClient>(new DnsClient(channel, wake_fd));
}

DnsClient::~DnsClient() {
  closing_ = true;
  ares_destroy(channel_);
  ares_library_cleanup();
  close(wake_fd_);
}

void DnsClient::AskPtr(const std::string& name, OnReply on_reply) {
  auto question = std::make_unique<Question>(Question{this, std::move(on_reply)});
  ++under_way_;
  ares_query(channel_, name.c_str(), ns_c_in, ns_t_ptr, OnAnswer, question.release());
}

void DnsClient::OnAnswer(void* question, int status, int, unsigned char* bytes, int size) {
  const std::unique_ptr<Question> asked(static_cast<Question*>(question));
  --asked->client->under_way_;
  if (asked->client->closing_) return;
  Reply reply{KindOf(status), {}};
  if (bytes != nullptr && size > 0) reply.message = {bytes, static_cast<size_t>(size)};
  asked->on_reply(reply);
}

void DnsClient::Wait(Duration most) {
  std::array<pollfd, ARES_GETSOCK_MAXNUM + 1> set{};
  const size_t size = PollSetOf(channel_, wake_fd_, set);
  timeval longest = ToTimeval(most), next{};
  const timeval* const wait = ares_timeout(channel_, &longest, &next);
  const auto milliseconds = static_cast<int>(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000);
  const int ready = poll(set.data(), size, milliseconds);
  if (ready > 0 && set[size - 1].revents != 0) {
    uint64_t wakes = 0;
    [[maybe_unused]] const ssize_t taken = read(wake_fd_, &wakes, sizeof wakes);
  }
  if (ready <= 0) ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  for (size_t i = 0; ready > 0 && i + 1 < size; ++i) {
    const bool failed = (set[i].revents & (POLLERR | POLLHUP)) != 0;
    const bool readable = failed || (set[i].revents & POLLIN) != 0;
    const bool writable = failed || (set[i].revents & POLLOUT) != 0;
    ares_process_fd(channel_, readable ? set[i].fd : ARES_SOCKET_BAD,
                    writable ? set[i].fd : ARES_SOCKET_BAD);
  }
}

void DnsClient::Wake() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
}

}  // namespace wiregauge::reverse_dns
