// SPDX-License-Identifier: Apache-2.0
#include "http_client/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "test_server.h"

namespace wiregauge::http_client {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

constexpr const char* kSetting = "lua.http_allowed";

std::unique_ptr<Client> ClientFor(std::vector<std::string> allowed) {
  auto client = Client::Create({.allowed = std::move(allowed), .setting = kSetting});
  EXPECT_TRUE(client.ok());
  return std::move(client).value();
}

Call CallTo(std::string url) {
  Call call;
  call.url = std::move(url);
  call.timeout = 30s;
  return call;
}

void AnswerOk(Connection& connection, const std::string& request) {
  connection.Answer("200 OK", "X-Test: one\r\nX-Empty:\r\n", request);
}

std::string ErrorOf(Client& client, const Call& call, ErrorCode code) {
  const auto answer = client.Fetch(call);
  if (answer.ok()) return "status " + std::to_string(answer->status);
  EXPECT_EQ(answer.error().code, code) << answer.error().message;
  return answer.error().message;
}

TEST(Client, GetsAnAnswer) {
  TestServer server(AnswerOk);
  const auto client = ClientFor({"127.0.0.1"});
  const auto answer = client->Fetch(CallTo(server.Url("/path?a=b")));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->url, server.Url("/path?a=b"));
  EXPECT_THAT(answer->headers,
              AllOf(Contains(Pair("x-test", "one")), Contains(Pair("x-empty", ""))));
  EXPECT_THAT(answer->body, StartsWith("GET /path?a=b HTTP/1.1\r\n"));
  EXPECT_THAT(answer->body, AllOf(Not(HasSubstr("Expect")), Not(HasSubstr("Accept-Encoding"))));
}

TEST(Client, SendsALentBodyAndCountsConnections) {
  TestServer server(AnswerOk);
  const auto client = ClientFor({"127.0.0.1"});
  const std::string lent = "a=b&c=d";
  Call call = CallTo(server.Url("/"));
  call.method = "POST";
  call.borrowed_body = std::string_view(lent).substr(0, 3);
  const auto first = client->Fetch(call);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_THAT(first->body, AllOf(HasSubstr("\r\nContent-Length: 3\r\n"), HasSubstr("\r\n\r\na=b")));
  EXPECT_EQ(first->connections, 1);
  const auto second = client->Fetch(call);
  ASSERT_TRUE(second.ok()) << second.error().message;
  EXPECT_EQ(second->connections, 0);
}

TEST(Client, AnyStatusIsAnAnswer) {
  TestServer server([](Connection& connection, const std::string&) {
    connection.Send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n");
    connection.Answer("503 Busy", "Retry-After: 1\r\n", "later");
  });
  const auto answer = ClientFor({"127.0.0.1"})->Fetch(CallTo(server.Url()));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "later");
  EXPECT_THAT(answer->headers, Not(Contains(Pair("x-early", "1"))));
}

TEST(Client, SendsWhatTheCallSays) {
  TestServer server(AnswerOk);
  const auto client = ClientFor({"127.0.0.1"});
  Call call = CallTo(server.Url());
  call.method = "PATCH";
  call.body = std::string("a\0b", 3);
  call.headers = {{"Content-Type", "text/x"}, {"X-Nothing", ""}, {"User-Agent", "me"}};
  call.bearer = "token";
  auto answer = client->Fetch(call);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_THAT(
      answer->body,
      AllOf(StartsWith("PATCH / "), HasSubstr("\r\nContent-Type: text/x\r\n"),
            HasSubstr("\r\nX-Nothing:\r\n"), HasSubstr("\r\nUser-Agent: me\r\n"),
            HasSubstr("\r\nAuthorization: Bearer token\r\n"), HasSubstr("\r\n\r\n" + call.body)));
  call = CallTo(server.Url());
  call.method = "POST";
  call.login = {"user", "a:b"};
  answer = client->Fetch(call);
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->body, AllOf(StartsWith("POST / "), HasSubstr("\r\nContent-Length: 0\r\n"),
                                  HasSubstr("\r\nAuthorization: Basic dXNlcjphOmI=\r\n"),
                                  Not(HasSubstr("Content-Type"))));
}

