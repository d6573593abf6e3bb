// SPDX-License-Identifier: Apache-2.0
// Slow, greedy and broken clients.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "raw_client.h"

namespace wiregauge::http {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kSmall = "GET /small HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kBig = "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";

// Of this process: the server's and the clients'.
size_t CountDescriptors() {
  return static_cast<size_t>(
      std::ranges::distance(std::filesystem::directory_iterator("/proc/self/fd")));
}

ServerOptions OneThread() {
  ServerOptions options;
  options.threads = 1;
  return options;
}

TEST(Limits, ASlowReaderGetsAllAndOthersAreServedMeanwhile) {
  const auto server = StartTestServer(OneThread());
  RawClient slow(server->port(), false, 4096);
  slow.Send(kBig);
  for (int i = 0; i < 50; ++i) {
    RawClient other(server->port());
    other.Send(kSmall);
    ASSERT_EQ(other.Read().body, "small");
  }
  const RawResponse big = slow.Read();
  EXPECT_EQ(big.status, 200);
  EXPECT_EQ(big.body.size(), kBigBytes);
  slow.Send(kSmall);
  EXPECT_EQ(slow.Read().body, "small");
}

TEST(Limits, ARequestSentWhileAnAnswerWaitsIsAnsweredAfterIt) {
  const auto server = StartTestServer(OneThread());
  RawClient client(server->port(), false, 4096);
  client.Send(kBig);
  client.Send(kSmall);
  client.Send(kBig);
  EXPECT_EQ(client.Read().body.size(), kBigBytes);
  EXPECT_EQ(client.Read().body, "small");
  EXPECT_EQ(client.Read().body.size(), kBigBytes);
}

TEST(Limits, ClientsThatGoAwayInTheMiddleHarmNobody) {
  const auto server = StartTestServer(OneThread());
  for (int i = 0; i < 6; ++i) {
    RawClient leaving(server->port(), false, 4096);
    leaving.Send(kBig);
    if (i % 2 == 0) leaving.ResetNow();
  }
  EXPECT_EQ(Exchange(server->port(), kSmall).body, "small");
}

// Pistache's queue forgets a connection that is handed over in the moment it is found empty: until
// the next one comes, and here none does. A refusal is sent from just there.
TEST(Limits, AConnectionThatFollowsAtOnceIsNotForgotten) {
  ServerOptions options = OneThread();
  options.max_connections = 0;
  const auto server = StartTestServer(options);
  for (int i = 0; i < 20000; ++i) {
    ASSERT_EQ(Exchange(server->port(), kSmall).status, 503) << "connection " << i;
  }
}

TEST(Limits, AReaderThatTakesNothingIsDropped) {
  ServerOptions options = OneThread();
  options.write_timeout = milliseconds(300);
  options.max_connections = 1;
  const auto server = StartTestServer(options);
  RawClient stuck(server->port(), false, 4096);
  stuck.Send(kBig);
  // There is room for a second connection once the first one is gone.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  int status = 0;
  while (status != 200 && std::chrono::steady_clock::now() < deadline) {
    status = Exchange(server->port(), kSmall).status;
  }
  EXPECT_EQ(status, 200);
  EXPECT_EQ(stuck.Read().status, 0);
}

TEST(Limits, APartialRequestGets408) {
  ServerOptions options;
  options.request_timeout = milliseconds(300);
  const auto server = StartTestServer(options);
  for (const char* const part :
       {"G", "GET /small HTTP/1.1\r\nHos",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    RawClient client(server->port());
    client.Send(part);
    const RawResponse response = client.Read();
    EXPECT_EQ(response.status, 408) << part;
    EXPECT_EQ(nlohmann::json::parse(response.body).at("status"), 408);
    EXPECT_TRUE(client.AtEnd());
  }
}

TEST(Limits, ARequestThatTricklesGets408AllTheSame) {
  ServerOptions options;
  options.request_timeout = milliseconds(300);
  const auto server = StartTestServer(options);
  RawClient client(server->port());
  client.Send("GET /small HTTP/1.1\r\n");
  const auto end = std::chrono::steady_clock::now() + milliseconds(1000);
  while (std::chrono::steady_clock::now() < end) client.Send("A: b\r\n");
  const int status = client.Read().status;
  EXPECT_TRUE(status == 408 || status == 431) << status;
}

TEST(Limits, AnIdleConnectionIsClosedWithoutAWord) {
  ServerOptions options;
  options.keep_alive_timeout = milliseconds(300);
  const auto server = StartTestServer(options);
  RawClient silent(server->port());
  RawClient client(server->port());
  client.Send(kSmall);
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.AtEnd());
  EXPECT_TRUE(silent.AtEnd());
}

TEST(Limits, ABodyThatIsTooLargeGets413) {
  ServerOptions options;
  options.max_request_body_bytes = 1000;
  const auto server = StartTestServer(options);
  RawClient declared(server->port());
  declared.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" +
                std::string(100000, 'a'));
  EXPECT_EQ(declared.Read().status, 413);
  RawClient chunked(server->port());
  chunked.Send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 200; ++i) chunked.Send("a\r\n0123456789\r\n");
  EXPECT_EQ(chunked.Read().status, 413);
  const RawResponse fits =
      Exchange(server->port(), "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" +
                                   std::string(1000, 'a'));
  EXPECT_EQ(fits.status, 200);
}

