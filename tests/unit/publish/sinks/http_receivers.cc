// SPDX-License-Identifier: Apache-2.0
#include "http_receivers.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/text.h"

namespace wiregauge::sinks {
namespace {

constexpr const char* kClickHouse = "/usr/sbin/clickhouse-server";
constexpr auto kPatience = std::chrono::seconds(60);
constexpr auto kLook = std::chrono::milliseconds(20);

std::string SupportPath(const std::string& file) {
  const char* const source = std::getenv("WIREGAUGE_SOURCE_DIR");
  return std::string(source == nullptr ? "." : source) + "/tests/support/" + file;
}

http_client::Client& TestClient() {
  static const auto client =
      http_client::Client::Create({.allowed = {"127.0.0.1"}, .setting = "test"}).value();
  return *client;
}

Result<http_client::Answer> Fetch(const std::string& method, const std::string& url,
                                  const std::string& body) {
  http_client::Call call;
  call.method = method;
  call.url = url;
  call.body = body;
  call.timeout = kPatience;
  call.most_answer_bytes = size_t{256} << 20;
  return TestClient().Fetch(call);
}

void WaitForAnswer(const std::string& url) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!Fetch("GET", url, "").ok()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << url << " does not answer";
    std::this_thread::sleep_for(kLook);
  }
}

void CopyWith(const std::string& from, const std::string& to,
              const std::vector<std::pair<std::string, std::string>>& replaced) {
  std::stringstream read;
  read << std::ifstream(from).rdbuf();
  std::string text = read.str();
  for (const auto& [what, with] : replaced) {
    for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
      text.replace(at, what.size(), with);
    }
  }
  std::ofstream(to) << text;
}

}  // namespace

TestFolder::TestFolder() {
  std::string path = (std::filesystem::temp_directory_path() / "wiregauge-sinks-XXXXXX").string();
  EXPECT_NE(::mkdtemp(path.data()), nullptr);
  path_ = path;
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

uint16_t FreePort() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), length), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length), 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

void Receiver::Start() {
  std::vector<char*> arguments;
  for (const std::string& argument : command_) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  ASSERT_EQ(::posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ), 0);
  posix_spawn_file_actions_destroy(&actions);
}

void Receiver::Kill() { End(SIGKILL); }
void Receiver::Terminate() { End(SIGTERM); }
void Receiver::Freeze() { ::kill(pid_, SIGSTOP); }
void Receiver::GoOn() { ::kill(pid_, SIGCONT); }

void Receiver::End(int signal) {
  if (pid_ == 0) return;
  ::kill(pid_, signal);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

bool ClickHouseServer::IsInstalled() { return ::access(kClickHouse, X_OK) == 0; }

ClickHouseServer::ClickHouseServer() : port_(FreePort()) {
  const std::string& folder = folder_.path();
  for (const char* const name : {"config.xml", "users.xml"}) {
    CopyWith(SupportPath(std::string("clickhouse/") + name), folder + "/" + name,
             {{"@DIR@", folder},
              {"@HTTP_PORT@", std::to_string(port_)},
              {"@TCP_PORT@", std::to_string(FreePort())}});
  }
  std::filesystem::create_directories(folder + "/data");
  std::filesystem::create_directories(folder + "/tmp");
  process_ = std::make_unique<Receiver>(
      std::vector<std::string>{kClickHouse, "--config-file=" + folder + "/config.xml"});
  Start();
}

void ClickHouseServer::Start() {
  process_->Start();
  WaitForAnswer(url() + "/ping");
}

std::string ClickHouseServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::string ClickHouseServer::Ask(const std::string& statement) const {
  const auto answer = Fetch("POST", url() + "/", statement);
  return answer.ok() ? std::string(Trim(answer->body)) : answer.error().message;
}

ElasticsearchStandIn::ElasticsearchStandIn(std::vector<std::string> options) : port_(FreePort()) {
  std::vector<std::string> command = {"/usr/bin/python3", SupportPath("elasticsearch_stand_in.py"),
                                      std::to_string(port_), folder_.path()};
  command.insert(command.end(), options.begin(), options.end());
  process_ = std::make_unique<Receiver>(std::move(command));
  Start();
}

void ElasticsearchStandIn::Start() {
  process_->Start();
  WaitForAnswer(url() + "/_stand_in");
}

std::string ElasticsearchStandIn::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

void ElasticsearchStandIn::SetMode(const std::string& mode, int times, double value,
                                   bool forget_templates) const {
  const bool is_whole = value == static_cast<double>(static_cast<int64_t>(value));
  const std::string number =
      is_whole ? std::to_string(static_cast<int64_t>(value)) : std::to_string(value);
  const auto answer = Fetch(
      "POST", url() + "/_stand_in",
      "{\"mode\":\"" + mode + "\",\"times\":" + std::to_string(times) + ",\"value\":" + number +
          ",\"forget_templates\":" + (forget_templates ? "true" : "false") + "}");
  ASSERT_TRUE(answer.ok()) << answer.error().message;
}

std::string ElasticsearchStandIn::state() const { return Get("/_stand_in"); }

std::string ElasticsearchStandIn::Get(const std::string& path) const {
  const auto answer = Fetch("GET", url() + path, "");
  return answer.ok() ? answer->body : answer.error().message;
}

std::vector<std::string> ElasticsearchStandIn::ids() const {
  std::vector<std::string> ids;
  const std::string text = Get("/_stand_in/ids");
  for (const std::string_view line : Split(text, '\n')) {
    if (!line.empty()) ids.emplace_back(line);
  }
  std::ranges::sort(ids);
  return ids;
}

std::vector<uint64_t> ElasticsearchStandIn::flow_ids() const {
  std::vector<uint64_t> ids;
  const std::string text = Get("/_stand_in/values/FLOW_ID");
  for (const std::string_view line : Split(text, '\n')) {
    if (const auto id = ParseNumber<uint64_t>(line)) ids.push_back(*id);
  }
  std::ranges::sort(ids);
  return ids;
}

}  // namespace wiregauge::sinks
