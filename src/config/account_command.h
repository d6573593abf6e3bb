// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/time.h"

namespace CLI {
class App;
}

namespace wiregauge::config {

// `wiregauge user ...` and `wiregauge token ...`.
struct AccountCommand {
  enum class Verb : uint8_t {
    kNone,
    kUserAdd,
    kUserPasswd,
    kUserSet,
    kUserDelete,
    kUserList,
    kTokenCreate,
    kTokenRevoke,
    kTokenList,
  };

  Verb verb = Verb::kNone;
  std::string name;  // of the user; of kTokenRevoke the token's id
  std::string role = "viewer";
  std::string label;
  std::vector<IpNetwork> networks;      // empty: all
  std::vector<std::string> interfaces;  // empty: all
  std::optional<Duration> expires;      // nothing: never
  bool revoke_tokens = false;           // of kUserPasswd
  // What kUserSet changes.
  bool sets_role = false, sets_networks = false, sets_interfaces = false;
};

// Adds the commands to the command line's parser; `command` is filled when it has parsed, and
// Finish reads what is not text.
class AccountCommandLine {
 public:
  void AddTo(CLI::App& app);
  // Every error is one of usage.
  Status Finish();
  const AccountCommand& command() const { return command_; }

 private:
  CLI::App* AddVerb(CLI::App& parent, const std::string& name, AccountCommand::Verb verb);
  void AddRights(CLI::App& verb);
  Status ReadNetworks();
  Status ReadExpiry();

  AccountCommand command_;
  std::string networks_text_, expires_text_;
};

}  // namespace wiregauge::config
