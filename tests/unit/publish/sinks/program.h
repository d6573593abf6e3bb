// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace wiregauge::sinks {

// A port of 127.0.0.1 that nobody listens on.
uint16_t FreePort();

// A program that a test starts, and which ends with it at the latest, by its own number. What it
// writes goes to the file `log_path`.
class Program {
 public:
  Program(std::vector<std::string> arguments, std::string log_path);
  ~Program() { Kill(); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void Start();
  void Freeze() const;    // SIGSTOP
  void Continue() const;  // SIGCONT
  void Kill();            // SIGKILL, and waits for its end
  void End();             // SIGTERM, and waits for its end
  pid_t pid() const { return pid_; }
  void Tell(const std::string& line) const;  // to its standard input

 private:
  void EndWith(int signal);

  std::vector<std::string> arguments_;
  const std::string log_path_;
  pid_t pid_ = 0;
  int input_ = -1;
};

}  // namespace wiregauge::sinks
