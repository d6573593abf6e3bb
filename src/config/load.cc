// SPDX-License-Identifier: Apache-2.0
#include "config/load.h"

#include <map>

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

}  // namespace

Result<Settings> Load(const std::string& file, const std::vector<FlagValue>& flags) {
  Settings settings = Defaults();
  Origins origins;
  if (!file.empty()) {
    const auto values = ReadSettingsFile(file);
    if (!values.ok()) return values.error();
    for (const FileValue& value : *values) {
      const std::string where =
          file + ":" + std::to_string(value.line) + ": " + std::string(value.setting->path);
      const Status status = AssignAt(where, *value.setting, value.texts, settings);
      if (!status.ok()) return status.error();
      origins[value.setting] = where;
    }
  }
  for (const FlagValue& flag : flags) {
    const std::string where(LongFlag(*flag.setting));
    const Status status = AssignAt(where, *flag.setting, flag.texts, settings);
    if (!status.ok()) return status.error();
    origins[flag.setting] = where;
  }
  for (const auto check : {CheckListen, CheckTls, CheckAllowedHosts}) {
    const Status status = check(settings, origins);
    if (!status.ok()) return status.error();
  }
  return settings;
}

std::vector<std::string_view> ChangedFixedSettings(Settings& before, Settings& after) {
  std::vector<std::string_view> changed;
  for (const Setting& setting : SettingsTable()) {
    if (!setting.reloadable && !SameValue(setting, before, after)) changed.push_back(setting.path);
  }
  return changed;
}

}  // namespace wiregauge::config
