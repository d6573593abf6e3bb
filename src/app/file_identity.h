// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace wiregauge::app {

// Which file a path or a descriptor means, whatever name it has: links lead to the same one.
struct FileIdentity {
  uint64_t device = 0, inode = 0;

  bool operator==(const FileIdentity&) const = default;
};

// Nothing for what is not there, and for what may well be given twice: devices of characters
// (/dev/null, a terminal) and sockets (standard input and output of a remote shell are often one).
std::optional<FileIdentity> IdentifyPath(const std::string& path);
std::optional<FileIdentity> IdentifyDescriptor(int fd);

// Of a capture that is read: a path, or "-" for standard input.
std::optional<FileIdentity> IdentifyInput(const std::string& path);

}  // namespace wiregauge::app
