// SPDX-License-Identifier: Apache-2.0
#include "database_receivers.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace wiregauge::sinks::database_tests {
namespace {

namespace fs = std::filesystem;

constexpr auto kStartTime = std::chrono::seconds(60);
constexpr auto kLook = std::chrono::milliseconds(20);

std::string NewFolder() {
  std::string pattern = fs::temp_directory_path() / "receiver_XXXXXX";
  return ::mkdtemp(pattern.data());
}

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

uint16_t UnusedPort() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(::bind(socket, generic, size), 0);
  EXPECT_EQ(::getsockname(socket, generic, &size), 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

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

Program::Program(std::vector<std::string> arguments, const std::string& log_path) {
  std::array<int, 2> input{};
  EXPECT_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
  const int log = ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(input[0], STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execvp(pointers[0], pointers.data());
    ::_exit(127);
  }
  ::close(input[0]);
  ::close(log);
  input_ = input[1];
}

void Program::Freeze() const { ::kill(pid_, SIGSTOP); }

void Program::Continue() const { ::kill(pid_, SIGCONT); }

void Program::Kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  WaitForEnd();
}

void Program::End() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  WaitForEnd();
}

void Program::WaitForEnd() {
  ::waitpid(pid_, nullptr, 0);
  ::close(input_);
  pid_ = 0;
}

void Program::Tell(const std::string& line) const {
  const std::string text = line + "\n";
  EXPECT_EQ(::write(input_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

MariadbServer::MariadbServer() : folder_(NewFolder()), port_(UnusedPort()) {
  OutputOf("mariadb-install-db --no-defaults --datadir=" + folder_ +
           "/data --user=$(id -un) --auth-root-authentication-method=normal --skip-test-db 2>&1");
  Start();
  OutputOf("mariadb --no-defaults -u root -S " + socket() + " -e " +
           Quoted("ALTER USER root@localhost IDENTIFIED BY 'root\\'s'; CREATE OR REPLACE USER "
                  "root@'127.0.0.1'"
                  " IDENTIFIED BY 'root\\'s'; GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT "
                  "OPTION") +
           " 2>&1");
}

MariadbServer::~MariadbServer() {
  program_.reset();
  fs::remove_all(folder_);
}

void MariadbServer::Start(const std::vector<std::string>& more_arguments) {
  std::vector<std::string> arguments = {"/usr/sbin/mariadbd",
                                        "--no-defaults",
                                        "--datadir=" + folder_ + "/data",
                                        "--socket=" + socket(),
                                        "--port=" + std::to_string(port_),
                                        "--bind-address=127.0.0.1",
                                        "--pid-file=" + folder_ + "/pid",
                                        "--skip-name-resolve"};
  if (::geteuid() == 0) arguments.emplace_back("--user=root");
  arguments.insert(arguments.end(), more_arguments.begin(), more_arguments.end());
  Run(std::move(arguments));
}

void MariadbServer::StartWithSmallDisk(const std::string& name, const std::string& size) {
  const std::string folder = folder_ + "/data/" + name;
  fs::create_directory(folder);
  Run({"unshare", "-m", "sh", "-c",
       "mount -t tmpfs -o size=" + size + " tmpfs " + folder +
           " && exec /usr/sbin/mariadbd --no-defaults --datadir=" + folder_ +
           "/data --socket=" + socket() + " --port=" + std::to_string(port_) +
           " --bind-address=127.0.0.1 --skip-name-resolve --user=root"});
}

void MariadbServer::ResizeDisk(const std::string& name, const std::string& size) const {
  OutputOf("nsenter -m -r -t " + std::to_string(program_->pid()) +
           " mount -o remount,size=" + size + " " + folder_ + "/data/" + name);
}

void MariadbServer::Run(std::vector<std::string> arguments) {
  fs::remove(socket());
  program_ = std::make_unique<Program>(std::move(arguments), folder_ + "/log");
  const bool ready = WaitFor([&] {
    const std::string answer =
        OutputOf("mariadb-admin --no-defaults -S " + socket() + " ping 2>&1");
    return answer.find("alive") != std::string::npos ||
           answer.find("Access denied") != std::string::npos;
  });
  EXPECT_TRUE(ready) << OutputOf("tail -n 5 " + folder_ + "/log");
}

std::string MariadbServer::Ask(const std::string& sql) const {
  return OutputOf("mariadb --no-defaults --default-character-set=utf8mb4 -N -r -u root -p" +
                  Quoted("root's") + " -S " + socket() + " -e " + Quoted(sql) + " 2>&1");
}

KafkaCluster::KafkaCluster(int brokers, const std::string& topic, int partitions)
    : folder_(NewFolder()) {
  const std::string program = fs::read_symlink("/proc/self/exe").parent_path() / "kafka_cluster";
  std::vector<std::string> arguments = {program, std::to_string(brokers)};
  program_ = std::make_unique<Program>(std::move(arguments), folder_ + "/cluster");
  EXPECT_TRUE(WaitFor([&] {
    const auto lines = LinesOf(folder_ + "/cluster");
    const auto line = std::ranges::find_if(
        lines, [](const std::string& text) { return text.starts_with("bootstrap "); });
    if (line == lines.end()) return false;
    bootstrap_ = line->substr(line->find(' ') + 1);
    return true;
  }));
  if (!topic.empty()) Do("create " + topic + " " + std::to_string(partitions));
}

KafkaCluster::~KafkaCluster() {
  program_.reset();
  fs::remove_all(folder_);
}

void KafkaCluster::Do(const std::string& command) {
  const std::string number = std::to_string(++commands_);
  program_->Tell(command);
  EXPECT_TRUE(WaitForLine("done " + number)) << command;
}

bool KafkaCluster::WaitForLine(const std::string& line) const {
  return WaitFor([&] {
    const auto lines = LinesOf(folder_ + "/cluster");
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
               path_) {}

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

}  // namespace wiregauge::sinks::database_tests
