// SPDX-License-Identifier: Apache-2.0
#include "app/load_settings.h"

#include "capture/filter.h"
#include "config/load.h"
#include "publish/http/tls.h"

namespace wiregauge::app {

Result<config::Settings> LoadSettings(const config::CommandLine& line) {
  auto settings = config::Load(line.config_file, line.flags);
  if (!settings.ok()) return settings;
  if (Status filter = capture::CheckFilter(settings->fixed.capture.filter); !filter) {
    return filter.error();
  }
  return settings;
}

Status CheckCertificate(const config::Http& settings) {
  if (settings.tls_certificate.empty()) return {};
  const auto context = http::TlsContext::Load(settings.tls_certificate, settings.tls_key);
  return context.ok() ? Status() : context.error();
}

ExitCode RefuseSources(const Error& error, const config::CommandLine& line) {
  if (error.code != ErrorCode::kInvalidArgument) return Refuse(error, ExitCode::kFailure);
  if (line.HasFlag("sources")) return Refuse(error, ExitCode::kUsage);
  Complain(line.config_file + ": sources: " + error.message);
  return ExitCode::kBadConfiguration;
}

}  // namespace wiregauge::app
