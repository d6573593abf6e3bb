// SPDX-License-Identifier: Apache-2.0
#include "publish/json/text_forms.h"

#include <arpa/inet.h>

#include <cstring>

#include "publish/json/spelling.h"

namespace wiregauge::json {

template <size_t kWidth>
void TextForm::AppendDigits(unsigned value) {
  for (size_t i = kWidth; i-- > 0; value /= 10) {
    text_[size_ + i] = static_cast<char>('0' + value % 10);
  }
  size_ += kWidth;
}

void TextForm::AppendOctet(unsigned value) {
  if (value < 10) return AppendDigits<1>(value);
  if (value < 100) return AppendDigits<2>(value);
  AppendDigits<3>(value);
}

TextForm::TextForm(Timestamp time) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto in_day = static_cast<uint64_t>(floor<std::chrono::microseconds>(time - day).count());
  const auto seconds = static_cast<unsigned>(in_day / 1'000'000);
  // A nanosecond count of 64 bits ends in 2262: the year has four digits.
  AppendDigits<4>(static_cast<unsigned>(static_cast<int>(date.year())));
  Append('-');
  AppendDigits<2>(static_cast<unsigned>(date.month()));
  Append('-');
  AppendDigits<2>(static_cast<unsigned>(date.day()));
  Append('T');
  AppendDigits<2>(seconds / 3600);
  Append(':');
  AppendDigits<2>(seconds / 60 % 60);
  Append(':');
  AppendDigits<2>(seconds % 60);
  Append('.');
  AppendDigits<6>(static_cast<unsigned>(in_day % 1'000'000));
  Append('Z');
}

TextForm::TextForm(const IpAddress& address) {
  const auto bytes = address.bytes();
  if (address.version() == 4) {
    AppendOctet(bytes[0]);
    for (size_t i = 1; i < 4; ++i) {
      Append('.');
      AppendOctet(bytes[i]);
    }
  } else if (address.version() == 6) {
    inet_ntop(AF_INET6, bytes.data(), text_.data(), text_.size());
    size_ = std::strlen(text_.data());
  }
}

TextForm::TextForm(const MacAddress& mac) {
  char* end = text_.data();
  for (size_t i = 0; i < mac.bytes.size(); ++i) {
    if (i != 0) *end++ = ':';
    end = SpellHexadecimal(mac.bytes[i], end);
  }
  size_ = static_cast<size_t>(end - text_.data());
}

std::string HostName(const IpAddress& ip, uint16_t vlan) {
  std::string name(TextForm(ip).view());
  if (vlan != 0) name += "@" + std::to_string(vlan);
  return name;
}

}  // namespace wiregauge::json
