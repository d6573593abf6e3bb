// SPDX-License-Identifier: Apache-2.0
#include "publish/http/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "raw_client.h"

namespace wiregauge::http {
namespace {

using testing::HasSubstr;
using Result = model::AuthenticationResult;
using Scheme = Credentials::Scheme;

TEST(Authorization, BasicIsANameAndAPassword) {
  // "Aladdin:open sesame" is RFC 7617's example.
  const Credentials known = ParseAuthorization("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(known.scheme, Scheme::kBasic);
  EXPECT_EQ(known.user, "Aladdin");
  EXPECT_EQ(known.secret, "open sesame");
  EXPECT_EQ(ParseAuthorization("bAsIc  YTpiOmM").secret, "b:c");           // "a:b:c", no padding
  EXPECT_EQ(ParseAuthorization("Basic dGVzdDoxMjPCow==").secret, "123£");  // RFC 7617 section 2
  EXPECT_EQ(ParseAuthorization("Basic Og==").scheme, Scheme::kBasic);      // both empty
}

TEST(Authorization, BearerIsAToken) {
  const Credentials token = ParseAuthorization("Bearer wg_0123456789ab_x-y_z");
  EXPECT_EQ(token.scheme, Scheme::kBearer);
  EXPECT_EQ(token.secret, "wg_0123456789ab_x-y_z");
}

TEST(Authorization, AnythingElseNamesNobody) {
  for (const char* header : {"", "Basic", "Basic ", "Basic ?", "Basic YQ==", "Basic A", "Bearer",
                             "Bearer ", "Digest username=\"a\"", "Basic YTpi\nYTpi", "YTpi"}) {
    EXPECT_EQ(ParseAuthorization(header).scheme, Scheme::kNone) << header;
  }
}

TEST(Authorization, RestrictedUsersGetWhatARouteCanTellApart) {
  const model::Identity everything{.user = "a", .role = model::Role::kViewer};
  model::Identity by_interface = everything;
  by_interface.interfaces = {"eth0"};
  model::Identity by_network = everything;
  by_network.networks = {*IpNetwork::Parse("10.0.0.0/8")};
  for (const auto& [scope, interface_allowed, network_allowed] :
       {std::tuple(Scope::kWhole, false, false), std::tuple(Scope::kByInterface, true, false),
        std::tuple(Scope::kByNetwork, true, true), std::tuple(Scope::kNoTraffic, true, true)}) {
    const RoutePolicy policy{.access = Access::kViewer, .scope = scope};
    EXPECT_FALSE(RefuseByPolicy(everything, policy).has_value());
    EXPECT_EQ(RefuseByPolicy(by_interface, policy).has_value(), !interface_allowed);
    EXPECT_EQ(RefuseByPolicy(by_network, policy).has_value(), !network_allowed);
  }
}

// A server whose gate knows "viewer:" and "admin:" as names, and holds "held:" back.
class GateTest : public testing::Test {
 protected:
  GateTest() {
    Router router;
    const Handler who = [](const Request& request) {
      return TextResponse(request.identity == nullptr ? "nobody" : request.identity->user);
    };
    router.Add(Method::kGet, "/open", who, {Access::kOpen, Scope::kNoTraffic});
    router.Add(Method::kGet, "/read", who);
    router.Add(Method::kPost, "/change", who, {Access::kAdmin, Scope::kWhole});
    router.Add(Method::kPost, "/panel", who, {Access::kAdmin, Scope::kWhole, ErrorForm::kMessage});
    ServerOptions options;
    options.port = 0;
    options.gate = [this](const Credentials& credentials, const IpAddress&) {
      ++asked_;
      return Ask(credentials);
    };
    server_ = std::move(Server::Start(options, std::move(router))).value();
  }

  static model::Verdict Ask(const Credentials& credentials) {
    model::Verdict verdict;
    const auto role = model::ParseRole(credentials.user);
    if (role) {
      verdict.result = Result::kAccepted;
      verdict.identity = std::make_shared<model::Identity>(
          model::Identity{.user = credentials.user, .role = *role});
    } else if (credentials.user == "held") {
      verdict.result = Result::kThrottled;
      verdict.retry_after = std::chrono::seconds(7);
    } else if (credentials.scheme == Scheme::kNone) {
      verdict.result = Result::kMissing;
    }
    return verdict;
  }
  // `pair` in base64.
  RawResponse Send(const std::string& line, const std::string& authorization = {}) {
    const std::string header =
        authorization.empty() ? "" : "Authorization: " + authorization + "\r\n";
    return Exchange(server_->port(), line + " HTTP/1.1\r\nHost: x\r\n" + header +
                                         "Origin: http://page\r\nContent-Length: 0\r\n\r\n");
  }

  static constexpr const char* kViewer = "Basic dmlld2VyOg==";
  static constexpr const char* kAdmin = "Basic YWRtaW46";
  static constexpr const char* kHeld = "Basic aGVsZDo=";
  std::atomic<int> asked_{0};
  std::unique_ptr<Server> server_;
};

// Hundreds of clients with a MiB each would be hundreds of MiB.
TEST_F(GateTest, ABodyOfWhoMayNotSendItIsNotAwaited) {
  const auto begin = [this](const std::string& head) {
    RawClient client(server_->port());
    client.Send("POST " + head + "\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
    RawResponse response = client.Read();
    EXPECT_EQ(response.headers["connection"], "close");
    EXPECT_EQ(response.headers["access-control-allow-origin"], "*");
    EXPECT_TRUE(client.AtEnd());
    return response;
  };
  const std::string header = " HTTP/1.1\r\nAuthorization: ";
  EXPECT_EQ(begin("/change HTTP/1.1").status, 401);
  EXPECT_EQ(begin("/change" + header + kViewer).status, 403);
  EXPECT_EQ(begin("/change" + header + kHeld).status, 429);
  EXPECT_EQ(begin("/elsewhere" + header + kViewer).status, 404);
  const RawResponse wrong_method = begin("/read" + header + kViewer);
  EXPECT_EQ(wrong_method.status, 405);
  EXPECT_EQ(wrong_method.headers.at("allow"), "GET, HEAD, OPTIONS");
}

TEST_F(GateTest, ABodyInPiecesIsNotAwaitedEither) {
  RawClient client(server_->port());
  client.Send("POST /change HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\nabc");
  EXPECT_EQ(client.Read().status, 401);
}

TEST_F(GateTest, IsAskedOnceHoweverARequestComes) {
  RawClient client(server_->port());
  client.Send("POST /change HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nAuthorization: " +
              std::string(kAdmin) + "\r\n\r\na");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (asked_ == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  client.Send("b");
  EXPECT_EQ(client.Read().body, "admin");
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(Send("POST /change").status, 401);  // the next one has to say who it is
}

TEST_F(GateTest, OnlyWhoMaySendABodyIsToldToContinue) {
  const std::string head =
      "POST /change HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n";
  RawClient nobody(server_->port());
  nobody.Send(head + "\r\n");
  EXPECT_EQ(nobody.Read().status, 401);
  RawClient admin(server_->port());
  admin.Send(head + "Authorization: " + kAdmin + "\r\n\r\n");
  EXPECT_EQ(admin.Read(false).status, 100);
  admin.Send("ab");
  EXPECT_EQ(admin.Read().body, "admin");
}

TEST_F(GateTest, HandlersLearnWhoAsks) {
  EXPECT_EQ(Send("GET /open").body, "nobody");
  EXPECT_EQ(Send("GET /read", kViewer).body, "viewer");
  EXPECT_EQ(Send("POST /change", kAdmin).body, "admin");
}

TEST_F(GateTest, WithoutCredentialsAProblemThatAPageCanRead) {
  for (const char* line : {"GET /read", "POST /read", "GET /nothing", "POST /change"}) {
    const RawResponse answer = Send(line);
    EXPECT_EQ(answer.status, 401) << line;
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(nlohmann::json::parse(answer.body).at("status"), 401);
    EXPECT_THAT(answer.headers.at("www-authenticate"), HasSubstr("realm=\"wiregauge\""));
    EXPECT_EQ(answer.headers.at("access-control-allow-origin"), "*");
    EXPECT_THAT(answer.headers.at("access-control-expose-headers"), HasSubstr("WWW-Authenticate"));
    EXPECT_FALSE(answer.headers.contains("location"));
  }
  EXPECT_EQ(Exchange(server_->port(), "HEAD /read HTTP/1.1\r\nHost: x\r\n\r\n").status, 401);
}

TEST_F(GateTest, RefusalsHaveTheFormOfTheRoute) {
  const auto expect = [](const RawResponse& answer, int status) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    const auto body = nlohmann::json::parse(answer.body);
    EXPECT_EQ(body.size(), 2U) << answer.body;
    EXPECT_EQ(body.at("message"), body.at("error"));
  };
  expect(Send("POST /panel"), 401);
  expect(Send("POST /panel/other"), 401);
  expect(Send("POST /panel", kHeld), 429);
  expect(Send("POST /panel", kViewer), 403);
  expect(Send("GET /panel", kViewer), 405);
  expect(Send("GET /panel/other", kViewer), 404);
  expect(Exchange(server_->port(),
                  "POST /panel HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"),
         413);
}

TEST_F(GateTest, PreflightsNeedNoCredentials) {
  EXPECT_EQ(Send("OPTIONS /read").status, 204);
  EXPECT_EQ(Send("OPTIONS /change").headers.at("allow"), "POST, OPTIONS");
  EXPECT_EQ(Send("OPTIONS /nothing").status, 404);
  EXPECT_EQ(asked_, 0);
}

TEST_F(GateTest, APageSeesTheAnswerAlsoWhereThereIsNothing) {
  const RawResponse answer =
      Exchange(server_->port(),
               "OPTIONS /nothing HTTP/1.1\r\nHost: x\r\nOrigin: http://page\r\n"
               "Access-Control-Request-Method: PUT\r\n\r\n");
  EXPECT_EQ(answer.status, 204);
  EXPECT_THAT(answer.headers.at("access-control-allow-methods"), HasSubstr("PUT"));
  EXPECT_THAT(answer.headers.at("access-control-allow-headers"), HasSubstr("Authorization"));
}

TEST_F(GateTest, AViewerIsNoAdmin) {
  const RawResponse answer = Send("POST /change", kViewer);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
  EXPECT_EQ(Send("GET /nothing", kViewer).status, 404);
  EXPECT_EQ(Send("POST /read", kViewer).status, 405);
}

TEST_F(GateTest, WhoIsHeldBackIsToldForHowLong) {
  const RawResponse answer = Send("GET /read", kHeld);
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.headers.at("retry-after"), "7");
  EXPECT_FALSE(answer.headers.contains("www-authenticate"));
}

TEST(Cors, OnlyANamedOriginMayUseWhatABrowserAddsByItself) {
  const std::string request = "GET /small HTTP/1.1\r\nHost: x\r\nOrigin: http://page\r\n\r\n";
  const auto any = StartTestServer();
  EXPECT_FALSE(Exchange(any->port(), request).headers.contains("access-control-allow-credentials"));
  ServerOptions options;
  options.allowed_origin = "http://page";
  const auto named = StartTestServer(options);
  const RawResponse answer = Exchange(named->port(), request);
  EXPECT_EQ(answer.headers.at("access-control-allow-origin"), "http://page");
  EXPECT_EQ(answer.headers.at("access-control-allow-credentials"), "true");
  EXPECT_THAT(answer.headers.at("vary"), HasSubstr("Origin"));
  EXPECT_FALSE(Exchange(any->port(), request).headers.contains("vary"));
}

TEST(Cors, ErrorsThatNoHandlerMakesCanBeReadToo) {
  ServerOptions options;
  options.max_request_body_bytes = 10;
  const auto server = StartTestServer(options);
  for (const auto& [request, status] :
       {std::pair("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n", 413),
        std::pair("GET /small HTTP/1.1\r\nHost: x\r\nbad\r\n\r\n", 400),
        std::pair("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        std::pair("PUT /small HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405)}) {
    const RawResponse answer = Exchange(server->port(), request);
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.headers.at("access-control-allow-origin"), "*") << request;
  }
}

TEST(Cors, PreflightsAllowWhatGrafanaSends) {
  const auto server = StartTestServer();
  const RawResponse answer =
      Exchange(server->port(),
               "OPTIONS /echo HTTP/1.1\r\nHost: x\r\nOrigin: http://grafana:3000\r\n"
               "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: "
               "accept,authorization,content-type,x-grafana-org-id\r\n\r\n");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.headers.at("access-control-allow-methods"), "POST, OPTIONS");
  EXPECT_EQ(answer.headers.at("access-control-max-age"), "600");
  for (const char* const name : {"Accept", "Authorization", "Content-Type", "X-Grafana-Org-Id"}) {
    EXPECT_THAT(answer.headers.at("access-control-allow-headers"), HasSubstr(name));
  }
}

// A page of the internet that asks for a private network's address.
RawResponse AskFromOutside(uint16_t port) {
  return Exchange(port,
                  "OPTIONS /small HTTP/1.1\r\nHost: x\r\nOrigin: http://page\r\n"
                  "Access-Control-Request-Method: GET\r\n"
                  "Access-Control-Request-Private-Network: true\r\n\r\n");
}

TEST(Cors, PagesOfTheInternetComeInWhenTheyAreNamedOrNameSomebody) {
  constexpr const char* kHeader = "access-control-allow-private-network";
  const auto anybody = StartTestServer();
  EXPECT_FALSE(AskFromOutside(anybody->port()).headers.contains(kHeader));
  ServerOptions options;
  options.allowed_origin = "http://page";
  const auto named = StartTestServer(options);
  EXPECT_EQ(AskFromOutside(named->port()).headers.at(kHeader), "true");
  options.allowed_origin = "*";
  options.gate = [](const Credentials&, const IpAddress&) { return model::Verdict(); };
  const auto gated = StartTestServer(options);
  EXPECT_EQ(AskFromOutside(gated->port()).headers.at(kHeader), "true");
}

}  // namespace
}  // namespace wiregauge::http
