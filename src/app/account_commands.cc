// SPDX-License-Identifier: Apache-2.0
#include "app/account_commands.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "accounts/first_admin.h"
#include "accounts/password.h"
#include "app/account_gate.h"
#include "app/password_input.h"

namespace wiregauge::app {
namespace {

using accounts::AccountFile;
using config::AccountCommand;
using Verb = AccountCommand::Verb;

// The system's user: the audit's actor. sudo tells whom it works for; only root could make that up.
accounts::Actor SystemUser() {
  const passwd* const entry = ::getpwuid(::getuid());
  std::string name = entry != nullptr ? entry->pw_name : "uid " + std::to_string(::getuid());
  const char* const behind = ::getuid() == 0 ? std::getenv("SUDO_USER") : nullptr;
  if (behind != nullptr) name += " (sudo: " + std::string(behind) + ")";
  return {.name = std::move(name), .address = {}};
}

// Files that root makes would be closed to the service.
Status BecomeOwnerOf(const std::string& data_dir) {
  struct stat about {};
  if (::geteuid() != 0 || ::stat(data_dir.c_str(), &about) != 0 || about.st_uid == 0) return {};
  if (::setgroups(0, nullptr) == 0 && ::setgid(about.st_gid) == 0 && ::setuid(about.st_uid) == 0) {
    return {};
  }
  return Error{ErrorCode::kPermissionDenied,
               "cannot work as the owner of " + data_dir + ": " + std::strerror(errno)};
}

// What cannot be printed must not look like success: a token is told once.
ExitCode Say(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return ExitCode::kOk;
  Complain("standard output cannot be written");
  return ExitCode::kFailure;
}

ExitCode RefuseCommand(const Error& error) {
  return Refuse(error,
                error.code == ErrorCode::kInvalidArgument ? ExitCode::kUsage : ExitCode::kFailure);
}

ExitCode Conclude(const Status& status, const std::string& done) {
  return status.ok() ? Say(done + "\n") : RefuseCommand(status.error());
}

// Columns as wide as their widest cell.
std::string Table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] + 2 - row[i].size(), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string TimeText(const std::optional<Timestamp>& time, const char* otherwise) {
  return time ? FormatRfc3339(*time).substr(0, 19) + "Z" : otherwise;
}

std::string SeenText(const model::Identity& identity) {
  std::string text;
  for (const IpNetwork& network : identity.networks) text += " " + network.ToString();
  for (const std::string& interface : identity.interfaces) text += " " + interface;
  return text.empty() ? "everything" : text.substr(1);
}

// The commands on an open file.
class Commands {
 public:
  Commands(const AccountCommand& command, std::string data_dir, AccountFile file,
           accounts::Actor actor, const Clock& clock)
      : command_(command),
        data_dir_(std::move(data_dir)),
        file_(std::move(file)),
        actor_(std::move(actor)),
        clock_(clock) {}

  ExitCode Run() {
    switch (command_.verb) {
      case Verb::kUserAdd:
        return AddUser();
      case Verb::kUserPasswd:
        return SetPassword();
      case Verb::kUserSet:
        return SetUser();
      case Verb::kUserDelete:
        return DeleteUser();
      case Verb::kUserList:
        return ListUsers();
      case Verb::kTokenCreate:
        return CreateToken();
      case Verb::kTokenRevoke:
        return Conclude(file_.RevokeToken(command_.name, actor_),
                        "token " + command_.name + " was revoked");
      case Verb::kTokenList:
        return ListTokens();
      case Verb::kNone:
        break;
    }
    return ExitCode::kUsage;
  }

 private:
  ExitCode AddUser() {
    if (Status name = accounts::CheckUserName(command_.name); !name.ok()) {
      return RefuseCommand(name.error());
    }
    const auto hash = ReadHash();
    if (!hash.ok()) return RefuseCommand(hash.error());
    const accounts::NewUser user{
        .identity = {.user = command_.name,
                     .role = model::ParseRole(command_.role).value_or(model::Role::kViewer),
                     .interfaces = command_.interfaces,
                     .networks = command_.networks},
        .password_hash = *hash};
    return Conclude(file_.AddUser(user, actor_),
                    "user " + command_.name + " was added (" + command_.role + ")");
  }

