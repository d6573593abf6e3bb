// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/spool_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "publish/sinks/frame/file_bytes.h"

namespace wiregauge::sinks {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".spool";

std::optional<uint64_t> NumberOf(const fs::path& path) {
  if (path.extension() != kExtension) return std::nullopt;
  return ParseNumber<uint64_t>(path.stem().string());
}

// "20261127T235959Z"
std::string Compact(Timestamp time) {
  std::string text = FormatRfc3339(time).substr(0, sizeof "2026-11-27T23:59:59" - 1);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

// That is not there yet.
std::string FreeName(const std::string& stem) {
  Timestamp time = SystemClock().Now();
  std::string name = stem + "-" + Compact(time);
  std::error_code error;
  while (fs::exists(name, error)) name = stem + "-" + Compact(time += std::chrono::seconds(1));
  return name;
}

Error Unavailable(const std::string& path, const std::string& problem) {
  return Error{ErrorCode::kUnavailable, path + ": " + problem};
}

}  // namespace

Result<SpoolFolder> SpoolFolder::Open(const std::string& dir) {
  std::error_code error;
  const bool is_made = fs::create_directories(dir, error);
  if (is_made && !error) fs::permissions(dir, fs::perms::owner_all, error);
  if (error) return Unavailable(dir, error.message());
  auto lock = store::FileLock::Take(dir + "/lock");
  if (!lock.ok()) return Error{lock.error().code, "spool: " + lock.error().message};
  return SpoolFolder(dir, std::move(lock).value());
}

std::string SpoolFolder::NameOf(uint64_t segment) {
  std::array<char, 32> name;
  std::snprintf(name.data(), name.size(), "/%020llu", static_cast<unsigned long long>(segment));
  return name.data() + std::string(kExtension);
}

Result<std::vector<uint64_t>> SpoolFolder::Segments() const {
  std::error_code error;
  std::vector<uint64_t> numbers;
  for (const auto& entry : fs::directory_iterator(dir_, error)) {
    if (const auto number = NumberOf(entry.path())) numbers.push_back(*number);
  }
  if (error) return Unavailable(dir_, error.message());
  std::ranges::sort(numbers);
  return numbers;
}

void SpoolFolder::Remove(const std::vector<uint64_t>& segments) const {
  for (const uint64_t segment : segments) ::unlink(PathOf(segment).c_str());
}

Result<std::optional<std::string>> SpoolFolder::ReadEncoding() const {
  const std::string path = encoding_path();
  const OwnedFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return std::optional<std::string>();
  std::string encoding;
  const std::string problem = file.is_open() ? ReadAll(file.fd(), encoding) : ErrnoText();
  if (!problem.empty()) return Unavailable(path, problem);
  return std::optional(std::move(encoding));
}

std::string SpoolFolder::WriteEncoding(const std::string& encoding) const {
  const std::string path = encoding_path(), half = path + ".new";
  const OwnedFile file(::open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  std::string problem = file.is_open() ? WriteAll(file.fd(), encoding) : ErrnoText();
  if (problem.empty() && ::fdatasync(file.fd()) != 0) problem = ErrnoText();
  if (problem.empty() && ::rename(half.c_str(), path.c_str()) != 0) problem = ErrnoText();
  return problem.empty() ? "" : path + ": " + problem;
}

// Of links, in a folder that is given its name when it is whole: wherever a kill comes, this spool
// has all of them, or the other one has. In between both have: they are set aside once more then.
Result<std::string> SpoolFolder::SetAside(const std::vector<uint64_t>& segments) const {
  const std::string half = dir_ + "/set-aside", whole = FreeName(half);
  std::error_code error;
  fs::remove_all(half, error);
  if (!error) fs::create_directory(half, error);
  if (!error) fs::permissions(half, fs::perms::owner_all, error);
  for (const uint64_t segment : segments) {
    if (!error) fs::create_hard_link(PathOf(segment), half + NameOf(segment), error);
  }
  for (const std::string& path : {encoding_path(), position_path()}) {
    if (!error && fs::exists(path, error)) fs::copy(path, half, error);
  }
  if (!error) fs::rename(half, whole, error);
  if (error) return Unavailable(half, error.message());
  return whole;
}

}  // namespace wiregauge::sinks
