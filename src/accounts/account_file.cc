// SPDX-License-Identifier: Apache-2.0
#include "accounts/account_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "accounts/token.h"
#include "base/log.h"
#include "store/migrations.h"

namespace wiregauge::accounts {
namespace {

using store::Statement;
using store::Transaction;

// Somebody else's change takes milliseconds.
constexpr Duration kLockWait = std::chrono::seconds(3);

Timestamp FromSeconds(int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

std::optional<Timestamp> TimeAt(const Statement& row, int column) {
  const auto seconds = row.MaybeInteger(column);
  return seconds ? std::optional(FromSeconds(*seconds)) : std::nullopt;
}

// Calls visit(row) for every row.
template <typename Visit>
Status ForEachRow(Statement& statement, Visit visit) {
  while (true) {
    const auto row = statement.Step();
    if (!row.ok()) return row.error();
    if (!*row) return {};
    visit(statement);
  }
}

// The same for a query without parameters.
template <typename Visit>
Status ForEachRow(store::Database& database, std::string_view sql, Visit visit) {
  auto statement = database.Prepare(sql);
  if (!statement.ok()) return statement.error();
  return ForEachRow(*statement, visit);
}

// As a value among others of an audit line.
std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

Error SystemError(const std::string& path, int number) {
  const bool denied = number == EACCES || number == EPERM || number == EROFS;
  return Error{denied ? ErrorCode::kPermissionDenied : ErrorCode::kUnavailable,
               path + ": " + std::strerror(number)};
}

// Another process may have been faster: then its file stays.
Status GiveName(const std::string& made, const std::string& path) {
  if (::link(made.c_str(), path.c_str()) == 0 || errno == EEXIST) return {};
  const bool has_no_links = errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS;
  if (has_no_links && ::rename(made.c_str(), path.c_str()) == 0) return {};
  return SystemError(path, errno);
}

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

// A copy that was restored has the mode that its maker gave it. What comes of -wal and -shm SQLite
// takes from the file.
void MakePrivate(const std::string& path) {
  for (const char* const suffix : {"-wal", "-shm"}) ::chmod((path + suffix).c_str(), 0600);
  if (::chmod(path.c_str(), 0600) == 0) {
    log::Warning("accounts", "others could use the file of accounts; its mode is 0600 now",
                 {{"path", path}});
  } else {
    log::Warning("accounts", "others can use the file of accounts",
                 {{"path", path}, {"problem", std::strerror(errno)}});
  }
}

std::string RestrictionText(const model::Identity& identity) {
  std::string text;
  for (const IpNetwork& network : identity.networks) text += " network=" + network.ToString();
  for (const std::string& interface : identity.interfaces) text += " interface=" + Quote(interface);
  return text;
}

}  // namespace

Result<AccountFile> AccountFile::Open(const std::string& data_dir, const Clock& clock) {
  const std::string path = data_dir + "/" + std::string(kName);
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) {
      if (Status made = Make(path); !made.ok()) return made.error();
    }
  } else if ((info.st_mode & kOthers) != 0) {
    MakePrivate(path);
  }
  return OpenAs(store::Database::Mode::kReadWrite, data_dir, clock);
}

Result<AccountFile> AccountFile::OpenToRead(const std::string& data_dir, const Clock& clock) {
  return OpenAs(store::Database::Mode::kReadOnly, data_dir, clock);
}

Result<AccountFile> AccountFile::OpenAs(store::Database::Mode mode, const std::string& data_dir,
                                        const Clock& clock) {
  const std::string path = data_dir + "/" + std::string(kName);
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && info.st_size == 0) {
    return Error{ErrorCode::kDataLoss, path + ": is empty, so it is damaged"};
  }
  auto database = store::Database::Open(path, mode, kLockWait);
  if (!database.ok()) return database.error();
  // A token that was revoked must not come back with the power; a hash that was replaced must not
  // stay in a free page.
  const Status careful = database->Execute("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
  if (!careful.ok()) return careful.error();
  const Status migrated = store::Migrate(*database, store::MigrationsOf("accounts"));
  if (!migrated.ok()) return migrated.error();
  return AccountFile(std::move(database).value(), clock);
}

