// SPDX-License-Identifier: Apache-2.0
#include "publish/json/text_forms.h"

#include <arpa/inet.h>

#include <cstring>

#include "publish/json/spelling.h"

namespace wiregauge::json {

namespace {

struct Octet {
  std::array<char, 3> digits{};
  uint8_t size = 0;
};

// "0" to "255".
constexpr auto kOctets = [] {
  std::array<Octet, 256> octets{};
  for (size_t i = 0; i < octets.size(); ++i) {
    Octet& octet = octets[i];
    for (size_t power = 100; power > 0; power /= 10) {
      if (i >= power || power == 1) {
        octet.digits[octet.size++] = static_cast<char>('0' + i / power % 10);
      }
    }
  }
  return octets;
}();

char* SpellOctet(uint8_t number, char* out) {
  const Octet& octet = kOctets[number];
  std::memcpy(out, octet.digits.data(), octet.digits.size());  // all of it, which is faster
  return out + octet.size;
}

char* SpellByte(char byte, char* out) {
  *out = byte;
  return out + 1;
}

}  // namespace

TextForm::TextForm(Timestamp time) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto in_day = static_cast<uint64_t>(floor<std::chrono::microseconds>(time - day).count());
  const auto seconds = static_cast<unsigned>(in_day / 1'000'000);
  const auto microseconds = static_cast<unsigned>(in_day % 1'000'000);
  // A nanosecond count of 64 bits ends in 2262: the year has four digits.
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  char* end = SpellPair(year / 100, text_.data());
  end = SpellPair(year % 100, end);
  end = SpellPair(static_cast<unsigned>(date.month()), SpellByte('-', end));
  end = SpellPair(static_cast<unsigned>(date.day()), SpellByte('-', end));
  end = SpellPair(seconds / 3600, SpellByte('T', end));
  end = SpellPair(seconds / 60 % 60, SpellByte(':', end));
  end = SpellPair(seconds % 60, SpellByte(':', end));
  end = SpellPair(microseconds / 10'000, SpellByte('.', end));
  end = SpellPair(microseconds / 100 % 100, end);
  end = SpellPair(microseconds % 100, end);
  EndAt(SpellByte('Z', end));
}

TextForm::TextForm(const IpAddress& address) {
  const auto bytes = address.bytes();
  if (address.version() == 4) {
    char* end = SpellOctet(bytes[0], text_.data());
    for (size_t i = 1; i < 4; ++i) end = SpellOctet(bytes[i], SpellByte('.', end));
    EndAt(end);
  } else if (address.version() == 6) {
    inet_ntop(AF_INET6, bytes.data(), text_.data(), text_.size());
    size_ = std::strlen(text_.data());
  }
}

TextForm::TextForm(const MacAddress& mac) {
  char* end = SpellHexadecimal(mac.bytes[0], text_.data());
  for (size_t i = 1; i < mac.bytes.size(); ++i) {
    end = SpellHexadecimal(mac.bytes[i], SpellByte(':', end));
  }
  EndAt(end);
}

std::string HostName(const IpAddress& ip, uint16_t vlan) {
  std::string name(TextForm(ip).view());
  if (vlan != 0) name += "@" + std::to_string(vlan);
  return name;
}

}  // namespace wiregauge::json