TEST(Client, AHeadHasNoBody) {
  TestServer server([](Connection& connection, const std::string&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  });
  const auto client = ClientFor({"127.0.0.1"});
  Call call = CallTo(server.Url());
  call.method = "HEAD";
  const auto answer = client->Fetch(call);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "");
  EXPECT_THAT(answer->headers, Contains(Pair("content-length", "5")));
}

TEST(Client, WhatCannotBeCalledIsRefused) {
  const auto client = ClientFor({"127.0.0.1"});
  const auto message = [&](auto change) {
    Call call = CallTo("http://127.0.0.1:1/");
    change(call);
    return ErrorOf(*client, call, ErrorCode::kInvalidArgument);
  };
  EXPECT_THAT(message([](Call& call) { call.url = "ftp://127.0.0.1/"; }), HasSubstr("http"));
  EXPECT_THAT(message([](Call& call) { call.method = "GET /x HTTP/1.1\r\nX:"; }),
              HasSubstr("no method"));
  EXPECT_THAT(message([](Call& call) {
                call.headers = {{"X", "a\r\nY: b"}};
              }),
              HasSubstr("end of a line"));
  EXPECT_THAT(message([](Call& call) {
                call.headers = {{"X: y\nZ", "a"}};
              }),
              HasSubstr("no name of a header"));
  EXPECT_THAT(message([](Call& call) {
                call.headers = {{"content-length", "0"}};
              }),
              HasSubstr("cannot be given"));
  EXPECT_THAT(message([](Call& call) { call.bearer = "a\nb"; }), HasSubstr("end of a line"));
  EXPECT_THAT(message([](Call& call) { call.login = {"a:b", ""}; }), HasSubstr("colon"));
  EXPECT_THAT(message([](Call& call) { call.timeout = {}; }), HasSubstr("timeout"));
  EXPECT_THAT(message([](Call& call) { call.timeout = Duration::max(); }), HasSubstr("timeout"));
}

TEST(Client, BadDestinationsNameTheSetting) {
  const auto client = Client::Create({.allowed = {"a b"}, .setting = kSetting});
  ASSERT_FALSE(client.ok());
  EXPECT_THAT(client.error().message, StartsWith("lua.http_allowed: \"a b\""));
}

TEST(Client, OnlyWhatIsListedIsCalled) {
  TestServer server(AnswerOk);
  const std::string port = std::to_string(server.port());
  const auto refused = [&](const std::string& allowed, const std::string& host) {
    const auto client =
        ClientFor(allowed.empty() ? std::vector<std::string>{} : std::vector{allowed});
    return ErrorOf(*client, CallTo(server.Url("/", host)), ErrorCode::kPermissionDenied);
  };
  EXPECT_EQ(refused("", "127.0.0.1"), "http://127.0.0.1:" + port +
                                          " may not be called: lua.http_allowed lists where calls "
                                          "may go");
  EXPECT_THAT(refused("10.0.0.0/8", "127.0.0.1"), HasSubstr(kSetting));
  EXPECT_THAT(refused("127.0.0.1:1", "127.0.0.1"), HasSubstr(kSetting));
  EXPECT_THAT(refused("10.0.0.0/8", "[::ffff:127.0.0.1]"), HasSubstr(kSetting));
  EXPECT_THAT(refused("10.0.0.0/8", "2130706433"), HasSubstr(kSetting)) << "127.0.0.1 as a number";
  EXPECT_THAT(refused("example.org", "localhost"), HasSubstr("http://localhost:" + port));
  EXPECT_EQ(server.connections(), 0);
}

// What is checked is the address that the name resolves to.
TEST(Client, ANameThatResolvesToElsewhereIsRefused) {
  TestServer server(AnswerOk);
  const auto client = ClientFor({"10.0.0.0/8"});
  const std::string message =
      ErrorOf(*client, CallTo(server.Url("/", "localhost")), ErrorCode::kPermissionDenied);
  EXPECT_THAT(message, AllOf(HasSubstr("http://localhost:"), HasSubstr("1)")));
  EXPECT_EQ(server.connections(), 0);
}

