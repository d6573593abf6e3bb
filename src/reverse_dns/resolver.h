// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/ip_address.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "reverse_dns/dns_client.h"
#include "reverse_dns/lookup_cache.h"
#include "snapshot/name_supplement.h"

namespace wiregauge::reverse_dns {

struct ResolverOptions {
  std::vector<NameServer> servers;  // none: the system's
  Duration timeout = std::chrono::seconds(2);
  CacheLimits cache;
  size_t most_under_way = 16;
};

// Whether a server can know a name for the address.
bool CanBeAskedFor(const IpAddress& ip);

// Names the hosts of snapshots that have none by the PTR records of their addresses: adds what is
// known, and asks for the others on its own thread, local ones first. Thread-safe.
class Resolver final : public snapshot::NameSupplement {
 public:
  // Borrows the clock.
  static Result<std::unique_ptr<Resolver>> Start(const ResolverOptions& options,
                                                 const Clock& clock);
  ~Resolver() override;

  void Complete(snapshot::Snapshot& snapshot) override;

 private:
  struct Named {
    size_t host;  // its place in the snapshot
    std::shared_ptr<const model::HostNames> names;
  };

  Resolver(const ResolverOptions& options, const Clock& clock, std::unique_ptr<DnsClient> client);
  void Run();
  void AskSome();
  void Ask(const IpAddress& ip);
  // What is known of the hosts without a name; the others wait from now on.
  std::vector<Named> LookUp(const snapshot::Snapshot& snapshot) WIREGAUGE_EXCLUDES(mutex_);

  const ResolverOptions options_;
  const Clock& clock_;
  const std::unique_ptr<DnsClient> client_;
  Mutex mutex_;
  LookupCache cache_ WIREGAUGE_GUARDED_BY(mutex_);
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace wiregauge::reverse_dns
