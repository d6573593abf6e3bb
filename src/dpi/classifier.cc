// SPDX-License-Identifier: Apache-2.0
#include "dpi/classifier.h"

#include <ndpi_api.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "base/poison.h"
#include "base/prefetch.h"
#include "base/slab_supply.h"
#include "dpi/metadata_reader.h"
#include "dpi/ndpi_metadata.h"
#include "dpi/ndpi_module.h"

namespace wiregauge::dpi {

class DetectionPool;

class Detection {
 public:
  explicit Detection(DetectionPool& made_by) : pool(made_by) {}
  Detection(const Detection&) = delete;
  Detection& operator=(const Detection&) = delete;
  ~Detection() { ndpi_free_flow_data(&flow); }

  ndpi_flow_struct flow{};
  // What libndpi said last. Not the same as the flow's own fields: libndpi reconciles protocols
  // only in what it returns (Skype with Teams, say).
  ndpi_protocol found{};
  uint32_t packets = 0;
  Progress progress = Progress::kDetecting;
  bool libndpi_is_done = false;  // it learns nothing more
  MetadataReader metadata;
  size_t message_bytes = 0;  // of `metadata`, as they were counted last
  DetectionPool& pool;
};

// Every flow needs one, for a while: their memory is used again and comes from slabs.
class DetectionPool {
 public:
  Detection* Make() {
    if (free_.empty()) Grow();
    void* const place = free_.back();
    free_.pop_back();
    Unpoison(place, sizeof(Detection));
    return ::new (place) Detection(*this);
  }
  void Free(Detection* detection) noexcept {
    std::destroy_at(detection);
    Poison(detection, sizeof(Detection));
    free_.push_back(detection);  // has room
  }

 private:
  static constexpr size_t kInSlab = SlabSupply::kSlabBytes / sizeof(Detection);
  static_assert(kInSlab > 0);

  void Grow() {
    std::byte* const slab = slabs_.emplace_back(SlabSupply::Take()).get();
    Poison(slab, SlabSupply::kSlabBytes);
    free_.reserve(slabs_.size() * kInSlab);
    for (size_t i = 0; i < kInSlab; ++i) free_.push_back(slab + i * sizeof(Detection));
  }