TEST(Client, ANameIsAllowedByItselfOrByItsAddress) {
  TestServer server(AnswerOk);
  for (const std::string allowed : {"localhost", "127.0.0.0/8"}) {
    const auto client = ClientFor({allowed + ":" + std::to_string(server.port())});
    EXPECT_TRUE(client->Fetch(CallTo(server.Url("/", "localhost"))).ok()) << allowed;
    EXPECT_TRUE(client->Fetch(CallTo(server.Url("/", "LOCALHOST"))).ok()) << allowed;
  }
}

TEST(Client, TheEnvironmentsProxyIsNotAsked) {
  TestServer server(AnswerOk);
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  const auto answer = ClientFor({"127.0.0.1"})->Fetch(CallTo(server.Url()));
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
  EXPECT_TRUE(answer.ok()) << answer.error().message;
}

TEST(Client, NobodyWhoListens) {
  uint16_t port = 0;
  { port = TestServer(AnswerOk).port(); }
  const auto client = ClientFor({"127.0.0.1"});
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  EXPECT_THAT(ErrorOf(*client, CallTo(url + "/secret"), ErrorCode::kUnavailable),
              AllOf(StartsWith(url + ": "), Not(HasSubstr("secret"))));
}

TEST(Client, ASlowServerRunsOutOfTime) {
  TestServer server([](Connection& connection, const std::string&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    connection.WaitForItsEnd();
  });
  Call call = CallTo(server.Url());
  call.timeout = 50ms;
  const auto client = ClientFor({"127.0.0.1"});
  EXPECT_THAT(ErrorOf(*client, call, ErrorCode::kUnavailable),
              HasSubstr("no whole answer within 50 ms"));
}

TEST(Client, TheCallerCanGiveUp) {
  std::atomic<bool> is_asked = false;
  TestServer server([&](Connection& connection, const std::string&) {
    is_asked = true;
    connection.WaitForItsEnd();
  });
  Call call = CallTo(server.Url());
  call.timeout = 10min;
  call.give_up = [&] { return is_asked.load(); };
  const auto client = ClientFor({"127.0.0.1"});
  EXPECT_THAT(ErrorOf(*client, call, ErrorCode::kUnavailable), HasSubstr("given up"));
}

TEST(Client, AnEndlessBodyIsCut) {
  TestServer server([](Connection& connection, const std::string&) {
    connection.Send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.Send(std::string(1000, 'x'))) {
    }
  });
  Call call = CallTo(server.Url());
  call.most_answer_bytes = 100'000;
  const auto client = ClientFor({"127.0.0.1"});
  EXPECT_THAT(ErrorOf(*client, call, ErrorCode::kConflict), HasSubstr("longer than 100000 bytes"));
}

TEST(Client, ABodyMayBeAsLongAsItMay) {
  TestServer server([](Connection& connection, const std::string&) {
    connection.Answer("200 OK", "", std::string(5000, 'x'));
  });
  Call call = CallTo(server.Url());
  call.most_answer_bytes = 5000;
  const auto client = ClientFor({"127.0.0.1"});
  EXPECT_TRUE(client->Fetch(call).ok());
  call.most_answer_bytes = 4999;
  EXPECT_THAT(ErrorOf(*client, call, ErrorCode::kConflict), HasSubstr("4999"));
}

