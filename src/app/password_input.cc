// SPDX-License-Identifier: Apache-2.0
#include "app/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

namespace wiregauge::app {
namespace {

constexpr size_t kMostBytes = 4096;

// Nothing at the end of the input, or when the line is too long to be a password.
std::optional<std::string> ReadLine() {
  std::string line;
  char c = 0;
  while (::read(STDIN_FILENO, &c, 1) == 1) {
    if (c == '\n') return line;
    if (line.size() == kMostBytes) return std::nullopt;
    line.push_back(c);
  }
  return line.empty() ? std::nullopt : std::optional(line);
}

// While it lives the terminal shows nothing of what is typed.
class NoEcho {
 public:
  NoEcho() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~NoEcho() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
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
