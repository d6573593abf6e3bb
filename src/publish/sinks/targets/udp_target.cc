// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/udp_target.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "http_client/stream.h"

namespace wiregauge::sinks {
namespace {

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

UdpTarget::UdpTarget(std::string host, uint16_t port, Duration name_timeout, const Clock& clock)
    : host_(std::move(host)), port_(port), name_timeout_(name_timeout), name_(host_, port, clock) {
  state_.address = "udp://" + http_client::HostAndPort(host_, port_);
}

Delivery UdpTarget::Deliver(const Parcel& parcel, const Interrupt& stop) {
  if (socket_.is_open() && name_.HasLeft(peer_ip_)) socket_.Close();
  if (!socket_.is_open()) {
    if (std::string problem = Connect(stop); !problem.empty()) return Delivery::Retry(problem);
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
      ++first_;
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

std::string UdpTarget::Connect(const Interrupt& stop) {
  const auto found = name_.LookUp(name_timeout_, stop.fd());
  if (!found.ok()) return found.error().message;
  std::string problem;
  for (size_t i = 0; i < found->size(); ++i) {
    const http_client::SocketAddress& address = (*found)[(first_ + i) % found->size()];
    OwnedFile socket(::socket(address.bytes.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (socket.is_open() && ::connect(socket.fd(), address.get(), address.size) == 0) {
      first_ += i;
      socket_ = std::move(socket);
      peer_ip_ = address.ip();
      MutexLock lock(mutex_);
      ++state_.connections;
      return {};
    }
    problem = host_ + ": " + ErrnoText();
  }
  return problem;
}

}  // namespace wiregauge::sinks
