// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "flow/live_flow.h"

namespace wiregauge::flow::testing {

inline const IpAddress kLow = *IpAddress::Parse("10.0.0.1");
inline const IpAddress kHigh = *IpAddress::Parse("10.0.0.2");

// Of 10.0.0.1:40000, or of 10.0.0.2:80.
inline decode::DecodedPacket Tcp(bool from_low, uint8_t flags, uint32_t sequence = 0,
                                 uint32_t ack = 0, uint32_t payload_bytes = 0) {
  decode::DecodedPacket packet;
  packet.l3_class = decode::L3Class::kIpv4;
  packet.src = from_low ? kLow : kHigh;
  packet.dst = from_low ? kHigh : kLow;
  packet.l4_protocol = 6;
  packet.has_ports = packet.has_l4_header = true;
  packet.src_port = from_low ? 40000 : 80;
  packet.dst_port = from_low ? 80 : 40000;
  packet.tcp = {sequence, ack, 1000, flags};
  packet.payload_bytes = payload_bytes;
  return packet;
}

inline decode::DecodedPacket Udp(bool from_low, uint32_t payload_bytes = 10) {
  decode::DecodedPacket packet = Tcp(from_low, 0, 0, 0, payload_bytes);
  packet.l4_protocol = 17;
  return packet;
}

// Feeds packets of one 5-tuple the way the tables do.
class Conversation {
 public:
  Findings See(Duration time, const decode::DecodedPacket& packet, uint32_t wire_bytes = 60) {
    const Timestamp moment(std::chrono::seconds(1000) + time);
    return SeeByClock(moment, moment, packet, wire_bytes);
  }
  // A packet with a time that is not its source's clock's.
  Findings SeeByClock(Timestamp time, Timestamp clock, const decode::DecodedPacket& packet,
                      uint32_t wire_bytes = 60) {
    const Ports ports{packet.src_port, packet.dst_port};
    PacketView view;
    view.time = time;
    view.wire_bytes = wire_bytes;
    const bool src_is_low = SrcIsLow(packet, ports);
    const FlowKey key = MakeFlowKey(packet, ports, src_is_low);
    if (!begun_) Begin(flow, key, src_is_low, packet, ports, view, clock);
    begun_ = true;
    EXPECT_EQ(key, flow.key);
    return Update(flow, SenderOf(flow, src_is_low), packet, view, clock);
  }
  // SYN at 0, SYN|ACK after 10 ms, ACK after 12; the next bytes are 101 and 501.
  void Shake() {
    using decode::TcpFlags;
    See(std::chrono::milliseconds(0), Tcp(true, TcpFlags::kSyn, 100));
    See(std::chrono::milliseconds(10), Tcp(false, TcpFlags::kSyn | TcpFlags::kAck, 500, 101));
    See(std::chrono::milliseconds(12), Tcp(true, TcpFlags::kAck, 101, 501));
  }
  std::string history() const { return std::string(flow.record.history.letters()); }

  LiveFlow flow;

 private:
  bool begun_ = false;
};

}  // namespace wiregauge::flow::testing
