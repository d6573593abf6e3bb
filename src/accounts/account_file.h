// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/accounts.h"
#include "base/result.h"
#include "store/database.h"

namespace wiregauge::accounts {

struct NewUser {
  model::Identity identity;
  std::string password_hash;
};

struct TokenOrder {
  std::string user;
  std::string label;
  std::optional<Timestamp> expires_at;
};

// What is to be another way about a user; nothing: stays.
struct UserChange {
  std::optional<model::Role> role;
  std::optional<std::vector<IpNetwork>> networks;      // empty: all
  std::optional<std::vector<std::string>> interfaces;  // empty: all
};

enum class UserTokens : uint8_t { kStay, kAreRevoked };

// accounts.db. Several processes may have it open, the service and command lines: each change is
// one short transaction with its line of the audit, and version() tells that another connection
// made one. Errors: kNotFound and kConflict name the user or token; others as store::Database has
// them. Belongs to one thread at a time.
class AccountFile {
 public:
  static constexpr std::string_view kName = "accounts.db";

  // Makes the file, and brings it to the newest schema, when need be; makes it private to its owner
  // when it is not. kDataLoss also for an empty one: it never is, however its making was cut short.
  static Result<AccountFile> Open(const std::string& data_dir, const Clock& clock);
  // Makes nothing and changes nothing: for Load and AuditAfter. An error when there is no file.
  static Result<AccountFile> OpenToRead(const std::string& data_dir, const Clock& clock);

  // False: the file was removed, or there is another one in its place (device, inode).
  bool IsInPlace() const { return IdentityOf(database_.path()) == identity_; }
  // Before it is closed when it is not in place: its -wal is, and would be taken for the next
  // file's. So all of it goes into the file it belongs to.
  void Leave();

  Result<Accounts> Load();
  // Changes whenever another connection has changed the file.
  Result<int64_t> Version();

  Status AddUser(const NewUser& user, const Actor& actor);
  // The same, when there is no user at all; false when there is one. `before_commit` is called
  // while nobody else can add one; its error undoes all.
  template <typename BeforeCommit>
  Result<bool> AddFirstUser(const NewUser& user, const Actor& actor, BeforeCommit before_commit) {
    auto transaction = store::Transaction::Begin(database_);
    if (!transaction.ok()) return transaction.error();
    const auto users = database_.QueryInteger("SELECT count(*) FROM users");
    if (!users.ok()) return users.error();
    if (*users > 0) return false;
    Status status = InsertUser(user, actor);
    if (status.ok()) status = before_commit();
    if (status.ok()) status = transaction->Commit();
    if (!status.ok()) return status.error();
    return true;
  }
  Status SetPassword(std::string_view user, std::string_view password_hash, const Actor& actor,
                     UserTokens tokens = UserTokens::kStay);
  // Tokens stay. kConflict for the last admin, kInvalidArgument for an admin who would not see all.
  Status SetUser(std::string_view user, const UserChange& change, const Actor& actor);
  // With the user's tokens. kConflict for the last admin.
  Status DeleteUser(std::string_view user, const Actor& actor);

  // The token's text: told once.
  Result<std::string> CreateToken(const TokenOrder& order, const Actor& actor);
  Status RevokeToken(std::string_view id, const Actor& actor);
  // When tokens were used, by id. No change of the accounts, so the audit says nothing.
  Status NoteUse(const std::map<std::string, Timestamp>& used_at);

  // What was written after the line `id`, oldest first.
  Result<std::vector<AuditEntry>> AuditAfter(int64_t id);
  Result<int64_t> LastAuditId();

 private:
  using Identity = std::pair<uint64_t, uint64_t>;  // device and inode; 0, 0: there is none

  static Identity IdentityOf(const std::string& path);
  static Status Make(const std::string& path);
  static Result<AccountFile> OpenAs(store::Database::Mode mode, const std::string& data_dir,
                                    const Clock& clock);
  AccountFile(store::Database database, const Clock& clock)
      : database_(std::move(database)), identity_(IdentityOf(database_.path())), clock_(&clock) {}

  Status InsertUser(const NewUser& user, const Actor& actor);
  Status InsertRestrictions(int64_t user_id, const model::Identity& identity);
  Result<int64_t> FindUserId(std::string_view name);
  Status RefuseLastAdmin(std::string_view user);
  Status ReplaceRestrictions(int64_t user_id, const UserChange& change);
  // "tokens=<id>,<id>" of those that are not revoked; empty: none.
  Result<std::string> TokensText(std::string_view user);
  Result<model::Identity> LoadIdentity(std::string_view user);
  Status RunFor(std::string_view user, std::string_view sql);
  Status LoadUsers(std::vector<User>& users);
  Status LoadRestrictions(std::vector<User>& users);
  Status LoadTokens(std::vector<Token>& tokens);
  // Changes one row, with its line of the audit, in one transaction. kNotFound when there is none.
  Status Change(store::Statement& statement, const AuditEntry& entry);
  // The same in a transaction that is under way.
  Status ChangeRow(store::Statement& statement, const AuditEntry& entry);
  Status Audit(const AuditEntry& entry);
  int64_t Now() const { return UnixSeconds(clock_->Now()); }

  store::Database database_;
  Identity identity_;
  const Clock* clock_;
};

}  // namespace wiregauge::accounts
