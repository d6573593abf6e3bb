// SPDX-License-Identifier: Apache-2.0
// What KeyValueStore's own thread does: rounds of writing.
#include <pthread.h>

#include <chrono>
#include <utility>
#include <vector>

#include "base/log.h"
#include "key_value/key_value_store.h"

namespace wiregauge::key_value {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

void KeyValueStore::Start() {
  (void)WriteRound().ok();  // state() tells
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "key-value");
}

KeyValueStore::~KeyValueStore() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

bool KeyValueStore::Flush(Duration most) {
  const auto deadline = SteadyClock::now() + most;
  MutexLock lock(mutex_);
  rounds_wanted_ = rounds_begun_ + 1;
  const uint64_t wanted = rounds_wanted_;
  changed_.NotifyAll();
  while (rounds_done_ < wanted && changed_.WaitUntil(lock, deadline)) {
  }
  return rounds_done_ >= wanted && state_.available;
}

void KeyValueStore::Run() {
  bool last = false;
  Duration pause = options_.flush_interval;
  while (!last) {
    {
      MutexLock lock(mutex_);
      const auto next = SteadyClock::now() + pause;
      while (!stopping_ && rounds_wanted_ <= rounds_done_ && changed_.WaitUntil(lock, next)) {
      }
      last = stopping_;
      ++rounds_begun_;
    }
    const Status status = WriteRound();
    pause = status.ok() ? options_.flush_interval : options_.retry_interval;
    if (last && !status.ok()) {
      log::Error("key_value", "what scripts stored last could not be written",
                 {{"problem", status.error().message}});
    }
    MutexLock lock(mutex_);
    ++rounds_done_;
    changed_.NotifyAll();
  }
}

Status KeyValueStore::WriteRound() {
  Status status = TryRound();
  const bool is_damaged = !status.ok() && status.error().code == ErrorCode::kDataLoss;
  if (is_damaged && SetAside(status.error())) status = TryRound();
  if (status.ok()) {
    Succeed();
  } else {
    Fail(status.error());
  }
  return status;
}

Status KeyValueStore::TryRound() {
  Status status = CheckFile();
  if (status.ok() && !file_) status = OpenFile();
  return status.ok() ? WriteChanges() : status;
}

// That it is still the one that was opened.
Status KeyValueStore::CheckFile() {
  if (!file_) return {};
  if (!file_->IsInPlace()) {
    log::Warning("key_value", "the file was removed or replaced, and is written anew",
                 {{"file", options_.path}});
    LeaveFile();
    return {};
  }
  if (!file_->IsEmpty()) return {};
  return Error{ErrorCode::kDataLoss, options_.path + ": it was cut to nothing"};
}

Status KeyValueStore::OpenFile() {
  if (!file_lock_) {
    auto lock = store::FileLock::Take(options_.path + ".lock");
    if (!lock.ok()) return lock.error();
    file_lock_.emplace(std::move(lock).value());
  }
  auto opened = EntryFile::Open(options_.path);
  if (!opened.ok()) return opened.error();
  file_.emplace(std::move(opened).value());
  return is_read_ ? Status() : Restore();
}

Status KeyValueStore::Restore() {
  std::vector<StoredEntry> entries;
  Status status = file_->ReadAll([&](StoredEntry entry) { entries.push_back(std::move(entry)); });
  if (!status.ok()) {
    LeaveFile();
    return status;
  }
  uint64_t given_up = 0;
  {
    MutexLock lock(mutex_);
    for (StoredEntry& entry : entries) given_up += memory_.Restore(std::move(entry)) ? 0 : 1;
    memory_.SetStored();
    state_.entries_given_up += given_up;
  }
  is_read_ = true;
  if (given_up > 0) {
    log::Error("key_value",
               "what scripts had stored is given up: too much changed before the file "
               "could be read",
               {{"entries", std::to_string(given_up)}});
  }
  return {};
}

Status KeyValueStore::WriteChanges() {
  const Timestamp now = clock_.Now();
  Changes changes;
  {
    MutexLock lock(mutex_);
    memory_.DropExpired(now);
    if (!memory_.has_changes()) return {};
    changes = memory_.TakeChanges();
  }
  Status status = file_->Write(changes);
  if (status.ok()) return {};
  MutexLock lock(mutex_);
  memory_.GiveBack(changes);
  return status;
}

// What is in memory goes to the next one, once it is known what was in this one.
void KeyValueStore::LeaveFile() {
  if (file_) file_->Leave();
  file_.reset();
  if (!is_read_) return;
  MutexLock lock(mutex_);
  memory_.RewriteAll();
}

// True: another file can be made.
bool KeyValueStore::SetAside(const Error& error) {
  LeaveFile();
  const auto name = store::SetAside(options_.path, clock_.Now());
  if (!name.ok()) {
    log::Error("key_value", "the store is damaged and cannot be set aside",
               {{"problem", error.message}, {"reason", name.error().message}});
    return false;
  }
  log::Error("key_value", "the store is damaged and was set aside",
             {{"problem", error.message}, {"file", *name}});
  MutexLock lock(mutex_);
  ++state_.files_set_aside;
  return true;
}

void KeyValueStore::Succeed() {
  MutexLock lock(mutex_);
  if (!state_.problem.empty()) {
    log::Info("key_value", "the store is available again", {{"file", options_.path}});
  }
  state_.available = true;
  state_.problem.clear();
}

void KeyValueStore::Fail(const Error& error) {
  MutexLock lock(mutex_);
  if (state_.problem != error.message) {
    log::Error("key_value", "the store is not available", {{"problem", error.message}});
  }
  state_.available = false;
  state_.problem = error.message;
}

}  // namespace wiregauge::key_value
