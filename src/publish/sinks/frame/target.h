// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "base/time.h"
#include "model/flow_record.h"
#include "publish/sinks/frame/parcel.h"

// What a kind of sink brings along: how a record is spelled, and how spelled records reach their
// receiver. Everything else (queues, batches, retries, the spool, the ledger) is the frame's.
namespace wiregauge::sinks {

// Spells records as the receiver takes them. One thread's.
class Encoder {
 public:
  virtual ~Encoder() = default;
  // Appends one record: its key where there is one, its body, its end.
  virtual void Append(const model::FlowRecord& flow, Parcel& parcel) = 0;
};

// What became of a parcel.
struct Delivery {
  enum class Result : uint8_t {
    kDone,   // the receiver has what is not in `again` or `rejected`
    kRetry,  // it has nothing of it, as far as is known: all is to be sent again, later
    kSplit,  // it refuses the parcel as a whole: one record may be at fault, or it is too big
  };
  struct Rejection {
    uint32_t record = 0;  // its number in the parcel
    std::string reason;
  };

  static Delivery Done() { return {}; }
  static Delivery Retry(std::string problem) {
    return {.result = Result::kRetry, .problem = std::move(problem)};
  }
  static Delivery Split(std::string problem) {
    return {.result = Result::kSplit, .problem = std::move(problem)};
  }

  Result result = Result::kDone;
  std::vector<uint32_t> again{};      // kDone: numbers of those to be sent again, later
  std::vector<Rejection> rejected{};  // kDone: those that it will never take
  std::string problem{};              // a sentence; empty: there was none
  Duration least_wait{};              // before the next attempt, when the receiver asks for it
};

// What a target tells of itself.
struct TargetState {
  std::string address;
  uint64_t connections = 0, resent_records = 0;
  std::string warning{};  // records are delivered, yet not all is as it should be: a sentence
};

// Hears how the attempt under way gets on: for how long its receiver has taken nothing by now.
// Zero: it just took some, or the attempt begins.
using ProgressListener = std::function<void(Duration still)>;

// The way to one receiver. One thread calls Deliver, Tend and Drain; state() is thread-safe.
class Target {
 public:
  virtual ~Target() = default;

  // Before the first call, for one whose attempts may take any time: it tells within them.
  virtual void ListenForProgress(ProgressListener) {}
  // Tries once, and returns when it is known what became of the records, or soon after `stop` was
  // raised. Records that were tried before may come again, also in other parcels: what a call has
  // left is what the next one brings first.
  virtual Delivery Deliver(const Parcel& parcel, const Interrupt& stop) = 0;
  // Called about once a second while nothing is to be delivered, less often while it fails. The
  // problem, or empty.
  virtual std::string Tend(const Interrupt& stop) = 0;
  // Once, when nothing more is to be delivered: sends again what is owed, also where Tend would
  // wait yet. The problem, or empty.
  virtual std::string Drain(const Interrupt&) { return {}; }
  // Once, after the last call: what still can be done for the receiver.
  virtual void Finish() {}
  virtual TargetState state() const = 0;

  // When its receiver last took or answered something within an attempt. Thread-safe.
  SteadyTime heard_at() const { return SteadyTime(heard_at_.load()); }

 protected:
  void NoteHeard() { heard_at_ = std::chrono::steady_clock::now().time_since_epoch(); }

 private:
  std::atomic<Duration> heard_at_{Duration::zero()};
};

}  // namespace wiregauge::sinks
