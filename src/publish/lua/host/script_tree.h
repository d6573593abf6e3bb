// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace wiregauge::lua {

// What a script is for follows from where it is:
//   scripts/**.lua                                        pages: /lua/<path>.lua
//   routes/*.lua                                          registers routes
//   callbacks/{second,minute,5minute,hourly,daily}.lua    runs by the clock
//   modules/**.lua                                        for require
enum class ScriptKind : uint8_t { kPage, kRoutes, kCallback, kModule };

enum class Period : uint8_t { kSecond, kMinute, kFiveMinutes, kHour, kDay, kCount };
std::string_view PeriodName(Period period);  // "second", "minute", "5minute", "hourly", "daily"
std::chrono::seconds LengthOf(Period period);

// One script as it was read. Immutable.
struct ScriptFile {
  ScriptKind kind = ScriptKind::kPage;
  std::string name;  // "scripts/top/hosts.lua": unique, what errors and metrics call it
  std::string path;  // on disk
  std::string text;
  std::string problem;  // why it could not be read; then `text` is empty
  Period period{};      // of a callback

  // A file is another one when this is.
  struct Stamp {
    int64_t modified_ns = 0;
    uint64_t size = 0, inode = 0;

    bool operator==(const Stamp&) const = default;
  } stamp;
};

// A script that stands anywhere, as a page of its file's name.
std::shared_ptr<const ScriptFile> ReadPage(const std::string& path);

// What stands in the script folders. A page, routes file or module hides the ones of the same name
// in later folders; callbacks of all folders run.
class ScriptTree {
 public:
  static constexpr size_t kMostFiles = 2000;
  static constexpr size_t kMostFileBytes = size_t{1} << 20;

  // In the order of their names.
  const std::vector<std::shared_ptr<const ScriptFile>>& files() const { return files_; }
  // What is wrong with the folders themselves; sentences.
  const std::vector<std::string>& problems() const { return problems_; }

  // Reads the folders; what has not changed since `previous` is taken from there.
  static ScriptTree Read(const std::vector<std::string>& folders, const ScriptTree& previous);

  // Whether both hold the same files in the same versions.
  bool IsSameAs(const ScriptTree& other) const;

 private:
  std::vector<std::shared_ptr<const ScriptFile>> files_;
  std::vector<std::string> problems_;

  friend class FolderReader;
};

}  // namespace wiregauge::lua
