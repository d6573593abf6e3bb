// SPDX-License-Identifier: Apache-2.0
// Bodies that come piece by piece, from other threads.
#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "publish/http/body_stream.h"
#include "raw_client.h"
#include "tls_client.h"

namespace wiregauge::http {
namespace {

using std::chrono::milliseconds;
using State = BodyStream::State;

constexpr std::string_view kStream = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kNow = "GET /now HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr size_t kBound = 100'000;

// A server with one worker:
//   GET /stream    a body that the test writes
//   GET /later     the same, by a deferred handler
//   GET /now       "now"
class StreamServer {
 public:
  explicit StreamServer(ServerOptions options = {},
                        milliseconds stall_timeout = milliseconds(60000))
      : stall_timeout_(stall_timeout) {
    Router router;
    router.Add(Method::kGet, "/stream", [this](const Request&) { return Begin(); });
    router.AddDeferred(Method::kGet, "/later", [this](const Request&, Reply reply) {
      std::thread([this, reply = std::move(reply)]() mutable {
        std::move(reply).Send(Begin());
      }).join();
    });
    router.Add(Method::kGet, "/now", [](const Request&) { return TextResponse("now"); });
    options.port = 0;
    options.threads = 1;
    server_ = Server::Start(options, std::move(router)).value();
  }

  uint16_t port() const { return server_->port(); }
  void Stop() { server_->Stop(); }

  // The body of the newest request.
  std::shared_ptr<BodyStream> Next() {
    std::shared_ptr<BodyStream> next;
    EXPECT_TRUE(Until([&] { return (next = std::exchange(begun_, nullptr)) != nullptr; }));
    return next;
  }
  bool Becomes(const BodyStream& body, State state) {
    return Until([&] { return body.state() == state; });
  }
  // Waits until there is room.
  bool WriteWhole(BodyStream& body, std::string_view piece) {
    return Until([&] { return body.Write(piece); });
  }

 private:
  Response Begin() {
    auto body = std::make_shared<BodyStream>(BodyStream::Options{
        .most_waiting_bytes = kBound, .stall_timeout = stall_timeout_, .on_change = [this] {
          const std::lock_guard lock(mutex_);
          ++changes_;
          changed_.notify_all();
        }});
    Response response = TextResponse("");
    response.stream = body->MakeReader();
    const std::lock_guard lock(mutex_);
    begun_ = std::move(body);
    changed_.notify_all();
    return response;
  }

  // Looks again whenever a body has changed.
  bool Until(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex_);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      const int seen = changes_;
      const auto changes = [&] { return changes_ != seen || begun_ != nullptr; };
      if (!changed_.wait_until(lock, deadline, changes)) return false;
    }
    return true;
  }

  const milliseconds stall_timeout_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int changes_ = 0;
  std::shared_ptr<BodyStream> begun_;
  std::unique_ptr<Server> server_;
};

