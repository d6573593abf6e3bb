// SPDX-License-Identifier: Apache-2.0
#include "http_receivers.h"

#include <gtest/gtest.h>
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

std::vector<std::string> StandInCommand(uint16_t port, const std::string& folder,
                                        const std::vector<std::string>& options) {
  std::vector<std::string> command = {"/usr/bin/python3", SupportPath("elasticsearch_stand_in.py"),
                                      std::to_string(port), folder};
  command.insert(command.end(), options.begin(), options.end());
  return command;
}

}  // namespace

bool ClickHouseServer::IsInstalled() { return ::access(kClickHouse, X_OK) == 0; }

ClickHouseServer::ClickHouseServer()
    : program_({kClickHouse, "--config-file=" + folder_ / "config.xml"}, folder_ / "log") {
  const std::string& folder = folder_.path();
  for (const char* const name : {"config.xml", "users.xml"}) {
    CopyWith(SupportPath(std::string("clickhouse/") + name), folder + "/" + name,
             {{"@DIR@", folder},
              {"@HTTP_PORT@", std::to_string(port_)},
              {"@TCP_PORT@", std::to_string(FreePort())}});
  }
  std::filesystem::create_directories(folder + "/data");
  std::filesystem::create_directories(folder + "/tmp");
  Start();
}

void ClickHouseServer::Start() {
  program_.Start();
  WaitForAnswer(url() + "/ping");
}

std::string ClickHouseServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::string ClickHouseServer::Ask(const std::string& statement) const {
  const auto answer = Fetch("POST", url() + "/", statement);
  return answer.ok() ? std::string(Trim(answer->body)) : answer.error().message;
}

ElasticsearchStandIn::ElasticsearchStandIn(const std::vector<std::string>& options)
    : program_(StandInCommand(port_, folder_.path(), options), folder_ / "log") {
  Start();
}

void ElasticsearchStandIn::Start() {
  program_.Start();
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
