// SPDX-License-Identifier: Apache-2.0
#include "capture/live_handle.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <system_error>

#include "base/check.h"
#include "capture/link_types.h"

namespace wiregauge::capture {
namespace {

constexpr uint32_t kMaxSnapLengthBytes = 262144;  // libpcap's own limit
constexpr std::string_view kAnyInterface = "any";

std::string NamesOfInterfaces() {
  const auto interfaces = ListInterfaces();
  std::string names;
  if (!interfaces.ok()) return names;
  for (const InterfaceInfo& interface : interfaces.value()) {
    names += (names.empty() ? "" : ", ") + interface.name;
  }
  return names;
}

Error NotFound(const std::string& interface) {
  return {ErrorCode::kNotFound,
          "interface \"" + interface + "\" does not exist; those that do: " + NamesOfInterfaces()};
}

Error ActivationError(const std::string& interface, int status, const std::string& reason) {
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return NotFound(interface);
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return {ErrorCode::kPermissionDenied,
              "capture on " + interface +
                  ": not permitted; run as root, or give the program the capability CAP_NET_RAW "
                  "(setcap cap_net_raw+ep, or AmbientCapabilities=CAP_NET_RAW in a systemd unit)"};
    case PCAP_ERROR_IFACE_NOT_UP:
      return {ErrorCode::kUnavailable,
              "interface " + interface + " is down; `ip link set " + interface + " up` starts it"};
    default:
      return {ErrorCode::kUnavailable, "capture on " + interface + ": " + reason};
  }
}

// Fanout groups are numbered per network namespace, so two processes must not use the same number:
// theirs differ by what identifies the process, also from one container to the next.
uint16_t FanoutGroupOfProcess(uint16_t group) {
  struct stat pid_namespace {};
  stat("/proc/self/ns/pid", &pid_namespace);
  const uint64_t mixed =
      (static_cast<uint64_t>(pid_namespace.st_ino) << 32 | static_cast<uint32_t>(getpid())) *
      0x9e3779b97f4a7c15ULL;
  return static_cast<uint16_t>(group ^ (mixed >> 48));
}

int Clamp(uint64_t value) { return static_cast<int>(std::min<uint64_t>(value, INT_MAX)); }

}  // namespace

Result<std::unique_ptr<LiveHandle>> LiveHandle::Open(const LiveOptions& options) {
  WIREGAUGE_CHECK(options.worker < options.workers);
  // libpcap asks for permission first; an unknown name is worth saying in any case. libpcap's
  // devices that are no network interfaces (usbmon0, nflog, bluetooth0) carry no frames to decode.
  if (options.interface != kAnyInterface && if_nametoindex(options.interface.c_str()) == 0) {
    return NotFound(options.interface);
  }
  std::unique_ptr<LiveHandle> handle(new LiveHandle());
  handle->interface_ = options.interface;
  if (Status status = handle->Activate(options); !status.ok()) return status.error();
  if (Status status = handle->ChooseLinkType(); !status.ok()) return status.error();
  if (!options.filter.empty()) {
    auto filter = BpfFilter::Compile(handle->pcap(), options.filter);
    if (!filter.ok()) return filter.error();
    if (pcap_setfilter(handle->pcap(), (*filter)->program()) != 0) {
      return Error{ErrorCode::kInvalidArgument,
                   "filter \"" + options.filter + "\": " + pcap_geterr(handle->pcap())};
    }
  }
  if (options.workers > 1) {
    if (Status status = handle->JoinFanout(options); !status.ok()) return status.error();
  }
  return handle;
}

Status LiveHandle::Activate(const LiveOptions& options) {
  char reason[PCAP_ERRBUF_SIZE] = "";
  pcap_.reset(pcap_create(interface_.c_str(), reason));
  if (pcap_ == nullptr) return ActivationError(interface_, PCAP_ERROR, reason);
  pcap_t* const pcap = pcap_.get();
  const uint32_t snap_length = options.snap_length_bytes == 0
                                   ? kMaxSnapLengthBytes
                                   : std::min(options.snap_length_bytes, kMaxSnapLengthBytes);
  pcap_set_snaplen(pcap, static_cast<int>(snap_length));
  pcap_set_promisc(pcap, options.promiscuous && interface_ != kAnyInterface ? 1 : 0);
  pcap_set_timeout(pcap, static_cast<int>(kBlockTimeout.count()));
  if (options.ring_bytes > 0) pcap_set_buffer_size(pcap, Clamp(options.ring_bytes));
  pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);  // refused: microseconds it is
  const int status = pcap_activate(pcap);
  if (status < 0) return ActivationError(interface_, status, pcap_geterr(pcap));
  if (pcap_setnonblock(pcap, 1, reason) != 0) {
    return ActivationError(interface_, PCAP_ERROR, reason);
  }
  if (pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO) subsecond_nanoseconds_ = 1;
  fd_ = pcap_get_selectable_fd(pcap);
  interface_index_ = static_cast<int>(if_nametoindex(interface_.c_str()));
  return {};
}

Status LiveHandle::ChooseLinkType() {
  // Cooked frames come as version 1 unless one asks; version 2 has the interface and all protocols.
  if (pcap_datalink(pcap()) == DLT_LINUX_SLL) pcap_set_datalink(pcap(), DLT_LINUX_SLL2);
  const auto link_type = LinkTypeOfDlt(pcap_datalink(pcap()));
  if (!link_type.ok()) {
    return Error{link_type.error().code,
                 "interface " + interface_ + ": " + link_type.error().message};
  }
  link_type_ = link_type.value();
  return {};
}

Status LiveHandle::JoinFanout(const LiveOptions& options) {
  const uint32_t argument = FanoutGroupOfProcess(options.fanout_group) | PACKET_FANOUT_HASH << 16;
  if (setsockopt(fd_, SOL_PACKET, PACKET_FANOUT, &argument, sizeof(argument)) != 0) {
    return Error{ErrorCode::kUnavailable, "interface " + interface_ +
                                              ": its workers cannot share it (PACKET_FANOUT: " +
                                              std::generic_category().message(errno) + ")"};
  }
  just_joined_ = true;
  joined_ = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  return {};
}

bool LiveHandle::WaitReadable(Duration wait) const noexcept {
  pollfd event{.fd = fd_, .events = POLLIN, .revents = 0};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  return poll(&event, 1, Clamp(static_cast<uint64_t>(std::max<int64_t>(milliseconds, 0)))) != 0;
}

std::string LiveHandle::InterfaceProblem() const {
  if (interface_ == kAnyInterface) return "";
  ifreq request{};
  interface_.copy(request.ifr_name, IFNAMSIZ - 1);
  // Asked through the handle's own socket: that is the network namespace it lives in.
  if (ioctl(fd_, SIOCGIFINDEX, &request) != 0) return "was removed";
  if (request.ifr_ifindex != interface_index_) return "was replaced by another of that name";
  if (ioctl(fd_, SIOCGIFFLAGS, &request) != 0) return "was removed";
  return (request.ifr_flags & IFF_UP) != 0 ? "" : "is down";
}

bool LiveHandle::IsTooEarly(Timestamp time) noexcept {
  if (!just_joined_) return false;
  // A clock that stands before joined_ was set back since: packets of now look early then.
  if (time >= joined_ || std::chrono::system_clock::now() < joined_) {
    just_joined_ = false;
    return false;
  }
  return true;
}

}  // namespace wiregauge::capture
