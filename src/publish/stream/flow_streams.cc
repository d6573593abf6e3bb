// SPDX-License-Identifier: Apache-2.0
#include "publish/stream/flow_streams.h"

#include <algorithm>
#include <utility>

namespace wiregauge::stream {
namespace {

using std::chrono::steady_clock;

// What one client is written before the next one has its turn.
constexpr size_t kRecordsATurn = 256;
constexpr std::chrono::hours kLongWait(1);

StreamEnd EndOf(http::BodyStream::State state) {
  switch (state) {
    case http::BodyStream::State::kStalled:
      return StreamEnd::kStalled;
    case http::BodyStream::State::kServerStopped:
      return StreamEnd::kStopped;
    default:
      return StreamEnd::kClientLeft;
  }
}

}  // namespace

struct FlowStreams::Client {
  Client(std::unique_ptr<FlowView> view, uint64_t next_record)
      : cursor(std::move(view), next_record) {}

  FlowCursor cursor;
  std::shared_ptr<http::BodyStream> body;
  std::optional<Gap> gap;  // to be told before the next record
  SteadyTime ends_at, next_keep_alive;
  bool has_written = false;  // in this turn
};

const char* StreamEndName(StreamEnd end) {
  switch (end) {
    case StreamEnd::kClientLeft:
      return "client_left";
    case StreamEnd::kStalled:
      return "stalled";
    case StreamEnd::kMaxAge:
      return "max_age";
    case StreamEnd::kStopped:
      return "stopped";
    case StreamEnd::kCount:
      break;
  }
  return "";
}

FlowStreams::FlowStreams(const StreamOptions& options)
    : options_(options),
      run_(MakeRun()),
      tape_(options.ring_records, options.ring_bytes),
      keeps_(tape_.Subscribe()),
      bell_(std::make_shared<Bell>()),
      events_(run_),
      thread_([this] { Run(); }) {}

FlowStreams::~FlowStreams() { Stop(); }

void FlowStreams::OnFlows(const snapshot::FlowTape::Batch& flows) noexcept {
  tape_.OnFlows(flows);
  if (clients_.load() > 0) bell_->Ring();
}

std::unique_ptr<FlowStreams::Client> FlowStreams::PlaceClient(std::unique_ptr<FlowView> view,
                                                              std::string_view last_event_id) {
  const bool shows_all = view->shows_all();
  const auto begin = [&](uint64_t record) {
    return std::make_unique<Client>(std::move(view), record);
  };
  const snapshot::FlowTape::Extent kept = tape_.extent();
  if (last_event_id.empty()) return begin(kept.next_record);
  const auto id = ParseEventId(last_event_id);
  if (!id || id->run != run_ || id->next_record > kept.next_record) {
    auto client = begin(kept.oldest_record);
    client->gap = Gap{.missed = {}, .exact = false, .reason = GapReason::kUnknownId};
    return client;
  }
  auto client = begin(std::max(id->next_record, kept.oldest_record));
  if (id->next_record < kept.oldest_record) {
    client->gap = Gap{.missed = kept.oldest_record - id->next_record,
                      .exact = shows_all,
                      .reason = GapReason::kTooOld};
  }
  return client;
}

std::shared_ptr<http::BodyReader> FlowStreams::Follow(std::unique_ptr<FlowView> view,
                                                      std::string_view last_event_id) {
  auto client = PlaceClient(std::move(view), last_event_id);
  client->body = std::make_shared<http::BodyStream>(
      http::BodyStream::Options{.most_waiting_bytes = options_.client_bytes,
                                .stall_timeout = options_.stall_timeout,
                                .on_change = [bell = bell_] { bell->Ring(); }});
  const SteadyTime now = steady_clock::now();
  client->ends_at = now + options_.max_age;
  client->next_keep_alive = now + options_.keep_alive;
  auto reader = client->body->MakeReader();
  std::string start;
  AppendStart(FormatEventId(run_, client->cursor.next_record()), start);
  (void)client->body->Write(start);
  {
    const MutexLock lock(mutex_);
    if (is_stopping_ || clients_.load() >= options_.most_clients) {
      ++refused_;
      return nullptr;
    }
    ++accepted_;
    ++clients_;
    if (client->gap) skipped_records_ += client->gap->missed.value_or(0);
    new_clients_.push_back(std::move(client));
  }
  bell_->Ring();
  return reader;
}

void FlowStreams::Stop() {
  {
    const MutexLock lock(mutex_);
    is_stopping_ = true;
  }
  bell_->Ring();
  if (thread_.joinable()) thread_.join();
}

StreamState FlowStreams::state() const {
  StreamState state;
  state.clients = clients_.load();
  state.flow_events = flow_events_.load();
  state.gap_events = gap_events_.load();
  state.skipped_records = skipped_records_.load();
  std::ranges::transform(ended_, state.ended.begin(),
                         [](const auto& count) { return count.load(); });
  const snapshot::FlowTape::State ring = tape_.state();
  state.ring_records = ring.kept_records;
  state.ring_bytes = ring.kept_bytes;
  const MutexLock lock(mutex_);
  state.accepted = accepted_;
  state.refused = refused_;
  return state;
}

void FlowStreams::Run() {
  Clients clients;
  while (TakeNewClients(clients)) {
    if (ServeAll(clients)) continue;
    SteadyTime due = steady_clock::now() + kLongWait;
    for (const auto& client : clients) {
      due = std::min({due, client->ends_at, client->next_keep_alive});
    }
    bell_->WaitUntil(due);
  }
  while (ServeAll(clients)) {
  }
  for (const auto& client : clients) {
    client->body->End();
    CountEnd(StreamEnd::kStopped);
    --clients_;
  }
}

bool FlowStreams::TakeNewClients(Clients& clients) {
  const MutexLock lock(mutex_);
  for (auto& client : new_clients_) clients.push_back(std::move(client));
  new_clients_.clear();
  return !is_stopping_;
}

bool FlowStreams::ServeAll(Clients& clients) {
  const SteadyTime now = steady_clock::now();
  bool has_more = false;
  std::erase_if(clients, [&](const std::unique_ptr<Client>& client) {
    if (IsOver(*client, now)) {
      --clients_;
      return true;
    }
    has_more = Serve(*client, now) == FlowCursor::Turn::kMore || has_more;
    return false;
  });
  events_.Clear();
  return has_more;
}

bool FlowStreams::IsOver(Client& client, SteadyTime now) {
  const http::BodyStream::State state = client.body->state();
  if (state != http::BodyStream::State::kOpen) {
    CountEnd(EndOf(state));
    return true;
  }
  if (now < client.ends_at) return false;
  client.body->End();
  CountEnd(StreamEnd::kMaxAge);
  return true;
}

FlowCursor::Turn FlowStreams::Serve(Client& client, SteadyTime now) {
  if (const auto missed = client.cursor.LookAtNew(tape_)) AddToGap(client, *missed);
  const FlowCursor::Turn turn = WriteFlows(client);
  if (turn == FlowCursor::Turn::kHeld) {
    client.next_keep_alive = now + options_.keep_alive;  // it has more than it takes
  } else {
    KeepAlive(client, now);
  }
  return turn;
}

FlowCursor::Turn FlowStreams::WriteFlows(Client& client) {
  if (client.gap && !WriteGap(client)) return FlowCursor::Turn::kHeld;
  const auto write = [&](uint64_t number, const model::FlowRecord& flow) {
    if (!client.body->Write(events_.Get(client.cursor.view(), number, flow))) return false;
    ++flow_events_;
    client.has_written = true;
    return true;
  };
  return client.cursor.Advance(tape_, kRecordsATurn, write);
}

bool FlowStreams::WriteGap(Client& client) {
  std::string event;
  AppendGapEvent(FormatEventId(run_, client.cursor.next_record()), *client.gap, event);
  if (!client.body->Write(event)) return false;
  client.gap.reset();
  client.has_written = true;
  ++gap_events_;
  return true;
}

void FlowStreams::KeepAlive(Client& client, SteadyTime now) {
  if (!std::exchange(client.has_written, false)) {
    if (now < client.next_keep_alive) return;
    std::string comment;
    AppendKeepAlive(FormatEventId(run_, client.cursor.next_record()), comment);
    (void)client.body->Write(comment);
  }
  client.next_keep_alive = now + options_.keep_alive;
}

void FlowStreams::AddToGap(Client& client, const FlowCursor::Missed& missed) {
  skipped_records_ += missed.records;
  if (!client.gap) {
    client.gap =
        Gap{.missed = missed.records, .exact = missed.exact, .reason = GapReason::kSlowReader};
    return;
  }
  if (client.gap->missed) *client.gap->missed += missed.records;
  client.gap->exact = client.gap->exact && missed.exact;
}

}  // namespace wiregauge::stream
