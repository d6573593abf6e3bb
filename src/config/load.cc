// SPDX-License-Identifier: Apache-2.0
#include "config/load.h"

#include <unistd.h>

#include <array>
#include <map>

#include "base/text.h"
#include "config/sink_password.h"
#include "config/sink_settings.h"
#include "config/value.h"
#include "config/yaml_file.h"

namespace wiregauge::config {
namespace {

// Where each setting's value came from, for errors found later.
using Origins = std::map<const Setting*, std::string>;

Status AssignAt(const std::string& where, const Setting& setting,
                const std::vector<std::string>& texts, Settings& settings) {
  const Status status = Assign(setting, texts, settings);
  if (status.ok()) return {};
  return Error{ErrorCode::kInvalidArgument, where + ": " + status.error().message};
}

Settings Defaults() {
  Settings settings;
  for (const Setting& setting : SettingsTable()) {
    std::vector<std::string> texts;
    if (!setting.initial.empty() || !IsList(setting)) texts.emplace_back(setting.initial);
    WIREGAUGE_CHECK(Assign(setting, texts, settings).ok());
  }
  return settings;
}

bool IsLoopback(const IpAddress& address) {
  return IpNetwork::Parse("127.0.0.0/8")->Contains(address) ||
         IpNetwork::Parse("::1/128")->Contains(address);
}

// What else is needed to listen there; empty: nothing.
std::string MissingToListen(const Fixed& settings) {
  if (IsLoopback(settings.http.listen.address)) return {};
  if (!settings.accounts.required) return "accounts are needed there, and they are off";
  if (!settings.http.tls_certificate.empty() || settings.http.allow_plain) return {};
  return "passwords would cross the network in clear: set http.tls_certificate and http.tls_key, "
         "or "
         "http.allow_plain: true";
}

Status CheckListen(const Settings& settings, const Origins& origins) {
  const std::string missing = MissingToListen(settings.fixed);
  if (missing.empty()) return {};
  return Error{ErrorCode::kInvalidArgument, origins.at(FindSetting("http.listen")) + ": " +
                                                settings.fixed.http.listen.address.ToString() +
                                                " is not a loopback address, and " + missing};
}

Status CheckTls(const Settings& settings, const Origins& origins) {
  const Http& http = settings.fixed.http;
  if (http.tls_certificate.empty() == http.tls_key.empty()) return {};
  const bool has_key = !http.tls_key.empty();
  return Error{ErrorCode::kInvalidArgument,
               origins.at(FindSetting(has_key ? "http.tls_key" : "http.tls_certificate")) +
                   ": needs " + (has_key ? "http.tls_certificate" : "http.tls_key") + " too"};
}

// A name alone: "http://a", "a:80" or "a/b" would never equal one.
Status CheckAllowedHosts(const Settings& settings, const Origins& origins) {
  for (const std::string& name : settings.fixed.http.allowed_hosts) {
    if (name.find_first_of(":/ *") == std::string::npos) continue;
    return Error{ErrorCode::kInvalidArgument,
                 origins.at(FindSetting("http.allowed_hosts")) +
                     ": expected names without a scheme or a port, got '" + name + "'"};
  }
  return {};
}

Status CheckSinksAt(const Settings& settings, const Origins& origins) {
  const Status good = CheckSinks(settings.fixed.sinks, settings.fixed.data_dir);
  if (good.ok()) return {};
  return Error{ErrorCode::kInvalidArgument,
               origins.at(FindSetting("sinks")) + ": " + good.error().message};
}

std::string MachineName() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "wiregauge";
  return ToValidUtf8(name.data());
}

Status AssignFileSinks(const std::vector<SinkSpec>& specs, std::vector<Sink>& out) {
  out.clear();
  for (const SinkSpec& spec : specs) {
    auto sink = MakeSink(spec);
    if (!sink.ok()) return sink.error();
    out.push_back(std::move(*sink));
  }
  return {};
}

class Loader {
 public:
  Status ReadFile(const std::string& file) {
    const auto values = ReadSettingsFile(file);
    if (!values.ok()) return values.error();
    for (const FileValue& value : *values) {
      const std::string where =
          file + ":" + std::to_string(value.line) + ": " + std::string(value.setting->path);
      Status status = IsSinks(*value.setting)
                          ? AssignFileSinks(value.sinks, settings_.fixed.sinks)
                          : AssignAt(where, *value.setting, value.texts, settings_);
      if (!status.ok()) return status;
      origins_[value.setting] = where;
    }
    return {};
  }

  Status ReadFlags(const std::vector<FlagValue>& flags) {
    for (const FlagValue& flag : flags) {
      const std::string where(LongFlag(*flag.setting));
      Status status = AssignAt(where, *flag.setting, flag.texts, settings_);
      if (!status.ok()) return status;
      origins_[flag.setting] = where;
      if (IsSinks(*flag.setting)) PlaceSinks(where);
    }
    return {};
  }

  // What must hold between settings, and what stands elsewhere.
  Status Finish() {
    for (const auto check : {CheckListen, CheckTls, CheckAllowedHosts, CheckSinksAt}) {
      if (Status status = check(settings_, origins_); !status.ok()) return status;
    }
    if (settings_.fixed.instance_name.empty()) settings_.fixed.instance_name = MachineName();
    return ReadPasswords();
  }

  Settings& settings() { return settings_; }

 private:
  void PlaceSinks(const std::string& flag) {
    for (Sink& sink : settings_.fixed.sinks) sink.place.text = flag + ": " + sink.name;
  }

  Status ReadPasswords() {
    for (Sink& sink : settings_.fixed.sinks) {
      const Status status = ReadPassword(sink);
      if (status.ok()) continue;
      return Error{status.error().code, sink.place.text + ": " + status.error().message};
    }
    return {};
  }

  Settings settings_ = Defaults();
  Origins origins_;
};

}  // namespace

Result<Settings> Load(const std::string& file, const std::vector<FlagValue>& flags) {
  Loader loader;
  if (!file.empty()) {
    if (Status status = loader.ReadFile(file); !status.ok()) return status.error();
  }
  if (Status status = loader.ReadFlags(flags); !status.ok()) return status.error();
  if (Status status = loader.Finish(); !status.ok()) return status.error();
  return std::move(loader.settings());
}

std::vector<std::string_view> ChangedFixedSettings(Settings& before, Settings& after) {
  std::vector<std::string_view> changed;
  for (const Setting& setting : SettingsTable()) {
    if (!setting.reloadable && !SameValue(setting, before, after)) changed.push_back(setting.path);
  }
  return changed;
}

}  // namespace wiregauge::config
