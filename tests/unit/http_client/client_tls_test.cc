// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "certificate.h"
#include "http_client/client.h"
#include "test_server.h"

namespace wiregauge::http_client {
namespace {

class ClientTlsTest : public testing::Test {
 protected:
  ClientTlsTest() { std::ofstream(ca_file_) << certificate_.ToPem(); }
  ~ClientTlsTest() override { std::remove(ca_file_.c_str()); }

  std::string Fetch(const std::string& host, const std::string& ca_file, bool verify = true) {
    auto client = Client::Create({.allowed = {"127.0.0.1"}, .setting = "s", .ca_file = ca_file});
    Call call;
    call.url = server_.Url("/", host);
    call.verify_tls = verify;
    call.timeout = std::chrono::seconds(30);
    const auto answer = (*client)->Fetch(call);
    if (answer.ok()) return answer->body;
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
    return answer.error().message;
  }

  Certificate certificate_;
  TestServer server_{
      [](Connection& connection, const std::string&) { connection.Answer("200 OK", "", "secret"); },
      certificate_.context()};
  const std::string ca_file_ = testing::TempDir() + "client_tls_test.pem";
};

TEST_F(ClientTlsTest, WhoIsVouchedForIsCalled) {
  EXPECT_EQ(Fetch("localhost", ca_file_), "secret");
}

TEST_F(ClientTlsTest, AnUnknownCertificateIsRefused) {
  EXPECT_THAT(Fetch("localhost", ""), testing::HasSubstr("certificate"));
}

TEST_F(ClientTlsTest, AnothersCertificateIsRefused) {
  EXPECT_THAT(Fetch("127.0.0.1", ca_file_), testing::HasSubstr("127.0.0.1"));
}

TEST_F(ClientTlsTest, AnyIsTakenWhenNobodyAsks) {
  EXPECT_EQ(Fetch("127.0.0.1", "", false), "secret");
}

TEST_F(ClientTlsTest, AFileThatIsMissingIsNamed) {
  EXPECT_THAT(Fetch("localhost", "/none.pem"), testing::HasSubstr("/none.pem"));
}

}  // namespace
}  // namespace wiregauge::http_client
