// SPDX-License-Identifier: Apache-2.0
#include "app/file_identity.h"

#include <sys/stat.h>
#include <unistd.h>

namespace wiregauge::app {
namespace {

std::optional<FileIdentity> IdentityOf(const struct stat& info) {
  if (S_ISCHR(info.st_mode) || S_ISSOCK(info.st_mode)) return std::nullopt;
  return FileIdentity{.device = info.st_dev, .inode = info.st_ino};
}

}  // namespace

std::optional<FileIdentity> IdentifyPath(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return IdentityOf(info);
}

std::optional<FileIdentity> IdentifyDescriptor(int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return std::nullopt;
  return IdentityOf(info);
}

std::optional<FileIdentity> IdentifyInput(const std::string& path) {
  return path == "-" ? IdentifyDescriptor(STDIN_FILENO) : IdentifyPath(path);
}

}  // namespace wiregauge::app
