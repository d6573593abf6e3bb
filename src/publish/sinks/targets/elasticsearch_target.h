// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "publish/sinks/targets/http_sender.h"
#include "publish/sinks/targets/refusals.h"

namespace wiregauge::sinks {

// How many bytes go into one request. A receiver that finds them too many is asked with half of
// them, and once in a while with twice as many again. Not thread-safe.
class RequestLimit {
 public:
  static constexpr size_t kMostBytes = size_t{64} << 20;
  static constexpr size_t kMostRecords = 10000;  // their replies stay readable
  static constexpr int kGrowAfter = 50;          // requests that were taken

  // Where the request ends that begins with this record: behind at least one.
  size_t EndOf(const Parcel& parcel, size_t begin) const;
  void OnTooLong(size_t bytes);
  void OnTaken();

 private:
  size_t bytes_ = kMostBytes;
  int taken_ = 0;
};

struct ElasticsearchOptions {
  std::string template_path;  // empty: none is laid down
  std::string template_body{};
};

// Sends records to the bulk API of Elasticsearch or OpenSearch. Each has an id of its own and is
// created: one that comes twice is there once. A parcel's bytes are the request's body: keys are
// its action lines.
//
// A record is rejected when its own item says that the document is at fault. For any other refusal,
// of an item, of a request that holds it alone, or because it is too long, the rule of Refusals
// holds: records wait for a receiver that refuses one after the other and takes none.
//
// The index template is laid down before the first request, hourly, and after the connection was
// lost. A receiver that refuses it gets the records all the same, with a warning.
class ElasticsearchTarget final : public Target {
 public:
  ElasticsearchTarget(ElasticsearchOptions options, std::unique_ptr<HttpSender> sender,
                      const Clock& clock)
      : options_(std::move(options)), sender_(std::move(sender)), clock_(clock) {}

  Delivery Deliver(const Parcel& parcel, const Interrupt& stop) override;
  std::string Tend(const Interrupt&) override { return {}; }
  TargetState state() const override { return sender_->state(); }

 private:
  // Records [begin, end) of a parcel.
  struct Piece {
    const Parcel& parcel;
    size_t begin = 0, end = 0;

    size_t size() const { return end - begin; }
    std::string_view bytes() const;
  };

  std::optional<Delivery> LayTemplate(const Interrupt& stop);
  bool Send(const Piece& piece, const Interrupt& stop, Delivery& delivery);
  bool Read(const Piece& piece, const http_client::Answer& answer, Delivery& delivery);
  bool ReadItems(const Piece& piece, std::string_view body, Delivery& delivery);
  bool ShortenOrReject(const Piece& piece, const std::string& problem, Delivery& delivery);

  const ElasticsearchOptions options_;
  const std::unique_ptr<HttpSender> sender_;
  const Clock& clock_;
  RequestLimit limit_;
  Refusals refusals_;
  bool piece_was_too_long_ = false;
  SteadyTime template_due_{};
  int template_busy_ = 0;  // attempts in a row that a busy receiver put off
};

}  // namespace wiregauge::sinks
