// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/script_thread.h"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

#include "base/check.h"

namespace wiregauge::lua {

ScriptThread::ScriptThread(const std::string& name, std::function<void()> body)
    : name_(name), body_(std::move(body)) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  const int error = pthread_create(&thread_, &attributes, &ScriptThread::Start, this);
  pthread_attr_destroy(&attributes);
  WIREGAUGE_CHECK(error == 0);
}

ScriptThread::~ScriptThread() { pthread_join(thread_, nullptr); }

void* ScriptThread::Start(void* self) noexcept {
  const auto& thread = *static_cast<const ScriptThread*>(self);
  pthread_setname_np(pthread_self(), thread.name_.c_str());
  // On Linux a thread has a priority of its own.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
  thread.body_();
  return nullptr;
}

}  // namespace wiregauge::lua
