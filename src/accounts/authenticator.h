// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/accounts.h"
#include "accounts/credential_cache.h"
#include "accounts/hashing_queue.h"
#include "accounts/password.h"
#include "accounts/throttle.h"
#include "base/mutex.h"
#include "model/authentication.h"

namespace wiregauge::accounts {

// Tells who asks, from a name and a password (RFC 7617) or a token (RFC 6750).
//
// A password costs one argon2 (password.h), one at a time whoever asks: its memory is bounded. Who
// asks with the same name and password meanwhile waits for what comes of it. So does, with another
// one, who has been accepted from that address before, and goes first then; of strangers a few
// wait, the rest is told to come again at once, so that threads stay free for those who are known.
//
// Who fails is held back (throttle.h), whatever is known of what they try: no answer may tell them
// whether it was right. All others get what was verified, and what was refused, for a keyed hash
// when it is asked again (credential_cache.h), and fail once only for the same wrong password: a
// scraper that has one guesses nothing. A user that does not exist takes as long as a wrong
// password.
//
// Tokens are random, so a hash is enough, and nobody is held back for a bad one: to guess is
// hopeless, and a forgotten token in a scraper must not lock its neighbours out. The log tells of
// an address that keeps sending bad ones, ever more seldom.
//
// Thread-safe. A password may block for about a second, all else does not.
class Authenticator {
 public:
  using SteadyNow = std::function<std::chrono::steady_clock::time_point()>;

  struct Options {
    PasswordCost cost{};  // of the hash that stands in for unknown users: as passwords are hashed
    Throttle::Limits throttle{};
    size_t most_strangers = 2;                     // who verify a password or wait to
    std::chrono::milliseconds longest_wait{2000};  // for others' passwords to be verified
    SteadyNow steady_now = [] { return std::chrono::steady_clock::now(); };
  };

  // The clock outlives it.
  Authenticator(const Clock& clock, Options options);

  // From now on these hold; what was verified, or refused, of users who changed is forgotten.
  void SetAccounts(std::shared_ptr<const Accounts> accounts);

  model::Verdict VerifyPassword(std::string_view user, std::string_view password,
                                const IpAddress& address);
  model::Verdict VerifyToken(std::string_view token, const IpAddress& address);
  // A request that names nobody.
  model::Verdict Missing();

  // Which tokens were used since the last call, and when.
  std::map<std::string, Timestamp> TakeUsedTokens();
  model::AuthenticationCounters counters() const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  model::Verdict Count(const model::Verdict& verdict) WIREGAUGE_REQUIRES(mutex_);
  model::Verdict Accept(std::shared_ptr<const model::Identity> identity) WIREGAUGE_REQUIRES(mutex_);
  model::Verdict Hold(const Throttle::Refusal& refusal) WIREGAUGE_REQUIRES(mutex_);
  model::Verdict Refuse() WIREGAUGE_REQUIRES(mutex_);
  model::Verdict Busy() WIREGAUGE_REQUIRES(mutex_);
  // No failure of whoever asks; the log says it once.
  model::Verdict LackMemory() WIREGAUGE_EXCLUDES(mutex_);
  model::Verdict RefuseToken(const IpAddress& address) WIREGAUGE_EXCLUDES(mutex_);

  struct Attempt {
    std::string_view user, password;
    const IpAddress& address;
    CredentialCache::Key key{};
    bool is_known = false;  // throttle.h
  };
  // The answer that needs no hash, if there is one.
  std::optional<model::Verdict> Settle(const Attempt& attempt) WIREGAUGE_REQUIRES(mutex_);
  model::Verdict VerifyInTurn(const Attempt& attempt) WIREGAUGE_EXCLUDES(mutex_);
  model::Verdict VerifyHash(const Attempt& attempt, const std::shared_ptr<const Accounts>& accounts)
      WIREGAUGE_EXCLUDES(mutex_);

  const Clock& clock_;
  const Options options_;
  const std::string dummy_hash_;
  HashingQueue queue_;

  mutable Mutex mutex_;
  bool lack_told_ WIREGAUGE_GUARDED_BY(mutex_) = false;
  std::shared_ptr<const Accounts> accounts_ WIREGAUGE_GUARDED_BY(mutex_);
  CredentialCache cache_ WIREGAUGE_GUARDED_BY(mutex_);
  CredentialCache refused_ WIREGAUGE_GUARDED_BY(mutex_);  // nobody's; by the keys of cache_
  Throttle throttle_ WIREGAUGE_GUARDED_BY(mutex_);
  Throttle bad_tokens_ WIREGAUGE_GUARDED_BY(mutex_);  // holds back the log
  std::map<std::string, Timestamp> used_tokens_ WIREGAUGE_GUARDED_BY(mutex_);
  model::AuthenticationCounters counters_ WIREGAUGE_GUARDED_BY(mutex_);
};

}  // namespace wiregauge::accounts
