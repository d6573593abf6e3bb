// SPDX-License-Identifier: Apache-2.0
#include "capture/live_source.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <optional>

#include "base/log.h"
#include "capture/live_handle.h"

namespace wiregauge::capture {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::chrono::milliseconds kReopenEvery{500};
constexpr std::chrono::milliseconds kCheckEvery{500};  // while nothing comes
// After the interface is lost the kernel still shows the block it was filling.
constexpr auto kDrain = 2 * kBlockTimeout;

void Sleep(Duration duration) noexcept {
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  if (milliseconds > 0)
    poll(nullptr, 0, static_cast<int>(std::min<int64_t>(milliseconds, INT_MAX)));
}

class PcapLiveSource final : public PacketSource {
 public:
  PcapLiveSource(LiveOptions options, std::unique_ptr<LiveHandle> handle)
      : options_(std::move(options)),
        handle_(std::move(handle)),
        link_type_(handle_->link_type()) {}

  size_t Poll(PacketHandler& handler, size_t max_packets, Duration wait) noexcept override;

  SourceState state() const noexcept override { return state_; }
  const std::string& problem() const noexcept override { return problem_; }
  SourceDrops drops() noexcept override {
    CountDrops();
    return drops_;
  }
  std::optional<LinkType> link_type() const noexcept override { return link_type_; }

 private:
  // What libpcap's callback needs; lives as long as one Dispatch.
  struct Delivery {
    PcapLiveSource& source;
    PacketHandler& handler;
    size_t delivered = 0;
  };

  static void OnPcapPacket(u_char* user, const pcap_pkthdr* header, const u_char* bytes) noexcept;
  // Hands over what is in the ring and does not wait.
  size_t Dispatch(PacketHandler& handler, size_t max_packets);
  // Why the handle can give no more; empty while it can.
  std::string Trouble() const;
  void CheckInterface();
  void CountDrops() noexcept;
  // The interface is away: closes the handle once the ring is drained.
  void Lose(Duration wait);
  void TryToReopen(Duration wait);

  const LiveOptions options_;
  std::unique_ptr<LiveHandle> handle_;  // null while the interface is gone
  LinkType link_type_;
  SourceState state_ = SourceState::kOpen;
  std::string problem_;
  bool dispatch_failed_ = false;
  uint64_t packets_ = 0;
  SourceDrops drops_;
  pcap_stat counted_{};  // how much of handle_'s statistics drops_ holds
  SteadyTime next_check_ = std::chrono::steady_clock::now() + kCheckEvery;
  SteadyTime next_reopen_{};
  std::optional<SteadyTime> drained_at_;  // set when the interface was found to be away
};

size_t PcapLiveSource::Poll(PacketHandler& handler, size_t max_packets, Duration wait) noexcept {
  if (max_packets == 0) return 0;
  if (handle_ == nullptr) {
    TryToReopen(wait);
    if (handle_ == nullptr) return 0;
    wait = Duration::zero();
  }
  if (const size_t delivered = Dispatch(handler, max_packets); delivered > 0) return delivered;
  if (drained_at_.has_value()) {
    Lose(wait);
    return 0;
  }
  bool something_happened = dispatch_failed_;
  if (!something_happened && wait > Duration::zero() && handle_->WaitReadable(wait)) {
    if (const size_t delivered = Dispatch(handler, max_packets); delivered > 0) return delivered;
    something_happened = true;  // but no packets: perhaps the end of the interface
  }
  if (something_happened || std::chrono::steady_clock::now() >= next_check_) CheckInterface();
  return 0;
}

size_t PcapLiveSource::Dispatch(PacketHandler& handler, size_t max_packets) {
  Delivery delivery{.source = *this, .handler = handler};
  const int status =
      pcap_dispatch(handle_->pcap(), static_cast<int>(std::min<size_t>(max_packets, INT_MAX)),
                    OnPcapPacket, reinterpret_cast<u_char*>(&delivery));
  dispatch_failed_ = status < 0;
  return delivery.delivered;
}

void PcapLiveSource::OnPcapPacket(u_char* user, const pcap_pkthdr* header,
                                  const u_char* bytes) noexcept {
  auto& delivery = *reinterpret_cast<Delivery*>(user);
  PcapLiveSource& source = delivery.source;
  const Timestamp time = source.handle_->TimeOf(*header);
  if (source.handle_->IsTooEarly(time)) return;
  ++source.packets_;
  delivery.handler.OnPacket(
      {.time = time,
       .captured = {bytes, header->caplen},
       .wire_bytes = std::max(header->len, header->caplen),
       .number = source.packets_ * source.options_.workers + source.options_.worker,
       .link_type = source.link_type_});
  ++delivery.delivered;
}

std::string PcapLiveSource::Trouble() const {
  std::string reason = handle_->InterfaceProblem();
  if (reason.empty() && dispatch_failed_) reason = pcap_geterr(handle_->pcap());
  return reason.empty() ? "" : "interface " + options_.interface + ": " + reason;
}

void PcapLiveSource::CheckInterface() {
  const SteadyTime now = std::chrono::steady_clock::now();
  next_check_ = now + kCheckEvery;
  problem_ = Trouble();
  if (!problem_.empty()) drained_at_ = now + kDrain;
}

void PcapLiveSource::Lose(Duration wait) {
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now < *drained_at_) {
    Sleep(std::min<Duration>(wait, *drained_at_ - now));
    return;
  }
  CountDrops();
  // An interface that is being removed goes down first: meanwhile there may be more to say.
  if (std::string trouble = Trouble(); !trouble.empty()) problem_ = std::move(trouble);
  handle_.reset();
  drained_at_.reset();
  counted_ = {};
  state_ = SourceState::kGone;
  // The workers of an interface see the same: one of them speaks.
  if (options_.worker == 0) {
    log::Warning("capture", "interface is gone; looking for it until it is back",
                 {{"interface", options_.interface}, {"problem", problem_}});
  }
}

