// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "publish/http/response.h"

namespace wiregauge::http {

// The right, and the duty, to answer one request. It may go to any thread, and outlive the
// connection and the server: then nothing happens. One that ends unsent answers 500, with a line in
// the log. Move-only; one thread at a time.
class Reply {
 public:
  // Where the answer goes. Thread-safe.
  class Sink {
   public:
    virtual ~Sink() = default;
    // Called once. Nothing: nobody answered.
    virtual void Take(std::optional<Response> response) = 0;
    virtual bool IsWanted() const = 0;
  };

  explicit Reply(std::shared_ptr<Sink> sink);
  ~Reply();
  Reply(Reply&& other) noexcept = default;
  Reply& operator=(Reply&& other) noexcept;

  // Does not wait for the client. A second time is a mistake in the program and aborts.
  void Send(Response response) &&;
  // Whether the client is still there. One that ends its side of the connection counts as gone.
  bool IsWanted() const;

 private:
  void GiveUp();

  std::shared_ptr<Sink> sink_;  // null: sent, or moved from
};

}  // namespace wiregauge::http
