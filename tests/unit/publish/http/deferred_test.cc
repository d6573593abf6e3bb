// SPDX-License-Identifier: Apache-2.0
// Answers that come later, from other threads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "raw_client.h"
#include "tls_client.h"

namespace wiregauge::http {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

constexpr std::string_view kLater = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kNow = "GET /now HTTP/1.1\r\nHost: x\r\n\r\n";

struct Asked {
  Request request;
  Reply reply;
};

// What deferred handlers were asked, for other threads to answer.
class Questions {
 public:
  void Add(Request request, Reply reply) {
    const std::lock_guard lock(mutex_);
    asked_.push_back({std::move(request), std::move(reply)});
    changed_.notify_one();
  }
  Asked Next() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(60), [this] { return !asked_.empty(); });
    Asked asked = std::move(asked_.at(0));
    asked_.pop_front();
    return asked;
  }
  bool empty() {
    const std::lock_guard lock(mutex_);
    return asked_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Asked> asked_;
};

// A server with one worker:
//   GET  /later, /later/{id}   to be answered by the test
//   POST /later                the same
//   GET  /message              the same; errors have the other form
//   GET  /at_once/{id}         answered inside its deferred handler
//   GET  /throws               a deferred handler that throws; what it was asked is there, too
//   GET  /drops                a deferred handler that forgets its reply
//   GET  /now                  "now", not deferred
class DeferredServer {
 public:
  explicit DeferredServer(ServerOptions options = {}, Observer observer = {}) {
    Router router;
    const DeferredHandler keep = [this](Request request, Reply reply) {
      questions_.Add(std::move(request), std::move(reply));
    };
    router.AddDeferred(Method::kGet, "/later", keep);
    router.AddDeferred(Method::kPost, "/later", keep);
    router.AddDeferred(Method::kGet, "/later/{id}", keep);
    router.AddDeferred(Method::kGet, "/message", keep, {.errors = ErrorForm::kMessage});
    router.AddDeferred(Method::kGet, "/at_once/{id}", [](const Request& request, Reply reply) {
      std::move(reply).Send(TextResponse(request.PathParameter("id")));
    });
    router.AddDeferred(Method::kGet, "/throws", [this](Request request, Reply reply) {
      questions_.Add(std::move(request), std::move(reply));
      throw std::runtime_error("secret text");
    });
    router.AddDeferred(Method::kGet, "/drops", [](const Request&, const Reply&) {});
    router.Add(Method::kGet, "/now", [](const Request&) { return TextResponse("now"); });
    options.port = 0;
    options.threads = 1;
    server_ = Server::Start(options, std::move(router), std::move(observer)).value();
  }

  uint16_t port() const { return server_->port(); }
  Asked Next() { return questions_.Next(); }
  bool AllTaken() { return questions_.empty(); }
  void Stop() { server_->Stop(); }
  void Destroy() { server_.reset(); }

 private:
  Questions questions_;
  std::unique_ptr<Server> server_;
};

std::string Get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

bool EndsUnwanted(const Reply& reply) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (reply.IsWanted() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  return !reply.IsWanted();
}

