// SPDX-License-Identifier: Apache-2.0
// Routes that change while the server runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "raw_client.h"

namespace wiregauge::http {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

Request Asking(Method method, std::vector<std::string> segments) {
  Request request;
  request.method = method;
  request.segments = std::move(segments);
  return request;
}

Handler Says(std::string text) {
  return [text](const Request&) { return TextResponse(text); };
}

// What is mounted now.
class Mounted {
 public:
  void Set(Router router) {
    const std::lock_guard lock(mutex_);
    router_ = std::make_shared<const Router>(std::move(router));
  }
  void Clear() {
    const std::lock_guard lock(mutex_);
    router_ = nullptr;
  }
  std::function<std::shared_ptr<const Router>()> Current() {
    return [this] {
      const std::lock_guard lock(mutex_);
      return router_;
    };
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const Router> router_;
};

class MountedRoutes : public ::testing::Test {
 protected:
  MountedRoutes() {
    router_.Add(Method::kGet, "/own/{id}", Says("own"));
    router_.Mount(mounted_.Current());
    Router inner;
    inner.Add(Method::kGet, "/own/special", Says("not reached"));
    inner.Add(Method::kPost, "/own/{id}", Says("not reached"));
    inner.Add(Method::kGet, "/own/{id}/more", Says("more"));
    inner.Add(Method::kGet, "/script", Says("script"), kPolicy);
    inner.Add(
        Method::kPost, "/script/run",
        [](const Request&) -> Response { throw std::runtime_error("x"); }, kPolicy);
    mounted_.Set(std::move(inner));
  }

  Router::Answer Ask(Method method, std::vector<std::string> segments, const Guard& guard = {}) {
    return router_.Dispatch(Asking(method, std::move(segments)), guard);
  }

