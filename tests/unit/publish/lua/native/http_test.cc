// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_client/client.h"
#include "unit/http_client/test_server.h"
#include "unit/publish/lua/native/native_script.h"

namespace wiregauge::lua {
namespace {

using http_client::Connection;
using http_client::TestServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// Answers with the request.
void Echo(Connection& connection, const std::string& request) {
  connection.Answer("200 OK", "X-Test: one\r\nX-Test: two\r\n", request);
}

class Http : public testing::Test {
 protected:
  explicit Http(TestServer::Handler handler = Echo, Limits limits = {})
      : server_(std::move(handler)), script_(limits) {
    script_.services().http_client = client_.get();
  }

  std::string Call(const std::string& function, const std::string& options) {
    return "local answer, why = wiregauge.http." + function + "('" + server_.Url("/path") + "', " +
           options + ") ";
  }

  TestServer server_;
  std::unique_ptr<http_client::Client> client_ =
      std::move(
          http_client::Client::Create({.allowed = {"127.0.0.1"}, .setting = "lua.http_allowed"}))
          .value();
  NativeScript script_;
};

TEST_F(Http, AsksAndAnswers) {
  EXPECT_THAT(script_.Print(Call("get", "nil") + "print(answer.status, answer.headers['x-test'], "
                                                 "answer.url, answer.body)"),
              AllOf(StartsWith("200\tone, two\t" + server_.Url("/path") + "\tGET /path HTTP/1.1")));
}

TEST_F(Http, SendsWhatTheOptionsSay) {
  EXPECT_THAT(script_.Print(Call("post",
                                 "{json = {a = 1}, headers = {['x-own'] = 7}, user = 'u', "
                                 "password = 'p', timeout_s = 3}") +
                            "print(answer.body)"),
              AllOf(StartsWith("POST /path"), HasSubstr("application/json"), HasSubstr("x-own: 7"),
                    HasSubstr("Authorization: Basic"), HasSubstr("\r\n\r\n{\"a\":1}")));
  EXPECT_THAT(script_.Print(Call("request", "{method = 'PUT', body = 'it', token = 't'}") +
                            "print(answer.body)"),
              AllOf(StartsWith("PUT /path"), HasSubstr("Bearer t"), HasSubstr("\r\n\r\nit")));
}

TEST_F(Http, WhatFailsIsNilAndWhy) {
  EXPECT_THAT(script_.Print("print(wiregauge.http.get('http://192.0.2.1/'))"),
              AllOf(StartsWith("nil\t"), HasSubstr("lua.http_allowed")));
  EXPECT_THAT(script_.Print("print(wiregauge.http.get('ftp:x'))"), StartsWith("nil\t"));
  EXPECT_THAT(script_.Print(Call("get", "{max_bytes = 3}") + "print(answer, why)"),
              StartsWith("nil\t"));
}

TEST_F(Http, Mistakes) {
  EXPECT_THAT(
      script_.Print(Call("get", "{colour = 1}")),
      AllOf(HasSubstr("error: test.lua:1: options: there is no colour"), HasSubstr("timeout_s")));
  EXPECT_THAT(script_.Print(Call("get", "{timeout_s = 0}")), HasSubstr("timeout_s: "));
  EXPECT_THAT(script_.Print(Call("get", "{max_bytes = 1e9}")), HasSubstr("max_bytes"));
  EXPECT_THAT(script_.Print(Call("get", "{headers = {'x'}}")), HasSubstr("a header's name"));
  EXPECT_THAT(script_.Print("wiregauge.http.get()"), HasSubstr("url (argument 1)"));
  NativeScript without;
  EXPECT_THAT(without.Print("wiregauge.http.get('http://127.0.0.1/')"),
              HasSubstr("wiregauge.http is off"));
}

class SilentServer : public Http {
 protected:
  SilentServer()
      : Http([](Connection& connection, const std::string&) { connection.WaitForItsEnd(); },
             {.wall_time = std::chrono::milliseconds(200)}) {}
};

TEST_F(SilentServer, WaitsNoLongerThanTheScriptMay) {
  EXPECT_THAT(script_.Print("wiregauge.http.get('" + server_.Url() + "')"),
              HasSubstr("wall_time"));
}

}  // namespace
}  // namespace wiregauge::lua
