// SPDX-License-Identifier: Apache-2.0
#include "publish/http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "publish/http/problem.h"

namespace wiregauge::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

MATCHER_P2(RouteIs, method, path_template, "") {
  return arg.method == method && arg.path_template == path_template;
}

Request Asking(Method method, std::vector<std::string> segments) {
  Request request;
  request.method = method;
  request.segments = std::move(segments);
  return request;
}

// A handler that answers with its name and its path parameters.
Handler Named(std::string name) {
  return [name](const Request& request) {
    std::string text = name;
    for (const Parameter& parameter : request.path_parameters) {
      text += " " + parameter.name + "=" + parameter.value;
    }
    return TextResponse(text);
  };
}

Router TestRouter() {
  Router router;
  router.Add(Method::kGet, "/", Named("root"));
  router.Add(Method::kGet, "/flows", Named("flows"));
  router.Add(Method::kGet, "/flows/{id}", Named("flow"));
  router.Add(Method::kDelete, "/flows/{id}", Named("delete"));
  router.Add(Method::kGet, "/flows/aggregate", Named("aggregate"));
  router.Add(Method::kGet, "/flows/{flow}/packets", Named("packets"));
  router.Add(Method::kPost, "/hosts/{host}/ports/{port}/", Named("port"));
  return router;
}

TEST(Router, PrefersLiteralsAndFallsBack) {
  const Router router = TestRouter();
  const auto body = [&](Method method, std::vector<std::string> segments) {
    return router.Dispatch(Asking(method, std::move(segments))).response.body;
  };
  EXPECT_EQ(body(Method::kGet, {}), "root");
  EXPECT_EQ(body(Method::kGet, {"flows"}), "flows");
  EXPECT_EQ(body(Method::kGet, {"flows", "7"}), "flow id=7");
  EXPECT_EQ(body(Method::kHead, {"flows", "7"}), "flow id=7");
  EXPECT_EQ(body(Method::kGet, {"flows", "aggregate"}), "aggregate");
  EXPECT_EQ(body(Method::kGet, {"flows", "aggregate", "packets"}), "packets flow=aggregate");
  EXPECT_EQ(body(Method::kPost, {"hosts", "a/b", "ports", "80"}), "port host=a/b port=80");
}

TEST(Router, AnEmptySegmentIsNothingBeforeALiteral) {
  const Router router = TestRouter();
  const auto body = [&](std::vector<std::string> segments) {
    return router.Dispatch(Asking(Method::kGet, std::move(segments))).response.body;
  };
  EXPECT_EQ(body({"", "flows"}), "flows");
  EXPECT_EQ(body({"flows", ""}), "flows");
  EXPECT_EQ(body({"", "", "flows", "", "aggregate", ""}), "aggregate");
  EXPECT_EQ(body({""}), "root");
  EXPECT_EQ(body({"flows", "7", "", "packets"}), "packets flow=7");
}

