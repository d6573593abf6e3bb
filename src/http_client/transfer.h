// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "http_client/call.h"
#include "http_client/destinations.h"
#include "http_client/url.h"

namespace wiregauge::http_client {

// A handle of libcurl, which keeps connections for the next transfer. One thread's at a time.
class Handle {
 public:
  // Throws std::bad_alloc when libcurl cannot make one.
  Handle();
  void* get() const { return handle_.get(); }

 private:
  struct Free {
    void operator()(void* handle) const;
  };
  std::unique_ptr<void, Free> handle_;
};

// What a transfer may do.
struct Permission {
  const Destinations& destinations;
  const std::string& setting;  // that lists them, for messages
  const std::string& ca_file;
};

struct Step {
  Answer answer;
  std::string redirect{};  // the URL that it points to; empty: it does not
};

// One request and its answer; a redirect is not followed. `url` is the call's or one that it was
// redirected to. Errors as Client::Fetch has them.
Result<Step> Transfer(const Handle& handle, const Call& call, const Url& url, SteadyTime deadline,
                      const Permission& permission);

// Why the call cannot be made at all.
Status CheckCall(const Call& call);

}  // namespace wiregauge::http_client
