// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/application.h"
#include "model/interface_counters.h"
#include "snapshot/snapshot.h"

namespace wiregauge::app {

// What one-shot mode tells at its end.
class Summary {
 public:
  // Adds one file's final snapshot: one interface.
  void AddFile(const snapshot::Snapshot& snapshot);
  // A file that could not be opened.
  void AddUnread(const std::string& name) { files_.push_back({.name = name, .state = "not read"}); }

  bool empty() const { return catalogue_ == nullptr; }  // no file was read

  // Tables: the files, the applications with most bytes, what could not be decoded and why, and how
  // long it took.
  std::string Text(Duration elapsed) const;

 private:
  struct File {
    std::string name;
    std::string state = {};
    model::Traffic traffic = {};
    uint64_t flows = 0, hosts = 0;
  };
  void AppendFiles(std::string& out) const;
  void AppendApplications(std::string& out) const;
  void AppendUndecodable(std::string& out) const;

  std::vector<File> files_;
  model::InterfaceCounters total_;
  std::shared_ptr<const model::ApplicationCatalogue> catalogue_;
};

std::string Grouped(uint64_t number);   // "1,234,567"
std::string BinarySize(double bytes);   // "1.2 GiB"
std::string WithPrefix(double number);  // "1.2 M", "950 "

}  // namespace wiregauge::app
