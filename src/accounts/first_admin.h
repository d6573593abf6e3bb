// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "accounts/account_file.h"
#include "accounts/password.h"

namespace wiregauge::accounts {

inline constexpr std::string_view kFirstAdmin = "admin";

// Where the first admin's password stands.
std::string FirstPasswordPath(const std::string& data_dir);

// When there is no user, makes one, "admin", with a random password that is kept in
// FirstPasswordPath (mode 0600, written before the user is), and gives the password: it is to be
// shown once.
Result<std::optional<std::string>> MakeFirstAdmin(AccountFile& file, const std::string& data_dir,
                                                  const PasswordCost& cost = {});

// Removes the password's file when it is there: the password does not hold any more.
Status ForgetFirstPassword(const std::string& data_dir);

}  // namespace wiregauge::accounts
