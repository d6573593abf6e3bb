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

}  // namespace

Authenticator::Authenticator(const Clock& clock, Options options)
    : clock_(clock),
      options_(std::move(options)),
      dummy_hash_(DummyHash(options_.cost)),
      accounts_(std::make_shared<const Accounts>()),
      throttle_(options_.throttle),
      bad_tokens_(options_.throttle) {}

void Authenticator::SetAccounts(std::shared_ptr<const Accounts> accounts) {
  const MutexLock lock(mutex_);
  accounts_ = std::move(accounts);
  cache_.Clear();
  refused_.Clear();
}

model::Verdict Authenticator::VerifyPassword(std::string_view user, std::string_view password,
                                             const IpAddress& address) {
  CredentialCache::Key key{};
  {
    const MutexLock lock(mutex_);
    const Time now = options_.steady_now();
    key = cache_.KeyOf(user, password);
    if (auto known = Remember(key, now)) {
      if (known->identity != nullptr) throttle_.Verified(address, user, now);
      return *std::move(known);
    }
    if (const auto refusal = throttle_.Admit(address, user, now)) return Hold(*refusal);
  }
  if (!AcquireHashing()) {
    const MutexLock lock(mutex_);
    return Busy();
  }
  model::Verdict verdict = VerifyHash(user, password, address, key);
  ReleaseHashing();
  return verdict;
}

model::Verdict Authenticator::VerifyHash(std::string_view user, std::string_view password,
                                         const IpAddress& address,
                                         const CredentialCache::Key& key) {
  std::shared_ptr<const Accounts> accounts;
  {
    const MutexLock lock(mutex_);
    // By another request while this one waited.
    if (auto known = Remember(key, options_.steady_now())) return *std::move(known);
    accounts = accounts_;
    ++counters_.passwords_verified;
  }
  const User* const found = accounts->FindUser(user);
  const PasswordCheck check =
      accounts::VerifyPassword(found != nullptr ? found->password_hash : dummy_hash_, password);
  if (check == PasswordCheck::kNoMemory) return LackMemory();
  const bool good = found != nullptr && check == PasswordCheck::kSame;
  auto identity = good ? IdentityOf(accounts, *found) : std::make_shared<const model::Identity>();
  const Time now = options_.steady_now();
  {
    const MutexLock lock(mutex_);
    lack_told_ = false;
    // Changed meanwhile: holds for this request, but is nothing to be remembered.
    if (accounts == accounts_) (good ? cache_ : refused_).Insert(key, identity, now);
  }
  if (!good) return RefusePassword(address, user, found != nullptr);
  const MutexLock lock(mutex_);
  throttle_.Verified(address, user, now);
  return Accept(std::move(identity));
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

model::Verdict Authenticator::RefusePassword(const IpAddress& address, std::string_view account,
                                             bool exists) {
  bool held_back = false;
  model::Verdict verdict;
  {
    const MutexLock lock(mutex_);
    held_back = throttle_.Failed(address, account, options_.steady_now());
    verdict = Refuse();
  }
  // A name that is none may be a password in the wrong field: it is not told.
  if (held_back) LogHeldBack(address, exists ? account : "(unknown)");
  return verdict;
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

std::optional<model::Verdict> Authenticator::Remember(const CredentialCache::Key& key, Time now) {
  if (auto identity = cache_.Find(key, now)) {
    ++counters_.cache_hits;
    return Accept(std::move(identity));
  }
  if (refused_.Find(key, now) != nullptr) return Refuse();
  return std::nullopt;
}

bool Authenticator::AcquireHashing() {
  MutexLock lock(mutex_);
  if (callers_ >= options_.most_callers) return false;
  ++callers_;
  const auto deadline = std::chrono::steady_clock::now() + options_.longest_wait;
  while (hashing_) {
    if (hashing_ended_.WaitUntil(lock, deadline) || !hashing_) continue;
    --callers_;
    return false;
  }
  hashing_ = true;
  return true;
}

void Authenticator::ReleaseHashing() {
  const MutexLock lock(mutex_);
  hashing_ = false;
  --callers_;
  hashing_ended_.NotifyOne();
}

}  // namespace wiregauge::accounts
