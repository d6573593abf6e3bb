// SPDX-License-Identifier: Apache-2.0
#include "config/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <iterator>

#include "config/value.h"

namespace wiregauge::config {
namespace {

Error Usage(const std::string& problem) {
  return Error{ErrorCode::kInvalidArgument, problem + "; see wiregauge --help"};
}

// CLI11's view of the command line: it fills the members.
class Parser {
 public:
  Parser() : app_("wiregauge") {
    app_.set_help_flag("-h,--help");  // the commands have it too
    app_.allow_extras();
    app_.add_flag("--help-config", reference_);
    app_.add_flag("-V,--version", version_);
    app_.add_option("-c,--config", line_.config_file)->type_name("FILE");
    app_.add_option("-r,--read", line_.read_files)->type_name("FILE")->expected(1, 1 << 20);
    app_.add_option("--flows", line_.flows_path)->type_name("FILE");
    app_.add_option("--hosts", line_.hosts_path)->type_name("FILE");
    for (const Setting& setting : SettingsTable()) {
      if (!setting.flag.empty()) AddSetting(setting);
      if (!setting.off_flag.empty()) AddOffFlag(setting);
    }
    check_config_ = app_.add_subcommand("check-config")->fallthrough();
    list_interfaces_ = app_.add_subcommand("list-interfaces")->fallthrough();
    list_interfaces_->add_flag("--json", line_.json);
    accounts_.AddTo(app_);
    AddLuaCommands(app_, line_.lua);
    AddSinksCommands(app_, line_.sinks);
    app_.require_subcommand(0, 1);
  }

  Status Parse(const std::vector<std::string>& arguments) {
    try {
      app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
      help_ = true;
      return {};
    } catch (const CLI::ArgumentMismatch& e) {
      // "--workers: 1 required N missing", "--config: At Most 1 required but received 2"
      const std::string_view text = e.what();
      const std::string option(text.substr(0, text.find(':')));
      const bool missing = text.ends_with("missing");
      return Usage(option + (missing ? " needs a value" : " is given twice"));
    } catch (const CLI::ParseError& e) {
      return Usage(e.what());
    }
    const std::vector<std::string> extras = app_.remaining(true);
    if (!extras.empty()) return Unknown(extras.front());
    if (Status accounts = accounts_.Finish(); !accounts.ok()) {
      return Usage(accounts.error().message);
    }
    line_.account = accounts_.command();
    for (const auto& [setting, given] : off_flags_) {
      if (given) line_.flags.push_back({setting, {"false"}});
    }
    for (size_t i = 0; i < flag_settings_.size(); ++i) {
      if (!flag_texts_[i].empty()) line_.flags.push_back({flag_settings_[i], flag_texts_[i]});
    }
    return {};
  }

  CommandLine Take() {
    for (const CLI::App* command : app_.get_subcommands()) line_.command = command->get_name();
    line_.action = reference_                                          ? Action::kReference
                   : help_                                             ? Action::kHelp
                   : version_                                          ? Action::kVersion
                   : check_config_->parsed()                           ? Action::kCheckConfig
                   : list_interfaces_->parsed()                        ? Action::kListInterfaces
                   : line_.account.verb != AccountCommand::Verb::kNone ? Action::kAccounts
                   : line_.lua.verb != LuaCommand::Verb::kNone         ? Action::kLua
                   : line_.sinks.verb != SinksCommand::Verb::kNone     ? Action::kSinks
                   : line_.read_files.empty()                          ? Action::kService
                                                                       : Action::kRead;
    return std::move(line_);
  }

 private:
  void AddSetting(const Setting& setting) {
    flag_settings_.push_back(&setting);
    app_.add_option(std::string(setting.flag), flag_texts_.emplace_back())
        ->type_name(std::string(setting.value))
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
  }

  void AddOffFlag(const Setting& setting) {
    off_flags_.emplace_back(&setting, false);
    app_.add_flag(std::string(setting.off_flag), off_flags_.back().second);
  }

  Error Unknown(const std::string& text) const {
    if (!text.starts_with('-')) return Usage("unexpected argument '" + text + "'");
    std::vector<std::string> names;
    for (const CLI::Option* option : app_.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    const std::string_view nearest =
        text.starts_with("--") ? Nearest(text.substr(0, text.find('=')), candidates) : "";
    if (nearest.empty()) return Usage("unknown option '" + text + "'");
    return Usage("unknown option '" + text + "', did you mean " + std::string(nearest) + "?");
  }

  CLI::App app_;
  CLI::App* check_config_ = nullptr;
  CLI::App* list_interfaces_ = nullptr;
  AccountCommandLine accounts_;
  bool help_ = false, reference_ = false, version_ = false;
  CommandLine line_;
  std::vector<const Setting*> flag_settings_;
  std::deque<std::vector<std::string>> flag_texts_;  // CLI11 keeps addresses
  std::deque<std::pair<const Setting*, bool>> off_flags_;
};

Status CheckValues(const CommandLine& line) {
  Settings scratch;
  for (const FlagValue& flag : line.flags) {
    const std::string name(LongFlag(*flag.setting));
    if (flag.texts.size() > 1 && !IsList(*flag.setting)) return Usage(name + " is given twice");
    const Status status = Assign(*flag.setting, flag.texts, scratch);
    if (!status.ok()) return Usage(name + ": " + status.error().message);
  }
  return {};
}

Status CheckCombination(const CommandLine& line) {
  if (line.read_files.empty()) {
    if (!line.flows_path.empty()) return Usage("--flows goes with -r FILE");
    if (!line.hosts_path.empty()) return Usage("--hosts goes with -r FILE");
    return {};
  }
  if (line.action == Action::kLua && line.lua.verb == LuaCommand::Verb::kRun) return {};
  if (line.action != Action::kRead) return Usage("-r stands alone: it reads files and stops");
  if (line.HasFlag("sources")) {
    return Usage("-r reads files and stops, -i runs the service: use one of them");
  }
  if (line.HasFlag("sinks")) {
    return Usage("-r reads files and stops, sinks belong to the service");
  }
  if (line.HasFlag("http.listen")) return Usage("-r serves nothing: --listen does not go with it");
  if (line.flows_path == "-" && line.hosts_path == "-") {
    return Usage("--flows and --hosts cannot both be standard output");
  }
  return {};
}

}  // namespace

bool CommandLine::HasFlag(std::string_view setting_path) const {
  return std::ranges::any_of(
      flags, [&](const FlagValue& flag) { return flag.setting->path == setting_path; });
}

Result<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  Parser parser;
  const Status parsed = parser.Parse(arguments);
  if (!parsed.ok()) return parsed.error();
  CommandLine line = parser.Take();
  const Status values = CheckValues(line);
  if (!values.ok()) return values.error();
  const Status combination = CheckCombination(line);
  if (!combination.ok()) return combination.error();
  return line;
}

}  // namespace wiregauge::config