TEST(Router, Answers404And405) {
  const Router router = TestRouter();
  for (const auto& path : std::vector<std::vector<std::string>>{{"nothing"},
                                                                {"flows", "1", "2"},
                                                                {"hosts"},
                                                                {"flows", "", "1"},
                                                                {"hosts", "", "ports", "1"},
                                                                {"hosts", "x", "ports", ""}}) {
    const Router::Answer answer = router.Dispatch(Asking(Method::kGet, path));
    EXPECT_EQ(answer.response.status, 404);
    EXPECT_EQ(answer.path_template, "");
  }
  const Router::Answer wrong = router.Dispatch(Asking(Method::kPut, {"flows", "7"}));
  EXPECT_EQ(wrong.response.status, 405);
  EXPECT_EQ(wrong.response.headers.at(0).value, "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(wrong.path_template, "/flows/{id}");
}

TEST(Router, ErrorsHaveTheFormOfTheRoute) {
  Router router = TestRouter();
  const RoutePolicy policy{.errors = ErrorForm::kMessage};
  const Handler throws = [](const Request&) -> Response { throw std::runtime_error("x"); };
  router.Add(Method::kGet, "/panel", Named("panel"), policy);
  router.Add(Method::kPost, "/panel/query", throws, policy);
  const auto is_message = [&](Method method, std::vector<std::string> segments) {
    return router.Dispatch(Asking(method, std::move(segments)))
        .response.body.starts_with(R"({"message":)");
  };
  EXPECT_TRUE(is_message(Method::kPost, {"panel", "query"})) << 500;
  EXPECT_TRUE(is_message(Method::kPost, {"panel", ""})) << 405;
  EXPECT_TRUE(is_message(Method::kPost, {"panel", "", "other", "x"})) << 404;
  EXPECT_FALSE(is_message(Method::kPost, {"flows"})) << 405;
  EXPECT_FALSE(is_message(Method::kGet, {"panels"})) << 404;
  EXPECT_FALSE(is_message(Method::kGet, {"flows", "panel", "query"})) << 404;

  std::vector<ErrorForm> asked;
  const Guard guard = [&](Request&, const RoutePolicy& of_route) {
    asked.push_back(of_route.errors);
    return std::nullopt;
  };
  for (const Method method : {Method::kGet, Method::kPut}) {
    Request request = Asking(method, {"panel"});
    router.Refuse(request, guard);
  }
  EXPECT_THAT(asked, ElementsAre(ErrorForm::kMessage, ErrorForm::kMessage));
}

TEST(Router, AnswersOptions) {
  const Router router = TestRouter();
  const Router::Answer answer =
      router.Dispatch(Asking(Method::kOptions, {"hosts", "x", "ports", "y"}));
  EXPECT_EQ(answer.response.status, 204);
  EXPECT_EQ(answer.response.headers.at(0).value, "POST, OPTIONS");
  const Guard refuse = [](Request&, const RoutePolicy&) { return http::ProblemResponse(401, ""); };
  EXPECT_EQ(router.Dispatch(Asking(Method::kOptions, {"nothing"}), refuse).response.status, 404);
}

TEST(Router, ListsItsRoutes) {
  EXPECT_THAT(
      TestRouter().routes(),
      ElementsAre(RouteIs(Method::kGet, "/"), RouteIs(Method::kGet, "/flows"),
                  RouteIs(Method::kGet, "/flows/aggregate"),
                  RouteIs(Method::kGet, "/flows/{flow}/packets"),
                  RouteIs(Method::kGet, "/flows/{id}"), RouteIs(Method::kDelete, "/flows/{id}"),
                  RouteIs(Method::kPost, "/hosts/{host}/ports/{port}/")));
}

TEST(Router, SaysWhatIsWrongWithATemplateFromOutside) {
  const std::pair<std::string, std::string> kBad[] = {
      {"flows", "does not begin with /"},
      {"", "does not begin with /"},
      {"//", "empty segment"},
      {"/a//b", "empty segment"},
      {"/a/../b", "clients resolve"},
      {"/a/.", "clients resolve"},
      {"/a b", "does not stand in a path"},
      {"/a?b", "does not stand in a path"},
      {"/a%20b", "does not stand in a path"},
      {"/a{b}", "does not stand in a path"},
      {std::string("/a\0", 3), "does not stand in a path"},
      {"/\xff", "does not stand in a path"},
      {"/{", "not closed"},
      {"/{a}b", "not closed"},
      {"/{}", "without a name"},
      {"/{a-b}", "letters, digits and _"},
      {"/{{a}}", "letters, digits and _"},
      {"/{a}/b/{a}", "twice"},
      {"/" + std::string(256, 'a'), "longer than 256"},
  };
  for (const auto& [path_template, why] : kBad) {
    Router router;
    const Status status = router.TryAdd(Method::kGet, path_template, Named("bad"));
    ASSERT_FALSE(status.ok()) << path_template;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument) << path_template;
    EXPECT_THAT(status.error().message, HasSubstr(why)) << path_template;
    EXPECT_TRUE(router.routes().empty());
  }
  Router router;
  EXPECT_FALSE(router.TryAdd(Method::kOptions, "/a", Named("options")).ok());
  EXPECT_TRUE(
      router.TryAdd(Method::kGet, "/a.b~c@d/{e_1}/" + std::string(241, 'x'), Named("good")));
}

TEST(Router, KeepsWhatATemplateFromOutsideWouldTake) {
  Router router = TestRouter();
  const DeferredHandler deferred = [](const Request&, const Reply&) {};
  for (const auto& [method, path_template] :
       {std::pair(Method::kGet, "/flows"), std::pair(Method::kGet, "/flows/"),
        std::pair(Method::kPut, "/flows/{other}"), std::pair(Method::kDelete, "/flows/{id}")}) {
    EXPECT_EQ(router.TryAdd(method, path_template, Named("taker")).error().code,
              ErrorCode::kConflict);
    EXPECT_EQ(router.TryAddDeferred(method, path_template, deferred).error().code,
              ErrorCode::kConflict);
  }
  EXPECT_EQ(router.routes().size(), TestRouter().routes().size());
  EXPECT_EQ(router.Dispatch(Asking(Method::kGet, {"flows", "7"})).response.body, "flow id=7");
  EXPECT_TRUE(router.TryAdd(Method::kPut, "/flows/{id}", Named("put")).ok());
  EXPECT_EQ(router.Dispatch(Asking(Method::kPut, {"flows", "7"})).response.body, "put id=7");
}

TEST(RouterDeathTest, RefusesMistakesOfTheProgram) {
  EXPECT_DEATH(TestRouter().Add(Method::kGet, "/flows", Named("again")), "");
  EXPECT_DEATH(TestRouter().Add(Method::kGet, "flows", Named("no slash")), "");
  EXPECT_DEATH(TestRouter().Add(Method::kGet, "/a//b", Named("empty segment")), "");
  EXPECT_DEATH(TestRouter().Add(Method::kHead, "/a", Named("head")), "");
}

}  // namespace
}  // namespace wiregauge::http
