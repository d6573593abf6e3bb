// SPDX-License-Identifier: Apache-2.0
#include "app/signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <csignal>
#include <cstring>

#include "base/check.h"

namespace wiregauge::app {
namespace {

bool IsIgnored(int number) {
  struct sigaction action {};
  return sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void ChangeHangUp(int how) {
  sigset_t hang_up;
  sigemptyset(&hang_up);
  sigaddset(&hang_up, SIGHUP);
  pthread_sigmask(how, &hang_up, nullptr);
}

}  // namespace

Signals::Signals(Ignored ignored) {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    // A blocked signal reaches signalfd even if it is ignored.
    if (ignored == Ignored::kAreHeard || !IsIgnored(number)) sigaddset(&wanted, number);
  }
  pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  signal_fd_ = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  WIREGAUGE_CHECK(signal_fd_ >= 0 && wake_fd_ >= 0);
}

Signals::~Signals() {
  close(signal_fd_);
  close(wake_fd_);
}

int Signals::Wait(Duration most) {
  pollfd events[] = {{.fd = signal_fd_, .events = POLLIN, .revents = 0},
                     {.fd = wake_fd_, .events = POLLIN, .revents = 0}};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(most).count();
  poll(events, 2, static_cast<int>(std::clamp<int64_t>(milliseconds, 0, INT_MAX)));
  signalfd_siginfo info{};
  if (read(signal_fd_, &info, sizeof info) == sizeof info) return static_cast<int>(info.ssi_signo);
  uint64_t wakes = 0;
  [[maybe_unused]] const ssize_t got = read(wake_fd_, &wakes, sizeof wakes);  // each wakes once
  return 0;
}

void Signals::Wake() {
  const uint64_t one = 1;
  // It cannot fail but for a counter that is full, which wakes as well.
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
}

void HoldHangUp() { ChangeHangUp(SIG_BLOCK); }
void ReleaseHangUp() { ChangeHangUp(SIG_UNBLOCK); }

std::string SignalName(int number) {
  const char* const name = sigabbrev_np(number);
  return name == nullptr ? std::to_string(number) : name;
}

}  // namespace wiregauge::app
