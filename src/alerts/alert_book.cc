// SPDX-License-Identifier: Apache-2.0
#include "alerts/alert_book.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "alerts/alert_content.h"

namespace wiregauge::alerts {
namespace {

using model::Alert;
using model::AlertContent;
using model::AlertEnd;
using SteadyClock = std::chrono::steady_clock;

constexpr std::array<std::string_view, kAlertLosses> kLossNames = {"invalid", "max_engaged",
                                                                   "max_past", "queue_full"};

size_t BytesOf(const Alert& alert) {
  const AlertContent& content = alert.content;
  return sizeof alert + content.type.size() + content.subject.interface.size() +
         content.subject.name.size() + content.text.size() + content.details.size() +
         content.source.size();
}

bool ExistsFile(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error) || error;
}

}  // namespace

std::string_view AlertLossName(AlertLoss loss) { return kLossNames[static_cast<size_t>(loss)]; }

AlertBook::AlertBook(AlertOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), settled_clock_(clock) {}

AlertBook::~AlertBook() { Stop(); }

void AlertBook::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

Result<uint64_t> AlertBook::Raise(AlertContent content, std::optional<Duration> ttl) {
  if (Status status = SettleContent(content); !status.ok()) {
    return Refuse(AlertLoss::kInvalid, status.error());
  }
  if (Status status = CheckTtl(ttl); !status.ok()) {
    return Refuse(AlertLoss::kInvalid, status.error());
  }
  const Timestamp now = clock_.Now();
  MutexLock lock(mutex_);
  ReleaseExpired();
  const AlertPtr known = engaged_.Find(content.type, content.subject);
  if (known == nullptr && engaged_.size() >= options_.max_engaged) {
    CountLoss(AlertLoss::kMaxEngaged);
    return Error{ErrorCode::kUnavailable, "there are " + std::to_string(options_.max_engaged) +
                                              " engaged alerts, as many as may be "
                                              "(alerts.max_engaged)"};
  }
  const uint64_t id = known != nullptr ? known->id : ++last_id_;
  Alert alert = known != nullptr ? *known : Alert{.id = id, .raised_at = now, .times = 0};
  const bool is_same = known != nullptr && known->content.severity == content.severity;
  if (known == nullptr) counts_.CountRaised(content);
  if (known != nullptr && !is_same) counts_.CountEnded(known->content);
  if (!is_same) counts_.CountEngaged(content);
  bool& may_wait = engaged_waiting_.try_emplace(id, is_same).first->second;
  may_wait = may_wait && is_same;
  alert.content = std::move(content);
  alert.last_seen_at = std::max(now, alert.raised_at);
  alert.ttl = ttl;
  ++alert.times;
  engaged_.Put(std::make_shared<const Alert>(std::move(alert)), clock_.SteadyNow());
  return id;
}

bool AlertBook::Release(std::string_view type, model::AlertSubject subject) {
  if (!SettleSubject(subject).ok()) return false;
  MutexLock lock(mutex_);
  ReleaseExpired();
  const AlertPtr known = engaged_.Find(type, subject);
  return known != nullptr && End(known->id, AlertEnd::kReleased) != nullptr;
}

Result<AlertPtr> AlertBook::Release(uint64_t id) {
  {
    MutexLock lock(mutex_);
    ReleaseExpired();
    if (AlertPtr released = End(id, AlertEnd::kReleased)) return released;
  }
  auto reading = Read();
  if (!reading.ok()) return reading.error();
  const auto known = reading->Find(id);
  if (!known.ok()) return known.error();
  if (*known == nullptr) {
    return Error{ErrorCode::kNotFound, "there is no alert " + std::to_string(id)};
  }
  return Error{ErrorCode::kConflict, "alert " + std::to_string(id) + " is not engaged"};
}

Result<uint64_t> AlertBook::Store(AlertContent content) {
  if (Status status = SettleContent(content); !status.ok()) {
    return Refuse(AlertLoss::kInvalid, status.error());
  }
  auto alert = std::make_shared<Alert>();
  alert->raised_at = alert->last_seen_at = clock_.Now();
  alert->released_at = alert->raised_at;
  alert->content = std::move(content);
  MutexLock lock(mutex_);
  ReleaseExpired();
  const uint64_t id = alert->id = ++last_id_;
  counts_.CountRaised(alert->content);
  AddPast(std::move(alert));
  return id;
}

// Null: it is not engaged.
AlertPtr AlertBook::End(uint64_t id, AlertEnd end) {
  const AlertPtr alert = engaged_.Take(id);
  if (alert == nullptr) return nullptr;
  EndTaken(alert, end);
  return past_waiting_.contains(id) ? past_waiting_.at(id) : alert;
}

