// SPDX-License-Identifier: Apache-2.0
#include "publish/http/allowed_hosts.h"

#include <gtest/gtest.h>

#include "raw_client.h"

namespace wiregauge::http {
namespace {

TEST(AllowedHosts, AreAddressesLocalhostAndTheNames) {
  const AllowedHosts hosts({"Wiregauge", "gauge.example.org"});
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:9669", "192.0.2.1:80", "[::1]", "[::1]:9669", "[2001:db8::1]:80",
        "localhost", "LOCALHOST:9669", "localhost.", "localhost.:80", "a.localhost:9669",
        "wiregauge", "WIREGAUGE:9669", "gauge.example.org.:80"}) {
    EXPECT_TRUE(hosts.Contain(host)) << host;
  }
  for (const char* host : {"",
                           ":9669",
                           ".",
                           "example.org",
                           "evil.example:9669",
                           "127.0.0.1.evil.example",
                           "localhost.evil.example",
                           "notlocalhost",
                           "gauge.example.org.evil.example",
                           "[::1",
                           "[]",
                           "[localhost.evil]",
                           "127.0.0.1@evil.example",
                           "0x7f.1",
                           "gauge.example.org..",
                           "wiregauge evil",
                           "localhost:evil.com",
                           "localhost:80:evil.com",
                           "[::1]evil.com",
                           "[::1]:evil.com",
                           "127.0.0.1:80a"}) {
    EXPECT_FALSE(hosts.Contain(host)) << host;
  }
}

RawResponse Ask(const Server& server, std::string_view host) {
  return Exchange(server.port(), "GET /small HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
}

TEST(AllowedHosts, OtherNamesAreMisdirected) {
  ServerOptions options;
  options.allowed_hosts = std::vector<std::string>{"gauge.example.org"};
  const auto server = StartTestServer(options);
  EXPECT_EQ(Ask(*server, "gauge.example.org:9669").status, 200);
  EXPECT_EQ(Ask(*server, "127.0.0.1").status, 200);
  const RawResponse refused = Ask(*server, "rebound.example");
  EXPECT_EQ(refused.status, 421);
  EXPECT_NE(refused.body.find("http.allowed_hosts"), std::string::npos);
  EXPECT_EQ(Exchange(server->port(), "GET /small HTTP/1.0\r\n\r\n").status, 200)
      << "no browser leaves it out";
  EXPECT_EQ(Exchange(server->port(),
                     "POST /echo HTTP/1.1\r\nHost: rebound.example\r\n"
                     "Content-Length: 2\r\n\r\nhi")
                .status,
            421);
}

TEST(AllowedHosts, WithoutAListAnyNameWillDo) {
  const auto server = StartTestServer();
  EXPECT_EQ(Ask(*server, "any.example").status, 200);
}

}  // namespace
}  // namespace wiregauge::http
