// SPDX-License-Identifier: Apache-2.0
#include "geo/vendor_lists.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "base/text.h"

namespace wiregauge::geo {
namespace {

using Block = model::MacVendors::Block;

constexpr const char* kLists[] = {"oui.csv", "mam.csv", "oui36.csv", "iab.csv"};
// Of a file; the largest list has 3 MB in 2022.
constexpr size_t kMostBytes = size_t{64} << 20;
constexpr size_t kMostNameBytes = 255;
constexpr int kMacDigits = 12, kBitsOfDigit = 4;

// What a field in quotes holds, which begins behind the first one; moves `at` behind the last one.
std::string TakeQuoted(std::string_view csv, size_t& at) {
  std::string text;
  for (; at < csv.size(); ++at) {
    if (csv[at] == '"' && (++at == csv.size() || csv[at] != '"')) break;
    text += csv[at];
  }
  return text;
}

// Takes one field off the front of `csv`, with the comma or the line's end behind it.
struct Field {
  std::string text;
  bool last = false;  // of its line
};
Field TakeField(std::string_view& csv) {
  Field field;
  size_t at = 0;
  if (csv.starts_with('"')) field.text = TakeQuoted(csv, ++at);
  const size_t end = std::min(csv.find_first_of(",\n", at), csv.size());
  field.text += csv.substr(at, end - at);
  field.last = end == csv.size() || csv[end] == '\n';
  csv.remove_prefix(std::min(csv.size(), end + 1));
  return field;
}

// Valid UTF-8 without control characters, and one space where there are several.
std::string CleanName(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool is_space = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!is_space) name += c;
    if (is_space && !name.empty() && name.back() != ' ') name += ' ';
  }
  if (name.size() > kMostNameBytes) return {};
  return ToValidUtf8(Trim(name));
}

bool TellsMaker(std::string_view vendor) {
  return !vendor.empty() && vendor != "Private" && vendor != "IEEE Registration Authority";
}

std::optional<Block> BlockOf(std::string_view assignment, std::string_view holder) {
  Block block;
  const auto digits = static_cast<int>(assignment.size());
  if (digits == 0 || digits > kMacDigits) return std::nullopt;
  const char* const end = assignment.data() + assignment.size();
  const auto [stop, error] = std::from_chars(assignment.data(), end, block.first_address, 16);
  if (error != std::errc{} || stop != end) return std::nullopt;
  block.first_address <<= (kMacDigits - digits) * kBitsOfDigit;
  block.prefix_bits = static_cast<uint8_t>(digits * kBitsOfDigit);
  block.vendor = CleanName(holder);
  if (!TellsMaker(block.vendor)) return std::nullopt;
  return block;
}

// Nothing, and the reason, when it cannot be read.
std::optional<std::string> ReadFile(const std::string& path, std::string& problem) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file.is_open()) {
    text.resize(kMostBytes + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad()) {
    problem = std::strerror(errno != 0 ? errno : EIO);
    return std::nullopt;
  }
  if (text.size() > kMostBytes) {
    problem = "is larger than 64 MiB";
    return std::nullopt;
  }
  return text;
}

}  // namespace

std::vector<Block> ParseVendorList(std::string_view csv) {
  std::vector<Block> blocks;
  while (!csv.empty()) {
    std::string assignment, holder;
    bool last = false;
    for (int column = 0; !last; ++column) {
      Field field = TakeField(csv);
      last = field.last;
      if (column == 1) assignment = std::move(field.text);
      if (column == 2) holder = std::move(field.text);
    }
    if (auto block = BlockOf(assignment, holder)) blocks.push_back(*std::move(block));
  }
  return blocks;
}

VendorLists ReadVendorLists(const std::string& folder) {
  VendorLists lists;
  std::vector<Block> blocks;
  for (const char* const name : kLists) {
    const std::string path = folder + "/" + name;
    std::string problem;
    const auto text = ReadFile(path, problem);
    std::vector<Block> found;
    if (text) found = ParseVendorList(*text);
    if (text && found.empty()) problem = "has no block of MAC addresses";
    if (!problem.empty()) lists.problems.push_back(path + ": " + problem);
    blocks.insert(blocks.end(), std::make_move_iterator(found.begin()),
                  std::make_move_iterator(found.end()));
  }
  lists.vendors = std::make_shared<const model::MacVendors>(blocks);
  return lists;
}

}  // namespace wiregauge::geo