  std::vector<SlabSupply::Slab> slabs_;
  std::vector<void*> free_;
};

void DetectionDeleter::operator()(Detection* detection) const noexcept {
  detection->pool.Free(detection);
}

void Prefetch(const Detection& detection) noexcept {
  PrefetchToWrite(&detection, sizeof(Detection));
}

namespace {

constexpr uint8_t kTcp = 6;
constexpr size_t kIpv4HeaderBytes = 20, kIpv6HeaderBytes = 40;
constexpr size_t kMostPacketBytes = 65535;  // libndpi takes the length as 16 bits

uint16_t ReadBe16(const uint8_t* at) { return static_cast<uint16_t>(at[0] << 8 | at[1]); }

void WriteBe16(uint8_t* at, size_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

model::Confidence ConfidenceOf(ndpi_confidence_t confidence) {
  switch (confidence) {
    case NDPI_CONFIDENCE_MATCH_BY_PORT:
      return model::Confidence::kByPort;
    case NDPI_CONFIDENCE_MATCH_BY_IP:
      return model::Confidence::kByIp;
    case NDPI_CONFIDENCE_DPI_CACHE:
      return model::Confidence::kDpiCache;
    case NDPI_CONFIDENCE_DPI:
      return model::Confidence::kDpi;
    default:
      return model::Confidence::kUnknown;
  }
}

// libndpi answers without looking from here on.
bool IgnoresTheRest(const ndpi_flow_struct& flow) {
  return flow.fail_with_unknown || flow.num_processed_pkts >= NDPI_MAX_NUM_PKTS_PER_FLOW_TO_DISSECT;
}

// A later fragment's payload would be read as an L4 header.
bool CanBeRead(const decode::DecodedPacket& packet) {
  if (packet.is_fragment && !packet.is_first_fragment) return false;
  const std::span<const uint8_t> ip = packet.ip_packet;
  return ip.size() >= (packet.src.version() == 6 ? kIpv6HeaderBytes : kIpv4HeaderBytes);
}

class NdpiClassifier final : public Classifier {
 public:
  NdpiClassifier(const Options& options, NdpiModule module)
      : options_(options), module_(std::move(module)) {}

  DetectionPtr Start() noexcept override {
    ++running_;
    return DetectionPtr(detections_.Make());
  }
  Progress Inspect(Detection& detection, const decode::DecodedPacket& packet, Sender sender,
                   Timestamp time) noexcept override;
  model::Classification Peek(const Detection& detection) const noexcept override;
  Verdict Finish(DetectionPtr detection) noexcept override;
  size_t detection_bytes() const noexcept override { return sizeof(Detection); }
  size_t bytes() const noexcept override { return running_ * sizeof(Detection) + message_bytes_; }

 private:
  Progress ProgressOf(Detection& detection, uint32_t most_packets) noexcept;
  uint64_t AdvanceTo(Timestamp time) noexcept;
  std::span<const uint8_t> Presentable(const decode::DecodedPacket& packet) noexcept;

  const Options options_;
  const NdpiModule module_;
  DetectionPool detections_;
  uint64_t now_ms_ = 0;
  size_t running_ = 0, message_bytes_ = 0;
  std::array<uint8_t, kMostPacketBytes> copy_;
};

Progress NdpiClassifier::Inspect(Detection& detection, const decode::DecodedPacket& packet,
                                 Sender sender, Timestamp time) noexcept {
  if (detection.progress == Progress::kDone) return Progress::kDone;
  ++detection.packets;
  detection.metadata.Read(packet, sender == Sender::kClient);
  const size_t message_bytes = detection.metadata.bytes();
  message_bytes_ += message_bytes - detection.message_bytes;
  detection.message_bytes = message_bytes;
  if (!detection.libndpi_is_done && CanBeRead(packet)) {
    const std::span<const uint8_t> ip = Presentable(packet);
    detection.found =
        ndpi_detection_process_packet(module_.get(), &detection.flow, ip.data(),
                                      static_cast<uint16_t>(ip.size()), AdvanceTo(time));
  }
  detection.progress = ProgressOf(
      detection, packet.l4_protocol == kTcp ? options_.max_tcp_packets : options_.max_udp_packets);
  return detection.progress;
}

Progress NdpiClassifier::ProgressOf(Detection& detection, uint32_t most_packets) noexcept {
  const bool found = detection.found.app_protocol != NDPI_PROTOCOL_UNKNOWN;
  detection.libndpi_is_done =
      detection.libndpi_is_done || IgnoresTheRest(detection.flow) ||
      (found && ndpi_extra_dissection_possible(module_.get(), &detection.flow) == 0);
  if (detection.packets >= most_packets) return Progress::kDone;
  if (detection.libndpi_is_done && !detection.metadata.WantsMore()) return Progress::kDone;
  return found ? Progress::kIdentified : Progress::kDetecting;
}

// libndpi wants a clock that does not go back.
uint64_t NdpiClassifier::AdvanceTo(Timestamp time) noexcept {
  const int64_t ms = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
  now_ms_ = std::max(now_ms_, static_cast<uint64_t>(std::max<int64_t>(ms, 0)));
  return now_ms_;
}

// libndpi refuses a packet whose IP header promises more bytes than it is given, or none at all
// (segmentation offload). Such a packet is shown as a copy that says how much there is: what the
// snap length left of it is often enough.
std::span<const uint8_t> NdpiClassifier::Presentable(const decode::DecodedPacket& packet) noexcept {
  const std::span<const uint8_t> ip = packet.ip_packet;
  const bool ipv6 = packet.src.version() == 6;
  const size_t base = ipv6 ? kIpv6HeaderBytes : 0;  // IPv6 does not count its own header
  const size_t length_at = ipv6 ? 4 : 2;
  const size_t promised = ReadBe16(&ip[length_at]);
  if (promised != 0 && base + promised <= ip.size() && ip.size() <= kMostPacketBytes) return ip;
  const size_t length = std::min(ip.size(), kMostPacketBytes);
  std::memcpy(copy_.data(), ip.data(), length);
  WriteBe16(&copy_[length_at], length - base);
  return {copy_.data(), length};
}

model::Classification NdpiClassifier::Peek(const Detection& detection) const noexcept {
  return {
      .master = detection.found.master_protocol,
      .app = detection.found.app_protocol,
      .category = static_cast<uint8_t>(detection.found.category),
      .confidence = ConfidenceOf(detection.flow.confidence),
      .encrypted = ndpi_is_encrypted_proto(module_.get(), detection.found) != 0,
      .risks = detection.flow.risk,
  };
}

Verdict NdpiClassifier::Finish(DetectionPtr detection) noexcept {
  --running_;
  message_bytes_ -= detection->message_bytes;
  const bool ended = detection->progress == Progress::kDone || detection->libndpi_is_done;
  const bool settled = ended && detection->found.app_protocol != NDPI_PROTOCOL_UNKNOWN;
  if (!settled) {
    uint8_t guessed = 0;
    detection->found = ndpi_detection_giveup(module_.get(), &detection->flow, 1, &guessed);
  }
  return {.application = Peek(*detection),
          .metadata = MakeMetadata(detection->metadata.Take(), detection->flow)};
}

}  // namespace

Result<std::unique_ptr<Classifier>> Classifier::Create(const Options& options) {
  if (ndpi_detection_get_sizeof_ndpi_flow_struct() != sizeof(ndpi_flow_struct)) {
    return Error{ErrorCode::kInternal,
                 "libndpi " + LibraryVersion() + " is not the one this program was built with"};
  }
  NdpiModule module = MakeNdpiModule();
  if (module == nullptr) {
    return Error{ErrorCode::kInternal, "libndpi cannot make a detection module"};
  }
  return std::unique_ptr<Classifier>(std::make_unique<NdpiClassifier>(options, std::move(module)));
}

}  // namespace wiregauge::dpi
