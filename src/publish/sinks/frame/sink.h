// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/interrupt.h"
#include "base/mutex.h"
#include "base/time.h"
#include "model/flow_record.h"
#include "model/sink_state.h"
#include "publish/sinks/frame/backoff.h"
#include "publish/sinks/frame/dead_letters.h"
#include "publish/sinks/frame/intake.h"
#include "publish/sinks/frame/loss_log.h"
#include "publish/sinks/frame/parcel_queue.h"
#include "publish/sinks/frame/target.h"

namespace wiregauge::sinks {

struct SinkOptions {
  std::string name{}, type{};
  // Whether a record is wanted; empty: all are. Called by who offers.
  std::function<bool(const model::FlowRecord&)> wanted{};
  size_t queue_bytes = size_t{64} << 20;
  size_t batch_records = 5000, batch_bytes = size_t{1} << 20;
  Duration flush_interval = std::chrono::seconds(1);
  Duration drain_timeout = std::chrono::seconds(5);  // how long Stop goes on sending
  // How long a receiver that is well may take for one delivery; and how long it may take nothing,
  // where the target sees it take bytes.
  Duration most_delivery = std::chrono::seconds(2), most_pause = std::chrono::milliseconds(500);
  std::string dead_letter_path{};
  uint64_t dead_letter_bytes = 0;
  model::SinkLedger ledger{};  // as an earlier process left it in the spool
};

// One sink: takes records, packs them, and sends the parcels until the receiver has them.
//
//   Offer -> Intake -> [packs] -> ParcelQueue (memory, or spool) -> [sends] -> Target
//
// The brackets are threads of its own. Offer is one thread's and never waits; state() is
// thread-safe.
class Sink {
 public:
  Sink(SinkOptions options, std::unique_ptr<Encoder> encoder, std::unique_ptr<ParcelQueue> queue,
       std::unique_ptr<Target> target, const Clock& clock);
  ~Sink();

  void Start();
  // `bytes`: as model::BytesOf counts.
  void Offer(const std::shared_ptr<const model::FlowBatch>& batch, size_t bytes);
  // For who has time: waits until such a batch has room, as long as records are going out. A sink
  // that fails, or of which nothing was packed or delivered for `most_delivery` (or `most_pause`),
  // is not waited for.
  void WaitForRoom(size_t bytes);
  // No more is offered. What waits is sent for at most `drain_timeout`; the rest stays in the
  // spool, or is dropped and counted.
  void Stop();

  model::SinkState state() const WIREGAUGE_EXCLUDES(mutex_);

 private:
  // Of one parcel, in order.
  using Pieces = std::deque<std::shared_ptr<const Parcel>>;

  void Pack();
  void PackBatch(const Intake::Item& item, Parcel& parcel);
  bool IsFull(const Parcel& parcel) const;
  void HandOver(Parcel& parcel);
  void Send();
  Duration Tend();
  void TakeNoteOfProgress(Duration still);
  bool DeliverAll(std::shared_ptr<const Parcel> parcel);
  void Split(const Parcel& parcel, const std::string& problem, Pieces& pieces);
  std::shared_ptr<const Parcel> TakeNote(const std::shared_ptr<const Parcel>& parcel,
                                         const Delivery& delivery) WIREGAUGE_EXCLUDES(mutex_);
  void NoteDelivered(const Parcel& parcel, uint64_t records) WIREGAUGE_EXCLUDES(mutex_);
  void Reject(const Parcel& parcel, uint32_t record, const std::string& reason);
  bool WaitBeforeRetry(Duration least);
  bool IsMovingSince(SteadyTime time) const WIREGAUGE_EXCLUDES(mutex_);
  void SetProblem(const std::string& problem, Duration age = {}) WIREGAUGE_EXCLUDES(mutex_);
  void BeginAttempt() WIREGAUGE_EXCLUDES(mutex_);
  void EndAttempt() WIREGAUGE_EXCLUDES(mutex_);
  void EndAttempt(const std::string& problem) WIREGAUGE_EXCLUDES(mutex_);
  Duration Silence() const WIREGAUGE_REQUIRES(mutex_);
  void Drop(model::SinkDropReason reason, uint64_t records) WIREGAUGE_EXCLUDES(mutex_);
  bool CanStop() const WIREGAUGE_EXCLUDES(mutex_);
  void TellWhatIsLost() WIREGAUGE_EXCLUDES(mutex_);
  void ShowWhatIsUnderWay(model::SinkState& state) const WIREGAUGE_REQUIRES(mutex_);
  std::optional<Timestamp> Oldest(const ParcelQueue::State& queue) const;

  const SinkOptions options_;
  const std::unique_ptr<Encoder> encoder_;
  const std::unique_ptr<ParcelQueue> queue_;
  const std::unique_ptr<Target> target_;
  const Clock& clock_;
  Intake intake_;
  DeadLetters dead_letters_;
  LossLog losses_;
  Backoff backoff_;
  Interrupt stop_;
  SteadyTime parcel_due_{};                 // the packing thread's
  std::optional<SteadyTime> full_since_{};  // who offers: since when there is no room

  mutable Mutex mutex_;
  model::SinkState state_ WIREGAUGE_GUARDED_BY(mutex_);
  std::optional<Timestamp> packing_since_ WIREGAUGE_GUARDED_BY(mutex_);
  size_t packing_bytes_ WIREGAUGE_GUARDED_BY(mutex_) = 0;  // of a parcel that is not handed over
  SteadyTime moved_at_ WIREGAUGE_GUARDED_BY(mutex_){};     // when records went on last
  std::optional<SteadyTime> attempt_began_at_ WIREGAUGE_GUARDED_BY(mutex_);  // the one under way
  // Why the last record was refused; empty: a parcel of which none was came after it.
  std::string refusal_ WIREGAUGE_GUARDED_BY(mutex_);
  bool tells_progress_ WIREGAUGE_GUARDED_BY(mutex_) = false;  // the target, within deliveries
  bool refuses_ = false;       // the sending thread's: some record of the parcel under way
  bool stands_still_ = false;  // the sending thread's: its receiver, and that is the problem told

  std::thread packer_, sender_;
  std::atomic<bool> packed_all_{false}, sent_all_{false};
};

}  // namespace wiregauge::sinks