void PcapLiveSource::TryToReopen(Duration wait) {
  SteadyTime now = std::chrono::steady_clock::now();
  if (now < next_reopen_) {
    Sleep(std::min<Duration>(wait, next_reopen_ - now));
    now = std::chrono::steady_clock::now();
    if (now < next_reopen_) return;
  }
  next_reopen_ = now + kReopenEvery;
  auto handle = LiveHandle::Open(options_);
  if (!handle.ok()) {
    problem_ = handle.error().code == ErrorCode::kNotFound
                   ? "interface " + options_.interface + ": was removed"
                   : handle.error().message;
    return;
  }
  handle_ = std::move(*handle);
  link_type_ = handle_->link_type();
  state_ = SourceState::kOpen;
  problem_.clear();
  next_check_ = now + kCheckEvery;
  if (options_.worker == 0) {
    log::Info("capture", "interface is back", {{"interface", options_.interface}});
  }
}

void PcapLiveSource::CountDrops() noexcept {
  pcap_stat now{};
  if (handle_ == nullptr || pcap_stats(handle_->pcap(), &now) != 0) return;
  // libpcap's counters are 32 bits wide and go round.
  drops_.kernel_packets += static_cast<uint32_t>(now.ps_drop - counted_.ps_drop);
  counted_.ps_drop = now.ps_drop;
  // ps_ifdrop is the interface's: one worker counts it. It falls when the interface goes.
  const auto more = static_cast<int32_t>(now.ps_ifdrop - counted_.ps_ifdrop);
  if (options_.worker == 0 && more > 0) {
    drops_.interface_packets += static_cast<uint32_t>(more);
    counted_.ps_ifdrop = now.ps_ifdrop;
  }
}

}  // namespace

Result<std::unique_ptr<PacketSource>> OpenLive(const LiveOptions& options) {
  auto handle = LiveHandle::Open(options);
  if (!handle.ok()) return handle.error();
  return std::unique_ptr<PacketSource>(
      std::make_unique<PcapLiveSource>(options, std::move(*handle)));
}

}  // namespace wiregauge::capture