// Under another name first, so that a process that ends meanwhile leaves no empty file.
Status AccountFile::Make(const std::string& path) {
  std::string made = path + ".new-XXXXXX";
  const int file = ::mkstemp(made.data());  // mode 0600
  if (file < 0) return SystemError(path, errno);
  ::close(file);
  Status status;
  {
    auto database = store::Database::Open(made, store::Database::Mode::kReadWrite, kLockWait);
    status = database.ok() ? Status() : Status(database.error());
  }
  if (status.ok()) status = GiveName(made, path);
  ::unlink(made.c_str());
  return status;
}

AccountFile::Identity AccountFile::IdentityOf(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino};
}

void AccountFile::Leave() { (void)database_.Execute("PRAGMA wal_checkpoint(TRUNCATE)").ok(); }

Result<Accounts> AccountFile::Load() {
  // One instant of all tables; nothing is written.
  if (Status begun = database_.Execute("BEGIN"); !begun.ok()) return begun.error();
  Accounts accounts;
  Status status = LoadUsers(accounts.users);
  if (status.ok()) status = LoadRestrictions(accounts.users);
  if (status.ok()) status = LoadTokens(accounts.tokens);
  const Status ended = database_.Execute("COMMIT");
  if (!status.ok()) return status.error();
  if (!ended.ok()) return ended.error();
  return accounts;
}

Status AccountFile::LoadUsers(std::vector<User>& users) {
  return ForEachRow(
      database_,
      "SELECT id, name, password_hash, role, created_at, changed_at FROM users ORDER BY name",
      [&](const Statement& row) {
        User user;
        user.id = row.Integer(0);
        user.identity.user = row.Text(1);
        user.password_hash = row.Text(2);
        user.identity.role = model::ParseRole(row.Text(3)).value_or(model::Role::kViewer);
        user.created_at = FromSeconds(row.Integer(4));
        user.changed_at = FromSeconds(row.Integer(5));
        users.push_back(std::move(user));
      });
}

Status AccountFile::LoadRestrictions(std::vector<User>& users) {
  const auto find = [&](int64_t id) { return std::ranges::find(users, id, &User::id); };
  Status bad;
  const Status networks = ForEachRow(
      database_, "SELECT user_id, network FROM user_networks ORDER BY user_id, network",
      [&](const Statement& row) {
        const auto network = IpNetwork::Parse(row.Text(1));
        const auto user = find(row.Integer(0));
        if (!network) {
          // Left out it would let the user see more.
          bad = Error{ErrorCode::kDataLoss,
                      database_.path() + ": \"" + std::string(row.Text(1)) + "\" is no network"};
        } else if (user != users.end()) {
          user->identity.networks.push_back(*network);
        }
      });
  if (!networks.ok()) return networks;
  if (!bad.ok()) return bad;
  return ForEachRow(database_,
                    "SELECT user_id, interface FROM user_interfaces ORDER BY user_id, interface",
                    [&](const Statement& row) {
                      const auto user = find(row.Integer(0));
                      if (user != users.end()) user->identity.interfaces.emplace_back(row.Text(1));
                    });
}

Status AccountFile::LoadTokens(std::vector<Token>& tokens) {
  return ForEachRow(database_,
                    "SELECT id, user_id, label, secret_hash, created_at, expires_at, last_used_at, "
                    "revoked_at FROM tokens ORDER BY created_at, id",
                    [&](const Statement& row) {
                      Token token;
                      token.id = row.Text(0);
                      token.user_id = row.Integer(1);
                      token.label = row.Text(2);
                      // The schema holds its length.
                      std::ranges::copy(row.Blob(3).first(token.secret_hash.size()),
                                        token.secret_hash.begin());
                      token.created_at = FromSeconds(row.Integer(4));
                      token.expires_at = TimeAt(row, 5);
                      token.last_used_at = TimeAt(row, 6);
                      token.revoked_at = TimeAt(row, 7);
                      tokens.push_back(std::move(token));
                    });
}

Result<int64_t> AccountFile::Version() { return database_.QueryInteger("PRAGMA data_version"); }

Status AccountFile::AddUser(const NewUser& user, const Actor& actor) {
  auto transaction = Transaction::Begin(database_);
  if (!transaction.ok()) return transaction.error();
  const Status status = InsertUser(user, actor);
  if (!status.ok()) return status;
  return transaction->Commit();
}

