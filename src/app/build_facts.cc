// SPDX-License-Identifier: Apache-2.0
#include "app/build_facts.h"

#include "app/build_commit.h"
#include "app/build_versions.h"
#include "capture/live_source.h"
#include "dpi/classifier.h"
#include "geo/address_database.h"
#include "http_client/client.h"

namespace wiregauge::app {

api::BuildFacts MakeBuildFacts() {
  return {.version = kVersion,
          .commit = kWiregaugeCommit,
          .build_type = kBuildType,
          .libraries = {{"libpcap", capture::LibraryVersion()},
                        {"libndpi", dpi::LibraryVersion()},
                        {"libmaxminddb", geo::LibraryVersion()},
                        {"libcurl", http_client::LibraryVersion()},
                        {"Pistache", kPistacheVersion},
                        {"prometheus-cpp", kPrometheusVersion},
                        {"yaml-cpp", kYamlVersion},
                        {"CLI11", kCli11Version},
                        {"spdlog", kSpdlogVersion},
                        {"libsodium", kSodiumVersion},
                        {"MariaDB Connector/C", kMariadbVersion},
                        {"librdkafka", kRdkafkaVersion},
                        {"zlib", kZlibVersion},
                        {"libzstd", kZstdVersion},
                        {"libsystemd", kSystemdVersion}}};
}

std::string VersionText(const api::BuildFacts& facts) {
  std::string text = "wiregauge " + facts.version;
  if (!facts.commit.empty()) text += " (" + facts.commit + ")";
  text += "\n" + facts.build_type + " build, " + kCompiler + "\n";
  for (const api::Library& library : facts.libraries) {
    text += library.name + " " + library.version + "\n";
  }
  return text;
}

}  // namespace wiregauge::app
