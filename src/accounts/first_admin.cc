// SPDX-License-Identifier: Apache-2.0
#include "accounts/first_admin.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace wiregauge::accounts {
namespace {

Error SystemError(const std::string& path, int number) {
  const bool denied = number == EACCES || number == EPERM || number == EROFS;
  return Error{denied ? ErrorCode::kPermissionDenied : ErrorCode::kUnavailable,
               path + ": " + std::strerror(number)};
}

// A new file, so that nobody who has an old one open, or put a link there, gets to read it.
Status WritePassword(const std::string& path, const std::string& password) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return SystemError(path, errno);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return SystemError(path, errno);
  const std::string line = password + "\n";
  const ssize_t written = ::write(file, line.data(), line.size());
  const int number = written < 0 ? errno : 0;
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  if (written == static_cast<ssize_t>(line.size()) && synced) return {};
  ::unlink(path.c_str());
  return SystemError(path, number != 0 ? number : ENOSPC);
}

}  // namespace

std::string FirstPasswordPath(const std::string& data_dir) {
  return data_dir + "/initial-admin-password";
}

Result<std::optional<std::string>> MakeFirstAdmin(AccountFile& file, const std::string& data_dir,
                                                  const PasswordCost& cost) {
  auto accounts = file.Load();
  if (!accounts.ok()) return accounts.error();
  if (!accounts->users.empty()) return std::optional<std::string>();
  std::string password = RandomPassword();
  auto hash = HashPassword(password, cost);
  if (!hash.ok()) return hash.error();
  NewUser admin{.identity = {.user = std::string(kFirstAdmin),
                             .role = model::Role::kAdmin,
                             .interfaces = {},
                             .networks = {}},
                .password_hash = std::move(hash).value()};
  // Another process may have been faster.
  const auto added = file.AddFirstUser(admin, {.name = "service", .address = {}}, [&] {
    return WritePassword(FirstPasswordPath(data_dir), password);
  });
  if (!added.ok()) return added.error();
  return *added ? std::optional(std::move(password)) : std::nullopt;
}

Status ForgetFirstPassword(const std::string& data_dir) {
  const std::string path = FirstPasswordPath(data_dir);
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return SystemError(path, errno);
}

}  // namespace wiregauge::accounts