void AlertBook::EndTaken(const AlertPtr& alert, AlertEnd end) {
  counts_.CountEnded(alert->content);
  engaged_waiting_.erase(alert->id);
  auto past = std::make_shared<Alert>(*alert);
  past->released_at = std::max(clock_.Now(), alert->last_seen_at);
  past->end = end;
  AddPast(std::move(past));
}

void AlertBook::ReleaseExpired() {
  const SteadyTime now = clock_.SteadyNow();
  while (const AlertPtr expired = engaged_.TakeExpired(now)) EndTaken(expired, AlertEnd::kExpired);
}

void AlertBook::AddPast(AlertPtr alert) {
  past_waiting_bytes_ += BytesOf(*alert);
  const uint64_t id = alert->id;
  past_waiting_.emplace(id, std::move(alert));
  DropWhatDoesNotFit();
}

void AlertBook::DropWhatDoesNotFit() {
  while (!past_waiting_.empty()) {
    const bool is_full = past_waiting_.size() > options_.max_past;
    if (!is_full && past_waiting_bytes_ <= options_.max_waiting_bytes) return;
    CountLoss(is_full ? AlertLoss::kMaxPast : AlertLoss::kQueueFull);
    past_waiting_bytes_ -= BytesOf(*past_waiting_.begin()->second);
    past_waiting_.erase(past_waiting_.begin());
  }
}

void AlertBook::CountLoss(AlertLoss loss, uint64_t alerts) {
  state_.lost[static_cast<size_t>(loss)] += alerts;
}

Error AlertBook::Refuse(AlertLoss loss, Error error) {
  MutexLock lock(mutex_);
  CountLoss(loss);
  return error;
}

std::vector<AlertPtr> AlertBook::InMemory() const {
  std::vector<AlertPtr> all = engaged_.All();
  for (const auto* const past : {&past_waiting_, &past_writing_}) {
    for (const auto& [id, alert] : *past) all.push_back(alert);
  }
  std::ranges::sort(all, {}, &Alert::id);
  return all;
}

// A reader that has the file open.
class AlertBook::InUse {
 public:
  explicit InUse(AlertBook& book) : book_(book) {}
  ~InUse() {
    MutexLock lock(book_.mutex_);
    --book_.readers_;
    book_.changed_.NotifyAll();
  }
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;

 private:
  AlertBook& book_;
};

// What is in memory is taken first: what is written meanwhile is in both, and memory wins.
Result<AlertReading> AlertBook::Read() {
  std::vector<AlertPtr> memory;
  std::shared_ptr<InUse> in_use;
  {
    MutexLock lock(mutex_);
    ReleaseExpired();
    while (leaving_) changed_.Wait(lock);
    memory = InMemory();
    ++readers_;
    in_use = std::make_shared<InUse>(*this);
  }
  const auto report = [this](const Error& error) { Report(error); };
  if (!ExistsFile(options_.path)) {
    return AlertReading(std::move(memory), std::nullopt, nullptr, report);
  }
  auto file = AlertFileReader::Open(options_.path);
  if (!file.ok()) {
    Report(file.error());
    return CannotReadPast();
  }
  return AlertReading(std::move(memory), std::move(file).value(), std::move(in_use), report);
}

AlertReading AlertBook::ReadEngaged() {
  MutexLock lock(mutex_);
  ReleaseExpired();
  return {engaged_.All(), std::nullopt, nullptr, [](const Error&) {}};
}

// The writer tells of it, and sets a damaged file aside.
void AlertBook::Report(const Error& error) {
  MutexLock lock(mutex_);
  found_by_reader_ = error;
  changed_.NotifyAll();
}

std::shared_ptr<const model::HostAlerts> AlertBook::host_alerts() {
  MutexLock lock(mutex_);
  ReleaseExpired();
  return counts_.hosts();
}

AlertState AlertBook::state() {
  MutexLock lock(mutex_);
  ReleaseExpired();
  AlertState state = state_;
  state.engaged = engaged_.size();
  state.types = counts_.types();
  return state;
}

bool AlertBook::Flush(Duration most) {
  const auto deadline = SteadyClock::now() + most;
  MutexLock lock(mutex_);
  const uint64_t wanted = rounds_wanted_ = rounds_begun_ + 1;  // one that has begun may miss some
  changed_.NotifyAll();
  while (rounds_done_ < wanted) {
    if (!changed_.WaitUntil(lock, deadline)) return rounds_done_ >= wanted && state_.available;
  }
  return state_.available;
}

}  // namespace wiregauge::alerts
