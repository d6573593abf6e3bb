// SPDX-License-Identifier: Apache-2.0
#include "database_receivers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace wiregauge::sinks {
namespace {

namespace fs = std::filesystem;

constexpr auto kStartTime = std::chrono::seconds(60);
constexpr auto kLook = std::chrono::milliseconds(20);

template <typename Condition>
bool WaitFor(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + kStartTime;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

std::vector<std::string> LinesOf(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? "'\\''" : std::string(1, c));
  return quoted + "'";
}

}  // namespace

bool IsProgram(const std::string& name) {
  return !OutputOf("PATH=$PATH:/usr/sbin command -v " + name).empty();
}

std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 65536> piece;
  while (const size_t size = std::fread(piece.data(), 1, piece.size(), pipe)) {
    output.append(piece.data(), size);
  }
  ::pclose(pipe);
  return output;
}

MariadbServer::MariadbServer() {
  OutputOf("mariadb-install-db --no-defaults --datadir=" + folder() +
           "/data --user=$(id -un) --auth-root-authentication-method=normal --skip-test-db 2>&1");
  Start();
  OutputOf("mariadb --no-defaults -u root -S " + socket() + " -e " +
           Quoted("ALTER USER root@localhost IDENTIFIED BY 'root\\'s'; CREATE OR REPLACE USER "
                  "root@'127.0.0.1'"
                  " IDENTIFIED BY 'root\\'s'; GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT "
                  "OPTION") +
           " 2>&1");
}

std::vector<std::string> MariadbServer::Command() const {
  std::vector<std::string> command = {"/usr/sbin/mariadbd",
                                      "--no-defaults",
                                      "--datadir=" + folder() + "/data",
                                      "--socket=" + socket(),
                                      "--port=" + std::to_string(port_),
                                      "--bind-address=127.0.0.1",
                                      "--pid-file=" + folder() + "/pid",
                                      "--skip-name-resolve"};
  if (::geteuid() == 0) command.emplace_back("--user=root");
  return command;
}

void MariadbServer::Start(const std::vector<std::string>& more_arguments) {
  std::vector<std::string> command = Command();
  std::ranges::copy(more_arguments, std::back_inserter(command));
  Run(std::move(command));
}

void MariadbServer::StartWithSmallDisk(const std::string& name, const std::string& size) {
  const std::string disk = folder() + "/data/" + name;
  fs::create_directory(disk);
  std::vector<std::string> command = {
      "unshare",
      "-m",
      "sh",
      "-c",
      "mount -t tmpfs -o size=" + size + " tmpfs " + disk + " && exec \"$@\"",
      "sh"};
  std::ranges::copy(Command(), std::back_inserter(command));
  Run(std::move(command));
}

void MariadbServer::ResizeDisk(const std::string& name, const std::string& size) const {
  OutputOf("nsenter -m -r -t " + std::to_string(program_->pid()) +
           " mount -o remount,size=" + size + " " + folder() + "/data/" + name);
}

void MariadbServer::Run(std::vector<std::string> command) {
  fs::remove(socket());
  program_ = std::make_unique<Program>(std::move(command), folder_ / "log");
  program_->Start();
  const bool ready = WaitFor([&] {
    const std::string answer =
        OutputOf("mariadb-admin --no-defaults -S " + socket() + " ping 2>&1");
    return answer.find("alive") != std::string::npos ||
           answer.find("Access denied") != std::string::npos;
  });
  EXPECT_TRUE(ready) << OutputOf("tail -n 5 " + folder() + "/log");
}

std::string MariadbServer::Ask(const std::string& sql) const {
  return OutputOf("mariadb --no-defaults --default-character-set=utf8mb4 -N -r -u root -p" +
                  Quoted("root's") + " -S " + socket() + " -e " + Quoted(sql) + " 2>&1");
}

KafkaCluster::KafkaCluster(int brokers, const std::string& topic, int partitions) {
  const std::string program = fs::read_symlink("/proc/self/exe").parent_path() / "kafka_cluster";
  std::vector<std::string> arguments = {program, std::to_string(brokers)};
  program_ = std::make_unique<Program>(std::move(arguments), folder_ / "cluster");
  program_->Start();
  EXPECT_TRUE(WaitFor([&] {
    const auto lines = LinesOf(folder_ / "cluster");
    const auto line = std::ranges::find_if(
        lines, [](const std::string& text) { return text.starts_with("bootstrap "); });
    if (line == lines.end()) return false;
    bootstrap_ = line->substr(line->find(' ') + 1);
    return true;
  }));
  if (!topic.empty()) Do("create " + topic + " " + std::to_string(partitions));
}

void KafkaCluster::Do(const std::string& command) {
  const std::string number = std::to_string(++commands_);
  program_->Tell(command);
  EXPECT_TRUE(WaitForLine("done " + number)) << command;
}

bool KafkaCluster::WaitForLine(const std::string& line) const {
  return WaitFor([&] {
    const auto lines = LinesOf(folder_ / "cluster");
    return std::ranges::count(lines, line) > 0;
  });
}

KafkaConsumer::KafkaConsumer(const std::string& bootstrap, const std::string& topic,
                             const std::string& folder)
    : path_(folder + "/consumed"),
      program_({"sh", "-c",
                "exec kcat -C -E -q -u -b " + bootstrap + " -t " + topic +
                    " -o beginning -X topic.metadata.refresh.interval.ms=1000 -X "
                    "reconnect.backoff.max.ms=500 -f '%k %T %p %s\\n' 2>&-"},
               path_) {
  program_.Start();
}

std::vector<KafkaConsumer::Message> KafkaConsumer::Read(size_t messages) const {
  std::ifstream file(path_);
  size_t lines = 0;
  WaitFor([&] {
    std::array<char, 65536> piece;
    file.clear();
    while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
      lines += static_cast<size_t>(std::count(piece.data(), piece.data() + file.gcount(), '\n'));
    }
    return lines >= messages;
  });
  std::this_thread::sleep_for(std::chrono::seconds(1));  // for what comes twice
  std::vector<Message> read;
  for (const std::string& line : LinesOf(path_)) {
    std::istringstream text(line);
    Message message;
    text >> message.key >> message.timestamp_ms >> message.partition;
    text.get();
    std::getline(text, message.value);
    read.push_back(std::move(message));
  }
  return read;
}

}  // namespace wiregauge::sinks