  ExitCode SetPassword() {
    // Said before a password is asked for.
    const auto accounts = file_.Load();
    if (!accounts.ok()) return RefuseCommand(accounts.error());
    if (accounts->FindUser(command_.name) == nullptr) {
      return Refuse({ErrorCode::kNotFound, "there is no user '" + command_.name + "'"},
                    ExitCode::kFailure);
    }
    const auto hash = ReadHash();
    if (!hash.ok()) return RefuseCommand(hash.error());
    const auto tokens =
        command_.revoke_tokens ? accounts::UserTokens::kAreRevoked : accounts::UserTokens::kStay;
    Status status = file_.SetPassword(command_.name, *hash, actor_, tokens);
    if (status.ok()) status = ForgetFirstPassword();
    return Conclude(status, "the password of " + command_.name + " was changed");
  }

  ExitCode SetUser() {
    accounts::UserChange change;
    if (command_.sets_role) change.role = model::ParseRole(command_.role);
    if (command_.sets_networks) change.networks = command_.networks;
    if (command_.sets_interfaces) change.interfaces = command_.interfaces;
    return Conclude(file_.SetUser(command_.name, change, actor_),
                    "user " + command_.name + " was changed");
  }

  ExitCode DeleteUser() {
    Status status = file_.DeleteUser(command_.name, actor_);
    if (status.ok()) status = ForgetFirstPassword();
    return Conclude(status, "user " + command_.name + " was deleted");
  }

  ExitCode CreateToken() {
    accounts::TokenOrder order{
        .user = command_.name, .label = command_.label, .expires_at = std::nullopt};
    if (Status label = accounts::CheckLabel(command_.label); !label.ok()) {
      return RefuseCommand(label.error());
    }
    if (command_.expires) order.expires_at = clock_.Now() + *command_.expires;
    const auto token = file_.CreateToken(order, actor_);
    return token.ok() ? Say(*token + "\n") : RefuseCommand(token.error());
  }

  ExitCode ListUsers() {
    const auto accounts = file_.Load();
    if (!accounts.ok()) return RefuseCommand(accounts.error());
    std::vector<std::vector<std::string>> rows = {
        {"user", "role", "created", "password set", "sees"}};
    for (const accounts::User& user : accounts->users) {
      rows.push_back({user.identity.user, std::string(model::RoleName(user.identity.role)),
                      TimeText(user.created_at, ""), TimeText(user.changed_at, ""),
                      SeenText(user.identity)});
    }
    return Say(Table(rows));
  }

  ExitCode ListTokens() {
    const auto accounts = file_.Load();
    if (!accounts.ok()) return RefuseCommand(accounts.error());
    std::vector<std::vector<std::string>> rows = {
        {"id", "user", "state", "created", "expires", "last used", "label"}};
    for (const accounts::Token& token : accounts->tokens) {
      const accounts::User* const user = accounts->FindUser(token.user_id);
      const char* const state = token.revoked_at             ? "revoked"
                                : token.IsGood(clock_.Now()) ? "good"
                                                             : "expired";
      rows.push_back({token.id, user != nullptr ? user->identity.user : "", state,
                      TimeText(token.created_at, ""), TimeText(token.expires_at, "never"),
                      TimeText(token.last_used_at, "never"), token.label});
    }
    return Say(Table(rows));
  }

  Result<std::string> ReadHash() const {
    const auto password = ReadNewPassword(command_.name);
    if (!password.ok()) return password;
    if (Status good = accounts::CheckPassword(*password); !good.ok()) return good.error();
    return accounts::HashPassword(*password);
  }

  Status ForgetFirstPassword() const {
    if (command_.name != accounts::kFirstAdmin) return {};
    return accounts::ForgetFirstPassword(data_dir_);
  }

  const AccountCommand& command_;
  const std::string data_dir_;
  AccountFile file_;
  const accounts::Actor actor_;
  const Clock& clock_;
};

}  // namespace

ExitCode RunAccountCommand(const AccountCommand& command, const std::string& data_dir) {
  const SystemClock clock;
  accounts::Actor actor = SystemUser();
  if (Status owner = BecomeOwnerOf(data_dir); !owner.ok()) return RefuseCommand(owner.error());
  const bool lists = command.verb == Verb::kUserList || command.verb == Verb::kTokenList;
  auto file = lists ? AccountFile::OpenToRead(data_dir, clock) : OpenAccounts(data_dir, clock);
  if (!file.ok()) return RefuseCommand(file.error());
  return Commands(command, data_dir, std::move(file).value(), std::move(actor), clock).Run();
}

}  // namespace wiregauge::app
