// SPDX-License-Identifier: Apache-2.0
#include "app/sources.h"

#include <net/if.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/file_identity.h"
#include "base/text.h"
#include "capture/live_source.h"

namespace wiregauge::app {
namespace {

bool HasCaptureSuffix(std::string_view name) {
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (name.ends_with(packed)) name.remove_suffix(packed.size());
  }
  return name.ends_with(".pcap") || name.ends_with(".pcapng") || name.ends_with(".cap");
}

std::string MakeUnique(const std::string& name, std::set<std::string>& taken) {
  std::string unique = name;
  for (int n = 2; !taken.insert(unique).second; ++n) unique = name + "-" + std::to_string(n);
  return unique;
}

Error Twice(const std::string& what, const std::string& first, const std::string& again) {
  return Error{ErrorCode::kInvalidArgument,
               first == again ? what + " " + first + " is given twice"
                              : what + " " + first + " is given twice, as " + again + " too"};
}

// By the text, and for files by what the text leads to.
Status CheckEachOnce(const std::vector<shard::SourceOptions>& sources) {
  std::set<std::string> texts;
  std::map<std::pair<uint64_t, uint64_t>, std::string> files;
  for (const shard::SourceOptions& source : sources) {
    const std::string& text = source.path_or_interface;
    const std::string what = source.live ? "interface" : "capture file";
    if (!texts.insert(text).second) return Twice(what, text, text);
    const auto file = source.live ? std::nullopt : IdentifyInput(text);
    if (!file.has_value()) continue;
    const auto [first, is_new] = files.emplace(std::pair(file->device, file->inode), text);
    if (!is_new) return Twice(what, first->second, text);
  }
  return {};
}

}  // namespace

bool IsFile(const std::string& source) {
  if (source == "-" || source.find('/') != std::string::npos || HasCaptureSuffix(source)) {
    return true;
  }
  struct stat info {};
  return if_nametoindex(source.c_str()) == 0 && stat(source.c_str(), &info) == 0;
}

std::string NameOfFile(std::string_view path) {
  if (path == "-") return "stdin";
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return ToValidUtf8(path.substr(path.rfind('/') + 1));
}

Result<std::vector<shard::SourceOptions>> MakeSources(const std::vector<std::string>& sources) {
  std::vector<std::string> wanted = sources;
  if (wanted.empty()) {
    auto interface = capture::DefaultRouteInterface();
    if (!interface.ok()) return interface.error();
    wanted.push_back(std::move(interface).value());
  }
  std::vector<shard::SourceOptions> made;
  std::set<std::string> taken;
  for (const std::string& source : wanted) {
    const bool live = !IsFile(source);
    const std::string name = live ? source : NameOfFile(source);
    made.push_back({.name = MakeUnique(name, taken), .path_or_interface = source, .live = live});
  }
  if (Status once = CheckEachOnce(made); !once) return once.error();
  return made;
}

Result<std::vector<shard::SourceOptions>> MakeFileSources(const std::vector<std::string>& paths) {
  std::vector<shard::SourceOptions> made;
  std::set<std::string> taken;
  for (const std::string& path : paths) {
    made.push_back({.name = MakeUnique(NameOfFile(path), taken), .path_or_interface = path});
  }
  if (Status once = CheckEachOnce(made); !once) return once.error();
  return made;
}

}  // namespace wiregauge::app
