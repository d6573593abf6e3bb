// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http_client/client.h"

namespace wiregauge::sinks {

// A folder of its own, which goes with it.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A port of 127.0.0.1 that nobody listens on.
uint16_t FreePort();

// A program that a test started; it ends with the test, by its own number.
class Receiver {
 public:
  explicit Receiver(std::vector<std::string> command) : command_(std::move(command)) {}
  ~Receiver() { Kill(); }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  void Start();
  void Kill();       // SIGKILL, and waits for its end
  void Terminate();  // SIGTERM, and waits for its end
  void Freeze();     // SIGSTOP
  void GoOn();       // SIGCONT

 private:
  void End(int signal);

  const std::vector<std::string> command_;
  pid_t pid_ = 0;
};

// Debian's ClickHouse server, with the users default (no password), writer ("secret") and reader.
class ClickHouseServer {
 public:
  static bool IsInstalled();
  ClickHouseServer();  // started

  Receiver& process() { return *process_; }
  void Start();  // and waits until it answers
  std::string url() const;
  // The answer's body, without the end of its last line; "Code: ..." of an error.
  std::string Ask(const std::string& statement) const;

 private:
  const TestFolder folder_;
  const uint16_t port_;
  std::unique_ptr<Receiver> process_;
};

// tests/support/elasticsearch_stand_in.py.
class ElasticsearchStandIn {
 public:
  explicit ElasticsearchStandIn(std::vector<std::string> options = {});  // started

  Receiver& process() { return *process_; }
  void Start();
  std::string url() const;
  void SetMode(const std::string& mode, int times = 0, double value = 1,
               bool forget_templates = false) const;
  std::string state() const;  // JSON
  std::string Get(const std::string& path) const;
  std::vector<std::string> ids() const;    // sorted
  std::vector<uint64_t> flow_ids() const;  // sorted

 private:
  const TestFolder folder_;
  const uint16_t port_;
  std::unique_ptr<Receiver> process_;
};

}  // namespace wiregauge::sinks
