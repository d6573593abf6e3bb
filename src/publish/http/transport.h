// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pistache/transport.h>

#include <chrono>
#include <memory>
#include <optional>
#include <unordered_map>

#include "publish/http/answer_queue.h"
#include "publish/http/connection.h"
#include "publish/http/service.h"
#include "publish/http/tls.h"

namespace wiregauge::http {

// One worker's connections, on the worker's own thread. Pistache's transport accepts, polls and
// reads; writing, timeouts and closing are done here, because its writer spins on a client that
// does not read (README.md). Nothing here throws into Pistache's loop: that would end the process.
class Transport final : public Pistache::Tcp::Transport {
 public:
  explicit Transport(std::shared_ptr<Service> service);
  // Sends what clients still wait for, for a moment, then closes every connection.
  ~Transport() override;

  // Pistache's: called by its reactor.
  void registerPoller(Pistache::Polling::Epoll& poller) override;
  void onReady(const Pistache::Aio::FdSet& fds) override;
  std::shared_ptr<Pistache::Aio::Handler> clone() const override;

  // Called by the handler below.
  void Opened(const Pistache::Tcp::Peer& peer) noexcept;
  void Received(const Pistache::Tcp::Peer& peer, std::string_view bytes) noexcept;
  void Closed(const Pistache::Tcp::Peer& peer) noexcept;

 private:
  struct Entry {
    IpAddress address;
    std::chrono::steady_clock::time_point opened;
    std::unique_ptr<Connection> connection;
    std::unique_ptr<TlsSession> tls;  // null: plain HTTP
    size_t encrypted = 0;             // of the connection's bytes, what stands in tls->wire()
    bool admitted = false;
    bool waits_to_write = false;  // the poller tells when the client takes more; not read meanwhile
    bool fin_sent = false;
    bool is_kept_short = false;  // KeepKernelShort
  };
  enum class Outcome { kOpen, kBroken };

  void HandleReady(const Pistache::Aio::FdSet& fds);
  void LookIntoQueue();
  static bool Feed(Entry& entry, std::string_view bytes);
  // What the socket gets next, the connection's bytes or the records that they make, and what it
  // has taken of that.
  static std::string_view NextToSend(Entry& entry);
  static void WasSent(Entry& entry, size_t bytes);
  Outcome Flush(int fd, Entry& entry);
  void TakeAnswers();
  // False: nobody waits for it any more.
  bool Deliver(Delivery& delivery);
  // Waits for answers that are outstanding, and for clients to take theirs.
  void Drain();
  // False: nothing is left to send or to wait for, or the client cannot be reached.
  static bool SendNow(int fd, Entry& entry);
  // Until one of them takes more, or an answer comes.
  void AwaitAny(const std::unordered_map<int, Entry*>& open, std::chrono::milliseconds most) const;
  void AwaitWritable(int fd, Entry& entry, bool wait);
  // What is streamed waits where it can be counted and skipped, not in the kernel.
  static void KeepKernelShort(int fd, Entry& entry);
  void Tick();
  // The client takes longer for its part of the handshake than it may for a request.
  bool IsLate(const Entry& entry, std::chrono::steady_clock::time_point now) const;
  void Drop(int fd);

  std::shared_ptr<Service> service_;
  std::unordered_map<int, Entry> entries_;
  size_t refused_ = 0;  // of entries_
  int tick_fd_ = -1;
  std::shared_ptr<AnswerQueue> answers_;
  AnswerQueue::Answers taken_;  // of answers_; empty between calls
  // The one that new connections come through, once it has shown itself.
  std::optional<Pistache::Polling::Tag> queue_;
};

}  // namespace wiregauge::http
