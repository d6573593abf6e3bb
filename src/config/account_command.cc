// SPDX-License-Identifier: Apache-2.0
#include "config/account_command.h"

#include <CLI/CLI.hpp>

#include "base/text.h"

namespace wiregauge::config {
namespace {

Error Refuse(const std::string& flag, const std::string& expected, std::string_view found) {
  return Error{ErrorCode::kInvalidArgument,
               flag + ": expected " + expected + ", got '" + std::string(found) + "'"};
}

// What is added to now must remain a time.
constexpr Duration kLongestLife = std::chrono::hours(24) * 36525;

}  // namespace

CLI::App* AccountCommandLine::AddVerb(CLI::App& parent, const std::string& name,
                                      AccountCommand::Verb verb) {
  CLI::App* const sub = parent.add_subcommand(name)->fallthrough();
  sub->callback([this, verb] { command_.verb = verb; });
  return sub;
}

void AccountCommandLine::AddRights(CLI::App& verb) {
  const auto note = [](bool& given) { return [&given](const std::string&) { given = true; }; };
  verb.add_option("NAME", command_.name)->required();
  verb.add_option("--role", command_.role)->each(note(command_.sets_role));
  verb.add_option("--networks", networks_text_)->each(note(command_.sets_networks));
  verb.add_option("--interfaces", command_.interfaces)
      ->each(note(command_.sets_interfaces))
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

void AccountCommandLine::AddTo(CLI::App& app) {
  using Verb = AccountCommand::Verb;
  CLI::App* const user = app.add_subcommand("user")->fallthrough()->require_subcommand(1);
  CLI::App* const add = AddVerb(*user, "add", Verb::kUserAdd);
  AddRights(*add);
  AddRights(*AddVerb(*user, "set", Verb::kUserSet));
  CLI::App* const passwd = AddVerb(*user, "passwd", Verb::kUserPasswd);
  passwd->add_option("NAME", command_.name)->required();
  passwd->add_flag("--revoke-tokens", command_.revoke_tokens);
  AddVerb(*user, "delete", Verb::kUserDelete)->add_option("NAME", command_.name)->required();
  AddVerb(*user, "list", Verb::kUserList);

  CLI::App* const token = app.add_subcommand("token")->fallthrough()->require_subcommand(1);
  CLI::App* const create = AddVerb(*token, "create", Verb::kTokenCreate);
  create->add_option("USER", command_.name)->required();
  create->add_option("--label", command_.label);
  create->add_option("--expires", expires_text_);
  AddVerb(*token, "revoke", Verb::kTokenRevoke)->add_option("ID", command_.name)->required();
  AddVerb(*token, "list", Verb::kTokenList);
}

Status AccountCommandLine::Finish() {
  const bool known_role = command_.role == "viewer" || command_.role == "admin";
  if (!known_role) return Refuse("--role", "viewer or admin", command_.role);
  if (Status networks = ReadNetworks(); !networks.ok()) return networks;
  const bool sets = command_.verb == AccountCommand::Verb::kUserSet;
  if (sets && !command_.sets_role && !command_.sets_networks && !command_.sets_interfaces) {
    return Error{ErrorCode::kInvalidArgument,
                 "user set: nothing to change: give --role, --networks or --interfaces"};
  }
  // "" lifts it.
  if (sets && command_.interfaces == std::vector<std::string>{""}) command_.interfaces.clear();
  for (const std::string& interface : command_.interfaces) {
    if (interface.empty()) return Refuse("--interfaces", "an interface's name", interface);
  }
  const bool restricted = !command_.networks.empty() || !command_.interfaces.empty();
  if (command_.role == "admin" && restricted) {
    return Error{ErrorCode::kInvalidArgument,
                 "an admin sees everything: --networks and --interfaces go with --role viewer"};
  }
  return ReadExpiry();
}

Status AccountCommandLine::ReadNetworks() {
  if (networks_text_.empty()) return {};
  for (const std::string_view part : Split(networks_text_, ',')) {
    const auto network = IpNetwork::Parse(Trim(part));
    if (!network) return Refuse("--networks", "prefixes such as 10.0.0.0/8,2001:db8::/32", part);
    command_.networks.push_back(*network);
  }
  return {};
}

Status AccountCommandLine::ReadExpiry() {
  if (expires_text_.empty()) return {};
  command_.expires = ParseDuration(expires_text_);
  const bool good = command_.expires && *command_.expires > Duration::zero();
  if (good && *command_.expires <= kLongestLife) return {};
  return Refuse("--expires", "a time from now on such as 12h or 90d, 100 years at most",
                expires_text_);
}

}  // namespace wiregauge::config
