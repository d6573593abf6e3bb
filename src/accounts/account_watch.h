// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <thread>

#include "accounts/account_file.h"
#include "accounts/authenticator.h"
#include "base/mutex.h"

namespace wiregauge::accounts {

// Keeps a running service and accounts.db together, on a thread of its own: what a command line
// changes holds here within half a second, and its line of the audit goes to the log; when tokens
// were used is written once a minute. While the file cannot be read, what was read last holds, and
// the log says so once.
class AccountWatch {
 public:
  // Reads the accounts before it returns. The authenticator outlives it.
  static Result<std::unique_ptr<AccountWatch>> Start(AccountFile file,
                                                     Authenticator& authenticator);

  ~AccountWatch();  // writes what is not written yet
  AccountWatch(const AccountWatch&) = delete;
  AccountWatch& operator=(const AccountWatch&) = delete;

 private:
  AccountWatch(AccountFile file, Authenticator& authenticator);

  void Run();
  Status Refresh();
  Status LogAudit();
  void NoteUse();
  void TellProblem(const Status& status);
  bool Sleep() WIREGAUGE_EXCLUDES(mutex_);

  AccountFile file_;
  Authenticator& authenticator_;
  std::optional<int64_t> version_;
  int64_t last_audit_id_ = 0;
  bool has_problem_ = false;

  Mutex mutex_;
  CondVar stop_changed_;
  bool stop_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: uses the rest
};

}  // namespace wiregauge::accounts
