// SPDX-License-Identifier: Apache-2.0
#include "http_client/name_lookup.h"

#include <netdb.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <system_error>
#include <thread>

#include "base/interrupt.h"
#include "base/mutex.h"

namespace wiregauge::http_client {
namespace {

NameLookup::Found LookUp(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;  // of each address one entry
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (code != 0) return Error{ErrorCode::kUnavailable, host + ": " + ::gai_strerror(code)};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, ::freeaddrinfo);
  std::vector<SocketAddress> found;
  for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
    SocketAddress& address = found.emplace_back();
    address.size = at->ai_addrlen;
    std::memcpy(&address.bytes, at->ai_addr, at->ai_addrlen);
  }
  return found;
}

}  // namespace

struct NameLookup::Lookup {
  void Finish(Found result) {
    {
      MutexLock lock(mutex);
      found = std::move(result);
    }
    done.Raise();
  }

  Interrupt done;
  Mutex mutex;
  std::optional<Found> found WIREGAUGE_GUARDED_BY(mutex);
};

std::string SocketAddress::ip() const {
  std::array<char, NI_MAXHOST> text{};
  if (::getnameinfo(get(), size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
    return {};
  }
  const std::string ip = text.data();
  return ip.substr(0, ip.find('%'));
}

void NameLookup::Start() {
  if (under_way_ != nullptr) return;
  under_way_ = std::make_shared<Lookup>();
  try {
    std::thread([lookup = under_way_, host = host_, port = port_] {
      lookup->Finish(LookUp(host, port));
    }).detach();
  } catch (const std::system_error& error) {
    under_way_->Finish(Error{ErrorCode::kUnavailable, host_ + ": " + error.what()});
  }
}

std::optional<NameLookup::Found> NameLookup::Take() {
  if (under_way_ == nullptr || !under_way_->done.raised()) return std::nullopt;
  const auto lookup = std::exchange(under_way_, nullptr);
  MutexLock lock(lookup->mutex);
  return std::move(lookup->found);
}

std::optional<NameLookup::Found> NameLookup::Wait(Duration most, int stop_fd) {
  if (under_way_ == nullptr) return std::nullopt;
  std::array<pollfd, 2> polled{pollfd{under_way_->done.fd(), POLLIN, 0},
                               pollfd{stop_fd, POLLIN, 0}};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(most).count();
  ::poll(polled.data(), polled.size(), static_cast<int>(milliseconds));
  return Take();
}

NameLookup::Found NameWatch::LookUp(Duration most, int stop_fd) {
  lookup_.Start();
  auto found = lookup_.Wait(most, stop_fd);
  Restart();
  if (!found) return Error{ErrorCode::kUnavailable, lookup_.host() + ": no answer to who that is"};
  return std::move(*found);
}

bool NameWatch::HasLeft(const std::string& ip) {
  const SteadyTime now = clock_.SteadyNow();
  if (!lookup_.is_under_way() && now >= looked_up_at_ + kInterval) {
    looked_up_at_ = now;
    lookup_.Start();
  }
  const auto found = lookup_.Take();
  if (!found || !found->ok()) return false;
  return std::ranges::count(**found, ip, &SocketAddress::ip) == 0;
}

}  // namespace wiregauge::http_client
