// SPDX-License-Identifier: Apache-2.0
#include "http_client/url.h"

#include <gtest/gtest.h>

namespace wiregauge::http_client {
namespace {

std::string HostAndPort(const std::string& text) {
  const auto url = Url::Parse(text);
  return url.ok() ? url->host() + " " + std::to_string(url->port()) : "error";
}

TEST(Url, TellsHostAndPort) {
  EXPECT_EQ(HostAndPort("http://Example.ORG/a?b"), "example.org 80");
  EXPECT_EQ(HostAndPort("https://example.org."), "example.org 443");
  EXPECT_EQ(HostAndPort("http://[2001:DB8::1]:8080/"), "2001:db8::1 8080");
  EXPECT_EQ(HostAndPort("HTTP://127.0.0.1:1"), "127.0.0.1 1");
}

TEST(Url, OnlyHttpAndHttpsWithoutAUser) {
  for (const char* const bad :
       {"", "example.org", "/path", "ftp://example.org", "file:///etc/passwd", "gopher://a",
        "http://", "http://user@example.org/", "http://u:p@example.org/", "http://a:0/",
        "http://a:65536/", "http://a b/", "javascript:1"}) {
    EXPECT_EQ(HostAndPort(bad), "error") << bad;
  }
  EXPECT_EQ(HostAndPort(std::string("http://a\0b/", 11)), "error");
}

TEST(Url, TheOriginTellsNoPath) {
  EXPECT_EQ(Url::Parse("https://example.org/secret?token=1")->origin(), "https://example.org:443");
}

}  // namespace
}  // namespace wiregauge::http_client
