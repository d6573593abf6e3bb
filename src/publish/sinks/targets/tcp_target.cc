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
// What is offered at a time: lines that the socket takes as a whole when it has room, so that no
// line is torn; a record of TLS.
constexpr size_t kPieceBytes = 16 << 10;
// No event tells that the peer has acknowledged.
constexpr Duration kFirstAcknowledgementPoll = std::chrono::microseconds(50);
constexpr Duration kMostAcknowledgementPoll = std::chrono::milliseconds(5);
// When the sink stops: for the peer to take the rest of a line that was begun, and then to
// acknowledge and to end the connection.
constexpr Duration kLineWait = std::chrono::seconds(2), kLastWait = std::chrono::milliseconds(500);

constexpr const char* kStopped = "stopped";
constexpr const char* kClosed = "the receiver closed the connection";
constexpr const char* kMoved = "the name stands for another address now";
constexpr const char* kGone = "the receiver's system does not answer any more";
constexpr const char* kTooLate = "the receiver did not take it in time";

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

bool IsAtLineEnd(std::string_view lines, size_t at) { return at == 0 || lines[at - 1] == '\n'; }

// What is to be sent from there: whole lines, or a part of a long one.
std::string_view PieceAt(std::string_view lines, size_t at) {
  const std::string_view piece = lines.substr(at, kPieceBytes);
  const size_t end = piece.rfind('\n');
  return end == std::string_view::npos ? piece : piece.substr(0, end + 1);
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
  GotOn();
  MoveWithTheName();
  if (std::string problem = Connect(stop); !problem.empty()) return Delivery::Retry(problem);
  Progress progress = Give(parcel.whole(), stop);
  if (!progress.problem.empty()) {
    Disconnect();
    return Delivery::Retry(std::move(progress.problem));
  }
  Delivery delivery;
  for (uint32_t line = LinesIn(parcel, progress.bytes); line < parcel.size(); ++line) {
    delivery.again.push_back(line);
  }
  if (delivery.again.empty()) Keep(parcel);
  return delivery;
}

std::string TcpTarget::Tend(const Interrupt& stop) {
  if (stream_ != nullptr && stream_->is_closed_by_peer()) Disconnect();
  if (stream_ == nullptr && clock_.SteadyNow() < resend_due_) return {};
  return Drain(stop);
}

