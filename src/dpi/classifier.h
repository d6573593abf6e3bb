// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "decode/packet.h"
#include "model/application.h"
#include "model/flow_record.h"

namespace wiregauge::dpi {

struct Options {
  // Packets of a flow that libndpi sees before detection gives up; ndpiReader's numbers are the
  // defaults of the settings.
  uint32_t max_tcp_packets = 0;
  uint32_t max_udp_packets = 0;  // everything that is not TCP
};

// The state of one flow while detection runs. Opaque; about 1 KiB. Belongs to the Classifier
// that made it and must not outlive it.
class Detection;
struct DetectionDeleter {
  void operator()(Detection* detection) const noexcept;
};
using DetectionPtr = std::unique_ptr<Detection, DetectionDeleter>;

// Asks for the cache lines that a look at the flow's next packet, or its end, needs.
void Prefetch(const Detection& detection) noexcept;

// Who sent a packet, seen from its flow.
enum class Sender : uint8_t { kClient, kServer };

enum class Progress : uint8_t {
  kDetecting,   // nothing certain yet
  kIdentified,  // application known; more may be learned (names, a narrower application)
  kDone,        // nothing more to learn: call Finish
};

struct Verdict {
  model::Classification application;
  std::shared_ptr<const model::FlowMetadata> metadata;  // null when there is none
};

// One libndpi detection module (libndpi 4.2). Not thread-safe: one a shard. It keeps caches of its
// own that carry hints from flow to flow (see README.md).
class Classifier {
 public:
  // Not from two threads at once: libndpi fills process-wide tables. The same goes for
  // MakeCatalogue.
  static Result<std::unique_ptr<Classifier>> Create(const Options& options);
  virtual ~Classifier() = default;

  // Starts detection for a new flow.
  virtual DetectionPtr Start() noexcept = 0;
  // Shows the flow's next packet: every packet of the flow, fragments and empty ones too.
  virtual Progress Inspect(Detection& detection, const decode::DecodedPacket& packet, Sender sender,
                           Timestamp time) noexcept = 0;
  // What is known now; costs no more than copying numbers. The name comes with Finish.
  virtual model::Classification Peek(const Detection& detection) const noexcept = 0;
  // Ends detection: guesses by port and address where nothing was found, copies out what is wanted
  // and frees libndpi's state.
  virtual Verdict Finish(DetectionPtr detection) noexcept = 0;
  // Memory of one running detection, but for what is kept and was read of its messages.
  virtual size_t detection_bytes() const noexcept = 0;
  // Memory of all running detections with their messages; that of ended ones is kept for new ones
  // and not in it. Not libndpi's own heap: it keeps parts of
  // TLS and QUIC messages, up to the packets that it looks at.
  virtual size_t bytes() const noexcept = 0;
};

// Names of all applications, categories and risks of the linked libndpi.
std::shared_ptr<const model::ApplicationCatalogue> MakeCatalogue();

std::string LibraryVersion();  // "4.2.0"

}  // namespace wiregauge::dpi
