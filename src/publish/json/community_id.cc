// SPDX-License-Identifier: Apache-2.0
#include "publish/json/community_id.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>

#include "base/check.h"

namespace wiregauge::json {
namespace {

constexpr uint8_t kIcmp = 1, kIcmpv6 = 58, kTcp = 6, kUdp = 17, kSctp = 132;
constexpr size_t kSha1Bytes = 20;
constexpr std::string_view kVersion = "1:";

// The message type that answers a type, and the other way round; nothing for types that stand
// alone.
std::optional<uint8_t> Counterpart(uint8_t protocol, uint8_t type) {
  // Echo, router solicitation, timestamp, information, address mask.
  static constexpr std::pair<uint8_t, uint8_t> kIcmpPairs[] = {
      {8, 0}, {10, 9}, {13, 14}, {15, 16}, {17, 18}};
  // Echo, listener query, router and neighbour solicitation, node information, home agent.
  static constexpr std::pair<uint8_t, uint8_t> kIcmpv6Pairs[] = {
      {128, 129}, {130, 131}, {133, 134}, {135, 136}, {139, 140}, {144, 145}};
  const auto find = [type](const auto& pairs) -> std::optional<uint8_t> {
    for (const auto& [one, other] : pairs) {
      if (type == one) return other;
      if (type == other) return one;
    }
    return std::nullopt;
  };
  return protocol == kIcmp ? find(kIcmpPairs) : find(kIcmpv6Pairs);
}

// The flow's tuple as it is hashed. `ordered`: the ends stay as they are.
struct Tuple {
  IpAddress src, dst;
  bool has_ports = false, ordered = false;
  uint16_t src_port = 0, dst_port = 0;
};

std::optional<Tuple> TupleOf(const model::FlowRecord& flow) {
  Tuple tuple{.src = flow.client.ip, .dst = flow.server.ip};
  switch (flow.l4_protocol) {
    case kTcp:
    case kUdp:
    case kSctp:
      if (!flow.has_ports()) return std::nullopt;
      tuple.has_ports = true;
      tuple.src_port = flow.client.port;
      tuple.dst_port = flow.server.port;
      return tuple;
    case kIcmp:
    case kIcmpv6: {
      if (!flow.icmp_type || !flow.icmp_code) return std::nullopt;
      const auto answer = Counterpart(flow.l4_protocol, *flow.icmp_type);
      tuple.has_ports = true;
      tuple.ordered = !answer;
      tuple.src_port = *flow.icmp_type;
      tuple.dst_port = answer.value_or(*flow.icmp_code);
      return tuple;
    }
    default:
      return tuple;
  }
}

void Order(Tuple& tuple) {
  const auto src = tuple.src.bytes(), dst = tuple.dst.bytes();
  if (tuple.ordered) return;
  const bool same = std::equal(src.begin(), src.end(), dst.begin(), dst.end());
  const bool less =
      same ? tuple.src_port < tuple.dst_port
           : std::lexicographical_compare(src.begin(), src.end(), dst.begin(), dst.end());
  if (less) return;
  std::swap(tuple.src, tuple.dst);
  std::swap(tuple.src_port, tuple.dst_port);
}

// Seed, addresses, protocol, a zero byte, ports: at most 2 + 2 * 16 + 2 + 2 * 2 bytes.
class Input {
 public:
  Input(const Tuple& tuple, uint8_t protocol) {
    Add16(0);
    AddAddress(tuple.src);
    AddAddress(tuple.dst);
    Add16(static_cast<uint16_t>(protocol << 8));
    if (!tuple.has_ports) return;
    Add16(tuple.src_port);
    Add16(tuple.dst_port);
  }

  const uint8_t* data() const { return bytes_.data(); }
  size_t size() const { return size_; }

 private:
  void Add16(uint16_t value) {
    bytes_[size_++] = static_cast<uint8_t>(value >> 8);
    bytes_[size_++] = static_cast<uint8_t>(value);
  }
  void AddAddress(const IpAddress& ip) {
    for (const uint8_t byte : ip.bytes()) bytes_[size_++] = byte;
  }

  std::array<uint8_t, 40> bytes_;
  size_t size_ = 0;
};

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::array<uint8_t, kSha1Bytes> Sha1(const Input& input) {
  // Looked up once, never freed, and thread-safe; and a context a thread: both cost more than the
  // digest.
  static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, ContextFree> context(EVP_MD_CTX_new());
  std::array<uint8_t, kSha1Bytes> digest;
  const bool done = EVP_DigestInit_ex2(context.get(), method, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), input.data(), input.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  WIREGAUGE_CHECK(done);
  return digest;
}

}  // namespace

std::optional<CommunityId> CommunityId::Of(const model::FlowRecord& flow) {
  auto tuple = TupleOf(flow);
  if (!tuple) return std::nullopt;
  Order(*tuple);
  const auto digest = Sha1(Input(*tuple, flow.l4_protocol));
  CommunityId id;
  std::copy(kVersion.begin(), kVersion.end(), id.text_.begin());
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(id.text_.data() + kVersion.size()),
                  digest.data(), static_cast<int>(digest.size()));
  return id;
}

bool CommunityId::IsWellFormed(std::string_view text) {
  if (text.size() != kBytes || !text.starts_with(kVersion) || text.back() != '=') return false;
  return std::all_of(text.begin() + kVersion.size(), text.end() - 1, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' ||
           c == '/';
  });
}

}  // namespace wiregauge::json