std::string TcpTarget::Drain(const Interrupt& stop) {
  if (stream_ != nullptr && stream_->is_closed_by_peer()) Disconnect();
  if (stream_ == nullptr && open_ == 0) return {};
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

// A name that has moved takes the stream along. Who ends the connection in order has read all.
void TcpTarget::MoveWithTheName() {
  if (stream_ == nullptr || !name_.HasLeft(stream_->peer_ip())) return;
  if (stream_->Finish(kLastWait)) {
    sent_.clear();
    sent_bytes_ = 0;
  }
  Disconnect();
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
  std::string problem = Resend(stop);
  if (!problem.empty()) Disconnect();
  return problem;
}

std::string TcpTarget::Resend(const Interrupt& stop) {
  const bool has_open = open_ > 0;
  for (; open_ > 0; --open_) {
    Sent sent = std::move(sent_.front());
    sent_.pop_front();
    Progress progress = Give(sent.lines, stop);
    {
      MutexLock lock(mutex_);
      state_.resent_records += static_cast<uint64_t>(
          std::ranges::count(std::string_view(sent.lines).substr(0, progress.bytes), '\n'));
    }
    if (progress.problem.empty() && progress.bytes < sent.lines.size()) progress.problem = kStopped;
    if (!progress.problem.empty()) {
      sent_.push_front(std::move(sent));
      return progress.problem;
    }
    ++sent.acknowledged;
    if (IsBelieved(sent)) {
      sent_bytes_ -= sent.lines.size();
    } else {
      sent_.push_back(std::move(sent));
    }
  }
  if (has_open) PauseResending();
  return {};
}

void TcpTarget::PauseResending() {
  const SteadyTime now = clock_.SteadyNow();
  if (now >= resend_due_ + kBelieved) pauses_.Reset();  // the last connection held
  resend_due_ = now + pauses_.Next();
}

// Sends the lines and waits until they are acknowledged.
TcpTarget::Progress TcpTarget::Give(std::string_view lines, const Interrupt& stop) {
  GotOn();
  Progress progress = SendAll(lines, stop);
  if (progress.problem.empty()) progress = EndLine(lines, progress.bytes);
  if (progress.problem.empty()) progress.problem = WaitForAcknowledgement(stop);
  return progress;
}

TcpTarget::Progress TcpTarget::SendAll(std::string_view lines, const Interrupt& stop) {
  size_t at = 0;
  while (at < lines.size() && !stop.raised()) {
    size_t sent = 0;
    if (stream_->WaitWritable(kWait, stop.fd())) {
      const auto taken = stream_->Send(PieceAt(lines, at));
      if (!taken.ok()) return {at, taken.error().message};
      sent = *taken;
    }
    at += sent;
    if (sent > 0) {
      GotOn();
    } else if (std::string problem = WhyItIsBroken(); !problem.empty()) {
      // It may have ended its side alone, and read on.
      if (problem == kClosed) at = EndLine(lines, at).bytes;
      return {at, std::move(problem)};
    }
  }
  return {at, {}};
}

// Sends what is missing of lines that were begun when the sink stopped, or the peer ended its side.
TcpTarget::Progress TcpTarget::EndLine(std::string_view lines, size_t sent) {
  const SteadyTime deadline = clock_.SteadyNow() + kLineWait;
  while (!IsAtLineEnd(lines, sent) || stream_->owes_same_bytes()) {
    const Duration left = deadline - clock_.SteadyNow();
    if (left <= Duration::zero()) return {sent, kTooLate};
    if (!stream_->WaitWritable(left, -1)) continue;
    const auto more = stream_->Send(PieceAt(lines, sent));
    if (!more.ok()) return {sent, more.error().message};
    sent += *more;
    if (*more == 0 && stream_->is_closed_by_peer()) {
      std::this_thread::sleep_for(kMostAcknowledgementPoll);  // no event tells of room any more
    }
  }
  return {sent, {}};
}

// A peer that reads is waited for; when the sink stops, not for long.
std::string TcpTarget::WaitForAcknowledgement(const Interrupt& stop) {
  Duration pause = kFirstAcknowledgementPoll;
  std::optional<SteadyTime> deadline;
  size_t left = stream_->unacknowledged_bytes();
  while (left > 0) {
    if (std::string problem = WhyItIsBroken(); !problem.empty()) return problem;
    if (stop.raised() && !deadline) deadline = clock_.SteadyNow() + kLastWait;
    if (deadline && clock_.SteadyNow() >= *deadline) return kTooLate;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kMostAcknowledgementPoll);
    if (const size_t now = stream_->unacknowledged_bytes(); now < left) {
      GotOn();
      left = now;
    }
  }
  return {};
}

// Empty: it is not, as far as is known.
std::string TcpTarget::WhyItIsBroken() {
  if (stream_->is_closed_by_peer()) return kClosed;
  if (name_.HasLeft(stream_->peer_ip())) return kMoved;
  const Duration still = clock_.SteadyNow() - got_on_at_;
  if (std::min(still, stream_->silence()) >= options_.most_silence) return kGone;
  progress_listener_(still);
  return {};
}

void TcpTarget::GotOn() {
  got_on_at_ = clock_.SteadyNow();
  NoteHeard();
  progress_listener_({});
}

bool TcpTarget::IsBelieved(const Sent& sent) const {
  return sent.acknowledged >= kMostSendings &&
         clock_.SteadyNow() - sent.first_acknowledged >= kBelieved;
}

void TcpTarget::Keep(const Parcel& parcel) {
  if (options_.replay_bytes == 0) return;
  sent_.push_back({.lines = std::string(parcel.whole()), .first_acknowledged = clock_.SteadyNow()});
  sent_bytes_ += parcel.bytes();
  while (sent_bytes_ > options_.replay_bytes && sent_.size() > 1) ForgetOldest();
}

void TcpTarget::ForgetOldest() {
  sent_bytes_ -= sent_.front().lines.size();
  sent_.pop_front();
}

void TcpTarget::Disconnect() {
  stream_.reset();
  open_ = sent_.size();
}

}  // namespace wiregauge::sinks
