// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/host/script_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <thread>

#include "base/text.h"
#include "unit/publish/lua/host/services.h"

namespace wiregauge::lua {
namespace {

using testing::HasSubstr;

// Where a reply goes in a test.
class Inbox final : public http::Reply::Sink {
 public:
  void Take(std::optional<http::Response> response) override {
    promise_.set_value(response.value_or(http::TextResponse("nobody answered")));
  }
  bool IsWanted() const override { return true; }
  http::Response Wait() { return promise_.get_future().get(); }

 private:
  std::promise<http::Response> promise_;
};

class ScriptHosts : public testing::Test {
 protected:
  void Start(HostOptions options = {}) {
    options.folders = {folder_.path()};
    host_.emplace(std::move(options), service_.services);
    host_->Start();
  }

  http::Response Ask(const std::string& path, http::Method method = http::Method::kGet,
                     std::vector<http::Parameter> query = {},
                     std::shared_ptr<const model::Identity> identity = nullptr) {
    http::Request request;
    request.method = method;
    request.path = path;
    for (const std::string_view segment : Split(std::string_view(path).substr(1), '/')) {
      request.segments.emplace_back(segment);
    }
    request.query = std::move(query);
    request.identity = std::move(identity);
    request.body = body_;
    request.headers = headers_;
    const auto inbox = std::make_shared<Inbox>();
    const auto router = host_->router();
    auto answer = router->Dispatch(std::move(request), {}, [&] { return http::Reply(inbox); });
    return answer.is_deferred ? inbox->Wait() : std::move(answer.response);
  }

