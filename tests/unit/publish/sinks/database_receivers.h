// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flow_records.h"
#include "program.h"

// MariaDB's server and librdkafka's mock cluster, as tests start them on 127.0.0.1.
namespace wiregauge::sinks {

bool IsProgram(const std::string& name);  // it is in PATH
// What the command writes to its standard output.
std::string OutputOf(const std::string& command);

// A MariaDB server with its own files, whose user root has the password "root's".
class MariadbServer {
 public:
  static bool IsThere() { return IsProgram("mariadbd") && IsProgram("mariadb-install-db"); }
  MariadbServer();

  void Start(const std::vector<std::string>& more_arguments = {});
  // With its database `name` on a file system of its own of that size; needs the right to mount.
  void StartWithSmallDisk(const std::string& name, const std::string& size);
  void ResizeDisk(const std::string& name, const std::string& size) const;
  Program& program() { return *program_; }
  uint16_t port() const { return port_; }
  std::string socket() const { return folder_ / "socket"; }
  const std::string& folder() const { return folder_.path(); }
  // The answer of the program "mariadb": a line a row, tabs between columns.
  std::string Ask(const std::string& sql) const;

 private:
  std::vector<std::string> Command() const;
  void Run(std::vector<std::string> command);

  const Folder folder_;
  const uint16_t port_ = FreePort();
  std::unique_ptr<Program> program_;
};

// librdkafka's mock cluster (tests/support/kafka_cluster.cc): brokers of the real protocol that
// keep no sequence numbers, so that they do not know a message that they have already.
class KafkaCluster {
 public:
  explicit KafkaCluster(int brokers, const std::string& topic = "", int partitions = 1);

  Program& program() { return *program_; }
  const std::string& bootstrap() const { return bootstrap_; }
  const std::string& folder() const { return folder_.path(); }
  // "down N", "up N", "rtt N MS", "error COUNT CODE", "create TOPIC PARTITIONS"; waits until it is
  // done.
  void Do(const std::string& command);

 private:
  bool WaitForLine(const std::string& line) const;

  const Folder folder_;
  std::string bootstrap_;
  int commands_ = 0;
  std::unique_ptr<Program> program_;
};

// kcat, which consumes a topic from its beginning on: "KEY TIMESTAMP PARTITION VALUE" a line.
class KafkaConsumer {
 public:
  KafkaConsumer(const std::string& bootstrap, const std::string& topic, const std::string& folder);

  struct Message {
    std::string key, value;
    int64_t timestamp_ms = 0;
    int partition = 0;
  };
  // Waits until there are so many; what there is when it takes too long.
  std::vector<Message> Read(size_t messages) const;

 private:
  const std::string path_;
  Program program_;
};

}  // namespace wiregauge::sinks
