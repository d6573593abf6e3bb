// SPDX-License-Identifier: Apache-2.0
#include "publish/http/transport.h"

#include <netinet/tcp.h>
#include <pistache/peer.h>
#include <pistache/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "publish/http/peer_address.h"

namespace wiregauge::http {
namespace {

using Pistache::Polling::Event;
using Pistache::Polling::Mode;
using Pistache::Polling::NotifyOn;
using Pistache::Polling::Tag;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick(100);
// One client gets this much at a time; then the others have their turn.
constexpr size_t kMaxWritePerTurn = 1 << 20;
// What the kernel may hold unsent of a stream.
constexpr size_t kMostUnsentBytes = 65536;
// And this much is encrypted beforehand.
constexpr size_t kMaxEncrypted = 65536;
// Answers are taken so often in a row; then the sockets have their turn.
constexpr int kMostTakes = 16;
// So many of those who were refused may take their time to read why.
constexpr size_t kMostRefused = 32;

// Passes Pistache's callbacks on. The transport that owns it outlives it.
class PeerHandler final : public Pistache::Tcp::Handler {
 public:
  explicit PeerHandler(Transport* owner) : owner_(owner) {}

  void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    owner_->Opened(*peer);
  }
  void onInput(const char* bytes, size_t size,
               const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    owner_->Received(*peer, {bytes, size});
  }
  void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    owner_->Closed(*peer);
  }
  std::shared_ptr<Pistache::Tcp::Handler> clone() const override {
    return std::make_shared<PeerHandler>(owner_);
  }

 private:
  Transport* owner_;
};

// Ends a connection from inside Pistache's read loop, where its peer may not be removed: connecting
// to "nobody" resets it, and the loop's next recv() fails and removes the peer.
void Reset(int fd) {
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  ::connect(fd, &nobody, sizeof nobody);
}

}  // namespace

Transport::Transport(std::shared_ptr<Service> service)
    : Pistache::Tcp::Transport(std::make_shared<PeerHandler>(this)), service_(std::move(service)) {}

Transport::~Transport() {
  if (answers_ != nullptr) Drain();
  for (const auto& [fd, peer] : peers) ::close(fd);
  for (const auto& [fd, entry] : entries_) {
    if (entry.admitted) service_->Leave(entry.address);
  }
  if (tick_fd_ >= 0) ::close(tick_fd_);
}

std::shared_ptr<Pistache::Aio::Handler> Transport::clone() const {
  return std::make_shared<Transport>(service_);
}

void Transport::registerPoller(Pistache::Polling::Epoll& poller) {
  Pistache::Tcp::Transport::registerPoller(poller);
  tick_fd_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  itimerspec every{};
  every.it_interval.tv_nsec = std::chrono::nanoseconds(kTick).count();
  every.it_value = every.it_interval;
  ::timerfd_settime(tick_fd_, 0, &every, nullptr);
  poller.addFd(tick_fd_, Pistache::Flags<NotifyOn>(NotifyOn::Read), Tag(tick_fd_));
  answers_ = std::make_shared<AnswerQueue>();
  const int wake_fd = answers_->wake_fd();
  poller.addFd(wake_fd, Pistache::Flags<NotifyOn>(NotifyOn::Read), Tag(wake_fd), Mode::Edge);
}

void Transport::onReady(const Pistache::Aio::FdSet& fds) {
  try {
    HandleReady(fds);
    TakeAnswers();
  } catch (const std::exception& exception) {
    log::Error("http", "a worker's loop threw", {{"error", exception.what()}});
  }
}

void Transport::HandleReady(const Pistache::Aio::FdSet& fds) {
  bool tick = false;
  std::vector<Event> for_base;
  for_base.reserve(fds.size());
  for (const auto& ready : fds) {
    const int fd = static_cast<int>(ready.getTag().value());
    if (fd == tick_fd_) {
      tick = true;
      continue;
    }
    if (fd == answers_->wake_fd()) continue;
    const auto found = entries_.find(fd);
    if (found != entries_.end() && found->second.waits_to_write) {
      if (Flush(fd, found->second) == Outcome::kBroken) Drop(fd);
      continue;
    }
    if (!peers.contains(fd)) queue_ = ready.getTag();
    Event event(ready.getTag());
    if (ready.isReadable()) event.flags.setFlag(NotifyOn::Read);
    // Pistache looks at nothing else, and takes a hangup for readable: recv() tells the rest.
    if (ready.isHangup()) event.flags.setFlag(NotifyOn::Read);
    for_base.push_back(event);
  }
  if (!for_base.empty()) {
    Pistache::Tcp::Transport::onReady(Pistache::Aio::FdSet(std::move(for_base)));
  }
  if (!tick) return;
  LookIntoQueue();
  Tick();
}

