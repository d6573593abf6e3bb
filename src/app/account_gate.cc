// SPDX-License-Identifier: Apache-2.0
#include "app/account_gate.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "accounts/first_admin.h"
#include "app/data_dir.h"
#include "base/log.h"

namespace wiregauge::app {
namespace {

// Whatever the log's level: it is told this once.
void TellPassword(const std::string& password, const std::string& data_dir) {
  std::fprintf(stderr,
               "accounts: there was no account, so an admin was made; the password is told once: "
               "user=%s password=%s file=%s\n",
               std::string(accounts::kFirstAdmin).c_str(), password.c_str(),
               accounts::FirstPasswordPath(data_dir).c_str());
}

Status MakeAdmin(accounts::AccountFile& file, const std::string& data_dir) {
  const auto password = accounts::MakeFirstAdmin(file, data_dir);
  if (!password.ok()) return password.error();
  if (password->has_value()) TellPassword(**password, data_dir);
  return {};
}

// Of a user who was added before the first start, say: no admin is made then.
void TellWithoutAdmin(const accounts::Accounts& accounts) {
  const bool has_admin = std::ranges::any_of(accounts.users, [](const accounts::User& user) {
    return user.identity.role == model::Role::kAdmin;
  });
  if (has_admin) return;
  log::Warning("accounts",
               "there are users, but no admin: make one with 'wiregauge user add NAME --role "
               "admin', or with 'wiregauge user set NAME --role admin'");
}

// They could put another file in the place of accounts.db.
void TellWhoMayWrite(const std::string& data_dir) {
  struct stat info {};
  if (::stat(data_dir.c_str(), &info) != 0 || (info.st_mode & (S_IWGRP | S_IWOTH)) == 0) return;
  log::Warning("accounts", "others may write in data_dir, so they can take over the accounts",
               {{"data_dir", data_dir}});
}

Error Explain(const Error& error) {
  if (error.code == ErrorCode::kDataLoss) {
    return Error{error.code, error.message +
                                 "; put a copy of it in its place, or move it away to begin anew "
                                 "with a new admin"};
  }
  return Error{error.code, error.message +
                               "; accounts are kept in data_dir: let the service write there, "
                               "choose another with --data-dir, or turn accounts off with "
                               "--no-accounts (then whoever can connect may do everything)"};
}

}  // namespace

Result<accounts::AccountFile> OpenAccounts(const std::string& data_dir, const Clock& clock) {
  if (Status made = MakeDataDir(data_dir); !made.ok()) return made.error();
  return accounts::AccountFile::Open(data_dir, clock);
}

// One who hashes and one who waits, and never all threads.
AccountGate::AccountGate(uint32_t http_threads, const Clock& clock)
    : authenticator_(clock, {.most_strangers = std::clamp<size_t>(http_threads, 2, 3) - 1}) {}

Result<std::unique_ptr<AccountGate>> AccountGate::Open(const std::string& data_dir,
                                                       uint32_t http_threads, const Clock& clock) {
  {
    auto file = OpenAccounts(data_dir, clock);
    if (!file.ok()) return Explain(file.error());
    if (Status made = MakeAdmin(*file, data_dir); !made.ok()) return Explain(made.error());
    const auto accounts = file->Load();
    if (!accounts.ok()) return Explain(accounts.error());
    TellWithoutAdmin(*accounts);
    TellWhoMayWrite(data_dir);
  }
  std::unique_ptr<AccountGate> gate(new AccountGate(http_threads, clock));
  auto watch = accounts::AccountWatch::Start(data_dir, clock, gate->authenticator_);
  if (!watch.ok()) return watch.error();
  gate->watch_ = std::move(watch).value();
  return gate;
}

http::Gate AccountGate::gate() {
  return [this](const http::Credentials& credentials, const IpAddress& from) {
    return Ask(credentials, from);
  };
}

model::Verdict AccountGate::Ask(const http::Credentials& credentials, const IpAddress& from) {
  switch (credentials.scheme) {
    case http::Credentials::Scheme::kBasic:
      return authenticator_.VerifyPassword(credentials.user, credentials.secret, from);
    case http::Credentials::Scheme::kBearer:
      return authenticator_.VerifyToken(credentials.secret, from);
    case http::Credentials::Scheme::kNone:
      break;
  }
  return authenticator_.Missing();
}

}  // namespace wiregauge::app