TEST(Streamed, PiecesComeAsTheyAreWritten) {
  StreamServer server;
  RawClient client(server.port());
  client.Send("GET /stream HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
  const RawResponse head = client.Read();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(head.headers.at("access-control-allow-origin"), "*");
  EXPECT_FALSE(head.headers.contains("content-length"));
  EXPECT_FALSE(head.headers.contains("content-encoding"));
  const auto body = server.Next();
  for (const std::string_view piece : {"one", "two", "three"}) {
    EXPECT_TRUE(body->Write(piece));
    EXPECT_EQ(client.ReadChunk(), piece);
  }
  EXPECT_EQ(body->state(), State::kOpen);
  EXPECT_TRUE(body->Write("last"));
  body->End();
  EXPECT_FALSE(body->Write("too late"));
  EXPECT_EQ(client.ReadChunk(), "last");
  EXPECT_EQ(client.ReadChunk(), "");
  client.Send(kNow);
  EXPECT_EQ(client.Read().body, "now") << "the connection goes on";
}

TEST(Streamed, MayBeDeferred) {
  StreamServer server;
  RawClient client(server.port());
  client.Send("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.Read().headers.at("connection"), "close");
  const auto body = server.Next();
  EXPECT_TRUE(body->Write("piece"));
  EXPECT_EQ(client.ReadChunk(), "piece");
  body->End();
  EXPECT_EQ(client.ReadChunk(), "");
  EXPECT_TRUE(client.AtEnd());
}

TEST(Streamed, PipelinedRequestsWaitForItsEnd) {
  StreamServer server;
  RawClient client(server.port());
  client.Send(std::string(kStream) + std::string(kNow));
  EXPECT_EQ(client.Read().status, 200);
  const auto body = server.Next();
  EXPECT_TRUE(body->Write("first"));
  EXPECT_EQ(client.ReadChunk(), "first");
  body->End();
  EXPECT_EQ(client.ReadChunk(), "");
  EXPECT_EQ(client.Read().body, "now");
}

TEST(Streamed, HeadGetsTheHeadAlone) {
  StreamServer server;
  RawClient client(server.port());
  client.Send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.Read(false).headers.at("transfer-encoding"), "chunked");
  EXPECT_TRUE(server.Becomes(*server.Next(), State::kClientLeft));
  client.Send(kNow);
  EXPECT_EQ(client.Read().body, "now");
}

TEST(Streamed, Http10EndsWithTheConnection) {
  StreamServer server;
  RawClient client(server.port());
  client.Send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const RawResponse head = client.Read();
  EXPECT_EQ(head.headers.at("connection"), "close");
  EXPECT_FALSE(head.headers.contains("transfer-encoding"));
  const auto body = server.Next();
  EXPECT_TRUE(body->Write("4\r\nbare\r\n"));
  EXPECT_EQ(client.ReadChunk(), "bare") << "nothing is added";
  body->End();
  EXPECT_TRUE(client.AtEnd());
}

TEST(Streamed, OverTls) {
  const TestCertificate certificate;
  ServerOptions options;
  options.tls_certificate = certificate.certificate_file();
  options.tls_key = certificate.key_file();
  StreamServer server(options);
  TlsClient client(server.port());
  client.Send(kStream);
  EXPECT_EQ(client.Read().status, 200);
  const auto body = server.Next();
  const std::string large(kBound, 'x');
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(server.WriteWhole(*body, large));
    EXPECT_EQ(client.ReadChunk(), large);
  }
  body->End();
  EXPECT_EQ(client.ReadChunk(), "");
}