Status AccountFile::InsertUser(const NewUser& user, const Actor& actor) {
  const std::string& name = user.identity.user;
  if (FindUserId(name).ok()) {
    return Error{ErrorCode::kConflict, "there is a user '" + name + "' already"};
  }
  auto insert = database_.Prepare(
      "INSERT INTO users (name, password_hash, role, created_at, changed_at) "
      "VALUES (?1, ?2, ?3, ?4, ?4)");
  if (!insert.ok()) return insert.error();
  insert->Bind(1, name)
      .Bind(2, user.password_hash)
      .Bind(3, model::RoleName(user.identity.role))
      .Bind(4, Now());
  Status status = insert->Run();
  if (status.ok()) status = InsertRestrictions(database_.last_insert_rowid(), user.identity);
  if (!status.ok()) return status;
  return Audit({.id = 0,
                .time = {},
                .actor = actor,
                .action = "user add",
                .subject = name,
                .detail = "role=" + std::string(model::RoleName(user.identity.role)) +
                          RestrictionText(user.identity)});
}

Status AccountFile::InsertRestrictions(int64_t user_id, const model::Identity& identity) {
  const auto insert = [&](std::string_view sql, const std::string& value) -> Status {
    auto statement = database_.Prepare(sql);
    if (!statement.ok()) return statement.error();
    return statement->Bind(1, user_id).Bind(2, value).Run();
  };
  for (const IpNetwork& network : identity.networks) {
    const Status status =
        insert("INSERT OR IGNORE INTO user_networks VALUES (?1, ?2)", network.ToString());
    if (!status.ok()) return status;
  }
  for (const std::string& interface : identity.interfaces) {
    const Status status =
        insert("INSERT OR IGNORE INTO user_interfaces VALUES (?1, ?2)", interface);
    if (!status.ok()) return status;
  }
  return {};
}

Result<int64_t> AccountFile::FindUserId(std::string_view name) {
  auto select = database_.Prepare("SELECT id FROM users WHERE name = ?1");
  if (!select.ok()) return select.error();
  const auto row = select->Bind(1, name).Step();
  if (!row.ok()) return row.error();
  if (*row) return select->Integer(0);
  return Error{ErrorCode::kNotFound, "there is no user '" + std::string(name) + "'"};
}

Status AccountFile::SetPassword(std::string_view user, std::string_view password_hash,
                                const Actor& actor, UserTokens tokens) {
  auto transaction = Transaction::Begin(database_);
  if (!transaction.ok()) return transaction.error();
  auto update =
      database_.Prepare("UPDATE users SET password_hash = ?2, changed_at = ?3 WHERE name = ?1");
  if (!update.ok()) return update.error();
  update->Bind(1, user).Bind(2, password_hash).Bind(3, Now());
  std::string revoked;
  if (tokens == UserTokens::kAreRevoked) {
    auto text = TokensText(user);
    if (!text.ok()) return text.error();
    revoked = std::move(text).value();
    const std::string sql = "UPDATE tokens SET revoked_at = " + std::to_string(Now()) +
                            " WHERE revoked_at IS NULL AND"
                            " user_id = (SELECT id FROM users WHERE name = ?1)";
    if (Status status = RunFor(user, sql); !status.ok()) return status;
  }
  Status status = ChangeRow(*update, {.id = 0,
                                      .time = {},
                                      .actor = actor,
                                      .action = "user passwd",
                                      .subject = std::string(user),
                                      .detail = revoked.empty() ? "" : "revoked " + revoked});
  return status.ok() ? transaction->Commit() : status;
}

