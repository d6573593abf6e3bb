// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/flow_record.h"
#include "publish/sinks/frame/parcel.h"
#include "publish/sinks/record/field.h"

namespace wiregauge::sinks {

inline constexpr Timestamp kFirstSeen{std::chrono::seconds(1'795'567'376)};

// An ended TCP flow of 10.0.0.1:40000 and 192.0.2.7:443 with that id.
model::FlowRecord MakeTcpFlow(uint64_t id);
std::shared_ptr<const model::FlowBatch> MakeBatch(uint64_t first_id, size_t records);

// Records of every kind, all different: TCP with TLS and with HTTP, UDP with DNS and unknown, ICMP,
// IPv6, texts that every format must escape. Clients are few, so that each has many. They are seen
// every 20 ms from kFirstMixedSeen on: 200,000 of them last over a midnight.
inline constexpr Timestamp kFirstMixedSeen{
    std::chrono::seconds(1'795'820'000)};  // 2026-11-27T22:53:20

model::FlowRecord MakeMixedFlow(uint64_t number);
// Of the numbers [first, first + records).
std::shared_ptr<const model::FlowBatch> MakeMixedBatch(uint64_t first, size_t records);
std::string MixedId(uint64_t number);
// Of the numbers [0, records), sorted.
std::vector<std::string> MixedIds(size_t records);

// Interfaces eth0 and eth1, an instance "probe's", a few applications.
std::shared_ptr<const RecordContext> MakeContext();

// Lines "1\n", "2\n", ... of these numbers.
Parcel MakeParcel(uint64_t first, size_t records);

// A folder that goes with it.
class Folder {
 public:
  Folder();
  ~Folder();
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string ReadFile(const std::string& path);

}  // namespace wiregauge::sinks
