// SPDX-License-Identifier: Apache-2.0
#include "config/help.h"

#include <string_view>

#include "base/text.h"
#include "config/settings_table.h"
#include "config/sink_flag.h"
#include "config/sink_options.h"
#include "config/value.h"

namespace wiregauge::config {
namespace {

constexpr size_t kColumn = 28;  // where explanations begin
constexpr size_t kWidth = 100;

constexpr std::string_view kUsage =
    R"(Usage:
  wiregauge [-c FILE] [-i SOURCE]... [-F SINK]... [OPTION]...  run the service
  wiregauge -r FILE... [--flows FILE|-] [--hosts FILE|-]       read captures, write NDJSON, stop
  wiregauge check-config [-c FILE] [OPTION]...                 say whether the settings are good
  wiregauge list-interfaces [--json]                           what -i accepts here
  wiregauge user add NAME [--role viewer|admin] [--networks NETWORKS] [--interfaces NAME]...
  wiregauge user set NAME [--role ...] [--networks ...] [--interfaces ...]...
  wiregauge user passwd NAME [--revoke-tokens]
  wiregauge user delete NAME | list                            who may ask (docs/accounts.md)
  wiregauge token create USER [--label TEXT] [--expires TIME]  a token for a program, told once
  wiregauge token revoke ID | list
  wiregauge lua check FILE...                                  say whether scripts are good
  wiregauge lua run FILE [NAME=VALUE]... [-r CAPTURE...]       run one, with the capture's flows
  wiregauge lua reference | annotations                        what they can call (docs/lua.md)
  wiregauge sinks fields                                       what is sent of flows (docs/sinks.md)
  wiregauge sinks schema TYPE [-c FILE]                        a receiver's table or template
  wiregauge --version | --help | --help-config
)";

constexpr std::string_view kExamples =
    R"(
Examples:
  wiregauge                                    watch the default route's interface
  wiregauge -i eth0 -i eth1 -m 10.0.0.0/8=lab  watch two, hosts in 10/8 are local
  wiregauge -i capture.pcap                    serve a capture file like an interface
  wiregauge -r capture.pcap --flows -          one JSON object a flow on stdout
  wiregauge -i eth0 -F "logstash;192.0.2.1;tcp;5510" -F "file;/var/tmp/flows.ndjson"
  wiregauge -F "es;;ntop-flows-%Y.%m.%d;http://192.0.2.1:9200/_bulk;"
  WIREGAUGE_SINK_MYSQL_PASSWORD=... wiregauge -F "mysql;localhost@3306;ntopng;flows;gauge;"
  curl -u admin http://127.0.0.1:9669/api/v1/interfaces

General:
)";

constexpr std::string_view kConclusion =
    R"(
A flag wins over the file. Settings without a flag: wiregauge --help-config.
Sizes: 65536, 512 KiB, 64 MiB. Durations: 250ms, 60s, 5m, 1h.
Signals: TERM and INT stop (a second one at once), HUP reads the reloadable settings again. With -r
all three end the reading: what was read is written, and the exit code is 1.
Exit codes: 0 ok, 1 runtime failure, 2 usage, 4 not permitted to capture, 6 bad configuration.
)";

constexpr std::string_view kReferenceIntroduction =
    R"(# Settings

<!-- Made by `wiregauge --help-config` from src/config/settings_table.cc and sink_options.cc: change it there. -->

The file is YAML and is given with `-c FILE`; without it the defaults and the flags hold. A flag wins
over the file. An unknown key, a key that stands twice, a second document, text that is not UTF-8 and a
bad value are errors that name file, line and what was expected (exit code 6), and so is a filter that
cannot be compiled. `wiregauge check-config -c FILE` tells without starting.
Sizes are bytes, or a number with KiB, MiB, GiB, TiB; durations a number with ms, s, m, h or d.
*Reload* says whether SIGHUP changes the setting in the running service.
)";

constexpr std::string_view kSinksIntroduction =
    R"(
## Sinks

`sinks` holds each sink's name (a-z, 0-9, _ and -, at most 32 of them) with its type and options:

    sinks:
      elk:
        type: logstash
        host: 192.0.2.1
        port: 5510
      archive:
        type: file
        path: /var/lib/wiregauge/flows.ndjson
        filter: l4=tcp&port=443

Options of another type, unknown ones and required ones that are missing are errors. A password is not an
option: it stands in the sink's `password_file`, or without one in the environment, as
`WIREGAUGE_SINK_ELK_PASSWORD` for the sink `elk` (a `-` in a name is a `_` there). As flags sinks are
written in ntopng's way; all other options have their defaults, an empty part too, and the names are the
types: `logstash`, `logstash-2`. A password there can be seen by every user of the machine: leave its
part empty.

)";

// Appends words, broken before `kWidth`, with later lines indented to `column`.
void AppendWrapped(std::string_view text, size_t column, std::string& out) {
  size_t at = out.size() - (out.rfind('\n') + 1);
  bool first = true;
  for (const std::string_view word : Split(text, ' ')) {
    if (!first && at + 1 + word.size() > kWidth) {
      out.append("\n").append(column, ' ');
      at = column;
    } else if (!first) {
      out.push_back(' ');
      ++at;
    }
    out.append(word);
    at += word.size();
    first = false;
  }
  out.push_back('\n');
}

void AppendOption(std::string_view flag, std::string_view value, std::string_view help,
                  std::string& out) {
  std::string head = flag.starts_with("--") ? "      " : "  ";
  for (const std::string_view name : Split(flag, ',')) {
    head.append(head.back() == ' ' ? "" : ", ").append(name);
  }
  if (!value.empty()) head.append(" ").append(value);
  if (head.size() + 2 > kColumn) {
    head.append("\n").append(kColumn, ' ');
  } else {
    head.resize(kColumn, ' ');
  }
  out.append(head);
  AppendWrapped(help, kColumn, out);
}