Status AccountFile::SetUser(std::string_view user, const UserChange& change, const Actor& actor) {
  auto transaction = Transaction::Begin(database_);
  if (!transaction.ok()) return transaction.error();
  const auto id = FindUserId(user);
  if (!id.ok()) return id.error();
  if (change.role && *change.role != model::Role::kAdmin) {
    if (Status last = RefuseLastAdmin(user); !last.ok()) return last;
  }
  if (Status status = ReplaceRestrictions(*id, change); !status.ok()) return status;
  if (change.role) {
    const std::string role(model::RoleName(*change.role));
    const Status status = RunFor(user, "UPDATE users SET role = '" + role + "' WHERE name = ?1");
    if (!status.ok()) return status;
  }
  const auto now = LoadIdentity(user);
  if (!now.ok()) return now.error();
  if (now->role == model::Role::kAdmin && now->is_restricted()) {
    return Error{ErrorCode::kInvalidArgument,
                 "an admin sees everything: give --networks '' --interfaces '' as well"};
  }
  Status status =
      Audit({.id = 0,
             .time = {},
             .actor = actor,
             .action = "user set",
             .subject = std::string(user),
             .detail = "role=" + std::string(model::RoleName(now->role)) + RestrictionText(*now)});
  return status.ok() ? transaction->Commit() : status;
}

Status AccountFile::ReplaceRestrictions(int64_t user_id, const UserChange& change) {
  const std::string where = " WHERE user_id = " + std::to_string(user_id);
  model::Identity identity;
  if (change.networks) {
    const Status status = database_.Execute("DELETE FROM user_networks" + where);
    if (!status.ok()) return status;
    identity.networks = *change.networks;
  }
  if (change.interfaces) {
    const Status status = database_.Execute("DELETE FROM user_interfaces" + where);
    if (!status.ok()) return status;
    identity.interfaces = *change.interfaces;
  }
  return InsertRestrictions(user_id, identity);
}

Result<model::Identity> AccountFile::LoadIdentity(std::string_view user) {
  std::vector<User> users;
  Status status = LoadUsers(users);
  if (status.ok()) status = LoadRestrictions(users);
  if (!status.ok()) return status.error();
  return std::ranges::find_if(users, [&](const User& one) { return one.identity.user == user; })
      ->identity;
}

Status AccountFile::RunFor(std::string_view user, std::string_view sql) {
  auto statement = database_.Prepare(sql);
  if (!statement.ok()) return statement.error();
  return statement->Bind(1, user).Run();
}

Status AccountFile::RefuseLastAdmin(std::string_view user) {
  auto select = database_.Prepare(
      "SELECT 1 FROM users WHERE name = ?1 AND role = 'admin' AND NOT EXISTS "
      "(SELECT 1 FROM users WHERE name <> ?1 AND role = 'admin')");
  if (!select.ok()) return select.error();
  const auto last = select->Bind(1, user).Step();
  if (!last.ok()) return last.error();
  if (!*last) return {};
  return Error{ErrorCode::kConflict,
               "'" + std::string(user) + "' is the last admin; make another user one first"};
}

Result<std::string> AccountFile::TokensText(std::string_view user) {
  auto select = database_.Prepare(
      "SELECT group_concat(id) FROM (SELECT tokens.id FROM tokens JOIN users ON users.id = user_id "
      "WHERE name = ?1 AND revoked_at IS NULL ORDER BY tokens.created_at, tokens.id)");
  if (!select.ok()) return select.error();
  const auto row = select->Bind(1, user).Step();
  if (!row.ok()) return row.error();
  const std::string ids(select->Text(0));
  return ids.empty() ? ids : "tokens=" + ids;
}

Status AccountFile::DeleteUser(std::string_view user, const Actor& actor) {
  auto transaction = Transaction::Begin(database_);
  if (!transaction.ok()) return transaction.error();
  if (Status last = RefuseLastAdmin(user); !last.ok()) return last;
  const auto tokens = TokensText(user);
  if (!tokens.ok()) return tokens.error();
  auto remove = database_.Prepare("DELETE FROM users WHERE name = ?1");
  if (!remove.ok()) return remove.error();
  remove->Bind(1, user);
  Status status = ChangeRow(*remove, {.id = 0,
                                      .time = {},
                                      .actor = actor,
                                      .action = "user delete",
                                      .subject = std::string(user),
                                      .detail = *tokens});
  return status.ok() ? transaction->Commit() : status;
}

