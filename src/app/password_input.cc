// SPDX-License-Identifier: Apache-2.0
#include "app/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <optional>

namespace wiregauge::app {
namespace {

constexpr size_t kMostBytes = 4096;

// Nothing at the end of the input. Of a line that is too long to be a password only so much that
// it can be said.
std::optional<std::string> ReadLine() {
  std::string line;
  char c = 0;
  while (::read(STDIN_FILENO, &c, 1) == 1) {
    if (c == '\n') return line;
    if (line.size() < kMostBytes) line.push_back(c);
  }
  return line.empty() ? std::nullopt : std::optional(line);
}

constexpr std::array kEndings = {SIGINT, SIGTERM, SIGHUP};

termios shown;  // how the terminal was; for the handler

// Both calls are for handlers (signal-safety(7)). The signal has its way when it returns.
void ShowAndEnd(int number) {
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
  ::raise(number);
}

// While it lives the terminal shows nothing of what is typed. One at a time.
class NoEcho {
 public:
  NoEcho() {
    if (::tcgetattr(STDIN_FILENO, &shown) != 0) return;
    for (size_t i = 0; i < kEndings.size(); ++i) Catch(kEndings[i], before_[i]);
    termios quiet = shown;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~NoEcho() {
    if (!changed_) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    for (size_t i = 0; i < kEndings.size(); ++i) ::sigaction(kEndings[i], &before_[i], nullptr);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  // What is ignored stays so.
  static void Catch(int number, struct sigaction& before) {
    struct sigaction action {};
    action.sa_handler = ShowAndEnd;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);
  }

  std::array<struct sigaction, kEndings.size()> before_{};
  bool changed_ = false;
};

std::optional<std::string> Ask(const std::string& prompt) {
  std::fprintf(stderr, "%s: ", prompt.c_str());
  const NoEcho no_echo;
  auto line = ReadLine();
  std::fputc('\n', stderr);
  return line;
}

Error Refused(const std::string& why) { return Error{ErrorCode::kInvalidArgument, why}; }

}  // namespace

Result<std::string> ReadNewPassword(const std::string& user) {
  if (::isatty(STDIN_FILENO) == 0) {
    auto line = ReadLine();
    if (!line) return Refused("no password on standard input: its first line is the password");
    return *std::move(line);
  }
  auto password = Ask("Password for " + user);
  if (!password) return Refused("no password was given");
  if (Ask("Once more") != password) return Refused("the two passwords differ");
  return *std::move(password);
}

}  // namespace wiregauge::app
