// SPDX-License-Identifier: Apache-2.0
#include "publish/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "raw_client.h"

namespace wiregauge::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST(Server, AnswersWithTheHeadersOfHttp) {
  const auto server = StartTestServer();
  ASSERT_NE(server, nullptr);
  const RawResponse response = Exchange(server->port(), "GET /small HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "small");
  EXPECT_EQ(response.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(response.headers.at("server"), "wiregauge");
  EXPECT_THAT(response.headers.at("date"),
              MatchesRegex("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} "
                           "[0-9]{2}:[0-9]{2}:[0-9]{2} GMT"));
  EXPECT_FALSE(response.headers.contains("connection"));
}

TEST(Server, KeepsAnHttp11ConnectionAndClosesWhenAsked) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.Send("GET /small HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.Read().body, "small");
  }
  client.Send("GET /small HTTP/1.1\r\nHost: x\r\nConnection: foo, Close\r\n\r\n");
  const RawResponse last = client.Read();
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.headers.at("connection"), "close");
  EXPECT_TRUE(client.AtEnd());
}

TEST(Server, ClosesAnHttp10ConnectionUnlessItIsToBeKept) {
  const auto server = StartTestServer();
  RawClient plain(server->port());
  plain.Send("GET /small HTTP/1.0\r\n\r\n");
  EXPECT_EQ(plain.Read().headers.at("connection"), "close");
  EXPECT_TRUE(plain.AtEnd());

  RawClient kept(server->port());
  kept.Send("GET /small HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
  EXPECT_EQ(kept.Read().headers.at("connection"), "keep-alive");
  kept.Send("GET /small HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
  EXPECT_EQ(kept.Read().body, "small");
}

TEST(Server, ServesHeadWithTheLengthAndNoBody) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  client.Send("HEAD /small HTTP/1.1\r\nHost: x\r\n\r\n");
  const RawResponse head = client.Read(false);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), "5");
  client.Send("GET /small HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.Read().body, "small");
}