Result<std::string> AccountFile::CreateToken(const TokenOrder& order, const Actor& actor) {
  auto transaction = Transaction::Begin(database_);
  if (!transaction.ok()) return transaction.error();
  const auto user_id = FindUserId(order.user);
  if (!user_id.ok()) return user_id.error();
  auto insert = database_.Prepare(
      "INSERT INTO tokens (id, user_id, label, secret_hash, created_at, expires_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  if (!insert.ok()) return insert.error();
  const NewToken token = MakeToken();
  insert->Bind(1, token.id).Bind(2, *user_id).Bind(3, order.label);
  insert->Bind(4, std::span<const uint8_t>(token.secret_hash)).Bind(5, Now()).BindNull(6);
  std::string detail = "user=" + Quote(order.user) + " label=" + Quote(order.label);
  if (order.expires_at) {
    insert->Bind(6, UnixSeconds(*order.expires_at));
    detail += " expires=" + FormatRfc3339(*order.expires_at);
  }
  Status status = insert->Run();
  if (status.ok()) {
    status = Audit({.id = 0,
                    .time = {},
                    .actor = actor,
                    .action = "token create",
                    .subject = token.id,
                    .detail = detail});
  }
  if (status.ok()) status = transaction->Commit();
  if (!status.ok()) return status.error();
  return token.text;
}

Status AccountFile::RevokeToken(std::string_view id, const Actor& actor) {
  auto update =
      database_.Prepare("UPDATE tokens SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL");
  if (!update.ok()) return update.error();
  update->Bind(1, id).Bind(2, Now());
  return Change(*update, {.id = 0,
                          .time = {},
                          .actor = actor,
                          .action = "token revoke",
                          .subject = std::string(id),
                          .detail = {}});
}

Status AccountFile::NoteUse(const std::map<std::string, Timestamp>& used_at) {
  auto transaction = Transaction::Begin(database_);
  if (!transaction.ok()) return transaction.error();
  auto update = database_.Prepare(
      "UPDATE tokens SET last_used_at = max(?2, coalesce(last_used_at, 0)) WHERE id = ?1");
  if (!update.ok()) return update.error();
  for (const auto& [id, time] : used_at) {
    const Status status = update->Bind(1, id).Bind(2, UnixSeconds(time)).Run();
    if (!status.ok()) return status;
  }
  return transaction->Commit();
}

Status AccountFile::Change(Statement& statement, const AuditEntry& entry) {
  auto transaction = Transaction::Begin(database_);
  if (!transaction.ok()) return transaction.error();
  Status status = ChangeRow(statement, entry);
  return status.ok() ? transaction->Commit() : status;
}

Status AccountFile::ChangeRow(Statement& statement, const AuditEntry& entry) {
  if (Status status = statement.Run(); !status.ok()) return status;
  if (database_.changes() == 0) {
    const std::string kind = entry.action.substr(0, entry.action.find(' '));
    return Error{ErrorCode::kNotFound, kind == "token"
                                           ? "there is no token '" + entry.subject + "' that holds"
                                           : "there is no user '" + entry.subject + "'"};
  }
  return Audit(entry);
}

Status AccountFile::Audit(const AuditEntry& entry) {
  auto insert = database_.Prepare(
      "INSERT INTO audit (time, actor, address, action, subject, detail) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  if (!insert.ok()) return insert.error();
  return insert->Bind(1, Now())
      .Bind(2, entry.actor.name)
      .Bind(3, entry.actor.address)
      .Bind(4, entry.action)
      .Bind(5, entry.subject)
      .Bind(6, entry.detail)
      .Run();
}

Result<std::vector<AuditEntry>> AccountFile::AuditAfter(int64_t id) {
  auto select = database_.Prepare(
      "SELECT id, time, actor, address, action, subject, detail FROM audit WHERE id > ?1 "
      "ORDER BY id");
  if (!select.ok()) return select.error();
  select->Bind(1, id);
  std::vector<AuditEntry> entries;
  const Status status = ForEachRow(*select, [&](const Statement& row) {
    entries.push_back({.id = row.Integer(0),
                       .time = FromSeconds(row.Integer(1)),
                       .actor = {std::string(row.Text(2)), std::string(row.Text(3))},
                       .action = std::string(row.Text(4)),
                       .subject = std::string(row.Text(5)),
                       .detail = std::string(row.Text(6))});
  });
  if (!status.ok()) return status.error();
  return entries;
}

Result<int64_t> AccountFile::LastAuditId() {
  return database_.QueryInteger("SELECT coalesce(max(id), 0) FROM audit");
}

}  // namespace wiregauge::accounts
