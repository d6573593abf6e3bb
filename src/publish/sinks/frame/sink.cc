// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/frame/sink.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "model/batch_bytes.h"

namespace wiregauge::sinks {
namespace {

// How often an idle target is looked after.
constexpr Duration kTendInterval = std::chrono::seconds(1);
// How soon the end of the sending is seen.
constexpr Duration kLook = std::chrono::milliseconds(10);
constexpr Duration kStandstill = std::chrono::seconds(10);  // then it is told
constexpr auto kShutdown = static_cast<size_t>(model::SinkDropReason::kShutdown);

// False: it was raised.
bool WaitUnlessRaised(const Interrupt& stop, Duration duration) {
  pollfd polled{.fd = stop.fd(), .events = POLLIN, .revents = 0};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  ::poll(&polled, 1, static_cast<int>(milliseconds));
  return !stop.raised();
}

std::shared_ptr<const model::FlowBatch> Select(
    const model::FlowBatch& batch, const std::function<bool(const model::FlowRecord&)>& wanted) {
  auto selected = std::make_shared<model::FlowBatch>();
  for (const model::FlowRecord& flow : batch) {
    if (wanted(flow)) selected->push_back(flow);
  }
  return selected;
}

}  // namespace

Sink::Sink(SinkOptions options, std::unique_ptr<Encoder> encoder,
           std::unique_ptr<ParcelQueue> queue, std::unique_ptr<Target> target, const Clock& clock)
    : options_(std::move(options)),
      encoder_(std::move(encoder)),
      queue_(std::move(queue)),
      target_(std::move(target)),
      clock_(clock),
      intake_(options_.queue_bytes),
      dead_letters_(options_.dead_letter_path, options_.dead_letter_bytes),
      losses_(options_.name, options_.dead_letter_path) {
  state_.name = options_.name;
  state_.type = options_.type;
  state_.ledger = options_.ledger;
  state_.spooled = queue_->persistent();
  state_.max_queue_bytes = options_.queue_bytes;
  target_->ListenForProgress([this](Duration still) { TakeNoteOfProgress(still); });
}

Sink::~Sink() { Stop(); }

void Sink::Start() {
  packer_ = std::thread([this] { Pack(); });
  sender_ = std::thread([this] { Send(); });
}

void Sink::Offer(const std::shared_ptr<const model::FlowBatch>& batch, size_t bytes) {
  auto offered = batch;
  if (options_.wanted) {
    auto selected = Select(*batch, options_.wanted);
    if (selected->size() != batch->size()) {
      bytes = model::BytesOf(*selected);
      offered = std::move(selected);
    }
  }
  {
    MutexLock lock(mutex_);
    state_.filtered_out += batch->size() - offered->size();
    state_.ledger.offered += offered->size();
  }
  if (offered->empty()) return;
  const uint64_t lost =
      intake_.Put({.batch = std::move(offered), .bytes = bytes, .offered_at = clock_.Now()});
  if (lost == 0) return;
  Drop(model::SinkDropReason::kQueueFull, lost);
  queue_->NoteQueueFull(lost);
}

void Sink::WaitForRoom(size_t bytes) {
  if (!full_since_) full_since_ = clock_.SteadyNow();
  bool has_room = intake_.WaitForRoom(bytes, SteadyTime::min());
  while (!has_room && IsMovingSince(*full_since_)) {
    has_room = intake_.WaitForRoom(bytes, clock_.SteadyNow() + kLook);
  }
  if (has_room) full_since_.reset();
}

bool Sink::IsMovingSince(SteadyTime time) const {
  MutexLock lock(mutex_);
  if (state_.failing && !state_.spooled) return false;
  const Duration most = tells_progress_ ? options_.most_pause : options_.most_delivery;
  return clock_.SteadyNow() < std::max(time, moved_at_) + most;
}

void Sink::Stop() {
  if (!sender_.joinable()) return;
  const SteadyTime deadline = clock_.SteadyNow() + options_.drain_timeout;
  intake_.Close();
  while (!sent_all_ && !CanStop() && clock_.SteadyNow() < deadline) {
    std::this_thread::sleep_for(kLook);
  }
  stop_.Raise();
  queue_->Abandon();
  packer_.join();
  sender_.join();
  target_->Finish();
  if (!queue_->persistent()) {
    MutexLock lock(mutex_);
    state_.ledger.dropped[kShutdown] += state_.ledger.waiting();
  }
  TellWhatIsLost();
}

void Sink::TellWhatIsLost() {
  losses_.TellRest();
  uint64_t lost = 0;
  {
    MutexLock lock(mutex_);
    lost = state_.ledger.dropped[kShutdown] - options_.ledger.dropped[kShutdown];
  }
  if (lost == 0) return;
  log::Warning("sinks", "stopped before all records were sent, or written to the spool",
               {{"sink", options_.name}, {"records", std::to_string(lost)}});
}

// What is in the spool waits for better times there.
bool Sink::CanStop() const {
  MutexLock lock(mutex_);
  return state_.spooled && state_.failing && packed_all_;
}

model::SinkState Sink::state() const {
  const TargetState target = target_->state();
  const ParcelQueue::State queue = queue_->state();
  const size_t intake_bytes = intake_.bytes();
  const auto oldest = Oldest(queue);
  MutexLock lock(mutex_);
  model::SinkState state = state_;
  state.address = target.address;
  state.warning = target.warning;
  state.connections = target.connections;
  state.resent_records = target.resent_records;
  state.queue_bytes = intake_bytes + packing_bytes_ + queue.bytes_in_memory;
  state.spool_bytes = queue.spool_bytes;
  state.max_spool_bytes = queue.max_spool_bytes;
  state.spool_problem = queue.spool_problem;
  if (state.ledger.waiting() > 0) state.oldest_waiting = oldest;
  if (state.warning.empty() && !refusal_.empty()) {
    state.warning = "the receiver refuses records: " + refusal_;
  }
  ShowWhatIsUnderWay(state);
  return state;
}

// An attempt may end well after any time, but it is not well as long as nothing comes back.
void Sink::ShowWhatIsUnderWay(model::SinkState& state) const {
  const Duration silence = Silence();
  if (state.failing || silence < kStandstill) return;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(silence);
  state.failing = true;
  state.failing_since = std::chrono::floor<std::chrono::seconds>(clock_.Now() - silence);
  state.problem = state.address + ": no answer for " + std::to_string(seconds.count()) + " s";
}

// For how long the receiver has neither taken nor answered anything in the attempt under way.
Duration Sink::Silence() const {
  if (!attempt_began_at_) return Duration::zero();
  return clock_.SteadyNow() - std::max(*attempt_began_at_, target_->heard_at());
}

std::optional<Timestamp> Sink::Oldest(const ParcelQueue::State& queue) const {
  if (queue.oldest_waiting) return queue.oldest_waiting;
  {
    MutexLock lock(mutex_);
    if (packing_since_) return packing_since_;
  }
  return intake_.oldest();
}

void Sink::Pack() {
  Parcel parcel;
  while (!intake_.is_done()) {
    const auto item = intake_.Take(parcel.empty() ? std::nullopt : std::optional(parcel_due_));
    if (item) PackBatch(*item, parcel);
    if (!parcel.empty() && (!item || clock_.SteadyNow() >= parcel_due_)) HandOver(parcel);
    {
      MutexLock lock(mutex_);
      packing_bytes_ = parcel.bytes();
    }
    if (item) intake_.Release(*item);
  }
  if (!parcel.empty()) HandOver(parcel);
  queue_->Close();
  packed_all_ = true;
}

void Sink::PackBatch(const Intake::Item& item, Parcel& parcel) {
  for (const model::FlowRecord& flow : *item.batch) {
    if (parcel.empty()) {
      parcel_due_ = clock_.SteadyNow() + options_.flush_interval;
      parcel.oldest_offered_at = item.offered_at;
      MutexLock lock(mutex_);
      packing_since_ = item.offered_at;
    }
    encoder_->Append(flow, parcel);
    if (IsFull(parcel)) HandOver(parcel);
  }
}

bool Sink::IsFull(const Parcel& parcel) const {
  return parcel.size() >= options_.batch_records || parcel.bytes() >= options_.batch_bytes;
}

void Sink::HandOver(Parcel& parcel) {
  Parcel next;
  next.Reserve(parcel.size(), parcel.bytes());
  const ParcelQueue::Put put = queue_->Add(std::exchange(parcel, std::move(next)));
  Drop(model::SinkDropReason::kSpoolFull, put.made_room);
  Drop(model::SinkDropReason::kShutdown, put.left_out);
  MutexLock lock(mutex_);
  packing_since_.reset();
  moved_at_ = clock_.SteadyNow();
}

void Sink::Send() {
  SteadyTime tend_due = clock_.SteadyNow() + kTendInterval;
  while (!queue_->is_done() && !stop_.raised()) {
    const ParcelQueue::Taken taken = queue_->Take(tend_due);
    Drop(model::SinkDropReason::kDamaged, taken.damaged);
    if (taken.parcel != nullptr) {
      if (!DeliverAll(taken.parcel)) break;
      model::SinkLedger ledger;
      {
        MutexLock lock(mutex_);
        ledger = state_.ledger;
      }
      queue_->Settle(ledger);
      tend_due = clock_.SteadyNow() + kTendInterval;
    } else if (!queue_->is_done() && !stop_.raised()) {
      tend_due = clock_.SteadyNow() + Tend();
    }
    losses_.Tell(clock_.SteadyNow());
  }
  if (!stop_.raised()) SetProblem(target_->Drain(stop_));
  sent_all_ = true;
}

// How long until the next time.
Duration Sink::Tend() {
  BeginAttempt();
  const std::string problem = target_->Tend(stop_);
  stands_still_ = false;
  EndAttempt(problem);
  if (!problem.empty()) return backoff_.Next();
  backoff_.Reset();
  return kTendInterval;
}

void Sink::TakeNoteOfProgress(Duration still) {
  if (still >= kStandstill) {
    stands_still_ = true;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(still).count();
    SetProblem("the receiver takes nothing since " + std::to_string(seconds) + " s", still);
  } else if (still == Duration::zero()) {
    {
      MutexLock lock(mutex_);
      tells_progress_ = true;
      moved_at_ = clock_.SteadyNow();
    }
    if (std::exchange(stands_still_, false)) SetProblem({});
  }
}

// False: the sink stops, and part of it may not be delivered.
bool Sink::DeliverAll(std::shared_ptr<const Parcel> parcel) {
  Pieces pieces{std::move(parcel)};
  refuses_ = false;
  while (!pieces.empty()) {
    const auto piece = std::move(pieces.front());
    pieces.pop_front();
    BeginAttempt();
    const Delivery delivery = target_->Deliver(*piece, stop_);
    if (delivery.result == Delivery::Result::kSplit) {
      EndAttempt();
      Split(*piece, delivery.problem, pieces);
      continue;
    }
    stands_still_ = false;
    EndAttempt(delivery.problem);
    auto left = TakeNote(piece, delivery);
    if (left != piece) backoff_.Reset();  // the receiver took note of some at least
    if (left == nullptr) continue;
    pieces.push_front(std::move(left));
    if (!WaitBeforeRetry(delivery.least_wait)) return false;
  }
  MutexLock lock(mutex_);
  if (!refuses_) refusal_.clear();
  return true;
}

// What is refused as a whole goes in halves; one record alone is the one that is refused.
void Sink::Split(const Parcel& parcel, const std::string& problem, Pieces& pieces) {
  if (parcel.size() == 1) return Reject(parcel, 0, problem);
  const size_t half = parcel.size() / 2;
  pieces.push_front(std::make_shared<const Parcel>(parcel.Range(half, parcel.size())));
  pieces.push_front(std::make_shared<const Parcel>(parcel.Range(0, half)));
}

// What is to be sent again; null: nothing.
std::shared_ptr<const Parcel> Sink::TakeNote(const std::shared_ptr<const Parcel>& parcel,
                                             const Delivery& delivery) {
  if (delivery.result == Delivery::Result::kRetry) return parcel;
  for (const Delivery::Rejection& rejection : delivery.rejected) {
    Reject(*parcel, rejection.record, rejection.reason);
  }
  const uint64_t delivered = parcel->size() - delivery.again.size() - delivery.rejected.size();
  NoteDelivered(*parcel, delivered);
  if (delivery.again.empty()) return nullptr;
  return std::make_shared<const Parcel>(parcel->Select(delivery.again));
}

void Sink::NoteDelivered(const Parcel& parcel, uint64_t records) {
  MutexLock lock(mutex_);
  if (records == 0) return;
  state_.ledger.delivered += records;
  state_.delivered_bytes += parcel.bytes() * records / parcel.size();
  state_.last_delivery = clock_.Now();
  moved_at_ = clock_.SteadyNow();
}

void Sink::Reject(const Parcel& parcel, uint32_t record, const std::string& reason) {
  const bool kept = dead_letters_.Add(parcel[record].body, reason);
  refuses_ = true;
  {
    MutexLock lock(mutex_);
    ++state_.ledger.dropped[static_cast<size_t>(model::SinkDropReason::kRejected)];
    if (!kept) ++state_.dead_letters_lost;
    refusal_ = reason;
  }
  losses_.AddRejected(reason, kept, clock_.SteadyNow());
}

bool Sink::WaitBeforeRetry(Duration least) {
  {
    MutexLock lock(mutex_);
    ++state_.retries;
  }
  losses_.Tell(clock_.SteadyNow());
  return WaitUnlessRaised(stop_, std::max(least, backoff_.Next()));
}

// It is one for so long by now. Tells the log when it begins and when it ends.
void Sink::SetProblem(const std::string& problem, Duration age) {
  bool began = false, ended = false;
  {
    MutexLock lock(mutex_);
    began = !problem.empty() && !state_.failing;
    ended = problem.empty() && state_.failing;
    state_.failing = !problem.empty();
    state_.problem = problem;
    if (began) state_.failing_since = clock_.Now() - age;
    if (ended) state_.failing_since.reset();
  }
  if (began && !stop_.raised()) {
    log::Warning("sinks", "records cannot be delivered, they wait",
                 {{"sink", options_.name}, {"problem", problem}});
  }
  if (ended) log::Info("sinks", "records are delivered again", {{"sink", options_.name}});
}

void Sink::BeginAttempt() {
  MutexLock lock(mutex_);
  attempt_began_at_ = clock_.SteadyNow();
}

void Sink::EndAttempt() {
  MutexLock lock(mutex_);
  attempt_began_at_.reset();
}

// What was shown as a problem before it ended goes on as one.
void Sink::EndAttempt(const std::string& problem) {
  Duration silence{};
  {
    MutexLock lock(mutex_);
    silence = Silence();
  }
  SetProblem(problem, silence < kStandstill ? Duration::zero() : silence);
  EndAttempt();
}

void Sink::Drop(model::SinkDropReason reason, uint64_t records) {
  if (records == 0) return;
  {
    MutexLock lock(mutex_);
    state_.ledger.dropped[static_cast<size_t>(reason)] += records;
  }
  losses_.Add(reason, records, clock_.SteadyNow());
}

}  // namespace wiregauge::sinks
