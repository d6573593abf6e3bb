// SPDX-License-Identifier: Apache-2.0
// The live stream through a real server and real sockets.
#include "publish/stream/flow_streams.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/text.h"
#include "publish/http/server.h"
#include "publish/stream/routes.h"
#include "unit/publish/api/world.h"
#include "unit/publish/http/raw_client.h"

namespace wiregauge::stream {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr std::string_view kPath = "/api/v1/stream/flows";

struct Event {
  std::string id, event, data;  // `event` is "" for an id alone
  bool has_comment = false;
};

// A client that reads events.
class Reader {
 public:
  explicit Reader(uint16_t port, std::string_view target = kPath, std::string_view headers = {},
                  int receive_buffer_bytes = 0)
      : client_(port, false, receive_buffer_bytes) {
    client_.Send("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) +
                 "\r\n");
  }

  http::RawResponse Head() {
    has_head_ = true;
    return client_.Read();
  }

  // The next block with an id, whatever it is; nothing at the end.
  std::optional<Event> NextBlock() {
    if (!has_head_ && Head().status != 200) return std::nullopt;
    while (text_.find("\n\n", at_) == std::string::npos) {
      const auto chunk = client_.ReadChunk();
      if (!chunk || chunk->empty()) return std::nullopt;
      text_.erase(0, std::exchange(at_, 0));
      text_ += *chunk;
    }
    Event event;
    const size_t end = text_.find("\n\n", at_);
    const std::string block = text_.substr(at_, end - at_);
    at_ = end + 2;
    for (const std::string_view line : Split(block, '\n')) {
      if (line.starts_with("id: ")) event.id = line.substr(4);
      if (line.starts_with("event: ")) event.event = line.substr(7);
      if (line.starts_with("data: ")) event.data = line.substr(6);
      if (line.starts_with(":")) event.has_comment = true;
    }
    if (!event.id.empty()) last_id = event.id;
    return event;
  }
  std::optional<Event> Next() {
    auto event = NextBlock();
    while (event && event->event.empty()) event = NextBlock();
    return event;
  }
  // The flow's id; 0 when something else came.
  uint64_t NextFlow() {
    const auto event = Next();
    return event && event->event == "flow" ? Json::parse(event->data).at("id").get<uint64_t>() : 0;
  }
  // The gap's data; null when something else came.
  Json NextGap() {
    const auto event = Next();
    return event && event->event == "gap" ? Json::parse(event->data) : Json();
  }

  std::string last_id;

 private:
  http::RawClient client_;
  bool has_head_ = false;
  std::string text_;
  size_t at_ = 0;  // where in it the next block begins
};

class FlowStreamsTest : public testing::Test {
 protected:
  void Start(const StreamOptions& options) {
    streams_ = std::make_unique<FlowStreams>(options);
    dependencies_.emplace(Dependencies{
        .snapshots = source_, .places = world_.dependencies().places, .streams = streams_.get()});
    source_.snapshot = world_.tables();
    http::Router router;
    RegisterRoutes(router, *dependencies_);
    router.Add(http::Method::kGet, "/now",
               [](const http::Request&) { return http::TextResponse("now"); });
    http::ServerOptions server_options;
    server_options.port = 0;
    server_ = http::Server::Start(server_options, std::move(router)).value();
  }
  void SetUp() override { Start(Options()); }

  static StreamOptions Options() {
    return {.most_clients = 200,
            .ring_records = 1000,
            .ring_bytes = size_t{64} << 20,
            .client_bytes = 100'000,
            .stall_timeout = milliseconds(60000),
            .keep_alive = milliseconds(60000),
            .max_age = milliseconds(3600000)};
  }
  void Restart(const StreamOptions& options) {
    server_.reset();
    Start(options);
  }

  uint16_t port() const { return server_->port(); }

  // Records with the ids from `first` on.
  void Give(uint64_t first, size_t records = 1, std::string_view client = "10.0.0.1") {
    model::FlowBatch batch;
    for (size_t i = 0; i < records; ++i) {
      batch.push_back(api::MakeFlow(first + i, client, 1, "192.0.2.1", 443, 1000));
    }
    streams_->OnFlows(std::make_shared<const model::FlowBatch>(std::move(batch)));
  }

