// SPDX-License-Identifier: Apache-2.0
#include "accounts/account_watch.h"

#include <chrono>
#include <filesystem>
#include <utility>

#include "base/log.h"

namespace wiregauge::accounts {
namespace {

using std::chrono::steady_clock;

// PRAGMA data_version reads a counter in shared memory.
constexpr std::chrono::milliseconds kInterval(500);
constexpr std::chrono::seconds kUseInterval(60);

}  // namespace

Result<std::unique_ptr<AccountWatch>> AccountWatch::Start(const std::string& data_dir,
                                                          const Clock& clock,
                                                          Authenticator& authenticator) {
  std::unique_ptr<AccountWatch> watch(new AccountWatch(data_dir, clock, authenticator));
  Status status = watch->Open();
  if (status.ok()) status = watch->Refresh();
  if (!status.ok()) return status.error();
  watch->thread_ = std::thread([self = watch.get()] { self->Run(); });
  return watch;
}

AccountWatch::~AccountWatch() {
  if (!thread_.joinable()) return;
  {
    const MutexLock lock(mutex_);
    stop_ = true;
  }
  stop_changed_.NotifyAll();
  thread_.join();
  NoteUse();
}

void AccountWatch::Run() {
  auto next_use = steady_clock::now() + kUseInterval;
  while (Sleep()) {
    TellProblem(Refresh());
    if (steady_clock::now() < next_use) continue;
    NoteUse();
    next_use = steady_clock::now() + kUseInterval;
  }
}

bool AccountWatch::Sleep() {
  MutexLock lock(mutex_);
  const auto deadline = steady_clock::now() + kInterval;
  while (!stop_) {
    if (!stop_changed_.WaitUntil(lock, deadline)) break;
  }
  return !stop_;
}

Status AccountWatch::Open() {
  auto file = AccountFile::Open(data_dir_, clock_);
  if (!file.ok()) return file.error();
  const auto last_audit_id = file->LastAuditId();
  if (!last_audit_id.ok()) return last_audit_id.error();
  file_ = std::move(file).value();
  last_audit_id_ = *last_audit_id;
  version_.reset();
  return {};
}

// A file that was removed is not made anew: without users it would lock everybody out.
Status AccountWatch::Follow() {
  if (file_.has_value() && file_->IsInPlace()) return {};
  const std::string path = data_dir_ + "/" + std::string(AccountFile::kName);
  if (!std::filesystem::exists(path)) return Error{ErrorCode::kNotFound, path + ": is gone"};
  // Closed first: two connections would share locks on -shm.
  if (file_.has_value()) file_->Leave();
  file_.reset();
  Status opened = Open();
  if (opened.ok()) log::Warning("accounts", "accounts.db was replaced and is read anew");
  return opened;
}

// The version is asked for first: what changes while accounts are read is read again.
Status AccountWatch::Refresh() {
  if (Status followed = Follow(); !followed.ok()) return followed;
  const auto version = file_->Version();
  if (!version.ok()) return version.error();
  if (version_ == *version) return {};
  auto accounts = file_->Load();
  if (!accounts.ok()) return accounts.error();
  version_ = *version;
  authenticator_.SetAccounts(std::make_shared<const Accounts>(std::move(accounts).value()));
  return LogAudit();
}

Status AccountWatch::LogAudit() {
  const auto entries = file_->AuditAfter(last_audit_id_);
  if (!entries.ok()) return entries.error();
  for (const AuditEntry& entry : *entries) {
    log::Info("accounts", entry.action,
              {{"subject", entry.subject}, {"actor", entry.actor.name}, {"detail", entry.detail}});
    last_audit_id_ = entry.id;
  }
  return {};
}

// What cannot be written now is dropped: the next use brings it again, and the log says why.
void AccountWatch::NoteUse() {
  const auto used_at = authenticator_.TakeUsedTokens();
  if (file_.has_value() && !used_at.empty()) TellProblem(file_->NoteUse(used_at));
}

void AccountWatch::TellProblem(const Status& status) {
  if (status.ok() == !has_problem_) return;
  has_problem_ = !status.ok();
  if (has_problem_) {
    log::Error("accounts", "accounts cannot be read or written; those read last hold",
               {{"problem", status.error().message}});
  } else {
    log::Info("accounts", "accounts can be read and written again");
  }
}

}  // namespace wiregauge::accounts
