// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/file_lock.h"

namespace wiregauge::sinks {

// The folder of a spool and what is in it by name:
//
//   lock            of the one process that has it
//   position        spool_position.h
//   encoding        what tells how its records are spelled from any other way
//   NUMBER.spool    segments (spool_segment.h), called after the number of their first record
//   set-aside-TIME  a folder of a spool that is spelled otherwise; `set-aside` is half of one
//
// Move-only.
class SpoolFolder {
 public:
  // Makes it when it is not there. Errors: kUnavailable, also when another process
  // has it.
  static Result<SpoolFolder> Open(const std::string& dir);

  std::string position_path() const { return dir_ + "/position"; }
  std::string PathOf(uint64_t segment) const { return dir_ + NameOf(segment); }

  // In order.
  Result<std::vector<uint64_t>> Segments() const;
  void Remove(const std::vector<uint64_t>& segments) const;

  // Nothing: there is none yet.
  Result<std::optional<std::string>> ReadEncoding() const;
  // The whole or nothing of it. The problem, or empty.
  std::string WriteEncoding(const std::string& encoding) const;

  // Makes another spool of these segments, with the encoding and the position of this one, and says
  // where. They stay here too until they are removed.
  Result<std::string> SetAside(const std::vector<uint64_t>& segments) const;

 private:
  SpoolFolder(std::string dir, store::FileLock lock)
      : dir_(std::move(dir)), lock_(std::move(lock)) {}

  static std::string NameOf(uint64_t segment);
  std::string encoding_path() const { return dir_ + "/encoding"; }

  std::string dir_;
  store::FileLock lock_;
};

}  // namespace wiregauge::sinks
