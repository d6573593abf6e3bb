// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

struct Curl_URL;

namespace wiregauge::http_client {

// An address on the web, as libcurl reads it: what is checked is what is called. http and https
// only, and no user in it.
class Url {
 public:
  static Result<Url> Parse(const std::string& text);

  // In lower case; of an IPv6 address without brackets, of a name without a dot at its end.
  const std::string& host() const { return host_; }
  uint16_t port() const { return port_; }
  // "https://example.org:8443": what messages may tell, without path and query.
  const std::string& origin() const { return origin_; }
  std::string ToString() const;
  Curl_URL* handle() const { return handle_.get(); }

 private:
  struct Free {
    void operator()(Curl_URL* handle) const;
  };
  Url() = default;

  std::unique_ptr<Curl_URL, Free> handle_;
  std::string host_, origin_;
  uint16_t port_ = 0;
};

}  // namespace wiregauge::http_client