  static constexpr RoutePolicy kPolicy{
      .access = Access::kAdmin, .scope = Scope::kByNetwork, .errors = ErrorForm::kMessage};
  Mounted mounted_;
  Router router_;
};

TEST_F(MountedRoutes, AnswerWhereTheRoutersOwnDoNot) {
  EXPECT_EQ(Ask(Method::kGet, {"own", "special"}).response.body, "own");
  EXPECT_EQ(Ask(Method::kPost, {"own", "7"}).response.status, 405);
  EXPECT_EQ(Ask(Method::kGet, {"own", "7", "more"}).response.body, "more");
  EXPECT_EQ(Ask(Method::kGet, {"script"}).response.body, "script");
  EXPECT_EQ(Ask(Method::kHead, {"script"}).response.body, "script");
  EXPECT_EQ(Ask(Method::kGet, {"nothing"}).response.status, 404);
}

TEST_F(MountedRoutes, ComeAndGo) {
  mounted_.Clear();
  EXPECT_EQ(Ask(Method::kGet, {"script"}).response.status, 404);
  Router inner;
  inner.Add(Method::kGet, "/other/{name}",
            [](const Request& request) { return TextResponse(request.PathParameter("name")); });
  mounted_.Set(std::move(inner));
  EXPECT_EQ(Ask(Method::kGet, {"other", "it"}).response.body, "it");
  EXPECT_EQ(Ask(Method::kGet, {"script"}).response.status, 404);
}

TEST_F(MountedRoutes, HaveMethodsAndErrorsLikeOthers) {
  const Router::Answer wrong = Ask(Method::kPut, {"script"});
  EXPECT_EQ(wrong.response.status, 405);
  EXPECT_EQ(wrong.response.headers.at(0).value, "GET, HEAD, OPTIONS");
  const Router::Answer options = Ask(Method::kOptions, {"script", "run"});
  EXPECT_EQ(options.response.status, 204);
  EXPECT_EQ(options.response.headers.at(0).value, "POST, OPTIONS");
  for (const Router::Answer& answer :
       {wrong, Ask(Method::kPost, {"script", "run"}), Ask(Method::kGet, {"script", "none"})}) {
    EXPECT_TRUE(answer.response.body.starts_with(R"({"message":)")) << answer.response.body;
  }
}

TEST_F(MountedRoutes, AreGuardedByTheirPolicies) {
  std::vector<RoutePolicy> asked;
  const Guard guard = [&](Request&, const RoutePolicy& policy) {
    asked.push_back(policy);
    return std::optional<Response>(TextResponse("refused"));
  };
  EXPECT_EQ(Ask(Method::kGet, {"script"}, guard).response.body, "refused");
  Request head = Asking(Method::kPost, {"script", "run"});
  EXPECT_EQ(router_.Refuse(head, guard)->response.body, "refused");
  EXPECT_THAT(asked, ElementsAre(kPolicy, kPolicy));
}

TEST_F(MountedRoutes, OutliveTheirRemovalInAnAnswer) {
  const Router::Answer answer = Ask(Method::kGet, {"own", "7", "more"});
  mounted_.Clear();
  EXPECT_EQ(answer.path_template, "/own/{id}/more");
}

TEST_F(MountedRoutes, AreNotTheRoutersOwn) {
  ASSERT_EQ(router_.routes().size(), 1u);
  EXPECT_EQ(router_.routes()[0].path_template, "/own/{id}");
}

constexpr std::string_view kGet = "GET /script HTTP/1.1\r\nHost: x\r\n\r\n";

std::unique_ptr<Server> StartWith(Mounted& mounted, Observer observer = {}, Gate gate = {}) {
  Router router;
  router.Add(Method::kGet, "/own", Says("own"));
  router.Mount(mounted.Current());
  ServerOptions options;
  options.port = 0;
  options.gate = std::move(gate);
  return Server::Start(options, std::move(router), std::move(observer)).value();
}

TEST(Mounted, MayBeReplacedWhileRequestsRun) {
  Mounted mounted;
  std::mutex mutex;
  std::vector<std::string> seen;
  const auto server = StartWith(mounted, [&](const Observation& observation) {
    const std::lock_guard lock(mutex);
    seen.emplace_back(observation.path_template);
  });
  std::atomic<bool> is_done = false;
  const auto replace = [&](int version) {
    Router inner;
    const std::string text = "a text that is the version " + std::to_string(version);
    inner.Add(Method::kGet, "/script", Says(text));
    inner.AddDeferred(Method::kGet, "/later", [text](const Request&, Reply reply) {
      std::thread([text, moved = std::make_shared<Reply>(std::move(reply))] {
        std::move(*moved).Send(TextResponse(text));
      }).detach();
    });
    mounted.Set(std::move(inner));
  };
  replace(0);
  std::thread replaces([&] {
    for (int version = 1; !is_done; ++version) replace(version);
  });
  std::vector<std::thread> clients;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      RawClient client(server->port());
      for (int n = 0; n < 100; ++n) {
        client.Send(n % 2 == 0 ? kGet : "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
        if (client.Read().body.starts_with("a text that is the version ")) ++good;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  is_done = true;
  replaces.join();
  EXPECT_EQ(good, 400);
  const std::lock_guard lock(mutex);
  EXPECT_THAT(seen, Each(::testing::AnyOf("/script", "/later")));
}

TEST(Mounted, ADeferredAnswerKeepsItsRoute) {
  Mounted mounted;
  std::mutex mutex;
  std::vector<std::string> seen;
  std::optional<Reply> reply;
  std::atomic<bool> is_asked = false;
  Router inner;
  inner.AddDeferred(Method::kGet, "/script", [&](const Request&, Reply given) {
    reply.emplace(std::move(given));
    is_asked = true;
    is_asked.notify_one();
  });
  mounted.Set(std::move(inner));
  const auto server = StartWith(mounted, [&](const Observation& observation) {
    const std::lock_guard lock(mutex);
    seen.emplace_back(observation.path_template);
  });
  RawClient client(server->port());
  client.Send(kGet);
  is_asked.wait(false);
  mounted.Clear();
  std::move(*reply).Send(TextResponse("late"));
  EXPECT_EQ(client.Read().body, "late");
  const std::lock_guard lock(mutex);
  EXPECT_THAT(seen, ElementsAre("/script"));
}

// The head of a request is judged before its body is here.
TEST(Mounted, ARouteThatIsReplacedBeforeTheBodyCameIsGuardedAnew) {
  const auto with_access = [](Access access) {
    Router inner;
    inner.Add(Method::kPost, "/script", Says("done"),
              {.access = access, .scope = Scope::kNoTraffic});
    return inner;
  };
  Mounted mounted;
  mounted.Set(with_access(Access::kViewer));
  const Gate viewer = [](const Credentials&, const IpAddress&) {
    auto identity = std::make_shared<model::Identity>();
    identity->role = model::Role::kViewer;
    return model::Verdict{.result = model::AuthenticationResult::kAccepted, .identity = identity};
  };
  const auto server = StartWith(mounted, {}, viewer);
  constexpr std::string_view kHead =
      "POST /script HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  for (const auto& [access, status] :
       {std::pair(Access::kViewer, 200), std::pair(Access::kAdmin, 403)}) {
    mounted.Set(with_access(Access::kViewer));
    RawClient client(server->port());
    client.Send(kHead);
    EXPECT_EQ(client.Read().status, 100);
    mounted.Set(with_access(access));
    client.Send("hello");
    EXPECT_EQ(client.Read().status, status);
  }
}

}  // namespace
}  // namespace wiregauge::http
