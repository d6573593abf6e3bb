// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "accounts/account_file.h"
#include "accounts/password.h"

namespace wiregauge::accounts {

// argon2id as cheap as libsodium lets it be.
inline constexpr PasswordCost kCheap{.passes = 1, .memory_bytes = 8192};

// It takes 4 TiB, which no machine gives.
inline constexpr const char* kHashOfTooMuchMemory =
    "$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

class StillClock final : public Clock {
 public:
  Timestamp Now() const override { return now; }
  Timestamp now = Timestamp(std::chrono::seconds(1'700'000'000));
};

// Whether the system refuses what it does not have, as most do.
inline bool RefusesMemory() {
  char mode = '0';
  std::ifstream("/proc/sys/vm/overcommit_memory") >> mode;
  return mode != '1';
}

// A folder with accounts.db in it, for one test.
class AccountFolder : public testing::Test {
 protected:
  AccountFolder() {
    std::string name = testing::TempDir() + "accounts_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~AccountFolder() override { std::filesystem::remove_all(folder_); }

  AccountFile Open() {
    auto file = AccountFile::Open(folder_, clock_);
    EXPECT_TRUE(file.ok()) << file.error().message;
    return std::move(file).value();
  }
  static NewUser MakeUser(const std::string& name, const std::string& password,
                          model::Role role = model::Role::kViewer) {
    return {.identity = {.user = name, .role = role, .interfaces = {}, .networks = {}},
            .password_hash = HashPassword(password, kCheap).value()};
  }

  const Actor actor_{.name = "operator", .address = {}};
  StillClock clock_;
  std::string folder_;
};

}  // namespace wiregauge::accounts
