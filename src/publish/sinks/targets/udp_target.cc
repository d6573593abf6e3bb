// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/udp_target.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "http_client/stream.h"

namespace wiregauge::sinks {
namespace {

// How long a name is believed.
constexpr Duration kNameLifetime = std::chrono::seconds(30);
constexpr int kRoomWaitMilliseconds = 1000;

std::string_view WithoutLineEnd(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  return line;
}

// Waits for room in the socket's buffer; false: `stop` was raised.
bool WaitForRoom(int socket, const Interrupt& stop) {
  pollfd polled[] = {{socket, POLLOUT, 0}, {stop.fd(), POLLIN, 0}};
  ::poll(polled, 2, kRoomWaitMilliseconds);
  return !stop.raised();
}

}  // namespace

UdpTarget::UdpTarget(std::string host, uint16_t port, const Clock& clock)
    : host_(std::move(host)), port_(port), clock_(clock) {
  state_.address = "udp://" + http_client::HostAndPort(host_, port_);
}

Delivery UdpTarget::Deliver(const Parcel& parcel, const Interrupt& stop) {
  if (!socket_.is_open() || clock_.SteadyNow() >= connected_at_ + kNameLifetime) {
    if (std::string problem = Connect(); !problem.empty()) return Delivery::Retry(problem);
  }
  Delivery delivery;
  for (uint32_t record = 0; record < parcel.size();) {
    const std::string_view line = WithoutLineEnd(parcel[record].body);
    if (::send(socket_.fd(), line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
      ++record;
    } else if (errno == EMSGSIZE) {
      delivery.rejected.push_back({record, "longer than a datagram"});
      ++record;
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      if (!WaitForRoom(socket_.fd(), stop)) {
        return RetryFrom(parcel, record, "stopped", std::move(delivery));
      }
    } else if (errno != EINTR) {
      const std::string problem = state().address + ": " + ErrnoText();
      socket_.Close();
      return RetryFrom(parcel, record, problem, std::move(delivery));
    }
  }
  return delivery;
}

Delivery UdpTarget::RetryFrom(const Parcel& parcel, uint32_t record, std::string problem,
                              Delivery delivery) {
  // An error that is told now is of the datagram before.
  if (record > 0) --record;
  std::erase_if(delivery.rejected,
                [&](const Delivery::Rejection& rejection) { return rejection.record >= record; });
  for (; record < parcel.size(); ++record) delivery.again.push_back(record);
  delivery.problem = std::move(problem);
  return delivery;
}

std::string UdpTarget::Tend(const Interrupt&) { return {}; }

TargetState UdpTarget::state() const {
  MutexLock lock(mutex_);
  return state_;
}

std::string UdpTarget::Connect() {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host_.c_str(), std::to_string(port_).c_str(), &hints, &found);
  if (code != 0) return host_ + ": " + ::gai_strerror(code);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, ::freeaddrinfo);
  std::string problem;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    OwnedFile socket(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol));
    if (socket.is_open() && ::connect(socket.fd(), at->ai_addr, at->ai_addrlen) == 0) {
      socket_ = std::move(socket);
      connected_at_ = clock_.SteadyNow();
      MutexLock lock(mutex_);
      ++state_.connections;
      return {};
    }
    problem = host_ + ": " + ErrnoText();
  }
  return problem;
}

}  // namespace wiregauge::sinks
