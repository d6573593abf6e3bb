// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "accounts/account_watch.h"
#include "accounts/authenticator.h"
#include "base/result.h"
#include "publish/http/access.h"

namespace wiregauge::app {

// The accounts of a running service: data_dir's accounts.db, with an admin when there is nobody
// yet, whose password stderr gets this once. Thread-safe.
class AccountGate {
 public:
  // Makes data_dir when need be. Errors say what to do about them. The clock outlives it.
  // `http_threads`: how many may call the gate at the same time; passwords leave one of them free.
  static Result<std::unique_ptr<AccountGate>> Open(const std::string& data_dir,
                                                   uint32_t http_threads, const Clock& clock);

  http::Gate gate();  // borrows this
  bool is_readable() const { return watch_->is_readable(); }
  model::AuthenticationCounters counters() const { return authenticator_.counters(); }

 private:
  AccountGate(uint32_t http_threads, const Clock& clock);

  model::Verdict Ask(const http::Credentials& credentials, const IpAddress& from);

  accounts::Authenticator authenticator_;
  std::unique_ptr<accounts::AccountWatch> watch_;  // last: uses the authenticator
};

// accounts.db in data_dir, which is made when it is not there (mode 0700).
Result<accounts::AccountFile> OpenAccounts(const std::string& data_dir, const Clock& clock);

}  // namespace wiregauge::app
