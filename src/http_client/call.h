// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace wiregauge::http_client {

using Header = std::pair<std::string, std::string>;

struct Login {
  std::string user, password;
};

// What is asked for.
struct Call {
  std::string method = "GET";
  std::string url{};
  std::vector<Header> headers{};
  std::string body{};
  // Instead of `body`, when it is not empty: a long one that is not copied, and outlives the call.
  std::string_view borrowed_body{};
  std::optional<Login> login{};                 // Basic
  std::string bearer{};                         // a token; empty: none
  Duration timeout = std::chrono::seconds(10);  // of the whole call; at most an hour
  size_t most_answer_bytes = size_t{1} << 20;   // of the body
  bool verify_tls = true;
  bool follow_redirects = false;  // kMostRedirects of them
  // Asked about once a second, and when something comes; true ends the call. Empty: nobody gives
  // up.
  std::function<bool()> give_up{};
};

struct Answer {
  int status = 0;
  std::vector<Header> headers{};  // names in lower case, in the order in which they came
  std::string body{};             // as it was sent: no encoding is asked for
  std::string url{};              // that answered: another one after a redirect
  int connections = 0;            // that were made for it: 0 when one from before was still good
};

}  // namespace wiregauge::http_client