std::string_view SectionOf(const Setting& setting) {
  const size_t dot = setting.path.find('.');
  return dot == std::string_view::npos ? std::string_view() : setting.path.substr(0, dot);
}

void AppendSinkOption(const SinkOption& option, std::string& out) {
  std::string text = "- `" + std::string(option.key) + "`: " + std::string(option.help);
  text.append(" Value: ").append(Expectation(option)).append(".");
  if (option.required) text.append(" Required.");
  if (!option.initial.empty()) text.append(" Default: `").append(option.initial).append("`.");
  AppendWrapped(text, 2, out);
}

// An option of the accounts' commands.
struct AccountOption {
  std::string_view command, flag, value, help;
};
constexpr AccountOption kAccountOptions[] = {
    {"user", "--role", "ROLE",
     "viewer reads, admin also captures flows' packets. Default: viewer."},
    {"user", "--networks", "NETWORKS",
     "The user sees only hosts and flows of these, separated by commas. Default: all."},
    {"user", "--interfaces", "NAME",
     "The user sees only this interface; may be given more than once. Default: all."},
    {"token", "--label", "TEXT", "What a token is for."},
    {"token", "--expires", "TIME", "From now on: 12h, 90d. Default: never."},
};

// The options of all types, then those of each.
void AppendSinks(std::string& out) {
  out.append(kSinksIntroduction);
  for (const std::string_view form : SinkFlagForms()) {
    out.append("- `-F \"").append(form).append("\"`\n");
  }
  out.append("\n### Options of every sink\n\n");
  for (const SinkOption& option : SinkOptionsTable()) {
    if (option.types.empty()) AppendSinkOption(option, out);
  }
  for (const std::string_view type : SinkTypes()) {
    out.append("\n### Options of `type: ").append(type).append("`\n\n");
    for (const SinkOption& option : SinkOptionsTable()) {
      if (!option.types.empty() && IsOfType(option, type)) AppendSinkOption(option, out);
    }
  }
}

std::string WithDefault(const Setting& setting) {
  std::string text(setting.help);
  if (!setting.initial.empty()) text.append(" Default: ").append(setting.initial).append(".");
  return text;
}

}  // namespace

std::string HelpText() {
  std::string out =
      "wiregauge: captures packets, tells flows, hosts and applications, and serves "
      "them.\n\n";
  out.append(kUsage).append(kExamples);
  AppendOption("-c,--config", "FILE", "Settings file (YAML). Default: none.", out);
  AppendOption("-h,--help", "", "This text.", out);
  AppendOption("--help-config", "", "Every setting, in Markdown.", out);
  AppendOption("-V,--version", "", "Version, and the versions of the libraries in use.", out);
  out.append("\nOne-shot:\n");
  AppendOption("-r,--read", "FILE...", "Capture files, one after the other; - is stdin.", out);
  AppendOption("--flows", "FILE",
               "Writes one JSON object a line and flow; - is stdout. A file that is read, or that "
               "--hosts writes, is refused.",
               out);
  AppendOption("--hosts", "FILE", "Writes one JSON object a line and host; - is stdout.", out);
  out.append("\nAccounts (in data_dir; the service may run meanwhile):\n");
  for (const auto& [command, flag, value, help] : kAccountOptions) {
    AppendOption(flag, value, help, out);
  }
  out.append("\nSettings:\n");
  for (const Setting& setting : SettingsTable()) {
    if (!setting.flag.empty()) AppendOption(setting.flag, setting.value, WithDefault(setting), out);
    if (!setting.off_flag.empty()) {
      AppendOption(setting.off_flag, "",
                   "Turns " + std::string(setting.path) + " off. " + std::string(setting.help),
                   out);
    }
  }
  out.append(kConclusion);
  return out;
}

std::string CommandHelpText(std::string_view command) {
  const std::string head = "  wiregauge " + std::string(command) + " ";
  std::string out = "Usage:\n";
  for (const std::string_view line : Split(kUsage, '\n')) {
    if (line.starts_with(head)) out.append(line).append("\n");
  }
  out.append("\n");
  for (const auto& [of, flag, value, help] : kAccountOptions) {
    if (of == command) AppendOption(flag, value, help, out);
  }
  AppendOption("-h,--help", "", "This text. All commands and options: wiregauge --help.", out);
  return out;
}

std::string ReferenceText() {
  std::string out(kReferenceIntroduction);
  std::string_view section = "?";
  for (const Setting& setting : SettingsTable()) {
    if (SectionOf(setting) != section) {
      section = SectionOf(setting);
      out.append("\n## ").append(section.empty() ? "Top of the file" : section).append("\n");
    }
    out.append("\n### `").append(setting.path).append("`\n\n");
    AppendWrapped(setting.help, 0, out);
    out.append("\n- Value: ").append(Expectation(setting)).append("\n");
    if (!setting.initial.empty()) {
      out.append("- Default: `").append(setting.initial).append("`\n");
    }
    if (!setting.flag.empty()) {
      out.append("- Flag: `").append(LongFlag(setting)).append(" ").append(setting.value);
      if (LongFlag(setting) != setting.flag) {
        out.append("`, `").append(setting.flag.substr(0, 2)).append(" ").append(setting.value);
      }
      out.append("`\n");
    }
    if (!setting.off_flag.empty()) {
      out.append("- Flag: `").append(setting.off_flag).append("` (false)\n");
    }
    out.append("- Reload: ").append(setting.reloadable ? "yes" : "no").append("\n");
  }
  AppendSinks(out);
  return out;
}

}  // namespace wiregauge::config