TEST(Streamed, WhoDoesNotReadIsWrittenNoMoreThanTheBound) {
  StreamServer server;
  RawClient slow(server.port(), false, 4096);
  slow.Send(kStream);
  const auto body = server.Next();
  const std::string piece(10'000, 'x');
  size_t written = 0;
  while (body->Write(piece)) ++written;
  EXPECT_EQ(Exchange(server.port(), kNow).body, "now");
  while (body->Write(piece)) ++written;
  EXPECT_LT(written * piece.size(), size_t{4} << 20);
  EXPECT_EQ(slow.Read().status, 200);
  size_t read = 0;
  while (read < written * piece.size()) read += slow.ReadChunk().value_or("").size();
  EXPECT_EQ(read, written * piece.size()) << "and loses nothing of it";
  EXPECT_TRUE(server.WriteWhole(*body, "more"));
  EXPECT_EQ(slow.ReadChunk(), "more");
}

TEST(Streamed, APieceBeyondTheBoundGoesAlone) {
  StreamServer server;
  RawClient client(server.port());
  client.Send(kStream);
  client.Read();
  const auto body = server.Next();
  const std::string huge(kBound * 20, 'x');
  EXPECT_TRUE(body->Write(huge));
  EXPECT_FALSE(body->Write(huge));
  EXPECT_EQ(client.ReadChunk(), huge);
  EXPECT_TRUE(server.WriteWhole(*body, huge));
  EXPECT_EQ(client.ReadChunk(), huge);
}

TEST(Streamed, WhoTakesNothingForTooLongIsCutOff) {
  StreamServer server({}, milliseconds(300));
  RawClient idle(server.port());
  idle.Send(kStream);
  idle.Read();
  const auto quiet = server.Next();
  RawClient stalled(server.port(), false, 4096);
  stalled.Send(kStream);
  const auto body = server.Next();
  while (body->state() == State::kOpen) (void)body->Write(std::string(10'000, 'x'));
  EXPECT_EQ(body->state(), State::kStalled);
  EXPECT_TRUE(quiet->Write("who has nothing to take is not"));
  EXPECT_EQ(idle.ReadChunk(), "who has nothing to take is not");
}

TEST(Streamed, IsNoIdleConnection) {
  ServerOptions options;
  options.keep_alive_timeout = options.request_timeout = options.write_timeout = milliseconds(100);
  StreamServer server(options);
  RawClient client(server.port());
  client.Send(kStream);
  client.Read();
  const auto body = server.Next();
  RawClient idle(server.port());
  EXPECT_TRUE(idle.AtEnd()) << "it came later, and has had its time";
  EXPECT_TRUE(body->Write("still here"));
  EXPECT_EQ(client.ReadChunk(), "still here");
}

TEST(Streamed, WhoeverWritesLearnsThatTheClientLeft) {
  StreamServer server;
  for (const bool resets : {false, true}) {
    auto client = std::make_unique<RawClient>(server.port());
    client->Send(kStream);
    client->Read();
    const auto body = server.Next();
    if (resets) client->ResetNow();
    client.reset();
    EXPECT_TRUE(server.Becomes(*body, State::kClientLeft));
    EXPECT_FALSE(body->Write("nobody"));
  }
}

TEST(Streamed, AReaderThatGetsNowhereIsAClientThatLeft) {
  const auto body = std::make_shared<BodyStream>(BodyStream::Options{.most_waiting_bytes = kBound});
  Response response;
  response.stream = body->MakeReader();
  EXPECT_TRUE(body->Write("waits"));
  response = {};
  EXPECT_EQ(body->state(), State::kClientLeft);
}

TEST(Streamed, StopTellsClientsThatItEnds) {
  StreamServer server;
  RawClient client(server.port());
  client.Send(kStream);
  client.Read();
  const auto body = server.Next();
  RawClient stalled(server.port(), false, 4096);
  stalled.Send(kStream);
  const auto unread = server.Next();
  while (unread->Write(std::string(10'000, 'x'))) {
  }
  server.Stop();
  EXPECT_EQ(body->state(), State::kServerStopped);
  EXPECT_EQ(unread->state(), State::kServerStopped);
  EXPECT_EQ(client.ReadChunk(), "");
  EXPECT_TRUE(client.AtEnd());
}

TEST(Streamed, ManyAtOnceFromManyThreads) {
  constexpr int kClients = 50, kPieces = 200;
  StreamServer server;
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    auto client = std::make_shared<RawClient>(server.port());
    client->Send(kStream);
    ASSERT_EQ(client->Read().status, 200);
    threads.emplace_back([body = server.Next()] {
      for (int piece = 0; piece < kPieces; ++piece) {
        const std::string text = std::to_string(piece) + ";";
        while (!body->Write(text)) std::this_thread::yield();
      }
      body->End();
    });
    threads.emplace_back([client] {
      std::string all, expected;
      for (auto chunk = client->ReadChunk(); chunk && !chunk->empty();
           chunk = client->ReadChunk()) {
        all += *chunk;
      }
      for (int piece = 0; piece < kPieces; ++piece) expected += std::to_string(piece) + ";";
      EXPECT_EQ(all, expected);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace wiregauge::http
