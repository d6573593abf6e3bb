// SPDX-License-Identifier: Apache-2.0
#include "tables/host_table.h"

#include <utility>

#include "base/packet_clock.h"

namespace wiregauge::tables {

model::HostRecord HostEntry::ToRow() {
  model::HostRecord row = record;
  row.tallies = tallies.Share();
  row.dns = dns.Share();
  row.http = http.Share();
  row.names = names.Share();
  row.details = details.Share();
  return row;
}

HostTable::HostTable(const KeyedHash& hash, uint16_t interface_index, const Timeouts& timeouts,
                     std::shared_ptr<const geo::Atlas> atlas, size_t most_name_bytes)
    : hash_(hash),
      interface_index_(interface_index),
      timeouts_(timeouts),
      atlas_(std::move(atlas)),
      wheel_(Links{&table_}),
      names_(interface_index, most_name_bytes) {}

HostEntry& HostTable::Reference(const IpAddress& ip, uint16_t vlan, Timestamp now) {
  const HostKey key(ip, vlan);
  const uint64_t hash = hash_(key.bytes());
  HostEntry* known = table_.Find(key, hash);
  HostEntry& host = known != nullptr ? *known : Insert(key, hash, ip, now);
  copier_.Touch(host);
  if (host.flow_references++ == 0) wheel_.Cancel(table_.NumberOf(host));
  SetActive(host, true);
  return host;
}

void HostTable::Unreference(HostEntry& host) {
  if (--host.flow_references == 0) SetTimer(host);
}

HostEntry& HostTable::Insert(const HostKey& key, uint64_t hash, const IpAddress& ip,
                             Timestamp now) {
  HostEntry& host = table_.Insert(hash);
  host.host_key = key;
  host.record.ip = ip;
  host.record.vlan = key.vlan;
  host.record.interface_index = interface_index_;
  host.record.place = atlas_->Locate(ip);
  host.record.local = host.record.place.network != 0;
  host.record.first_seen = host.record.last_seen = now;
  host.names = names_.Take(key, hash);
  part_bytes_ += host.names.bytes();
  host.contact_hash = model::ContactSketch::HashOf(ip);
  copier_.OnInsert(host);
  return host;
}

void HostTable::Tell(HostEntry& host, model::NameSource source, std::string_view name,
                     Timestamp at) {
  if (!model::HostNames::IsName(name)) return;
  Change(host, host.names, [&](model::HostNames& names) { names.Tell(source, name, at); });
}

void HostTable::Tell(const IpAddress& ip, uint16_t vlan, model::NameSource source,
                     std::string_view name, Timestamp at) {
  if (!model::HostNames::IsName(name)) return;
  const HostKey key(ip, vlan);
  const uint64_t hash = hash_(key.bytes());
  if (HostEntry* const host = table_.Find(key, hash)) {
    Tell(*host, source, name, at);
  } else {
    names_.Tell(ip, vlan, hash, source, name, at);
  }
}

void HostTable::AddContacts(HostEntry& client, HostEntry& server) {
  const auto add = [this](HostEntry& host, model::ContactSketch model::HostDetails::*contacts,
                          uint32_t hash) {
    const model::HostDetails* known = host.details.get();
    if (known != nullptr && (known->*contacts).Holds(hash)) return;
    ChangeDetails(host, [&](model::HostDetails& details) { (details.*contacts).Add(hash); });
  };
  add(client, &model::HostDetails::contacts_as_client, server.contact_hash);
  add(server, &model::HostDetails::contacts_as_server, client.contact_hash);
}

// The minutes of a host that has been there for an hour take memory of their own.
bool HostTable::MarkNewMinute(HostEntry& host, uint32_t minute) {
  static const model::OlderMinutes kNone;
  copier_.Touch(host);
  model::Activity& activity = host.record.activity;
  const model::HostDetails* known = host.details.get();
  if (!activity.WritesOlder(minute, known != nullptr ? known->older_minutes : kNone)) {
    model::OlderMinutes none;
    activity.Mark(minute, none);
    return false;
  }
  return ChangeDetails(
      host, [&](model::HostDetails& details) { activity.Mark(minute, details.older_minutes); });
}

void HostTable::Remove(HostEntry& host) {
  copier_.Touch(host);
  if (!host.record.active) --idle_;
  departed_ += host.record.traffic;
  part_bytes_ -= host.part_bytes();
  if (host.names.get() != nullptr) {
    names_.Put(host.record.ip, host.host_key.vlan, hash_(host.host_key.bytes()),
               std::move(host.names));
  }
  wheel_.Cancel(table_.NumberOf(host));
  table_.Erase(host);
}

void HostTable::BeginSlice() {
  copier_.Begin(table_);
  names_.BeginSlice();
}

bool HostTable::CopySome(size_t most) {
  return copier_.CopySome(table_, most) && names_.CopySome(most);
}

void HostTable::Advance(Timestamp now) {
  wheel_.Advance(UnixSeconds(now), [&](uint32_t number) {
    HostEntry& host = *table_.At(number);
    if (!IsSilent(now, host.record.last_seen, TimeoutOf(host))) {
      SetTimer(host);
    } else if (host.record.active && IsKeptIdle(host)) {
      copier_.Touch(host);
      SetActive(host, false);
      SetTimer(host);
    } else {
      ++expired_;
      Remove(host);
    }
  });
}

// Who was only looked for may not be there at all: a scan would fill the table for a day.
bool HostTable::IsKeptIdle(const HostEntry& host) const {
  return host.record.local && host.record.traffic.sent.packets > 0 &&
         timeouts_.local_idle > timeouts_.idle;
}

Duration HostTable::TimeoutOf(const HostEntry& host) const {
  return host.record.active ? timeouts_.idle : timeouts_.local_idle;
}

void HostTable::SetActive(HostEntry& host, bool active) {
  if (host.record.active == active) return;
  host.record.active = active;
  idle_ += active ? -1 : 1;
}

void HostTable::SetTimer(HostEntry& host) {
  wheel_.Set(table_.NumberOf(host), UnixSeconds(host.record.last_seen + TimeoutOf(host)) + 1);
}

bool HostTable::EvictOne() {
  const uint32_t number = wheel_.First();
  if (number == TimerLinks::kNone) return false;
  ++evicted_;
  Remove(*table_.At(number));
  return true;
}

}  // namespace wiregauge::tables
