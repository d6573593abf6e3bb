// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/keyed_hash.h"
#include "base/packet_clock.h"
#include "base/packet_view.h"
#include "decode/frame.h"
#include "dpi/classifier.h"
#include "flow/keyed_frame.h"
#include "flow/live_flow.h"
#include "geo/atlas.h"
#include "model/flow_record.h"
#include "model/host_record.h"
#include "model/interface_counters.h"
#include "model/place_tallies.h"
#include "tables/device_table.h"
#include "tables/ended_flows.h"
#include "tables/flow_tap.h"
#include "tables/fragment_table.h"
#include "tables/host_table.h"
#include "tables/keyed_table.h"
#include "tables/limits.h"
#include "tables/messages.h"
#include "tables/slice_copier.h"
#include "tables/timer_wheel.h"
#include "tables/vlan_table.h"

namespace wiregauge::tables {

class FlowEntry {
 public:
  const flow::FlowKey& key() const { return flow.key; }
  SliceMark& slice_mark() { return mark; }
  const model::FlowRecord& ToRow() const { return flow.record; }

  // The hosts of a packet.
  struct Hosts {
    HostEntry& src;
    HostEntry& dst;
  };
  Hosts HostsOf(flow::Sender sender) const {
    if (sender == flow::Sender::kClient) return {*client_host, *server_host};
    return {*server_host, *client_host};
  }

  // What a packet reads and writes ends here: behind the server's counters. Nobody relies on it but
  // to ask for the lines early.
  static constexpr size_t kHotBytes = 664;

  HostEntry* client_host = nullptr;
  HostEntry* server_host = nullptr;
  FlowTap* tap = nullptr;  // null: nobody wants its packets
  MessageState messages;
  // By sender: the devices its frames came from and went to.
  std::array<DeviceTable::Hint, 2> src_device, dst_device;
  bool low_goodput = false;  // counted as such in its hosts' rows
  SliceMark mark;
  flow::LiveFlow flow;
  // Of requests that were answered before the application was settled; their sum is the record's.
  std::array<uint16_t, model::kLatencyClasses> unsettled_latencies{};
  TimerLinks timer;
};

struct TablesOptions {
  uint16_t interface_index = 0;
  size_t applications = 0;  // size of the catalogue
  Limits limits;
  std::shared_ptr<const geo::Atlas> atlas = std::make_shared<const geo::Atlas>();
};

// Everything one shard knows: its flows, hosts, devices, VLANs and counters. Account is the packet
// path from a frame to the last counter. Packet time drives all ageing.
//
// Thread-safety: none; owned by one shard thread.
// Invariants: the sums listed in model/interface_counters.h hold after every call. A flow record
// depends on its own packets and on the source's clock at each, unless memory runs out.
class Tables {
 public:
  Tables(const TablesOptions& options, const KeyedHash& hash, dpi::Classifier& classifier);
  ~Tables();

  // Packets in order. While one is counted the next ones' rows are on their way into the cache.
  void Account(std::span<const flow::KeyedFrame> frames) noexcept;
  void Account(const flow::KeyedFrame& frame) noexcept { Account({&frame, 1}); }

  // Time goes on without a packet (an idle live interface): `now` is one more time for the clock.
  void AdvanceTo(Timestamp now) noexcept;
  // Nothing comes any more: moves the time to `now` and ends every flow, with `reason` where
  // nothing ended it before. Hosts and devices stay.
  void EndAll(Timestamp now, model::EndReason reason) noexcept;

  // Gives the flow's packets to `tap` as well, which lives until it says that it wants no more, is
  // told that the flow ended, or another tap (null: none) is set. False when the flow is not here.
  bool SetTap(const flow::FlowKey& key, uint64_t flow_id, FlowTap* tap) noexcept;
  // The time by which everything ages.
  Timestamp now() const noexcept { return now_; }

  EndedFlows& ended_flows() { return ended_flows_; }
  // Records nobody could take.
  void CountDroppedRecords(uint64_t records) { counters_.records_dropped += records; }

  // A consistent copy of everything, as of BeginRows (which also closes the running batch of ended
  // flows), made in pieces: CopySome until it says true, then take the rows.
  void BeginRows();
  bool CopySome(size_t most_rows);
  std::vector<model::FlowRecord> TakeFlows() { return flow_copier_.Take(); }
  std::vector<model::HostRecord> TakeHosts() { return hosts_.TakeSlice(); }
  std::vector<model::NamedAddress> TakeNames() { return hosts_.TakeNames(); }
  std::vector<model::DeviceRecord> TakeDevices() { return devices_.TakeSlice(); }

  // As of now.
  model::InterfaceCounters Counters() const;
  const std::vector<model::VlanRecord>& vlans() const { return vlans_.rows(); }
  const model::PlaceTallies& places() const { return places_; }