TEST(Deferred, IsAnsweredByAnotherThreadLikeAnyOther) {
  DeferredServer server;
  RawClient client(server.port());
  client.Send("GET /later/7?q=1 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
  Asked asked = server.Next();
  EXPECT_EQ(asked.request.PathParameter("id"), "7");
  EXPECT_EQ(*asked.request.FindQuery("q"), "1");
  EXPECT_TRUE(asked.reply.IsWanted());
  std::thread([&] { std::move(asked.reply).Send(TextResponse(std::string(5000, 'x'))); }).join();
  EXPECT_FALSE(asked.reply.IsWanted());
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(response.headers.at("access-control-allow-origin"), "*");
  EXPECT_FALSE(response.headers.contains("connection"));
  client.Send(kNow);
  EXPECT_EQ(client.Read().body, "now");
}

TEST(Deferred, ServesHeadAndHttp10) {
  DeferredServer server;
  RawClient client(server.port());
  client.Send("HEAD /later HTTP/1.1\r\nHost: x\r\n\r\n");
  Asked head = server.Next();
  EXPECT_EQ(head.request.method, Method::kGet);
  std::move(head.reply).Send(TextResponse("12345"));
  EXPECT_EQ(client.Read(false).headers.at("content-length"), "5");

  RawClient old(server.port());
  old.Send("GET /later HTTP/1.0\r\n\r\n");
  std::move(server.Next().reply).Send(TextResponse("old"));
  const RawResponse response = old.Read();
  EXPECT_EQ(response.body, "old");
  EXPECT_EQ(response.headers.at("connection"), "close");
  EXPECT_TRUE(old.AtEnd());

  RawClient kept(server.port());
  for (int i = 0; i < 2; ++i) {
    kept.Send("GET /later HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    std::move(server.Next().reply).Send(TextResponse("kept"));
    EXPECT_EQ(kept.Read().headers.at("connection"), "keep-alive");
  }
}

TEST(Deferred, TellsAClientThatWaitsToContinue) {
  DeferredServer server;
  RawClient client(server.port());
  client.Send(
      "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.Read().status, 100);
  client.Send("hello");
  Asked asked = server.Next();
  EXPECT_EQ(asked.request.body, "hello");
  std::move(asked.reply).Send(TextResponse("thanks"));
  EXPECT_EQ(client.Read().body, "thanks");
}

TEST(Deferred, OthersOfItsWorkerAreServedMeanwhile) {
  DeferredServer server;
  RawClient waiting(server.port());
  waiting.Send(kLater);
  Asked asked = server.Next();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Exchange(server.port(), kNow).body, "now");
  std::move(asked.reply).Send(TextResponse("late"));
  EXPECT_EQ(waiting.Read().body, "late");
}

TEST(Deferred, PipelinedRequestsWaitForTheirTurn) {
  DeferredServer server;
  RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += Get("/later/" + std::to_string(i));
  client.Send(requests);
  for (int i = 0; i < 100; ++i) {
    Asked asked = server.Next();
    EXPECT_TRUE(server.AllTaken());
    ASSERT_EQ(asked.request.PathParameter("id"), std::to_string(i));
    std::move(asked.reply).Send(TextResponse(std::to_string(i)));
  }
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.Read().body, std::to_string(i));
}

TEST(Deferred, EveryKindOfAnswerKeepsTheOrder) {
  DeferredServer server;
  RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    const std::string id = std::to_string(i);
    requests += Get("/now") + Get("/later/" + id) + Get("/at_once/" + id) + Get("/drops");
  }
  client.Send(requests + "bad\r\n\r\n");
  std::thread answers([&] {
    for (int i = 0; i < 50; ++i) {
      Asked asked = server.Next();
      std::move(asked.reply).Send(TextResponse("later " + asked.request.PathParameter("id")));
    }
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.Read().body, "now");
    EXPECT_EQ(client.Read().body, "later " + std::to_string(i));
    EXPECT_EQ(client.Read().body, std::to_string(i));
    EXPECT_EQ(client.Read().status, 500);
  }
  EXPECT_EQ(client.Read().status, 400);
  EXPECT_TRUE(client.AtEnd());
  answers.join();
}

TEST(Deferred, ManyAnswersOfItsOwnHandlerNeedNoStack) {
  DeferredServer server;
  RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += Get("/at_once/" + std::to_string(i));
  std::thread sender([&] { client.Send(requests); });
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.Read().body, std::to_string(i));
  sender.join();
}

TEST(Deferred, ThatNobodyAnswersIsAnError) {
  DeferredServer server;
  RawClient client(server.port());
  client.Send(kLater);
  { const Asked dropped = server.Next(); }
  const RawResponse problem = client.Read();
  EXPECT_EQ(problem.status, 500);
  EXPECT_EQ(problem.headers.at("content-type"), "application/problem+json");
  client.Send(Get("/message"));
  { const Asked dropped = server.Next(); }
  EXPECT_TRUE(nlohmann::json::parse(client.Read().body).contains("message"));
  client.Send(Get("/drops"));
  EXPECT_EQ(client.Read().status, 500);
  client.Send(kNow);
  EXPECT_EQ(client.Read().body, "now");
}

TEST(Deferred, AHandlerThatThrowsIsAnErrorWhateverItsReplyDoes) {
  DeferredServer server;
  RawClient client(server.port());
  client.Send(Get("/throws"));
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
  client.Send(kLater);
  Asked thrown = server.Next();
  Asked asked = server.Next();
  EXPECT_FALSE(thrown.reply.IsWanted());
  std::move(thrown.reply).Send(TextResponse("too late"));
  std::move(asked.reply).Send(TextResponse("in time"));
  EXPECT_EQ(client.Read().body, "in time");
}