TEST(Limits, AClientThatFloodsAfterAnErrorIsCutOff) {
  const auto server = StartTestServer(OneThread());
  RawClient client(server->port());
  client.Send("bad\r\n\r\n" + std::string(64 << 20, 'a'));
  EXPECT_EQ(Exchange(server->port(), kSmall).body, "small");
}

TEST(Limits, OneConnectionTooManyGets503) {
  ServerOptions options;
  options.max_connections = 2;
  const auto server = StartTestServer(options);
  RawClient first(server->port());
  first.Send(kSmall);
  EXPECT_EQ(first.Read().status, 200);
  {
    RawClient second(server->port());
    second.Send(kSmall);
    EXPECT_EQ(second.Read().status, 200);
    RawClient third(server->port());
    EXPECT_EQ(third.Read().status, 503);
    EXPECT_TRUE(third.AtEnd());
  }
  first.Send(kSmall);
  EXPECT_EQ(first.Read().status, 200);
}

TEST(Limits, WhoIsRefusedKeepsFewDescriptors) {
  ServerOptions options;
  options.max_connections = 1;
  const auto server = StartTestServer(options);
  RawClient first(server->port());
  first.Send(kSmall);
  EXPECT_EQ(first.Read().status, 200);
  const size_t before = CountDescriptors();
  std::vector<std::unique_ptr<RawClient>> refused;
  for (int i = 0; i < 300; ++i) refused.push_back(std::make_unique<RawClient>(server->port()));
  first.Send(kSmall);
  EXPECT_EQ(first.Read().status, 200);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  // Of the clients here, and of the server's two threads.
  while (CountDescriptors() > before + refused.size() + 2 * 32 &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_LE(CountDescriptors(), before + refused.size() + 2 * 32);
}

TEST(Limits, OneAddressCannotHaveThemAll) {
  ServerOptions options;
  options.max_connections = 64;
  const auto server = StartTestServer(options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 16; ++i) {
    clients.push_back(std::make_unique<RawClient>(server->port()));
    clients.back()->Send(kSmall);
    EXPECT_EQ(clients.back()->Read().status, 200);
  }
  EXPECT_EQ(RawClient(server->port()).Read().status, 503);
  clients.pop_back();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  int status = 0;
  while (status != 200 && std::chrono::steady_clock::now() < deadline) {
    status = Exchange(server->port(), kSmall).status;
  }
  EXPECT_EQ(status, 200);
}

TEST(Limits, StopSendsWhatIsStillWaiting) {
  auto server = StartTestServer(OneThread());
  RawClient client(server->port(), false, 65536);
  client.Send(kBig);
  // The header is here: the answer is under way.
  const RawResponse head = client.Read(false);
  EXPECT_EQ(head.status, 200);
  RawClient other(server->port());
  other.Send(kSmall);
  EXPECT_EQ(other.Read().status, 200);
  server.reset();
  EXPECT_TRUE(other.AtEnd());
}

}  // namespace
}  // namespace wiregauge::http