TEST(Client, AnEndlessHeadIsCut) {
  TestServer server([](Connection& connection, const std::string&) {
    connection.Send("HTTP/1.1 200 OK\r\n");
    while (connection.Send("X-Long: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  const auto client = ClientFor({"127.0.0.1"});
  EXPECT_THAT(ErrorOf(*client, CallTo(server.Url()), ErrorCode::kConflict), HasSubstr("head"));
}

TEST(Client, WhatIsNoHttpIsAnError) {
  TestServer server([](Connection& connection, const std::string&) {
    connection.Send("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    connection.WaitForItsEnd();
  });
  const auto client = ClientFor({"127.0.0.1"});
  EXPECT_THAT(ErrorOf(*client, CallTo(server.Url()), ErrorCode::kUnavailable),
              StartsWith("http://127.0.0.1:"));
}

TEST(Client, ConnectionsAreUsedAgain) {
  TestServer server(AnswerOk);
  const auto client = ClientFor({"127.0.0.1"});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client->Fetch(CallTo(server.Url())).ok());
  EXPECT_EQ(server.connections(), 1);
}

TEST(Client, ManyThreadsCallAtOnce) {
  TestServer server(AnswerOk);
  const auto client = ClientFor({"127.0.0.1"});
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int number = 0; number < 8; ++number) {
    threads.emplace_back([&, number] {
      const std::string path = "/" + std::to_string(number);
      for (int i = 0; i < 20; ++i) {
        const auto answer = client->Fetch(CallTo(server.Url(path)));
        if (answer.ok() && answer->body.starts_with("GET " + path + " ")) ++answered;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 160);
}

class RedirectTest : public testing::Test {
 protected:
  // Redirects to `to_`, unless it is asked for /end.
  RedirectTest()
      : server_([this](Connection& connection, const std::string& request) {
          if (request.find(" /end ") != std::string::npos) return AnswerOk(connection, request);
          connection.Answer(status_, "Location: " + to_ + "\r\n", "moved");
        }) {}
  Call FollowingCall() {
    Call call = CallTo(server_.Url("/begin"));
    call.follow_redirects = true;
    return call;
  }

  std::string status_ = "302 Found", to_ = "/end";
  TestServer server_;
  std::unique_ptr<Client> client_ = ClientFor({"127.0.0.1"});
};

TEST_F(RedirectTest, IsFollowedWhenItIsAskedFor) {
  auto answer = client_->Fetch(CallTo(server_.Url("/begin")));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->body, "moved");
  answer = client_->Fetch(FollowingCall());
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->url, server_.Url("/end"));
}

TEST_F(RedirectTest, ToWhatMayNotBeCalledIsRefused) {
  TestServer other(AnswerOk);
  client_ = ClientFor({"127.0.0.1:" + std::to_string(server_.port())});
  to_ = other.Url();
  EXPECT_THAT(ErrorOf(*client_, FollowingCall(), ErrorCode::kPermissionDenied),
              StartsWith("http://127.0.0.1:" + std::to_string(other.port())));
  EXPECT_EQ(other.connections(), 0);
  to_ = "file:///etc/passwd";
  EXPECT_THAT(ErrorOf(*client_, FollowingCall(), ErrorCode::kUnavailable), HasSubstr("redirects"));
}

TEST_F(RedirectTest, InACircleEnds) {
  to_ = "/begin";
  EXPECT_THAT(ErrorOf(*client_, FollowingCall(), ErrorCode::kUnavailable),
              HasSubstr("more than 5 redirects"));
}

TEST_F(RedirectTest, CredentialsStayWhereTheyAreMeantFor) {
  Call call = FollowingCall();
  call.bearer = "secret";
  call.headers = {{"Cookie", "secret"}, {"X-Kept", "1"}};
  auto answer = client_->Fetch(call);
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->body, HasSubstr("Bearer secret"));
  TestServer other(AnswerOk);
  to_ = other.Url();
  answer = client_->Fetch(call);
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->body, AllOf(Not(HasSubstr("secret")), HasSubstr("X-Kept: 1")));
  call.bearer.clear();
  call.login = {"user", "password"};
  answer = client_->Fetch(call);
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->body, Not(HasSubstr("Authorization")));
}

TEST_F(RedirectTest, APostBecomesAGetUnlessItIsToStay) {
  Call call = FollowingCall();
  call.method = "POST";
  call.body = "a=b";
  call.headers = {{"Content-Type", "text/plain"}};
  auto answer = client_->Fetch(call);
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->body, AllOf(StartsWith("GET /end "), Not(HasSubstr("Content-Type"))));
  status_ = "307 Temporary Redirect";
  answer = client_->Fetch(call);
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->body, AllOf(StartsWith("POST /end "), HasSubstr("\r\n\r\na=b")));
}

}  // namespace
}  // namespace wiregauge::http_client
