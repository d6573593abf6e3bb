// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flow_records.h"
#include "http_client/client.h"
#include "program.h"

namespace wiregauge::sinks {

// Debian's ClickHouse server, with the users default (no password), writer ("secret") and reader.
class ClickHouseServer {
 public:
  static bool IsInstalled();
  ClickHouseServer();  // started

  Program& program() { return program_; }
  void Start();  // and waits until it answers
  std::string url() const;
  // The answer's body, without the end of its last line; "Code: ..." of an error.
  std::string Ask(const std::string& statement) const;

 private:
  const Folder folder_;
  const uint16_t port_ = FreePort();
  Program program_;
};

// tests/support/elasticsearch_stand_in.py.
class ElasticsearchStandIn {
 public:
  explicit ElasticsearchStandIn(const std::vector<std::string>& options = {});  // started

  Program& program() { return program_; }
  void Start();
  std::string url() const;
  void SetMode(const std::string& mode, int times = 0, double value = 1,
               bool forget_templates = false) const;
  std::string state() const;  // JSON
  std::string Get(const std::string& path) const;
  std::vector<std::string> ids() const;    // sorted
  std::vector<uint64_t> flow_ids() const;  // sorted

 private:
  const Folder folder_;
  const uint16_t port_ = FreePort();
  Program program_;
};

}  // namespace wiregauge::sinks
