// SPDX-License-Identifier: Apache-2.0
#include "accounts/authenticator.h"

#include <utility>

#include "accounts/token.h"
#include "base/log.h"

namespace wiregauge::accounts {
namespace {

using model::AuthenticationResult;

void LogHeldBack(const IpAddress& address, std::string_view what) {
  log::Warning("accounts", "failed logins are held back",
               {{"address", address.ToString()}, {"user", std::string(what)}});
}

std::string DummyHash(const PasswordCost& cost) {
  auto hash = HashPassword(RandomPassword(), cost);
  WIREGAUGE_CHECK(hash.ok());
  return std::move(hash).value();
}

std::shared_ptr<const model::Identity> IdentityOf(const std::shared_ptr<const Accounts>& accounts,
                                                  const User& user) {
  return {accounts, &user.identity};  // keeps the accounts alive
}

// Also when there is no memory for what comes of the hash.
struct Leaving {
  HashingQueue& queue;
  const HashingQueue::Key& key;
  ~Leaving() { queue.Leave(key); }
};

bool IsSame(const User* a, const User* b) { return a != nullptr && b != nullptr && *a == *b; }

}  // namespace

Authenticator::Authenticator(const Clock& clock, Options options)
    : clock_(clock),
      options_(std::move(options)),
      dummy_hash_(DummyHash(options_.cost)),
      queue_(options_.most_strangers, options_.longest_wait),
      accounts_(std::make_shared<const Accounts>()),
      throttle_(options_.throttle),
      bad_tokens_(options_.throttle) {}

void Authenticator::SetAccounts(std::shared_ptr<const Accounts> accounts) {
  const MutexLock lock(mutex_);
  const auto before = std::exchange(accounts_, accounts);
  const auto unchanged = [&before, &accounts](const std::string& name) {
    const User* const user = accounts->FindUser(name);
    return IsSame(user, before->FindUser(name)) ? IdentityOf(accounts, *user) : nullptr;
  };
  cache_.Renew(unchanged);
  refused_.Renew(unchanged);
}

model::Verdict Authenticator::VerifyPassword(std::string_view user, std::string_view password,
                                             const IpAddress& address) {
  Attempt attempt{.user = user, .password = password, .address = address};
  {
    const MutexLock lock(mutex_);
    const Time now = options_.steady_now();
    attempt.key = cache_.KeyOf(user, password);
    if (auto verdict = Settle(attempt)) return *std::move(verdict);
    attempt.is_known = throttle_.Knows(address, user, now);
  }
  switch (queue_.Enter(attempt.key, attempt.is_known)) {
    case HashingQueue::Turn::kMine: {
      const Leaving leaving{queue_, attempt.key};
      return VerifyInTurn(attempt);
    }
    case HashingQueue::Turn::kFollowed: {
      const MutexLock lock(mutex_);
      auto verdict = Settle(attempt);
      return verdict ? *std::move(verdict) : Busy();
    }
    case HashingQueue::Turn::kNone:
      break;
  }
  const MutexLock lock(mutex_);
  return Busy();
}

std::optional<model::Verdict> Authenticator::Settle(const Attempt& attempt) {
  const Time now = options_.steady_now();
  if (const auto refusal = throttle_.Bar(attempt.address, attempt.user, now)) {
    return Hold(*refusal);
  }
  if (auto identity = cache_.Find(attempt.key, now)) {
    ++counters_.cache_hits;
    throttle_.Verified(attempt.address, attempt.user, now);
    return Accept(std::move(identity));
  }
  if (refused_.Find(attempt.key, now) != nullptr) return Refuse();
  return std::nullopt;
}

model::Verdict Authenticator::VerifyInTurn(const Attempt& attempt) {
  std::shared_ptr<const Accounts> accounts;
  {
    const MutexLock lock(mutex_);
    // What others did while this one waited.
    if (auto verdict = Settle(attempt)) return *std::move(verdict);
    const Time now = options_.steady_now();
    if (const auto refusal = throttle_.Admit(attempt.address, attempt.user, now)) {
      return Hold(*refusal);
    }
    accounts = accounts_;
    ++counters_.passwords_verified;
  }
  return VerifyHash(attempt, accounts);
}

model::Verdict Authenticator::VerifyHash(const Attempt& attempt,
                                         const std::shared_ptr<const Accounts>& accounts) {
  const User* const found = accounts->FindUser(attempt.user);
  const PasswordCheck check = accounts::VerifyPassword(
      found != nullptr ? found->password_hash : dummy_hash_, attempt.password);
  if (check == PasswordCheck::kNoMemory) return LackMemory();
  const bool is_good = found != nullptr && check == PasswordCheck::kSame;
  auto identity =
      found != nullptr ? IdentityOf(accounts, *found) : std::make_shared<const model::Identity>();
  bool is_held_back = false;
  model::Verdict verdict;
  {
    const MutexLock lock(mutex_);
    const Time now = options_.steady_now();
    lack_told_ = false;
    // A user who changed meanwhile: holds for this request, but is nothing to be remembered.
    const bool holds = accounts == accounts_ || IsSame(found, accounts_->FindUser(attempt.user));
    if (holds) (is_good ? cache_ : refused_).Insert(attempt.key, identity, now);
    if (is_good) {
      throttle_.Verified(attempt.address, attempt.user, now);
      return Accept(std::move(identity));
    }
    is_held_back = throttle_.Failed(attempt.address, attempt.user, now);
    verdict = Refuse();
  }
  // A name that is none may be a password in the wrong field: it is not told.
  if (is_held_back) {
    LogHeldBack(attempt.address, found != nullptr ? attempt.user : "(unknown)");
  }
  return verdict;
}

model::Verdict Authenticator::VerifyToken(std::string_view token, const IpAddress& address) {
  const auto parts = ParseToken(token);
  const SecretHash hash = HashSecret(parts ? parts->secret : std::string_view());
  {
    const MutexLock lock(mutex_);
    const Token* const found = parts ? accounts_->FindToken(parts->id) : nullptr;
    const User* const user = found != nullptr ? accounts_->FindUser(found->user_id) : nullptr;
    if (user != nullptr && SameHash(found->secret_hash, hash) && found->IsGood(clock_.Now())) {
      used_tokens_[found->id] = clock_.Now();
      return Accept(IdentityOf(accounts_, *user));
    }
  }
  return RefuseToken(address);
}

model::Verdict Authenticator::Missing() {
  const MutexLock lock(mutex_);
  return Count({.result = AuthenticationResult::kMissing, .identity = {}, .retry_after = {}});
}

std::map<std::string, Timestamp> Authenticator::TakeUsedTokens() {
  const MutexLock lock(mutex_);
  return std::exchange(used_tokens_, {});
}

model::AuthenticationCounters Authenticator::counters() const {
  const MutexLock lock(mutex_);
  return counters_;
}

model::Verdict Authenticator::Count(const model::Verdict& verdict) {
  ++counters_.results.at(static_cast<size_t>(verdict.result));
  return verdict;
}

model::Verdict Authenticator::Accept(std::shared_ptr<const model::Identity> identity) {
  return Count({.result = AuthenticationResult::kAccepted,
                .identity = std::move(identity),
                .retry_after = {}});
}

model::Verdict Authenticator::Hold(const Throttle::Refusal& refusal) {
  ++counters_.throttled.at(static_cast<size_t>(refusal.by));
  return Count({.result = AuthenticationResult::kThrottled,
                .identity = {},
                .retry_after = refusal.retry_after});
}

model::Verdict Authenticator::Refuse() {
  return Count({.result = AuthenticationResult::kRefused, .identity = {}, .retry_after = {}});
}

model::Verdict Authenticator::Busy() {
  return Count({.result = AuthenticationResult::kBusy,
                .identity = {},
                .retry_after = std::chrono::seconds(1)});
}

model::Verdict Authenticator::LackMemory() {
  bool told = false;
  {
    const MutexLock lock(mutex_);
    told = std::exchange(lack_told_, true);
  }
  if (!told) log::Error("accounts", "there is no memory to verify passwords; logins are put off");
  const MutexLock lock(mutex_);
  return Busy();
}

model::Verdict Authenticator::RefuseToken(const IpAddress& address) {
  bool tell = false;
  model::Verdict verdict;
  {
    const MutexLock lock(mutex_);
    const Time now = options_.steady_now();
    tell = !bad_tokens_.Admit(address, {}, now) && bad_tokens_.Failed(address, {}, now);
    verdict = Refuse();
  }
  if (tell) log::Warning("accounts", "bad tokens keep coming", {{"address", address.ToString()}});
  return verdict;
}

}  // namespace wiregauge::accounts