  ScriptFolder folder_;
  EmptyService service_;
  std::optional<ScriptHost> host_;
  std::string body_;
  std::vector<http::Header> headers_;
};

TEST_F(ScriptHosts, APagePrintsItsBody) {
  folder_.Write("scripts/a/hello.lua", "print('<p>', 1, '</p>')");
  Start();
  const http::Response page = Ask("/lua/a/hello.lua");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(page.body, "<p>\t1\t</p>");
  EXPECT_EQ(Ask("/lua/a/hello.lua", http::Method::kPost).status, 200);
  EXPECT_EQ(Ask("/lua/hello.lua").status, 404);
}

TEST_F(ScriptHosts, APageMayWriteItsHead) {
  folder_.Write("scripts/head.lua",
                "print('HTTP/1.1 404 Not Found\\r\\nContent-Type: text/plain\\r\\nX-A: b\\r\\n"
                "Content-Length: 3\\r\\n\\r\\nno')");
  Start();
  const http::Response page = Ask("/lua/head.lua");
  EXPECT_EQ(page.status, 404);
  EXPECT_EQ(page.content_type, "text/plain");
  EXPECT_EQ(page.body, "no");
  ASSERT_EQ(page.headers.size(), 1u);
  EXPECT_EQ(page.headers[0].name, "X-A");
}

TEST_F(ScriptHosts, AHeadMayHaveBareLineFeeds) {
  folder_.Write("scripts/head.lua",
                "print('HTTP/1.0 404 Not Found\\nX-A: b\\n\\nno\\r\\n\\r\\nway')");
  Start();
  const http::Response page = Ask("/lua/head.lua");
  EXPECT_EQ(page.status, 404);
  EXPECT_EQ(page.body, "no\r\n\r\nway");
}

TEST_F(ScriptHosts, ARouteAnswersWithWhatItReturns) {
  folder_.Write("routes/r.lua", R"(
    local function route(path, handler)
      wiregauge.route { path = path, summary = "s", handler = handler }
    end
    route("/table", function(p) return { a = {}, n = 3 } end)
    route("/text", function() return "plain" end)
    route("/status", function() return { x = 1 }, 201, { ["X-Thing"] = "y" } end)
    route("/print", function() print("printed") end)
    route("/number", function() return 5 end)
    route("/problem", function() wiregauge.problem(404, "There is no such thing.", "x") end)
    route("/error", function() error("oops") end)
    route("/request/{id}", function(p, request)
      return { id = p.id, method = request.method, body = request.body,
               secret = request.headers.authorization, agent = request.headers["user-agent"],
               user = request.user }
    end)
  )");
  Start();
  EXPECT_EQ(Ask("/lua/table").body, R"({"a":[],"n":3})");
  EXPECT_EQ(Ask("/lua/table").content_type, "application/json");
  EXPECT_EQ(Ask("/lua/text").content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(Ask("/lua/text").body, "plain");
  EXPECT_EQ(Ask("/lua/status").status, 201);
  EXPECT_EQ(Ask("/lua/status").headers.at(0).value, "y");
  EXPECT_EQ(Ask("/lua/print").body, "printed");
  EXPECT_EQ(Ask("/lua/number").body, "5");
  EXPECT_EQ(Ask("/lua/problem").status, 404);
  EXPECT_THAT(Ask("/lua/problem").body, HasSubstr(R"("parameter":"x")"));
  body_ = "in";
  headers_ = {{"authorization", "Basic eDp5"}, {"user-agent", "test"}};
  const auto viewer = std::make_shared<model::Identity>(model::Identity{.user = "eve"});
  EXPECT_EQ(Ask("/lua/request/7", http::Method::kGet, {}, viewer).body,
            R"({"agent":"test","body":"in","id":"7","method":"GET","user":"eve"})");
}

TEST_F(ScriptHosts, ErrorsHaveTheirPlaceForAdminsOnly) {
  folder_.Write(
      "routes/r.lua",
      "wiregauge.route { path = '/e', summary = 's',\n handler = function() error('oops') "
      "end }");
  Start();
  const auto viewer = std::make_shared<model::Identity>(model::Identity{.user = "eve"});
  const auto admin = std::make_shared<model::Identity>(
      model::Identity{.user = "adam", .role = model::Role::kAdmin});
  EXPECT_EQ(Ask("/lua/e").status, 500);
  EXPECT_EQ(Ask("/lua/e").content_type, "application/problem+json");
  EXPECT_THAT(Ask("/lua/e", http::Method::kGet, {}, admin).body, HasSubstr("routes/r.lua:2: oops"));
  EXPECT_THAT(Ask("/lua/e", http::Method::kGet, {}, viewer).body,
              HasSubstr("The script failed; admins see why."));
}

TEST_F(ScriptHosts, ABreachThrowsTheStateAway) {
  folder_.Write("routes/r.lua", R"(
    count = 0
    wiregauge.route { path = "/count", summary = "s",
                      handler = function() count = count + 1 return count end }
    wiregauge.route { path = "/loop", summary = "s", handler = function() while true do end end }
  )");
  HostOptions options;
  options.workers = 1;
  options.limits.wall_time = std::chrono::milliseconds(100);
  Start(options);
  EXPECT_EQ(Ask("/lua/count").body, "1");
  EXPECT_EQ(Ask("/lua/count").body, "2");
  const http::Response loop = Ask("/lua/loop");
  EXPECT_EQ(loop.status, 500);
  EXPECT_THAT(loop.body, HasSubstr("/problems/script-limit"));
  EXPECT_EQ(Ask("/lua/count").body, "1");
  const ScriptHost::State state = host_->state();
  EXPECT_EQ(state.workers.states_thrown_away, 1u);
  const auto& runs = state.scripts.at("routes/r.lua").runs;
  EXPECT_EQ(runs[static_cast<size_t>(RunResult::kOk)], 3u);
  EXPECT_EQ(runs[static_cast<size_t>(RunResult::kWallTime)], 1u);
}

// One that runs takes the worker, one waits; who comes then is told at once.
TEST_F(ScriptHosts, TooManyAreRefused) {
  folder_.Write("scripts/loop.lua", "while true do end");
  HostOptions options;
  options.workers = 1;
  options.most_waiting = 1;
  options.limits.wall_time = std::chrono::seconds(2);
  options.limits.instructions = ~uint64_t{0};
  Start(options);
  std::vector<std::future<http::Response>> asked;
  for (int i = 0; i < 8; ++i) {
    asked.push_back(std::async(std::launch::async, [&] { return Ask("/lua/loop.lua"); }));
  }
  int refused = 0;
  for (auto& answer : asked) refused += answer.get().status == 503 ? 1 : 0;
  EXPECT_GE(refused, 5);
  const auto runs = host_->state().scripts.at("scripts/loop.lua").runs;
  EXPECT_EQ(runs[static_cast<size_t>(RunResult::kRefused)], static_cast<uint64_t>(refused));
}

TEST_F(ScriptHosts, PagesOfAnotherOriginDoNotSend) {
  folder_.Write("scripts/x.lua", "print('ok')");
  HostOptions options;
  options.allowed_origin = "https://good.example";
  Start(options);
  headers_ = {{"origin", "https://evil.example"}};
  EXPECT_EQ(Ask("/lua/x.lua", http::Method::kPost).status, 403);
  EXPECT_EQ(Ask("/lua/x.lua").status, 200);
  headers_ = {{"origin", "https://good.example"}};
  EXPECT_EQ(Ask("/lua/x.lua", http::Method::kPost).status, 200);
  headers_ = {{"origin", "http://gauge.example:9669"}, {"host", "gauge.example:9669"}};
  EXPECT_EQ(Ask("/lua/x.lua", http::Method::kPost).status, 200);
  headers_[1].value = "other.example:9669";
  EXPECT_EQ(Ask("/lua/x.lua", http::Method::kPost).status, 403);
}

TEST_F(ScriptHosts, AnswersAreBoundedHoweverTheyAreMade) {
  folder_.Write("routes/r.lua",
                "wiregauge.route { path = '/text', summary = 's', handler = function() "
                "return ('x'):rep(2000) end } "
                "wiregauge.route { path = '/table', summary = 's', handler = function() "
                "return {('x'):rep(2000)} end }");
  HostOptions options;
  options.limits.output_bytes = 1024;
  Start(options);
  for (const char* const path : {"/lua/text", "/lua/table"}) {
    const http::Response response = Ask(path);
    EXPECT_EQ(response.status, 500) << path;
    EXPECT_THAT(response.body, HasSubstr("(output_bytes)")) << path;
  }
}

TEST_F(ScriptHosts, ARoutesContentTypeIsThatOfItsAnswer) {
  folder_.Write("routes/r.lua",
                "wiregauge.route { path = '/csv', summary = 's', content_type = 'text/csv', "
                "handler = function() return 'a,b' end }");
  Start();
  EXPECT_EQ(Ask("/lua/csv").content_type, "text/csv");
}

// What globals keep is no call's: a state that only grows is thrown away.
TEST_F(ScriptHosts, WhatScriptsKeepIsBounded) {
  folder_.Write(
      "routes/r.lua",
      "local kept = {} wiregauge.route { path = '/keep', summary = 's', "
      "handler = function() kept[#kept + 1] = ('x'):rep(1e6) .. #kept return #kept end }");
  HostOptions options;
  options.workers = 1;
  options.limits.memory_bytes = size_t{8} << 20;
  Start(options);
  for (int i = 0; i < 60; ++i) ASSERT_EQ(Ask("/lua/keep").status, 200) << i;
  const auto facts = host_->state().workers;
  EXPECT_GE(facts.states_thrown_away, 2u);
  EXPECT_LT(facts.memory_bytes.at(0), size_t{40} << 20);
}

TEST_F(ScriptHosts, ModulesGiveTheScriptTheirNames) {
  folder_.Write("modules/helpers/text.lua",
                "function shout(s) return s:upper() end return {n = 1}");
  folder_.Write("scripts/x.lua",
                "local m = require('helpers.text') print(shout('a'), m.n, require('helpers.text') "
                "== m) print(pcall(require, 'nothing'))");
  folder_.Write("scripts/y.lua", "print(shout)");
  Start();
  EXPECT_THAT(Ask("/lua/x.lua").body, HasSubstr("A\t1\ttruefalse\t"));
  EXPECT_THAT(Ask("/lua/x.lua").body, HasSubstr("there is no modules/nothing.lua"));
  EXPECT_EQ(Ask("/lua/y.lua").body, "nil");
}

TEST_F(ScriptHosts, ScriptsAreTakenAnewWhileRequestsRun) {
  folder_.Write("scripts/v.lua", "print('1')");
  Start();
  EXPECT_EQ(Ask("/lua/v.lua").body, "1");
  folder_.Write("scripts/v.lua", "print('2')");
  std::string body;
  // The folders are looked at each second.
  for (int i = 0; i < 1000 && body != "2"; ++i) {
    body = Ask("/lua/v.lua").body;
    EXPECT_THAT(body, testing::AnyOf("1", "2"));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(body, "2");
}

TEST_F(ScriptHosts, StoppingEndsWhatRuns) {
  folder_.Write("scripts/loop.lua", "while true do end");
  HostOptions options;
  options.limits.wall_time = std::chrono::hours(1);
  options.limits.instructions = ~uint64_t{0};
  Start(options);
  auto asked = std::async(std::launch::async, [&] { return Ask("/lua/loop.lua"); });
  while (host_->state().workers.busy == 0) std::this_thread::yield();
  host_->EndRuns();
  EXPECT_EQ(asked.get().status, 500);
}

}  // namespace
}  // namespace wiregauge::lua
