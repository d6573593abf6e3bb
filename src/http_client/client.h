// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "http_client/call.h"
#include "http_client/destinations.h"
#include "http_client/transfer.h"

namespace wiregauge::http_client {

struct ClientOptions {
  std::vector<std::string> allowed{};  // Destinations
  std::string setting{};               // where `allowed` comes from: "lua.http_allowed"
  std::string ca_file{};               // PEM; empty: the system's
  size_t most_idle_handles = 4;        // each keeps its connections
};

// Makes HTTP calls to where it may, and waits for the answers. No proxy, cookies or passwords come
// from the environment; nothing is sent that the call does not name. Thread-safe.
class Client {
 public:
  static constexpr int kMostRedirects = 5;
  static constexpr size_t kMostHeaderBytes = size_t{64} << 10;  // of an answer

  // kInvalidArgument names the setting and the entry.
  static Result<std::unique_ptr<Client>> Create(ClientOptions options);

  // An answer with any status, 404 and 500 included. What is checked is the address that is
  // connected to, for a redirect too; that one gets no credentials when it leads elsewhere.
  //
  //   kInvalidArgument   the call cannot be made: its URL, method or a header
  //   kPermissionDenied  the destination is not allowed; names it and the setting
  //   kUnavailable       no connection, no trust (TLS), no answer in time, too many redirects, or
  //                      the caller gave up
  //   kConflict          the answer is too long
  Result<Answer> Fetch(const Call& call) WIREGAUGE_EXCLUDES(mutex_);

 private:
  Client(ClientOptions options, Destinations destinations)
      : options_(std::move(options)), destinations_(std::move(destinations)) {}

  Result<Answer> FetchWith(const Handle& handle, Call call) const;
  std::unique_ptr<Handle> TakeHandle() WIREGAUGE_EXCLUDES(mutex_);
  void GiveBack(std::unique_ptr<Handle> handle) WIREGAUGE_EXCLUDES(mutex_);

  const ClientOptions options_;
  const Destinations destinations_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_ WIREGAUGE_GUARDED_BY(mutex_);
};

// Of libcurl.
std::string LibraryVersion();

}  // namespace wiregauge::http_client