// Taking from Pistache's queue clears its sign after it was found empty: a connection handed over
// between the two is forgotten until another comes.
void Transport::LookIntoQueue() {
  if (!queue_.has_value()) return;
  Event event(*queue_);
  event.flags.setFlag(NotifyOn::Read);
  Pistache::Tcp::Transport::onReady(Pistache::Aio::FdSet({event}));
}

void Transport::Opened(const Pistache::Tcp::Peer& peer) noexcept {
  const int fd = peer.fd();
  Entry& entry = entries_[fd];
  entry.address = ParsePeerAddress(peer.address().host());
  entry.opened = steady_clock::now();
  entry.connection = std::make_unique<Connection>(*service_, entry.address, peer.address().port(),
                                                  answers_, fd, entry.opened);
  if (const auto context = service_->tls()) entry.tls = std::make_unique<TlsSession>(*context);
  entry.admitted = service_->Admit(entry.address);
  if (entry.admitted) return;
  service_->TellRefusal(entry.address);
  entry.connection->Refuse(
      503, "There are as many connections as there may be, in all or of one address.");
  const std::string_view pending = entry.connection->pending();
  // A new socket takes this much; Flush() cannot be used, the poller does not know the socket yet.
  // Over TLS it would need the client's hello: there is only the end.
  if (entry.tls == nullptr) ::send(fd, pending.data(), pending.size(), MSG_NOSIGNAL);
  entry.connection->Sent(pending.size(), steady_clock::now());
  ::shutdown(fd, SHUT_WR);
  entry.fin_sent = true;
  // The others would take the descriptors of those who are admitted.
  if (++refused_ > kMostRefused) Reset(fd);
}

void Transport::Received(const Pistache::Tcp::Peer& peer, std::string_view bytes) noexcept {
  const int fd = peer.fd();
  const auto found = entries_.find(fd);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  const bool sensible = Feed(entry, bytes);
  // Also what TLS has to say about bytes that are not sensible.
  if (Flush(fd, entry) == Outcome::kBroken || !sensible) Reset(fd);
}

bool Transport::Feed(Entry& entry, std::string_view bytes) {
  if (entry.tls == nullptr) return entry.connection->Input(bytes, steady_clock::now());
  std::string plain;
  const bool good = entry.tls->Receive(bytes, plain);
  if (plain.empty()) return good;
  return entry.connection->Input(plain, steady_clock::now()) && good;
}

std::string_view Transport::NextToSend(Entry& entry) {
  const std::string_view pending = entry.connection->pending();
  if (entry.tls == nullptr) return pending;
  if (!entry.tls->wire().empty()) return entry.tls->wire();
  while (entry.encrypted < std::min(pending.size(), kMaxEncrypted)) {
    const size_t taken = entry.tls->Encrypt(pending.substr(entry.encrypted));
    if (taken == 0) break;
    entry.encrypted += taken;
  }
  if (entry.connection->finished()) entry.tls->Close();
  return entry.tls->wire();
}

// The connection learns of its bytes when all of their records are out: until then it waits for the
// client.
void Transport::WasSent(Entry& entry, size_t bytes) {
  if (entry.tls == nullptr) {
    entry.connection->Sent(bytes, steady_clock::now());
    return;
  }
  entry.tls->Sent(bytes);
  if (!entry.tls->wire().empty() || entry.encrypted == 0) return;
  entry.connection->Sent(std::exchange(entry.encrypted, 0), steady_clock::now());
}

void Transport::Closed(const Pistache::Tcp::Peer& peer) noexcept {
  const auto found = entries_.find(peer.fd());
  if (found == entries_.end()) return;
  if (found->second.admitted) {
    service_->Leave(found->second.address);
  } else {
    --refused_;
  }
  entries_.erase(found);
}

