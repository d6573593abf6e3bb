// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "app/account_commands.h"
#include "app/build_facts.h"
#include "app/exit_code.h"
#include "app/interfaces.h"
#include "app/load_settings.h"
#include "app/lua_commands.h"
#include "app/names.h"
#include "app/one_shot.h"
#include "app/places.h"
#include "app/service.h"
#include "app/signals.h"
#include "app/sinks.h"
#include "app/sinks_commands.h"
#include "app/sources.h"
#include "config/command_line.h"
#include "config/help.h"

namespace wiregauge::app {
namespace {

ExitCode ListInterfaces(bool as_json) {
  const auto interfaces = capture::ListInterfaces();
  if (!interfaces.ok()) return Refuse(interfaces.error(), ExitCode::kFailure);
  const auto route = capture::DefaultRouteInterface();
  const std::string default_route = route.ok() ? *route : std::string();
  return Print(as_json ? InterfacesJson(*interfaces, default_route)
                       : InterfacesTable(*interfaces, default_route));
}

ExitCode CheckConfig(const config::CommandLine& line, const config::Settings& settings) {
  // The default route's interface need not be there to check a file.
  auto made = MakeSources(settings.fixed.sources);
  if (!made.ok() && !settings.fixed.sources.empty()) return RefuseSources(made.error(), line);
  const auto sources = made.ok() ? std::move(made).value() : std::vector<shard::SourceOptions>();
  const auto atlas = MakeAtlas(settings.fixed, {});
  if (!atlas.ok()) return RefuseStart(atlas.error());
  if (Status sinks = CheckSinks(settings.fixed, sources, **atlas); !sinks.ok()) {
    return RefuseStart(sinks.error());
  }
  if (const auto servers = MakeNameServers(settings.fixed.dns); !servers.ok()) {
    return RefuseStart(servers.error());
  }
  if (Status tls = CheckCertificate(settings.fixed.http); !tls.ok())
    return RefuseStart(tls.error());
  return Print("the settings are good\n");
}

ExitCode RunWithSettings(const config::CommandLine& line) {
  const auto settings = LoadSettings(line);
  if (!settings.ok()) return Refuse(settings.error(), ExitCode::kBadConfiguration);
  if (line.action == config::Action::kAccounts) {
    return RunAccountCommand(line.account, settings->fixed.data_dir);
  }
  if (line.action == config::Action::kLua) return RunLuaCommand(line, *settings);
  if (line.action == config::Action::kSinks) return RunSinksCommand(line, *settings);
  if (line.action == config::Action::kCheckConfig) return CheckConfig(line, *settings);
  if (line.action == config::Action::kRead) return RunOneShot(line, *settings);
  return RunService(line, *settings);
}

ExitCode Main(const std::vector<std::string>& arguments) {
  HoldHangUp();
  const auto line = config::ParseCommandLine(arguments);
  if (!line.ok()) return Refuse(line.error(), ExitCode::kUsage);
  if (line->action != config::Action::kService) ReleaseHangUp();
  switch (line->action) {
    case config::Action::kHelp:
      return Print(line->command.empty() ? config::HelpText()
                                         : config::CommandHelpText(line->command));
    case config::Action::kReference:
      return Print(config::ReferenceText());
    case config::Action::kVersion:
      return Print(VersionText(MakeBuildFacts()));
    case config::Action::kListInterfaces:
      return ListInterfaces(line->json);
    case config::Action::kAccounts:
    case config::Action::kLua:
    case config::Action::kSinks:
    case config::Action::kCheckConfig:
    case config::Action::kRead:
    case config::Action::kService:
      return RunWithSettings(*line);
  }
  return ExitCode::kUsage;
}

// A descriptor that was closed when the program began would be the next file's, and what is meant
// for stderr would go into it. One that cannot be used for what it is meant for stands in: it says
// so.
void KeepStandardDescriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace
}  // namespace wiregauge::app

int main(int count, char** arguments) {
  wiregauge::app::KeepStandardDescriptors();
  return static_cast<int>(
      wiregauge::app::Main(std::vector<std::string>(arguments + 1, arguments + count)));
}