TEST(Server, AnswersOptionsAndPreflights) {
  const auto server = StartTestServer();
  const RawResponse plain = Exchange(server->port(), "OPTIONS /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(plain.status, 204);
  EXPECT_EQ(plain.headers.at("allow"), "POST, OPTIONS");
  EXPECT_FALSE(plain.headers.contains("content-length"));

  const RawResponse preflight =
      Exchange(server->port(),
               "OPTIONS /small HTTP/1.1\r\nHost: x\r\nOrigin: http://grafana.example\r\n"
               "Access-Control-Request-Method: GET\r\n"
               "Access-Control-Request-Headers: authorization\r\n\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.headers.at("access-control-allow-origin"), "*");
  EXPECT_EQ(preflight.headers.at("access-control-allow-methods"), "GET, HEAD, OPTIONS");
  EXPECT_THAT(preflight.headers.at("access-control-allow-headers"), HasSubstr("Authorization"));

  EXPECT_EQ(Exchange(server->port(), "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").status, 204);
}

TEST(Server, LeavesCorsOutWhenThereIsNoOrigin) {
  ServerOptions options;
  options.allowed_origin = "";
  const auto server = StartTestServer(options);
  const RawResponse response =
      Exchange(server->port(),
               "OPTIONS /small HTTP/1.1\r\nHost: x\r\nAccess-Control-Request-Method: GET\r\n\r\n");
  EXPECT_EQ(response.status, 204);
  EXPECT_FALSE(response.headers.contains("access-control-allow-origin"));
  EXPECT_FALSE(response.headers.contains("access-control-allow-methods"));
}

TEST(Server, AnswersProblemsForWhatIsNotThere) {
  const auto server = StartTestServer();
  const RawResponse missing = Exchange(server->port(), "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.headers.at("content-type"), "application/problem+json");
  EXPECT_EQ(nlohmann::json::parse(missing.body).at("status"), 404);

  const RawResponse wrong = Exchange(server->port(), "DELETE /small HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.at("allow"), "GET, HEAD, OPTIONS");
}

TEST(Server, KeepsTheTextOfExceptionsFromClients) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  client.Send("GET /throws HTTP/1.1\r\nHost: x\r\n\r\n");
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.headers.at("content-type"), "application/problem+json");
  EXPECT_THAT(response.body, Not(HasSubstr("secret")));
  client.Send("GET /small HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.Read().status, 200);
}

TEST(Server, DecodesPathAndQuery) {
  const auto server = StartTestServer();
  const RawResponse response = Exchange(
      server->port(), "GET /items/fe80%3A%3A1%2Fa/?q=a+b%26&q=2 HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto body = nlohmann::json::parse(response.body);
  EXPECT_EQ(body.at("id"), "fe80::1/a");
  EXPECT_EQ(body.at("q"), "a b&");
  EXPECT_EQ(Exchange(server->port(), "GET /items/special/ HTTP/1.1\r\nHost: x\r\n\r\n").body,
            "special");
  EXPECT_EQ(Exchange(server->port(), "GET http://h:1/small?x HTTP/1.1\r\nHost: x\r\n\r\n").body,
            "small");
}

TEST(Server, NamesTheParameterThatCannotBeDecoded) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  for (const std::string_view value : {"%zz", "%4", "%00", "%ff%fe", "%c0%80", "\xff"}) {
    client.Send("GET /items/1?q=" + std::string(value) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const RawResponse response = client.Read();
    EXPECT_EQ(response.status, 400) << value;
    EXPECT_EQ(nlohmann::json::parse(response.body).at("parameter"), "q") << value;
  }
  for (const std::string_view path : {"/items/%zz", "/items/%00", "/items/%ff"}) {
    client.Send("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.Read().status, 400) << path;
  }
}

TEST(Server, CompressesWhenAskedAndWorthIt) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  client.Send("GET /document HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br, gzip\r\n\r\n");
  const RawResponse packed = client.Read();
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(packed.headers.at("vary"), "Accept-Encoding");
  EXPECT_LT(packed.body.size(), 500u);

  client.Send("GET /document HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=0\r\n\r\n");
  const RawResponse plain = client.Read();
  EXPECT_FALSE(plain.headers.contains("content-encoding"));
  EXPECT_EQ(plain.headers.at("vary"), "Accept-Encoding");
  EXPECT_EQ(plain.body.size(), 5000u);

  client.Send("GET /small HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
  EXPECT_FALSE(client.Read().headers.contains("content-encoding"));
}

TEST(Server, Answers304ToTheSameEntityTag) {
  const auto server = StartTestServer();
  RawClient client(server->port());
  client.Send("GET /document HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string etag = client.Read().headers.at("etag");
  client.Send("GET /document HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"other\", " + etag +
              "\r\n\r\n");
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.headers.at("etag"), etag);
  client.Send("GET /small HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.Read().body, "small");
}

TEST(Server, TellsTheObserverRouteMethodAndStatus) {
  std::mutex mutex;
  std::vector<std::string> seen;
  const auto server = StartTestServer({}, [&](const Observation& observation) {
    const std::lock_guard lock(mutex);
    EXPECT_GE(observation.seconds, 0);
    seen.push_back(std::string(observation.method) + " " + std::string(observation.path_template) +
                   " " + std::to_string(observation.status));
  });
  RawClient client(server->port());
  client.Send(
      "HEAD /items/7 HTTP/1.1\r\nHost: x\r\n\r\nGET /secret HTTP/1.1\r\nHost: x\r\n\r\n"
      "bad\r\n\r\n");
  client.Read(false);
  client.Read();
  client.Read();
  const std::lock_guard lock(mutex);
  EXPECT_THAT(seen, ElementsAre("HEAD /items/{id} 200", "GET  404", "  400"));
}

TEST(Server, ServesIpv6) {
  ServerOptions options;
  options.address = "::1";
  const auto server = StartTestServer(options);
  ASSERT_NE(server, nullptr);
  RawClient client(server->port(), /*ipv6=*/true);
  client.Send("GET /small HTTP/1.1\r\nHost: [::1]\r\n\r\n");
  EXPECT_EQ(client.Read().body, "small");
}

TEST(Server, GivesHandlersTheClientsAddress) {
  Router router;
  router.Add(Method::kGet, "/me", [](const Request& request) {
    return TextResponse(request.remote_address.ToString());
  });
  ServerOptions options;
  options.port = 0;
  const auto server = Server::Start(options, std::move(router)).value();
  EXPECT_EQ(Exchange(server->port(), "GET /me HTTP/1.1\r\nHost: x\r\n\r\n").body, "127.0.0.1");
}

TEST(Server, SaysWhichPortIsInUse) {
  const auto first = StartTestServer();
  ServerOptions options;
  options.port = first->port();
  const auto second = Server::Start(options, Router());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("127.0.0.1:" + std::to_string(first->port())));
}

TEST(Server, RefusesAddressesThatAreNone) {
  for (const char* const address : {"localhost", "", "1.2.3", "192.0.2.1"}) {
    ServerOptions options;
    options.address = address;
    options.port = 0;
    const auto server = Server::Start(options, Router());
    ASSERT_FALSE(server.ok()) << address;
    EXPECT_EQ(server.error().code, ErrorCode::kInvalidArgument) << server.error().message;
  }
}

TEST(Server, StopClosesConnectionsAndFreesThePort) {
  const auto server = StartTestServer();
  const uint16_t port = server->port();
  RawClient client(port);
  client.Send("GET /small HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.Read().status, 200);
  server->Stop();
  server->Stop();
  EXPECT_TRUE(client.AtEnd());
  EXPECT_FALSE(RawClient(port).connected());
}

TEST(Server, WorkersServeAtTheSameTime) {
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  Router router;
  router.Add(Method::kGet, "/meet", [&](const Request&) {
    std::unique_lock lock(mutex);
    ++inside;
    changed.notify_all();
    const bool met = changed.wait_for(lock, std::chrono::seconds(10), [&] { return inside >= 2; });
    return TextResponse(met ? "met" : "alone");
  });
  ServerOptions options;
  options.port = 0;
  options.threads = 2;
  // Pistache gives a connection to a worker by its descriptor: a descriptor more, between the two
  // connections, makes one even and one odd. The first answer shows that the first was accepted.
  router.Add(Method::kGet, "/small", [](const Request&) { return TextResponse("small"); });
  const auto server = Server::Start(options, std::move(router)).value();
  constexpr std::string_view kSmall = "GET /small HTTP/1.1\r\nHost: x\r\n\r\n";
  constexpr std::string_view kMeet = "GET /meet HTTP/1.1\r\nHost: x\r\n\r\n";
  RawClient first(server->port());
  first.Send(kSmall);
  first.Read();
  const int between = ::dup(STDERR_FILENO);
  RawClient second(server->port());
  first.Send(kMeet);
  second.Send(kMeet);
  EXPECT_EQ(first.Read().body, "met");
  EXPECT_EQ(second.Read().body, "met");
  ::close(between);
}

}  // namespace
}  // namespace wiregauge::http
