// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "publish/http/server.h"

namespace wiregauge::http {

struct RawResponse {
  int status = 0;  // 0: the connection ended or 60 s went by before an answer was whole
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// A client that sends exactly the bytes it is told to, to 127.0.0.1 or ::1.
class RawClient {
 public:
  // `receive_buffer_bytes`: 0 leaves it to the system; small makes a slow reader.
  explicit RawClient(uint16_t port, bool ipv6 = false, int receive_buffer_bytes = 0);
  virtual ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return fd_ >= 0; }
  virtual void Send(std::string_view bytes);
  void FinishSending();  // FIN
  void ResetNow();       // RST
  // `has_body` false for the answer to HEAD.
  RawResponse Read(bool has_body = true);
  // Of a body in chunks, the next one; "" is its end, and nothing that none came.
  std::optional<std::string> ReadChunk();
  // The server has closed (FIN or reset) and nothing more came before.
  bool AtEnd();

 protected:
  // Takes what the server sent, one byte at least; false: there is none.
  virtual bool Fill();

  int fd_ = -1;
  std::string buffer_;
};

// A started server with a few routes:
//   GET  /small            "small"
//   GET  /big              kBigBytes of text
//   POST /echo             what was sent, and its Content-Type back as X-Sent-Type
//   GET  /items/{id}       the id and the query parameter "q", as JSON
//   GET  /items/special    "special"
//   GET  /throws           throws
//   GET  /document         with an entity tag
std::unique_ptr<Server> StartTestServer(const ServerOptions& options = {}, Observer observer = {});
constexpr size_t kBigBytes = 50 << 20;

// One request on a connection of its own, "Connection: close" not added.
RawResponse Exchange(uint16_t port, std::string_view bytes);

}  // namespace wiregauge::http
