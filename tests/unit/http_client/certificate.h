// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace wiregauge::http_client {

// A certificate for "localhost" that nobody but itself vouches for, and what serves with it.
class Certificate {
 public:
  Certificate();

  ssl_ctx_st* context() const { return context_.get(); }
  std::string ToPem() const;

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace wiregauge::http_client
