// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>

#include <functional>
#include <string>

namespace wiregauge::lua {

// A thread that scripts run on: with the stack that nested calls need (kStackBytes; memory only as
// far as it is used), and behind all others when they want the processor (kNice).
class ScriptThread {
 public:
  static constexpr size_t kStackBytes = size_t{64} << 20;
  static constexpr int kNice = 10;

  ScriptThread(const std::string& name, std::function<void()> body);
  ~ScriptThread();  // waits for its end
  ScriptThread(const ScriptThread&) = delete;
  ScriptThread& operator=(const ScriptThread&) = delete;

 private:
  static void* Start(void* self) noexcept;

  const std::string name_;  // 15 bytes at most
  const std::function<void()> body_;
  pthread_t thread_{};
};

}  // namespace wiregauge::lua
