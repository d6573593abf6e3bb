// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "accounts/account_file.h"
#include "accounts/authenticator.h"
#include "base/mutex.h"

namespace wiregauge::accounts {

// Keeps a running service and accounts.db together, on a thread of its own: what a command line
// changes holds here within half a second, and its line of the audit goes to the log; when tokens
// were used is written once a minute. A file that takes the place of accounts.db (a copy that is
// restored) is opened and read within the same time. While the file cannot be read, what was read
// last holds, and the log says so once.
class AccountWatch {
 public:
  // Opens accounts.db and reads it before it returns. The clock and the authenticator outlive it.
  static Result<std::unique_ptr<AccountWatch>> Start(const std::string& data_dir,
                                                     const Clock& clock,
                                                     Authenticator& authenticator);

  ~AccountWatch();  // writes what is not written yet
  // Whether accounts.db could be read, or written, when that was tried last.
  bool is_readable() const { return !has_problem_; }

  AccountWatch(const AccountWatch&) = delete;
  AccountWatch& operator=(const AccountWatch&) = delete;

 private:
  AccountWatch(std::string data_dir, const Clock& clock, Authenticator& authenticator)
      : data_dir_(std::move(data_dir)), clock_(clock), authenticator_(authenticator) {}

  void Run();
  Status Open();
  // Leaves a file that was replaced for the one in its place.
  Status Follow();
  Status Refresh();
  Status LogAudit();
  void NoteUse();
  void TellProblem(const Status& status);
  bool Sleep() WIREGAUGE_EXCLUDES(mutex_);

  const std::string data_dir_;
  const Clock& clock_;
  Authenticator& authenticator_;
  std::optional<AccountFile> file_;  // nothing: what took its place cannot be opened
  std::optional<int64_t> version_;
  int64_t last_audit_id_ = 0;
  std::atomic<bool> has_problem_ = false;

  Mutex mutex_;
  CondVar stop_changed_;
  bool stop_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: uses the rest
};

}  // namespace wiregauge::accounts
