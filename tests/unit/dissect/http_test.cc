// SPDX-License-Identifier: Apache-2.0
#include "dissect/http.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/dissect/messages.h"

namespace wiregauge::dissect {
namespace {

std::optional<HttpHead> Parse(std::string_view text) {
  return ParseHttpHead({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

TEST(Http, ReadsARequest) {
  const auto head = Parse(
      "GET /a?b=c HTTP/1.1\r\nHost: www.example.org\r\nUSER-AGENT:\tcurl/7.88.1 \r\n"
      "Accept: */*\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_TRUE(head->is_request);
  EXPECT_TRUE(head->complete);
  EXPECT_EQ(head->method, HttpMethod::kGet);
  EXPECT_EQ(head->target, "/a?b=c");
  EXPECT_EQ(head->host, "www.example.org");
  EXPECT_EQ(head->user_agent, "curl/7.88.1");
}

TEST(Http, ReadsAResponse) {
  const auto head =
      Parse("HTTP/1.1 404 Not Found\r\nHost: x\r\nContent-Type: text/html; a=b\r\n\r\nbody");
  ASSERT_TRUE(head);
  EXPECT_FALSE(head->is_request);
  EXPECT_EQ(head->status, 404);
  EXPECT_EQ(head->content_type, "text/html; a=b");
  EXPECT_EQ(head->host, "") << "no header of a response";
  EXPECT_EQ(Parse("HTTP/1.0 200\r\n\r\n\r\n")->status, 200) << "without a reason";
}

TEST(Http, ReadsEveryMethod) {
  for (size_t i = 0; i < static_cast<size_t>(HttpMethod::kOther); ++i) {
    const auto method = static_cast<HttpMethod>(i);
    const auto head = Parse(std::string(HttpMethodName(method)) + " * HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(head) << i;
    EXPECT_EQ(head->method, method);
  }
  const auto other = Parse("PROPFIND /dav HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->method, HttpMethod::kOther);
  EXPECT_EQ(other->method_text, "PROPFIND");
  EXPECT_TRUE(Parse("M-SEARCH * HTTP/1.1\r\n\r\n"));
  EXPECT_STREQ(HttpMethodName(HttpMethod::kOther), "other");
}

TEST(Http, ReadsTheFormsOfATarget) {
  EXPECT_EQ(Parse("CONNECT example.org:443 HTTP/1.1\r\n")->target, "example.org:443");
  EXPECT_EQ(Parse("GET http://example.org/a b HTTP/1.1\r\n")->target, "http://example.org/a b");
}

TEST(Http, IsNotEverythingThatBeginsLikeIt) {
  for (const char* text :
       {"", "GET", "GET / HTTP/1.", "GET / HTTP/2.0\r\n\r\n", "GET / HTTP/1.1x\r\n\r\n",
        "GET /only\r\n\r\n            ", "get / HTTP/1.1\r\n\r\n", "HELO mail.example.org\r\n",
        "EHLO mail.example.org", "PROPFIND /cut off before its end", "HTTP/1.1 99 Low\r\n\r\n",
        "HTTP/1.1 600 High\r\n\r\n", "HTTP/1.1 2000 Long\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 200OK\r\n\r\n", "GE(T / HTTP/1.1\r\n\r\n",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ / HTTP/1.1\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian\r\n"}) {
    EXPECT_FALSE(Parse(text)) << text;
  }
}

TEST(Http, ALineThatIsCutBeginsAHead) {
  const auto head = Parse("POST /a/very/long/target");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->method, HttpMethod::kPost);
  EXPECT_EQ(head->target, "/a/very/long/target");
  EXPECT_FALSE(head->complete);
}

TEST(Http, EndsLinesAtBareLineFeeds) {
  const auto head = Parse("GET / HTTP/1.1\nHost: a\n\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->host, "a");
  EXPECT_TRUE(head->complete);
}

TEST(Http, HostsLoseTheirPort) {
  EXPECT_EQ(HostWithoutPort("example.org:8080"), "example.org");
  EXPECT_EQ(HostWithoutPort("example.org"), "example.org");
  EXPECT_EQ(HostWithoutPort("[2001:db8::1]:80"), "2001:db8::1");
  EXPECT_EQ(HostWithoutPort("2001:db8::1"), "2001:db8::1") << "brackets were forgotten";
  EXPECT_EQ(HostWithoutPort("[2001"), "[2001");
  EXPECT_EQ(HostWithoutPort(""), "");
}

TEST(HttpHostile, LeavesOutWhatParsersReadDifferently) {
  const auto head = Parse(
      "GET / HTTP/1.1\r\nHost : a\r\nX: y\r\n Host: b\r\nX\tHost: c\r\nHost: first\r\n"
      "host: second\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->host, "first");
  const auto none = Parse("GET / HTTP/1.1\r\nno header\r\nHost: late\r\n\r\n");
  ASSERT_TRUE(none);
  EXPECT_EQ(none->host, "");
  EXPECT_FALSE(none->complete);
}

TEST(HttpHostile, TakesAHostOf64KibAndAnyBytes) {
  const std::string host(64 * 1024, '\xff');
  EXPECT_EQ(Parse("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")->host, host);
  const std::string with_nul("GET /\0 HTTP/1.1\r\nHost: a\0b\r\n\r\n", 31);
  EXPECT_EQ(Parse(with_nul)->host, std::string_view("a\0b", 3));
}

TEST(HttpHostile, EveryTruncationIsReadAsFarAsItGoes) {
  const std::string whole = "GET /a HTTP/1.1\r\nHost: www.example.org\r\n\r\n";
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto head = Parse(whole.substr(0, size));
    ASSERT_EQ(head.has_value(), size >= 16) << size;
    if (!head) continue;
    EXPECT_FALSE(head->complete);
    EXPECT_TRUE(head->host.empty() || head->host == "www.example.org") << "no half of a name";
  }
}

}  // namespace
}  // namespace wiregauge::dissect
