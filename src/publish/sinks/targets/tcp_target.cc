// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/tcp_target.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

namespace wiregauge::sinks {
namespace {

// Bounds what a connection that breaks can have in flight unseen.
constexpr int kSendBufferBytes = 256 << 10;
constexpr Duration kWait = std::chrono::seconds(1);
// No event tells that the peer has acknowledged.
constexpr Duration kFirstAcknowledgementPoll = std::chrono::microseconds(50);
constexpr Duration kMostAcknowledgementPoll = std::chrono::milliseconds(5);
// To end the line that is being sent when the sink stops, and for the peer to end the connection.
constexpr Duration kLastWait = std::chrono::milliseconds(500);

constexpr const char* kStopped = "stopped";
constexpr const char* kClosed = "the receiver closed the connection";

std::string AddressOf(const http_client::StreamOptions& stream) {
  return (stream.tls ? "tls://" : "tcp://") + http_client::HostAndPort(stream.host, stream.port);
}

// How many whole lines the first bytes are.
uint32_t LinesIn(const Parcel& parcel, size_t bytes) {
  uint32_t lines = 0;
  size_t end = 0;
  while (lines < parcel.size()) {
    end += parcel[lines].body.size();
    if (end > bytes) break;
    ++lines;
  }
  return lines;
}

}  // namespace

TcpTarget::TcpTarget(TcpOptions options, const Clock& clock)
    : options_([&] {
        options.stream.send_buffer_bytes = kSendBufferBytes;
        return std::move(options);
      }()),
      clock_(clock),
      name_(options_.stream.host, options_.stream.port, clock) {
  state_.address = AddressOf(options_.stream);
}

Delivery TcpTarget::Deliver(const Parcel& parcel, const Interrupt& stop) {
  MoveWithTheName();
  if (std::string problem = Connect(stop); !problem.empty()) return Delivery::Retry(problem);
  Progress progress = SendAll(parcel.whole(), stop);
  if (progress.problem == kStopped) progress = EndLine(parcel.whole(), progress.bytes);
  std::string problem = progress.problem == kStopped ? "" : progress.problem;
  if (problem.empty()) problem = WaitForAcknowledgement(stop);
  if (!problem.empty()) {
    Disconnect();
    return Delivery::Retry(std::move(problem));
  }
  Delivery delivery;
  for (uint32_t line = LinesIn(parcel, progress.bytes); line < parcel.size(); ++line) {
    delivery.again.push_back(line);
  }
  if (delivery.again.empty()) Keep(parcel);
  return delivery;
}

std::string TcpTarget::Tend(const Interrupt& stop) {
  Forget();
  if (stream_ != nullptr && stream_->is_closed_by_peer()) Disconnect();
  if (stream_ == nullptr && (!resend_ || sent_.empty())) return {};
  MoveWithTheName();
  return Connect(stop);
}

void TcpTarget::Finish() {
  if (stream_ != nullptr) stream_->Finish(kLastWait);
  stream_.reset();
}

TargetState TcpTarget::state() const {
  MutexLock lock(mutex_);
  return state_;
}

// A name that has moved takes the stream along: what was sent there is acknowledged.
void TcpTarget::MoveWithTheName() {
  if (stream_ == nullptr || !name_.HasLeft(stream_->peer_ip())) return;
  stream_->Finish(kLastWait);
  stream_.reset();
}

std::string TcpTarget::Connect(const Interrupt& stop) {
  if (stream_ != nullptr && stream_->is_closed_by_peer()) Disconnect();
  if (stream_ != nullptr) return {};
  http_client::StreamOptions options = options_.stream;
  options.give_up = [&] { return stop.raised(); };
  auto stream = http_client::Stream::Open(options);
  if (!stream.ok()) return stream.error().message;
  stream_ = std::move(stream).value();
  name_.Restart();
  {
    MutexLock lock(mutex_);
    ++state_.connections;
  }
  if (!resend_) return {};
  std::string problem = Resend(stop);
  if (!problem.empty()) Disconnect();
  return problem;
}

std::string TcpTarget::Resend(const Interrupt& stop) {
  Forget();
  uint64_t records = 0;
  for (const Sent& sent : sent_) {
    Progress progress = SendAll(sent.lines, stop);
    if (progress.problem == kStopped) progress = EndLine(sent.lines, progress.bytes);
    if (progress.bytes < sent.lines.size()) return progress.problem;
    records += sent.records;
  }
  if (std::string problem = WaitForAcknowledgement(stop); !problem.empty()) return problem;
  resend_ = false;
  MutexLock lock(mutex_);
  state_.resent_records += records;
  return {};
}

TcpTarget::Progress TcpTarget::SendAll(std::string_view bytes, const Interrupt& stop) {
  size_t at = 0;
  while (at < bytes.size()) {
    if (stop.raised()) return {at, kStopped};
    const auto sent = stream_->Send(bytes.substr(at));
    if (!sent.ok()) return {at, sent.error().message};
    at += *sent;
    if (*sent > 0) continue;
    stream_->WaitWritable(kWait, stop.fd());
    if (stream_->is_closed_by_peer()) return {at, kClosed};
  }
  return {at, {}};
}

// Sends what is missing of the line that was begun, if the peer takes it soon.
TcpTarget::Progress TcpTarget::EndLine(std::string_view bytes, size_t sent) {
  if (sent == 0 || bytes[sent - 1] == '\n') return {sent, kStopped};
  const size_t end = bytes.find('\n', sent) + 1;
  const SteadyTime deadline = clock_.SteadyNow() + kLastWait;
  while (sent < end && clock_.SteadyNow() < deadline) {
    const auto more = stream_->Send(bytes.substr(sent, end - sent));
    if (!more.ok()) return {sent, more.error().message};
    sent += *more;
    if (*more == 0) stream_->WaitWritable(kLastWait, -1);
  }
  return {sent, kStopped};
}

// A peer that reads is waited for; when the sink stops, not for long.
std::string TcpTarget::WaitForAcknowledgement(const Interrupt& stop) {
  Duration pause = kFirstAcknowledgementPoll;
  std::optional<SteadyTime> deadline;
  while (stream_->unacknowledged_bytes() > 0) {
    if (stream_->is_closed_by_peer()) return kClosed;
    if (stop.raised() && !deadline) deadline = clock_.SteadyNow() + kLastWait;
    if (deadline && clock_.SteadyNow() >= *deadline) return "the receiver did not take it in time";
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kMostAcknowledgementPoll);
  }
  return {};
}

void TcpTarget::Keep(const Parcel& parcel) {
  if (options_.replay_bytes == 0) return;
  sent_bytes_ += parcel.bytes();
  sent_.push_back({std::string(parcel.whole()), parcel.size(), clock_.SteadyNow()});
  Forget();
}

void TcpTarget::Forget() {
  const SteadyTime oldest = clock_.SteadyNow() - kMostReplayAge;
  while (!sent_.empty() && (sent_bytes_ > options_.replay_bytes || sent_.front().at < oldest)) {
    sent_bytes_ -= sent_.front().lines.size();
    sent_.pop_front();
  }
}

void TcpTarget::Disconnect() {
  stream_.reset();
  resend_ = true;
}

}  // namespace wiregauge::sinks
