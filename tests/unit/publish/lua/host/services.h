// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "publish/lua/call.h"
#include "publish/lua/host/libraries.h"
#include "unit/base/fixed_clock.h"
#include "unit/snapshot/fixed_source.h"

namespace wiregauge::lua {

// A folder of scripts of a test's own.
class ScriptFolder {
 public:
  ScriptFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "scripts-XXXXXX").string();
    path_ = ::mkdtemp(path.data());
  }
  ~ScriptFolder() { std::filesystem::remove_all(path_); }
  ScriptFolder(const ScriptFolder&) = delete;
  ScriptFolder& operator=(const ScriptFolder&) = delete;

  // `name`: "scripts/top.lua". Replaces the file as editors do: a new one takes its place.
  void Write(const std::string& name, const std::string& text) {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    const std::string beside = file.string() + ".new";
    std::ofstream(beside, std::ios::binary) << text;
    std::filesystem::rename(beside, file);
  }
  void Remove(const std::string& name) {
    std::filesystem::remove(std::filesystem::path(path_) / name);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// What scripts reach, with nothing in it.
class EmptyService {
 public:
  EmptyService() { AddLibraries(services); }

  FixedClock clock{Timestamp(std::chrono::seconds(1'700'000'000))};
  snapshot::FixedSource source;
  http::Router rest;
  model::PlaceNames places_of_none;
  Services services{.snapshots = source,
                    .rest = rest,
                    .clock = clock,
                    .places = places_of_none,
                    .version = "0.0.0",
                    .revision = {},
                    .started_at = {},
                    .script_dirs = {},
                    .data_dir = {}};
};

}  // namespace wiregauge::lua
