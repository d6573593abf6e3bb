// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/script_tree.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace wiregauge::lua {
namespace {

namespace fs = std::filesystem;

struct PeriodFacts {
  std::string_view name;
  std::chrono::seconds length;
};
constexpr std::array<PeriodFacts, static_cast<size_t>(Period::kCount)> kPeriods = {{
    {"second", std::chrono::seconds(1)},
    {"minute", std::chrono::minutes(1)},
    {"5minute", std::chrono::minutes(5)},
    {"hourly", std::chrono::hours(1)},
    {"daily", std::chrono::hours(24)},
}};

std::optional<Period> FindPeriod(std::string_view name) {
  for (size_t i = 0; i < kPeriods.size(); ++i) {
    if (kPeriods[i].name == name) return static_cast<Period>(i);
  }
  return std::nullopt;
}

struct Folder {
  const char* name;
  ScriptKind kind;
  bool has_folders;
};
constexpr Folder kFolders[] = {{"scripts", ScriptKind::kPage, true},
                               {"routes", ScriptKind::kRoutes, false},
                               {"callbacks", ScriptKind::kCallback, false},
                               {"modules", ScriptKind::kModule, true}};

// Names stand in URLs, templates of routes and metrics.
bool IsPlainName(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::strchr("._-/", c) != nullptr;
  });
}

std::optional<ScriptFile::Stamp> StampOf(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
  return ScriptFile::Stamp{
      .modified_ns = int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec,
      .size = static_cast<uint64_t>(facts.st_size),
      .inode = facts.st_ino};
}

void ReadText(ScriptFile& file) {
  if (file.stamp.size > ScriptTree::kMostFileBytes) {
    file.problem = "it is longer than " + std::to_string(ScriptTree::kMostFileBytes) + " bytes";
    return;
  }
  std::ifstream in(file.path, std::ios::binary);
  file.text.assign(std::istreambuf_iterator<char>(in), {});
  if (!in) {
    file.problem = std::string("it cannot be read: ") + std::strerror(errno);
    file.text.clear();
  }
}

}  // namespace

std::string_view PeriodName(Period period) { return kPeriods[static_cast<size_t>(period)].name; }
std::chrono::seconds LengthOf(Period period) {
  return kPeriods[static_cast<size_t>(period)].length;
}

std::shared_ptr<const ScriptFile> ReadPage(const std::string& path) {
  auto file = std::make_shared<ScriptFile>();
  file->name = fs::path(path).filename().string();
  file->path = path;
  if (const auto stamp = StampOf(path)) file->stamp = *stamp;
  ReadText(*file);
  return file;
}

// Collects the files of all folders.
class FolderReader {
 public:
  explicit FolderReader(const ScriptTree& previous) {
    for (const auto& file : previous.files_) known_[file->path] = file;
  }

  void Read(const std::string& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
      tree_.problems_.push_back("script folder " + folder + ": " +
                                (error ? error.message() : "it is no folder"));
      return;
    }
    for (const Folder& kind : kFolders) ReadKind(folder, kind);
  }

  ScriptTree Take() {
    std::sort(tree_.files_.begin(), tree_.files_.end(),
              [](const auto& a, const auto& b) { return a->name < b->name; });
    return std::move(tree_);
  }

 private:
  void ReadKind(const std::string& folder, const Folder& kind) {
    const fs::path root = fs::path(folder) / kind.name;
    std::error_code error;
    fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      const fs::path& path = at->path();
      if (path.filename().string().starts_with('.')) {
        at.disable_recursion_pending();
        continue;
      }
      if (!kind.has_folders) at.disable_recursion_pending();
      std::error_code ignored;
      if (path.extension() != ".lua" || !at->is_regular_file(ignored)) continue;
      Add(folder, path, kind.kind);
    }
    if (error && error != std::errc::no_such_file_or_directory) {
      tree_.problems_.push_back("script folder " + root.string() + ": " + error.message());
    }
  }

  void Add(const std::string& folder, const fs::path& path, ScriptKind kind) {
    const auto stamp = StampOf(path);
    if (!stamp) return;  // it has just gone
    std::string name = path.lexically_relative(folder).string();
    if (!IsPlainName(name)) {
      tree_.problems_.push_back("script " + path.string() +
                                ": its name has other characters than letters, digits, . _ -");
      return;
    }
    Period period{};
    if (kind == ScriptKind::kCallback) {
      const auto found = FindPeriod(path.stem().string());
      if (!found) {
        tree_.problems_.push_back(
            "script " + path.string() +
            ": callbacks are second.lua, minute.lua, 5minute.lua, hourly.lua and daily.lua");
        return;
      }
      period = *found;
    }
    if (const auto [at, is_new] = names_.emplace(name, 1); !is_new) {
      if (kind != ScriptKind::kCallback) return;
      name = std::to_string(++at->second) + "/" + name;
    }
    if (tree_.files_.size() == ScriptTree::kMostFiles) {
      tree_.problems_.push_back("script " + path.string() + ": there are more than " +
                                std::to_string(ScriptTree::kMostFiles) + " scripts");
      return;
    }
    tree_.files_.push_back(Find(std::move(name), path.string(), kind, period, *stamp));
  }

  std::shared_ptr<const ScriptFile> Find(std::string name, const std::string& path, ScriptKind kind,
                                         Period period, const ScriptFile::Stamp& stamp) {
    const auto known = known_.find(path);
    if (known != known_.end() && known->second->stamp == stamp && known->second->name == name) {
      return known->second;
    }
    auto file = std::make_shared<ScriptFile>();
    file->kind = kind;
    file->name = std::move(name);
    file->path = path;
    file->period = period;
    file->stamp = stamp;
    ReadText(*file);
    return file;
  }

  std::map<std::string, std::shared_ptr<const ScriptFile>> known_;
  std::map<std::string, int> names_;
  ScriptTree tree_;
};

ScriptTree ScriptTree::Read(const std::vector<std::string>& folders, const ScriptTree& previous) {
  FolderReader reader(previous);
  for (const std::string& folder : folders) reader.Read(folder);
  return reader.Take();
}

bool ScriptTree::IsSameAs(const ScriptTree& other) const {
  return files_ == other.files_ && problems_ == other.problems_;
}

}  // namespace wiregauge::lua