TEST(Deferred, WhoIsRefusedReachesNoHandler) {
  ServerOptions options;
  options.gate = [](const Credentials&, const IpAddress&) { return model::Verdict(); };
  DeferredServer server(options);
  RawClient client(server.port());
  client.Send(kLater);
  EXPECT_EQ(client.Read().status, 401);
  client.Send("PUT /later HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.Read().status, 401);
  EXPECT_TRUE(server.AllTaken());
}

TEST(Deferred, OptionsAndWrongMethodsAreAnsweredAtOnce) {
  DeferredServer server;
  RawClient client(server.port());
  client.Send("OPTIONS /later HTTP/1.1\r\nHost: x\r\n\r\nPUT /later HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.Read().headers.at("allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(client.Read().status, 405);
}

TEST(Deferred, IsObservedWithItsRoute) {
  std::mutex mutex;
  std::vector<std::string> seen;
  DeferredServer server({}, [&](const Observation& observation) {
    const std::lock_guard lock(mutex);
    EXPECT_GE(observation.seconds, 0);
    seen.push_back(std::string(observation.method) + " " + std::string(observation.path_template) +
                   " " + std::to_string(observation.status));
  });
  RawClient client(server.port());
  client.Send("HEAD /later/1 HTTP/1.1\r\nHost: x\r\n\r\n");
  std::move(server.Next().reply).Send(TextResponse(""));
  client.Read(false);
  client.Send(Get("/drops"));
  client.Read();
  const std::lock_guard lock(mutex);
  EXPECT_THAT(seen, ElementsAre("HEAD /later/{id} 200", "GET /drops 500"));
}

TEST(Deferred, IsNotWantedByWhoIsGone) {
  DeferredServer server;
  auto resets = std::make_unique<RawClient>(server.port());
  auto closes = std::make_unique<RawClient>(server.port());
  RawClient half_closes(server.port());
  resets->Send(kLater);
  Asked first = server.Next();
  closes->Send(kLater);
  Asked second = server.Next();
  half_closes.Send(kLater);
  Asked third = server.Next();
  resets->ResetNow();
  closes.reset();
  half_closes.FinishSending();
  EXPECT_TRUE(EndsUnwanted(first.reply));
  EXPECT_TRUE(EndsUnwanted(second.reply));
  EXPECT_TRUE(EndsUnwanted(third.reply));
  EXPECT_TRUE(half_closes.AtEnd());
  std::move(first.reply).Send(TextResponse("nobody"));
  EXPECT_EQ(Exchange(server.port(), kNow).body, "now");
}

TEST(Deferred, OfAClosedConnectionGoesToNoOther) {
  DeferredServer server;
  std::vector<Asked> late;
  for (int i = 0; i < 50; ++i) {
    auto leaving = std::make_unique<RawClient>(server.port());
    leaving->Send(kLater);
    late.push_back(server.Next());
    leaving.reset();
    EXPECT_TRUE(EndsUnwanted(late.back().reply));
    // By now it may have the descriptor of the one that left.
    RawClient next(server.port());
    next.Send(kLater);
    Asked asked = server.Next();
    for (Asked& old : late) {
      if (old.reply.IsWanted()) std::move(old.reply).Send(TextResponse("somebody else's"));
    }
    std::move(late.back().reply).Send(TextResponse("somebody else's"));
    std::move(asked.reply).Send(TextResponse("mine"));
    ASSERT_EQ(next.Read().body, "mine");
  }
}

TEST(Deferred, WhoWaitsForItIsNeitherIdleNorLate) {
  ServerOptions options;
  options.keep_alive_timeout = options.request_timeout = milliseconds(200);
  DeferredServer server(options);
  RawClient client(server.port());
  client.Send(std::string(kLater) + "GET /no");
  Asked asked = server.Next();
  // These came later, and have had their time.
  RawClient idle(server.port());
  EXPECT_TRUE(idle.AtEnd());
  RawClient late(server.port());
  late.Send("GET /no");
  EXPECT_EQ(late.Read().status, 408);
  EXPECT_TRUE(asked.reply.IsWanted());
  std::move(asked.reply).Send(TextResponse("patient"));
  EXPECT_EQ(client.Read().body, "patient");
  EXPECT_EQ(client.Read().status, 408);
}

TEST(Deferred, WhoWaitsForItCannotSendWithoutEnd) {
  DeferredServer server;
  RawClient client(server.port());
  client.Send(kLater);
  Asked asked = server.Next();
  client.Send("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n" +
              std::string(4 << 20, 'a'));
  EXPECT_TRUE(EndsUnwanted(asked.reply));
  RawClient closing(server.port());
  closing.Send("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  Asked last = server.Next();
  closing.Send(std::string(32 << 20, 'a'));
  EXPECT_TRUE(EndsUnwanted(last.reply));
}

TEST(Deferred, ASlowReaderGetsAllOfIt) {
  DeferredServer server;
  RawClient slow(server.port(), false, 4096);
  slow.Send(std::string(kLater) + std::string(kLater));
  std::move(server.Next().reply).Send(TextResponse(std::string(kBigBytes, 'x')));
  EXPECT_EQ(Exchange(server.port(), kNow).body, "now");
  EXPECT_EQ(slow.Read().body.size(), kBigBytes);
  std::move(server.Next().reply).Send(TextResponse("small"));
  EXPECT_EQ(slow.Read().body, "small");
}

TEST(Deferred, StopWaitsForTheAnswer) {
  DeferredServer server;
  RawClient client(server.port());
  client.Send(kLater);
  Asked asked = server.Next();
  std::thread stops([&] { server.Stop(); });
  std::move(asked.reply).Send(TextResponse("just in time"));
  EXPECT_EQ(client.Read().body, "just in time");
  EXPECT_TRUE(client.AtEnd());
  stops.join();
}

TEST(Deferred, StopDoesNotWaitForEver) {
  DeferredServer server;
  RawClient client(server.port());
  RawClient other(server.port());
  client.Send(std::string(kLater) + std::string(kLater));
  Asked asked = server.Next();
  other.Send(kLater);
  Asked answered = server.Next();
  std::move(answered.reply).Send(TextResponse("other"));
  server.Stop();
  EXPECT_EQ(other.Read().body, "other");
  EXPECT_TRUE(other.AtEnd());
  EXPECT_TRUE(client.AtEnd());
  EXPECT_FALSE(asked.reply.IsWanted());
  EXPECT_TRUE(server.AllTaken());
}

TEST(Deferred, MayOutliveTheServer) {
  DeferredServer server;
  RawClient first(server.port());
  RawClient second(server.port());
  first.Send(kLater);
  Asked asked = server.Next();
  second.Send(kLater);
  {
    const Asked dropped = server.Next();
    server.Destroy();
    EXPECT_FALSE(dropped.reply.IsWanted());
  }
  EXPECT_FALSE(asked.reply.IsWanted());
  std::move(asked.reply).Send(TextResponse("to nobody"));
  EXPECT_TRUE(first.AtEnd());
}

TEST(Deferred, WorksOverTls) {
  const TestCertificate certificate;
  ServerOptions options;
  options.tls_certificate = certificate.certificate_file();
  options.tls_key = certificate.key_file();
  DeferredServer server(options);
  auto connected = std::make_unique<TlsClient>(server.port());
  TlsClient& client = *connected;
  client.Send(std::string(kLater) + std::string(kNow) + std::string(kLater));
  std::move(server.Next().reply).Send(TextResponse(std::string(300000, 'x')));
  EXPECT_EQ(client.Read().body.size(), 300000u);
  EXPECT_EQ(client.Read().body, "now");
  std::move(server.Next().reply).Send(TextResponse("last"));
  EXPECT_EQ(client.Read().body, "last");
  client.Send(kLater);
  Asked unwanted = server.Next();
  connected.reset();
  EXPECT_TRUE(EndsUnwanted(unwanted.reply));
}

TEST(Deferred, ManyThreadsAnswerManyClients) {
  constexpr int kClients = 16, kRequests = 100, kAnswerers = 4;
  DeferredServer server;
  std::vector<std::thread> threads;
  for (int i = 0; i < kAnswerers; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kClients * kRequests / kAnswerers; ++n) {
        Asked asked = server.Next();
        std::move(asked.reply).Send(TextResponse(asked.request.PathParameter("id")));
      }
    });
  }
  std::atomic<int> right = 0;
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&, i] {
      RawClient client(server.port());
      for (int n = 0; n < kRequests; ++n) {
        const std::string id = std::to_string(i) + "-" + std::to_string(n);
        client.Send(Get("/later/" + id));
        if (client.Read().body == id) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, kClients * kRequests);
}

// Counts what it takes.
struct CountingSink final : Reply::Sink {
  void Take(std::optional<Response> response) override {
    statuses.push_back(response.has_value() ? response->status : 0);
  }
  bool IsWanted() const override { return true; }

  std::vector<int> statuses;
};

TEST(Reply, AnswersOnceWhereverItGoes) {
  const auto first = std::make_shared<CountingSink>();
  const auto second = std::make_shared<CountingSink>();
  {
    Reply reply(first);
    Reply moved(std::move(reply));
    EXPECT_TRUE(moved.IsWanted());
    moved = Reply(second);
    EXPECT_THAT(first->statuses, ElementsAre(0));
    std::move(moved).Send(TextResponse(""));
  }
  EXPECT_THAT(first->statuses, ElementsAre(0));
  EXPECT_THAT(second->statuses, ElementsAre(200));
}

TEST(ReplyDeathTest, CannotBeSentTwice) {
  Reply reply(std::make_shared<CountingSink>());
  std::move(reply).Send(TextResponse(""));
  EXPECT_DEATH(std::move(reply).Send(TextResponse("")), "");
}

}  // namespace
}  // namespace wiregauge::http