  // Waits by asking.
  static bool Until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    return condition();
  }
  bool UntilEnded(StreamEnd end, uint64_t count) {
    return Until([&] { return streams_->state().ended[static_cast<size_t>(end)] == count; });
  }

  api::World world_;
  snapshot::FixedSource source_;
  std::unique_ptr<FlowStreams> streams_;
  std::optional<Dependencies> dependencies_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(FlowStreamsTest, GivesWhatComesAfterTheClient) {
  Give(1, 3);
  Reader reader(port());
  const http::RawResponse head = reader.Head();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(head.headers.at("cache-control"), "no-store");
  EXPECT_EQ(head.headers.at("x-accel-buffering"), "no");
  EXPECT_EQ(head.headers.at("access-control-allow-origin"), "*");
  EXPECT_EQ(reader.NextBlock()->id, streams_->run() + "-3");
  Give(4, 2);
  EXPECT_EQ(reader.NextFlow(), 4U);
  EXPECT_EQ(reader.last_id, streams_->run() + "-4");
  EXPECT_EQ(reader.NextFlow(), 5U);
  Give(6);
  EXPECT_EQ(reader.NextFlow(), 6U);
  EXPECT_TRUE(Until([&] { return streams_->state().flow_events == 3; }));
  EXPECT_EQ(streams_->state().clients, 1U);
}

TEST_F(FlowStreamsTest, HeadAndOptionsAndErrorsAreAsElsewhere) {
  const auto ask = [&](std::string_view method, const std::string& target) {
    http::RawClient client(port());
    client.Send(std::string(method) + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return client.Read(method != "HEAD");
  };
  const std::string path(kPath);
  EXPECT_EQ(ask("HEAD", path).headers.at("content-type"), "text/event-stream");
  EXPECT_TRUE(UntilEnded(StreamEnd::kClientLeft, 1));
  EXPECT_EQ(ask("OPTIONS", path).headers.at("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask("POST", path).status, 405);
  for (const std::string query :
       {"?interface=nowhere", "?fields=nothing", "?limit=1", "?last_event_id=7",
        "?last_event_id=0123456789abcdef-1&last_event_id=0123456789abcdef-1"}) {
    const http::RawResponse problem = ask("GET", path + query);
    EXPECT_EQ(problem.status, 400) << query;
    EXPECT_EQ(problem.headers.at("content-type"), "application/problem+json");
  }
  EXPECT_EQ(streams_->state().accepted, 1U);
}

TEST_F(FlowStreamsTest, FiltersAndFieldsChoose) {
  Reader reader(port(), std::string(kPath) + "?client=10.0.0.2&fields=id,client.ip");
  reader.NextBlock();
  Give(1);
  Give(2, 1, "10.0.0.2");
  EXPECT_EQ(reader.Next()->data, R"({"id":2,"client":{"ip":"10.0.0.2"}})");
}

TEST_F(FlowStreamsTest, ResumesWithoutLossOrDuplicate) {
  auto first = std::make_unique<Reader>(port());
  first->NextBlock();
  Give(1, 10);
  for (uint64_t id = 1; id <= 4; ++id) EXPECT_EQ(first->NextFlow(), id);
  const std::string last_id = first->last_id;
  first.reset();
  Give(11, 5);
  for (const bool by_header : {true, false}) {
    Reader second(port(), std::string(kPath) + (by_header ? "" : "?last_event_id=" + last_id),
                  by_header ? "Last-Event-ID: " + last_id + "\r\n" : "");
    for (uint64_t id = 5; id <= 15; ++id) EXPECT_EQ(second.NextFlow(), id);
  }
}

TEST_F(FlowStreamsTest, TheHeaderCountsBeforeTheParameter) {
  Give(1, 5);
  Reader reader(port(), std::string(kPath) + "?last_event_id=" + streams_->run() + "-1",
                "Last-Event-ID: " + streams_->run() + "-4\r\n");
  EXPECT_EQ(reader.NextFlow(), 5U);
}

TEST_F(FlowStreamsTest, WhatIsKeptNoLongerIsAGap) {
  for (uint64_t id = 1; id <= 2000; ++id) Give(id);
  Reader all(port(), kPath, "Last-Event-ID: " + streams_->run() + "-100\r\n");
  const Json gap = all.NextGap();
  EXPECT_EQ(gap.at("missed"), 900);
  EXPECT_EQ(gap.at("exact"), true);
  EXPECT_EQ(gap.at("reason"), "too_old");
  EXPECT_EQ(all.last_id, streams_->run() + "-1000");
  for (uint64_t id = 1001; id <= 2000; ++id) ASSERT_EQ(all.NextFlow(), id);
  Reader some(port(), std::string(kPath) + "?client=10.0.0.1",
              "Last-Event-ID: " + streams_->run() + "-100\r\n");
  EXPECT_EQ(some.NextGap().at("exact"), false);
  EXPECT_EQ(streams_->state().skipped_records, 1800U);
}

TEST_F(FlowStreamsTest, AnIdOfAnotherProcessIsAGapOfUnknownSize) {
  Give(1, 3);
  for (const std::string& id : {std::string("0123456789abcdef-1"), streams_->run() + "-4",
                                std::string("anything"), streams_->run()}) {
    Reader reader(port(), kPath, "Last-Event-ID: " + id + "\r\n");
    const Json gap = reader.NextGap();
    EXPECT_EQ(gap.at("missed"), Json()) << id;
    EXPECT_EQ(gap.at("exact"), false);
    EXPECT_EQ(gap.at("reason"), "unknown_id");
    for (uint64_t flow = 1; flow <= 3; ++flow) EXPECT_EQ(reader.NextFlow(), flow);
  }
}

TEST_F(FlowStreamsTest, ASlowReaderIsSkippedAndTold) {
  constexpr uint64_t kRecords = 20'000;
  std::atomic<uint64_t> received_by_quick = 0;
  Reader quick(port(), std::string(kPath) + "?fields=id");
  Reader slow(port(), kPath, {}, 4096);
  Reader choosy(port(), std::string(kPath) + "?client=10.0.0.2", {}, 4096);
  ASSERT_TRUE(Until([&] { return streams_->state().clients == 3; }));
  std::thread reads([&] {
    for (uint64_t id = 1; id <= kRecords; ++id) {
      ASSERT_EQ(quick.NextFlow(), id);
      ++received_by_quick;
    }
  });
  for (uint64_t id = 1; id <= kRecords; id += 200) {
    Give(id, 100);
    Give(id + 100, 100, "10.0.0.2");
    ASSERT_TRUE(Until([&] { return received_by_quick >= id + 199; }));
  }
  EXPECT_TRUE(Until([&] { return streams_->state().skipped_records > 0; }));
  reads.join();
  for (const auto& [reader, total] :
       {std::pair(&slow, kRecords), std::pair(&choosy, kRecords / 2)}) {
    uint64_t received = 0, missed = 0, last = 0;
    while (received + missed < total) {
      const auto event = reader->Next();
      ASSERT_TRUE(event);
      const Json data = Json::parse(event->data);
      if (event->event == "gap") {
        EXPECT_EQ(data.at("reason"), "slow_reader");
        EXPECT_EQ(data.at("exact"), true);
        missed += data.at("missed").get<uint64_t>();
      } else {
        ++received;
        EXPECT_GT(data.at("id").get<uint64_t>(), last) << "in order, none twice";
        last = data.at("id").get<uint64_t>();
      }
    }
    EXPECT_EQ(received + missed, total);
    EXPECT_GT(missed, 0U);
    EXPECT_GT(received, 0U);
  }
}

TEST_F(FlowStreamsTest, WhoTakesNothingIsCutOff) {
  StreamOptions options = Options();
  options.stall_timeout = milliseconds(200);
  Restart(options);
  Reader idle(port());
  idle.NextBlock();
  const auto stalled = std::make_unique<Reader>(port(), std::string(kPath), "", 4096);
  ASSERT_TRUE(Until([&] { return streams_->state().clients == 2; }));
  uint64_t id = 1;
  ASSERT_TRUE(Until([&] {
    Give(id, 100);
    for (size_t i = 0; i < 100; ++i) (void)idle.Next();
    id += 100;
    return streams_->state().ended[static_cast<size_t>(StreamEnd::kStalled)] == 1;
  }));
  EXPECT_EQ(streams_->state().clients, 1U);
}

TEST_F(FlowStreamsTest, CommentsKeepItAliveAndMoveTheId) {
  StreamOptions options = Options();
  options.keep_alive = milliseconds(50);
  Restart(options);
  Reader reader(port(), std::string(kPath) + "?client=10.0.0.2");
  reader.NextBlock();
  Give(1, 7);
  std::optional<Event> comment;
  do {
    comment = reader.NextBlock();
    ASSERT_TRUE(comment && comment->has_comment && comment->event.empty());
  } while (comment->id != streams_->run() + "-7");
}

TEST_F(FlowStreamsTest, EndsWhenItIsOld) {
  StreamOptions options = Options();
  options.max_age = milliseconds(100);
  Restart(options);
  Reader reader(port());
  reader.NextBlock();
  EXPECT_FALSE(reader.Next()) << "its end";
  EXPECT_TRUE(UntilEnded(StreamEnd::kMaxAge, 1));
}

TEST_F(FlowStreamsTest, OneMoreThanMayIsRefused) {
  StreamOptions options = Options();
  options.most_clients = 2;
  Restart(options);
  auto one = std::make_unique<Reader>(port());
  Reader two(port());
  one->NextBlock();
  two.NextBlock();
  Reader three(port());
  const http::RawResponse refused = three.Head();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("content-type"), "application/problem+json");
  EXPECT_EQ(refused.headers.at("retry-after"), "10");
  EXPECT_EQ(streams_->state().refused, 1U);
  one.reset();
  EXPECT_TRUE(UntilEnded(StreamEnd::kClientLeft, 1));
  Reader four(port());
  EXPECT_EQ(four.Head().status, 200);
}

TEST_F(FlowStreamsTest, WhenItIsOffItSaysSo) {
  dependencies_->streams = nullptr;
  Reader reader(port());
  EXPECT_EQ(reader.Head().status, 503);
}

TEST_F(FlowStreamsTest, StopGivesWhatThereIsAndEndsAll) {
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < 20; ++i) readers.push_back(std::make_unique<Reader>(port()));
  for (const auto& reader : readers) reader->NextBlock();
  Give(1, 10);
  streams_->Stop();
  for (const auto& reader : readers) {
    for (uint64_t id = 1; id <= 10; ++id) EXPECT_EQ(reader->NextFlow(), id);
    EXPECT_FALSE(reader->Next());
  }
  EXPECT_TRUE(UntilEnded(StreamEnd::kStopped, 20));
  Reader late(port());
  EXPECT_EQ(late.Head().status, 503);
}

TEST_F(FlowStreamsTest, AServerThatStopsEndsItsStreams) {
  Reader reader(port());
  reader.NextBlock();
  server_->Stop();
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(UntilEnded(StreamEnd::kStopped, 1));
}

TEST_F(FlowStreamsTest, AHundredClientsGetTheSame) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 100; ++i) {
    threads.emplace_back([this, i] {
      Reader reader(port(), std::string(kPath) + (i % 2 == 0 ? "?fields=id" : ""));
      ASSERT_TRUE(reader.NextBlock());
      for (uint64_t id = 1; id <= 100; ++id) ASSERT_EQ(reader.NextFlow(), id);
    });
  }
  ASSERT_TRUE(Until([&] { return streams_->state().clients == 100; }));
  for (uint64_t id = 1; id <= 100; id += 20) Give(id, 20);
  for (std::thread& thread : threads) thread.join();
}

// The exporter's call returns whatever clients do: here none of them reads.
TEST_F(FlowStreamsTest, NobodyIsWaitedFor) {
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < 20; ++i) {
    readers.push_back(std::make_unique<Reader>(port(), kPath, "", 4096));
  }
  ASSERT_TRUE(Until([&] { return streams_->state().clients == 20; }));
  for (uint64_t id = 1; id <= 50'000; id += 100) Give(id, 100);
  EXPECT_EQ(http::Exchange(port(), "GET /now HTTP/1.1\r\nHost: x\r\n\r\n").body, "now");
  EXPECT_LE(streams_->state().ring_records, 1000U);
}

}  // namespace
}  // namespace wiregauge::stream
