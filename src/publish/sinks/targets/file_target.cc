// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/file_target.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/log.h"
#include "publish/http/gzip.h"

namespace wiregauge::sinks {
namespace {

namespace fs = std::filesystem;

// A FIFO that has taken the file's place is not waited for.
constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC;
constexpr int kZstdLevel = 1;

struct NameParts {
  std::string stem, extension;  // "/var/log/flows", ".ndjson.gz"
};

// The extension begins at the first dot of the file's name that is not its first character.
NameParts PartsOf(const std::string& path) {
  const size_t name = path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1;
  const size_t dot = path.find('.', name + 1);
  if (dot == std::string::npos) return {path, ""};
  return {path.substr(0, dot), path.substr(dot)};
}

// "20261127T235959.123Z": names of one length, which sort as the times do.
std::string Stamp(Timestamp time) {
  std::string text = FormatRfc3339(time).substr(0, 23);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

bool IsStamp(std::string_view text) {
  constexpr std::string_view kShape = "########T######.###Z";
  return std::ranges::equal(text, kShape, [](char c, char shape) {
    return shape == '#' ? c >= '0' && c <= '9' : c == shape;
  });
}

// The files in the folder of `path` to which it was renamed, oldest first.
std::vector<fs::path> RotatedFiles(const std::string& path, std::error_code& error) {
  const auto [stem, extension] = PartsOf(path);
  const std::string prefix = fs::path(stem).filename().string() + "-";
  const fs::path folder = fs::path(path).parent_path();
  std::vector<fs::path> rotated;
  fs::directory_iterator entry(folder.empty() ? "." : folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(extension)) continue;
    if (name.size() < prefix.size() + extension.size()) continue;
    const size_t size = name.size() - prefix.size() - extension.size();
    if (IsStamp(std::string_view(name).substr(prefix.size(), size))) {
      rotated.push_back(entry->path());
    }
  }
  std::ranges::sort(rotated);
  return rotated;
}

}  // namespace

FileTarget::FileTarget(FileOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

Delivery FileTarget::Deliver(const Parcel& parcel, const Interrupt&) {
  if (std::string problem = RotateIfDue(); !problem.empty()) return Delivery::Retry(problem);
  if (!file_.is_open() || HasMoved()) {
    if (std::string problem = Open(); !problem.empty()) return Delivery::Retry(problem);
  }
  std::string compressed;
  std::string problem = Compressed(parcel.whole(), compressed);
  const bool plain = options_.compression == Compression::kNone;
  if (problem.empty()) problem = WriteWhole(plain ? parcel.whole() : compressed);
  if (problem.empty()) return Delivery::Done();
  return Delivery::Retry(options_.path + ": " + problem);
}

std::string FileTarget::Tend(const Interrupt&) { return RotateIfDue(); }

TargetState FileTarget::state() const {
  MutexLock lock(mutex_);
  return {.address = options_.path, .connections = opened_};
}

std::string FileTarget::Open() {
  OwnedFile file(::open(options_.path.c_str(), kFlags, 0640));
  struct stat facts {};
  if (!file.is_open() || ::fstat(file.fd(), &facts) != 0) {
    return options_.path + ": " + ErrnoText();
  }
  if (!S_ISREG(facts.st_mode)) return options_.path + ": it is no file any more";
  file_ = std::move(file);
  size_ = static_cast<uint64_t>(facts.st_size);
  const auto began = size_ > 0 ? Timestamp(std::chrono::seconds(facts.st_mtime)) : clock_.Now();
  if (options_.rotate_interval > Duration::zero()) {
    period_ = began.time_since_epoch() / options_.rotate_interval;
  }
  MutexLock lock(mutex_);
  ++opened_;
  return {};
}

bool FileTarget::HasMoved() const {
  struct stat ours {
  }, there{};
  if (::fstat(file_.fd(), &ours) != 0) return true;
  if (::stat(options_.path.c_str(), &there) != 0) return true;
  return ours.st_ino != there.st_ino || ours.st_dev != there.st_dev;
}

bool FileTarget::IsDue() const {
  if (!file_.is_open() || size_ == 0) return false;
  if (options_.rotate_bytes > 0 && size_ >= options_.rotate_bytes) return true;
  return options_.rotate_interval > Duration::zero() &&
         clock_.Now().time_since_epoch() / options_.rotate_interval != period_;
}

std::string FileTarget::RotateIfDue() {
  if (!IsDue() || HasMoved()) return {};
  const std::string name = RotatedName();
  if (::rename(options_.path.c_str(), name.c_str()) != 0) {
    return "rename " + options_.path + ": " + ErrnoText();
  }
  file_.Close();
  RemoveOldest();
  return Open();
}

// One that is not there yet.
std::string FileTarget::RotatedName() const {
  const auto [stem, extension] = PartsOf(options_.path);
  Timestamp time = clock_.Now();
  std::string name;
  do {
    name = stem + "-" + Stamp(time) + extension;
    time += std::chrono::milliseconds(1);
  } while (::access(name.c_str(), F_OK) == 0);
  return name;
}

void FileTarget::RemoveOldest() const {
  if (options_.keep_files == 0) return;
  std::error_code error;
  const std::vector<fs::path> rotated = RotatedFiles(options_.path, error);
  for (size_t i = 0; i + options_.keep_files < rotated.size() && !error; ++i) {
    fs::remove(rotated[i], error);
  }
  if (error) {
    log::Warning("sinks", "old files stay",
                 {{"file", options_.path}, {"problem", error.message()}});
  }
}

// What stands there when it fails is as it was.
std::string FileTarget::WriteWhole(std::string_view bytes) {
  std::string problem = WriteAll(file_.fd(), bytes);
  if (problem.empty()) {
    size_ += bytes.size();
    return {};
  }
  if (::ftruncate(file_.fd(), static_cast<off_t>(size_)) != 0) {
    problem += ", and what was written of it stays: " + ErrnoText();
  }
  return problem;
}

std::string FileTarget::Compressed(std::string_view bytes, std::string& out) const {
  if (options_.compression == Compression::kGzip) {
    auto gzip = http::Gzip(bytes);
    if (!gzip) return "no memory to compress";
    out = *std::move(gzip);
  } else if (options_.compression == Compression::kZstd) {
    out.resize(ZSTD_compressBound(bytes.size()));
    const size_t size =
        ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), kZstdLevel);
    if (ZSTD_isError(size) != 0) return ZSTD_getErrorName(size);
    out.resize(size);
  }
  return {};
}

}  // namespace wiregauge::sinks
