// SPDX-License-Identifier: Apache-2.0
#include "reverse_dns/resolver.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "reverse_dns/ptr_answer.h"

namespace wiregauge::reverse_dns {
namespace {

using model::LookupResult;
using Kind = DnsClient::Reply::Kind;

constexpr Duration kLeastLife = std::chrono::minutes(1), kMostLife = std::chrono::hours(24);
constexpr Duration kLifeOfNone = std::chrono::minutes(10);
constexpr Duration kLifeOfFailure = std::chrono::minutes(1);
// Without a question nothing but Wake ends a wait.
constexpr Duration kIdleWait = std::chrono::hours(1);

struct Finding {
  LookupResult result = LookupResult::kFailed;
  std::string name;
  Duration life = kLifeOfFailure;
};

Finding FindingOf(const DnsClient::Reply& reply, const std::string& question) {
  if (reply.kind == Kind::kTimeout) return {LookupResult::kTimeout, {}, kLifeOfFailure};
  if (reply.kind == Kind::kNoSuchName) return {LookupResult::kNoName, {}, kLifeOfNone};
  if (reply.kind == Kind::kFailed) return {};
  auto answer = ReadPtrAnswer(reply.message, question);
  if (!answer) return {};
  if (answer->name.empty()) return {LookupResult::kNoName, {}, kLifeOfNone};
  const Duration life = std::chrono::seconds(answer->ttl_s);
  return {LookupResult::kName, std::move(answer->name), std::clamp(life, kLeastLife, kMostLife)};
}

}  // namespace

bool CanBeAskedFor(const IpAddress& ip) {
  const auto bytes = ip.bytes();
  if (ip.version() == 4) {
    const bool is_link_local = bytes[0] == 169 && bytes[1] == 254;
    return bytes[0] != 0 && bytes[0] != 127 && bytes[0] < 224 && !is_link_local;
  }
  // Global unicast (2000::/3, RFC 4291 section 2.4) and unique local addresses (RFC 4193).
  return ip.version() == 6 && (bytes[0] >> 5 == 1 || (bytes[0] & 0xfe) == 0xfc);
}

Result<std::unique_ptr<Resolver>> Resolver::Start(const ResolverOptions& options,
                                                  const Clock& clock) {
  auto client = DnsClient::Create(options.servers, options.timeout);
  if (!client) return client.error();
  return std::unique_ptr<Resolver>(new Resolver(options, clock, std::move(client).value()));
}

Resolver::Resolver(const ResolverOptions& options, const Clock& clock,
                   std::unique_ptr<DnsClient> client)
    : options_(options),
      clock_(clock),
      client_(std::move(client)),
      cache_(options.cache),
      thread_([this] { Run(); }) {}

Resolver::~Resolver() {
  stopping_.store(true);
  client_->Wake();
  thread_.join();
}

void Resolver::Complete(snapshot::Snapshot& snapshot) {
  for (Named& named : LookUp(snapshot)) {
    model::HostRecord& host = snapshot.hosts[named.host];
    snapshot.names.Add({host.ip, host.vlan, host.interface_index, named.names});
    host.names = std::move(named.names);
  }
  MutexLock lock(mutex_);
  snapshot.reverse_lookups = cache_.counters();
}

std::vector<Resolver::Named> Resolver::LookUp(const snapshot::Snapshot& snapshot) {
  std::vector<Named> named;
  std::vector<IpAddress> local, remote;
  const Timestamp now = clock_.Now();
  {
    MutexLock lock(mutex_);
    for (size_t i = 0; i < snapshot.hosts.size(); ++i) {
      const model::HostRecord& host = snapshot.hosts[i];
      if (host.names != nullptr || !CanBeAskedFor(host.ip)) continue;
      LookupCache::Known known = cache_.Find(host.ip, now);
      if (known.names != nullptr) named.push_back({i, std::move(known.names)});
      if (known.is_due) (host.local ? local : remote).push_back(host.ip);
    }
    for (const std::vector<IpAddress>* const due : {&local, &remote}) {
      for (const IpAddress& ip : *due) {
        // A host may have several rows.
        if (cache_.Find(ip, now).is_due) cache_.Enqueue(ip);
      }
    }
  }
  if (!local.empty() || !remote.empty()) client_->Wake();
  return named;
}

void Resolver::Run() {
  while (!stopping_.load()) {
    AskSome();
    client_->Wait(kIdleWait);
  }
}

void Resolver::AskSome() {
  while (client_->under_way() < options_.most_under_way) {
    std::optional<IpAddress> next;
    {
      MutexLock lock(mutex_);
      next = cache_.Take();
    }
    if (!next) return;
    Ask(*next);
  }
}

void Resolver::Ask(const IpAddress& ip) {
  std::string question = ReverseName(ip);
  client_->AskPtr(question, [this, ip, question](const DnsClient::Reply& reply) {
    const Finding finding = FindingOf(reply, question);
    const Timestamp now = clock_.Now();
    MutexLock lock(mutex_);
    cache_.Store(ip, finding.result, finding.name, now, now + finding.life);
  });
}

}  // namespace wiregauge::reverse_dns