Transport::Outcome Transport::Flush(int fd, Entry& entry) {
  Connection& connection = *entry.connection;
  if (connection.is_streaming() && !entry.is_kept_short) KeepKernelShort(fd, entry);
  for (size_t turn = 0; true;) {
    const std::string_view next = NextToSend(entry).substr(0, kMaxWritePerTurn);
    if (next.empty()) break;
    if (turn >= kMaxWritePerTurn) {
      AwaitWritable(fd, entry, true);
      return Outcome::kOpen;
    }
    const ssize_t sent = ::send(fd, next.data(), next.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return Outcome::kBroken;
    if (sent < 0) {
      AwaitWritable(fd, entry, true);
      return Outcome::kOpen;
    }
    turn += static_cast<size_t>(sent);
    WasSent(entry, static_cast<size_t>(sent));
  }
  if (!connection.pending().empty()) return Outcome::kBroken;  // TLS cannot carry it
  if (entry.waits_to_write) AwaitWritable(fd, entry, false);
  if (connection.finished() && !entry.fin_sent) {
    ::shutdown(fd, SHUT_WR);
    entry.fin_sent = true;
  }
  return Outcome::kOpen;
}

// Also those that come meanwhile: as long as the worker is awake, nobody has to wake it.
void Transport::TakeAnswers() {
  if (answers_->is_asleep()) return;
  for (int take = 0; take < kMostTakes; ++take) {
    taken_.clear();
    answers_->TakeOrSleep(taken_);
    if (taken_.empty()) return;
    for (const auto& answer : taken_) {
      const int fd = answer->descriptor();
      if (Deliver(*answer) && Flush(fd, entries_[fd]) == Outcome::kBroken) Drop(fd);
    }
  }
  answers_->Wake();
}

bool Transport::Deliver(Delivery& delivery) {
  const auto found = entries_.find(delivery.descriptor());
  return found != entries_.end() &&
         found->second.connection->Receive(delivery, steady_clock::now());
}

void Transport::Drain() {
  const auto deadline = service_->DrainDeadline();
  std::unordered_map<int, Entry*> open;
  for (auto& [fd, entry] : entries_) {
    entry.connection->End();
    open.emplace(fd, &entry);
  }
  while (true) {
    taken_.clear();
    answers_->TakeOrSleep(taken_);
    for (const auto& answer : taken_) (void)Deliver(*answer);
    std::erase_if(open, [](const auto& item) { return !SendNow(item.first, *item.second); });
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (open.empty() || left.count() <= 0) break;
    AwaitAny(open, left);
  }
  taken_.clear();
  answers_->Close();
}

bool Transport::SendNow(int fd, Entry& entry) {
  for (std::string_view next = NextToSend(entry); !next.empty(); next = NextToSend(entry)) {
    const ssize_t sent = ::send(fd, next.data(), next.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    WasSent(entry, static_cast<size_t>(sent));
  }
  return entry.connection->awaits_answer();
}

void Transport::AwaitAny(const std::unordered_map<int, Entry*>& open,
                         std::chrono::milliseconds most) const {
  std::vector<pollfd> polled{{.fd = answers_->wake_fd(), .events = POLLIN, .revents = 0}};
  for (const auto& [fd, entry] : open) {
    if (NextToSend(*entry).empty()) continue;
    polled.push_back({.fd = fd, .events = POLLOUT, .revents = 0});
  }
  ::poll(polled.data(), polled.size(), static_cast<int>(most.count()));
  uint64_t wakes = 0;
  [[maybe_unused]] const ssize_t taken = ::read(answers_->wake_fd(), &wakes, sizeof wakes);
}

// Modifying a descriptor in epoll looks at it anew, also in edge mode: what became readable or
// writable meanwhile is reported again.
void Transport::AwaitWritable(int fd, Entry& entry, bool wait) {
  entry.waits_to_write = wait;
  const NotifyOn interest = wait ? NotifyOn::Write : NotifyOn::Read | NotifyOn::Shutdown;
  reactor()->modifyFd(key(), fd, interest, Mode::Edge);
}

void Transport::KeepKernelShort(int fd, Entry& entry) {
  entry.is_kept_short = true;
  const int bytes = static_cast<int>(kMostUnsentBytes);
  // Without it the kernel keeps more, which costs memory and nothing else.
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

void Transport::Tick() {
  uint64_t expirations = 0;
  if (::read(tick_fd_, &expirations, sizeof expirations) < 0) return;
  const auto now = steady_clock::now();
  std::vector<int> dropped;
  for (auto& [fd, entry] : entries_) {
    const Connection::Expiry expiry = entry.connection->Expire(now);
    const bool answered = expiry == Connection::Expiry::kAnswer;
    const bool broken = answered && Flush(fd, entry) == Outcome::kBroken;
    const bool drop = expiry == Connection::Expiry::kDrop || IsLate(entry, now);
    if (broken || drop) dropped.push_back(fd);
  }
  for (const int fd : dropped) Drop(fd);
}

bool Transport::IsLate(const Entry& entry, steady_clock::time_point now) const {
  return entry.tls != nullptr && !entry.tls->established() &&
         now - entry.opened > service_->options().request_timeout;
}

void Transport::Drop(int fd) {
  const auto found = peers.find(fd);
  if (found == peers.end()) return;
  const std::shared_ptr<Pistache::Tcp::Peer> peer = found->second;
  Closed(*peer);
  removePeer(peer);
}

}  // namespace wiregauge::http