 private:
  struct Links {
    KeyedTable<flow::FlowKey, FlowEntry>* table;
    TimerLinks& operator()(uint32_t number) const { return table->At(number)->timer; }
  };

  // A packet on its way to be counted.
  struct Prepared {
    const flow::KeyedFrame* frame = nullptr;
    Timestamp now{};        // the time by which everything ages, at this packet
    size_t size_class = 0;  // PacketSizes
    bool is_ip = false;
    // From here on only of IP packets.
    bool src_is_low = false;
    flow::Ports ports;
    flow::FlowKey key;
    uint64_t hash = 0;
    FlowEntry* flow = nullptr;  // most likely: its key is not compared yet
  };
  static constexpr size_t kAhead = 4;  // packets between two stages

  Prepared& PreparedAt(size_t i) { return prepared_[i % prepared_.size()]; }
  void Prepare(const flow::KeyedFrame& frame, Prepared& prepared);
  void PrefetchFlow(Prepared& prepared);
  void PrefetchHosts(const Prepared& prepared);
  void PrefetchEnd(const FlowEntry& entry);
  void Account(const Prepared& prepared);
  void AccountIp(const Prepared& prepared);
  // Hosts took more memory: those without flows go until they fit.
  void FitHosts();
  // Returns the sender's device; null when there is none.
  DeviceEntry* AccountDevices(const PacketView& view, const decode::DecodedPacket& packet,
                              DeviceTable::Hint& src_hint, DeviceTable::Hint& dst_hint);
  void CountArp(const decode::DecodedPacket& packet, DeviceEntry* src, DeviceEntry* dst);
  void AccountHosts(const FlowEntry& entry, flow::Sender sender, const Prepared& prepared);
  void AccountTcp(FlowEntry& entry, flow::Sender sender, const decode::DecodedPacket& packet,
                  const flow::SegmentFindings& findings);
  // The flow has got a low goodput, or has got over it.
  void TurnGoodput(FlowEntry& entry);
  void AccountIcmp(const FlowEntry& entry, flow::Sender sender, const decode::DecodedPacket& packet,
                   const PacketView& view);
  void ReadMessages(FlowEntry& entry, flow::Sender sender, const decode::DecodedPacket& packet,
                    const PacketView& view, const flow::SegmentFindings& findings);
  void AccountApplication(FlowEntry& entry, flow::Sender sender,
                          const decode::DecodedPacket& packet, const PacketView& view);
  flow::Ports PortsOfFragment(const decode::DecodedPacket& packet, Timestamp now);

  // The flow the packet belongs to, after ending or reporting what its time says is over.
  FlowEntry& FlowOf(const Prepared& prepared);
  FlowEntry* FindFlow(const Prepared& prepared);
  FlowEntry& InsertFlow(const Prepared& prepared);
  void MoveTo(Timestamp now);
  void MakeRoom();
  bool HostsFit() const;
  size_t FlowBytes() const;
  bool EvictFlow();
  HostEntry& Reference(FlowEntry& entry, bool as_client, const MacAddress& frame_mac,
                       Timestamp now);
  void Unreference(HostEntry& host, const model::FlowRecord& record, bool as_client);
  void Settle(FlowEntry& entry);
  void CountLatencies(FlowEntry& entry, bool handshake_ended,
                      std::optional<Duration> application_latency);
  void NameByHandshake(FlowEntry& entry);
  // In what its application, which is settled, counts.
  void CountHandshake(const flow::LiveFlow& flow);
  void Report(FlowEntry& entry, Timestamp start_of_next);
  // Hands on the record as it stands, with the names of its ends.
  void AddRecord(FlowEntry& entry);
  void End(FlowEntry& entry, model::EndReason reason);

  Duration TimeoutOf(const flow::LiveFlow& flow) const;
  void SetTimer(FlowEntry& entry);

  TablesOptions options_;
  KeyedHash hash_;
  dpi::Classifier& classifier_;
  PacketClock clock_;  // of views that bring no time of it
  Timestamp now_{};    // by which everything ages
  int64_t now_second_ = INT64_MIN;
  uint32_t now_minute_ = 0;
  std::array<Prepared, 4 * kAhead> prepared_;
  size_t metadata_bytes_ = 0;  // of active flows

  KeyedTable<flow::FlowKey, FlowEntry> flows_;
  TimerWheel<Links> flow_wheel_;
  SliceCopier<model::FlowRecord> flow_copier_;
  HostTable hosts_;
  MessageReader message_reader_;
  DeviceTable devices_;
  VlanTable vlans_;
  FragmentTable fragments_;
  EndedFlows ended_flows_;
  model::PlaceTallies places_;
  model::InterfaceCounters counters_;
};

}  // namespace wiregauge::tables
