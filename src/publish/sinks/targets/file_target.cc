// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/file_target.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/log.h"

namespace wiregauge::sinks {
namespace {

namespace fs = std::filesystem;

// A FIFO that has taken the file's place is not waited for.
constexpr int kFlags = O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC;
// At the end of a file, where its last whole line, member or frame is looked for.
constexpr uint64_t kTailBytes = uint64_t{16} << 20;

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
  std::string room;
  const auto bytes = Pack(options_.compression, parcel.whole(), room);
  if (!bytes.ok()) return Delivery::Retry(bytes.error().message);
  std::string problem = MakeReady(bytes->size());
  if (problem.empty()) problem = WriteWhole(*bytes);
  if (problem.empty()) return Delivery::Done();
  return Delivery::Retry(options_.path + ": " + problem);
}

std::string FileTarget::Tend(const Interrupt&) {
  if (!file_.is_open() || HasMoved() || !IsDue(0)) return {};
  const std::string problem = Rotate();
  return problem.empty() ? "" : options_.path + ": " + problem;
}

TargetState FileTarget::state() const {
  MutexLock lock(mutex_);
  return {.address = options_.path, .connections = opened_};
}

// To take so many bytes.
std::string FileTarget::MakeReady(uint64_t bytes) {
  if (!file_.is_open() || HasMoved()) {
    if (std::string problem = Open(); !problem.empty()) return problem;
  }
  return IsDue(bytes) ? Rotate() : "";
}

std::string FileTarget::Open() {
  file_ = OwnedFile(::open(options_.path.c_str(), kFlags, 0640));
  struct stat facts {};
  if (!file_.is_open() || ::fstat(file_.fd(), &facts) != 0) return ErrnoText();
  const bool is_new = facts.st_size == 0;
  period_ = PeriodOf(Timestamp(std::chrono::seconds(facts.st_mtime)));
  {
    MutexLock lock(mutex_);
    ++opened_;
  }
  std::string problem;
  if (!S_ISREG(facts.st_mode)) problem = "it is no file any more";
  if (problem.empty() && !is_new) problem = MendEnd(static_cast<uint64_t>(facts.st_size));
  if (!problem.empty()) file_.Close();
  return problem;
}

std::string FileTarget::MendEnd(uint64_t size) {
  std::string tail(std::min(size, kTailBytes), '\0');
  const auto begin = static_cast<off_t>(size - tail.size());
  const ssize_t read = ::pread(file_.fd(), tail.data(), tail.size(), begin);
  if (read < 0) return ErrnoText();
  tail.resize(static_cast<size_t>(read));
  const auto whole = WholeBytes(options_.compression, tail);
  if (!whole) return SetAside();
  if (*whole == tail.size()) return {};
  if (::ftruncate(file_.fd(), begin + static_cast<off_t>(*whole)) != 0) return ErrnoText();
  log::Warning("sinks", "what an earlier process had begun to write is cut off",
               {{"file", options_.path}, {"bytes", std::to_string(tail.size() - *whole)}});
  return {};
}

std::string FileTarget::SetAside() {
  const std::string name = FreeName(".torn");
  if (::rename(options_.path.c_str(), name.c_str()) != 0) return "rename: " + ErrnoText();
  log::Warning("sinks", "the file does not end as this sink writes, it is set aside",
               {{"file", options_.path}, {"renamed", name}});
  return Open();
}

uint64_t FileTarget::size() const {
  struct stat facts {};
  return ::fstat(file_.fd(), &facts) == 0 ? static_cast<uint64_t>(facts.st_size) : 0;
}

bool FileTarget::HasMoved() const {
  struct stat ours {
  }, there{};
  if (::fstat(file_.fd(), &ours) != 0) return true;
  if (::stat(options_.path.c_str(), &there) != 0) return true;
  return ours.st_ino != there.st_ino || ours.st_dev != there.st_dev;
}

// Before so many bytes more.
bool FileTarget::IsDue(uint64_t bytes) const {
  const uint64_t before = size();
  if (before == 0) return false;
  if (options_.rotate_bytes > 0 && before + bytes > options_.rotate_bytes) return true;
  return PeriodOf(clock_.Now()) != period_;
}

int64_t FileTarget::PeriodOf(Timestamp time) const {
  if (options_.rotate_interval == Duration::zero()) return 0;
  return time.time_since_epoch() / options_.rotate_interval;
}

std::string FileTarget::Rotate() {
  if (::rename(options_.path.c_str(), FreeName("").c_str()) != 0) {
    return "rename: " + ErrnoText();
  }
  file_.Close();
  RemoveOldest();
  return Open();
}

// To rename it to: one that is not there yet.
std::string FileTarget::FreeName(const std::string& suffix) const {
  const auto [stem, extension] = PartsOf(options_.path);
  Timestamp time = clock_.Now();
  std::string name;
  do {
    name = stem + "-" + Stamp(time) + extension + suffix;
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

// What stands there when it fails is as it was. Somebody may have shortened it (copytruncate of
// logrotate), also meanwhile.
std::string FileTarget::WriteWhole(std::string_view bytes) {
  const uint64_t before = size();
  if (before == 0) period_ = PeriodOf(clock_.Now());
  std::string problem = WriteAll(file_.fd(), bytes);
  if (problem.empty()) return {};
  if (::ftruncate(file_.fd(), static_cast<off_t>(std::min(before, size()))) != 0) {
    problem += ", and what was written of it stays: " + ErrnoText();
  }
  return problem;
}

}  // namespace wiregauge::sinks
