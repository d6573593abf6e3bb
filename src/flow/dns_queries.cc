// SPDX-License-Identifier: Apache-2.0
#include "flow/dns_queries.h"

#include <algorithm>

namespace wiregauge::flow {
namespace {

struct Head {
  uint16_t number = 0;
  bool is_response = false;
};

std::optional<Head> ReadHead(std::span<const uint8_t> message) {
  if (message.size() < 3) return std::nullopt;
  return Head{static_cast<uint16_t>(message[0] << 8 | message[1]), (message[2] & 0x80) != 0};
}

}  // namespace

void DnsQueries::Ask(std::span<const uint8_t> message, Timestamp time) {
  const auto head = ReadHead(message);
  if (!head || head->is_response || Find(head->number) < size_) return;
  if (size_ == kMost) Forget(0);
  asked_at_[size_] = time;
  numbers_[size_] = head->number;
  ++size_;
}

std::optional<Timestamp> DnsQueries::Answer(std::span<const uint8_t> message) {
  const auto head = ReadHead(message);
  if (!head || !head->is_response) return std::nullopt;
  const size_t place = Find(head->number);
  if (place == size_) return std::nullopt;
  const Timestamp asked_at = asked_at_[place];
  Forget(place);
  return asked_at;
}

size_t DnsQueries::Find(uint16_t number) const {
  return static_cast<size_t>(std::find(numbers_.begin(), numbers_.begin() + size_, number) -
                             numbers_.begin());
}

void DnsQueries::Forget(size_t place) {
  std::copy(asked_at_.begin() + place + 1, asked_at_.begin() + size_, asked_at_.begin() + place);
  std::copy(numbers_.begin() + place + 1, numbers_.begin() + size_, numbers_.begin() + place);
  --size_;
}

}  // namespace wiregauge::flow
