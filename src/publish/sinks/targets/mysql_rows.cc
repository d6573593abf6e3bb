// SPDX-License-Identifier: Apache-2.0
#include "publish/sinks/targets/mysql_rows.h"

#include <algorithm>
#include <charconv>

namespace wiregauge::sinks {
namespace {

// Goes through the members of an object without objects in it.
class Members {
 public:
  explicit Members(std::string_view text) : text_(text) {
    while (text_.ends_with('\n')) text_.remove_suffix(1);
    sound_ = text_.size() >= 2 && text_.front() == '{' && text_.back() == '}';
  }

  // False: there are no more, or what follows is no member.
  bool Next(std::string_view& name, std::string_view& value) {
    if (!sound_ || at_ + 1 >= text_.size()) return false;
    sound_ = ReadString(name) && Skip(':') && ReadValue(value) && SkipSeparator();
    return sound_;
  }
  bool sound() const { return sound_; }

 private:
  bool Skip(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool SkipSeparator() { return at_ + 1 == text_.size() || Skip(','); }
  // Without its quotes, escaped as it stands.
  bool ReadString(std::string_view& out) {
    if (!Skip('"')) return false;
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) return false;
    out = text_.substr(begin, at_++ - begin);
    return true;
  }
  bool ReadValue(std::string_view& out) {
    const size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '[') {
      if (!SkipArray()) return false;
    } else if (at_ < text_.size() && text_[at_] == '"') {
      if (std::string_view string; !ReadString(string)) return false;
    } else {
      at_ = std::min(text_.find_first_of(",}", at_), text_.size());
      return IsPlain(out = text_.substr(begin, at_ - begin));
    }
    out = text_.substr(begin, at_ - begin);
    return true;
  }
  // A number, or a word of JSON: what stands in SQL as it is.
  static bool IsPlain(std::string_view value) {
    if (value == "true" || value == "false" || value == "null") return true;
    return !value.empty() && value.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
  }
  // Of strings and numbers.
  bool SkipArray() {
    while (++at_ < text_.size() && text_[at_] != ']') {
      std::string_view string;
      if (text_[at_] != '"') continue;
      if (!ReadString(string)) return false;
      --at_;
    }
    return Skip(']');
  }

  std::string_view text_;
  size_t at_ = 1;
  bool sound_ = false;
};

// Appends what stands behind a backslash in JSON. How long it is.
size_t AppendEscaped(std::string_view rest, std::string& out) {
  static constexpr std::string_view kNames = "bfnrt", kMeant = "\b\f\n\r\t";
  if (rest.empty()) return 0;
  if (rest.front() == 'u') {  // control characters alone are written so
    const std::string_view digits = rest.substr(1, 4);
    unsigned code = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    out.push_back(static_cast<char>(code));
    return 1 + digits.size();
  }
  const size_t name = kNames.find(rest.front());
  out.push_back(name == std::string_view::npos ? rest.front() : kMeant[name]);
  return 1;
}

// "2026-11-24T22:00:00.074123Z" as DATETIME reads it.
std::string_view ReadTime(std::string_view time, std::string& scratch) {
  if (time.ends_with('Z')) time.remove_suffix(1);
  scratch = time;
  std::ranges::replace(scratch, 'T', ' ');
  return scratch;
}

std::string_view ReadText(std::string_view inside, std::string& scratch) {
  size_t at = inside.find('\\');
  if (at == std::string_view::npos) return inside;
  scratch = inside.substr(0, at);
  while (at < inside.size()) {
    const size_t next = std::min(inside.find('\\', at), inside.size());
    scratch.append(inside.substr(at, next - at));
    at = next == inside.size() ? next : next + 1 + AppendEscaped(inside.substr(next + 1), scratch);
  }
  return scratch;
}

// The first characters of valid UTF-8; 0: all.
std::string_view Cut(std::string_view text, size_t most_characters) {
  if (most_characters == 0 || text.size() <= most_characters) return text;
  size_t characters = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool begins_one = (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
    if (begins_one && ++characters > most_characters) return text.substr(0, at);
  }
  return text;
}

bool IsNull(std::string_view json) { return json.empty() || json == "null"; }
// Numbers, true and false.
bool IsBare(std::string_view json) { return json.front() != '"' && json.front() != '['; }

// What the text of a value is. It stands in `json` or in `scratch`.
std::string_view TextOf(const MysqlColumn& column, std::string_view json, std::string& scratch) {
  if (json == "true") return "1";
  if (json == "false") return "0";
  if (json.front() != '"') return json;
  const std::string_view inside = json.substr(1, json.size() - 2);
  if (column.type == FieldType::kTime) return ReadTime(inside, scratch);
  return Cut(ReadText(inside, scratch), column.most_characters);
}

}  // namespace

void MysqlValues::Clear() {
  for (Column& column : columns) {
    column.texts.clear();
    column.lengths.clear();
    column.nulls.clear();
  }
  own_texts.clear();
  rows = bytes = 0;
}

std::string MysqlRows::ColumnList() const {
  std::string list;
  for (const MysqlColumn& column : columns_) {
    list.append(list.empty() ? "(" : ",").append(MysqlName(column.name));
  }
  return list + ")";
}

std::string MysqlRows::Placeholders() const {
  std::string list;
  for (size_t column = 0; column < columns_.size(); ++column)
    list.append(column == 0 ? "(?" : ",?");
  return list + ")";
}

bool MysqlRows::Append(std::string_view json, std::string& out) {
  if (!Read(json)) return false;
  for (size_t column = 0; column < columns_.size(); ++column) {
    out.push_back(column == 0 ? '(' : ',');
    const std::string_view value = values_[column];
    if (IsNull(value)) {
      out.append("NULL");
    } else if (IsBare(value)) {
      out.append(value);
    } else {
      out.append(MysqlText(TextOf(columns_[column], value, scratch_)));
    }
  }
  out.push_back(')');
  return true;
}

bool MysqlRows::Append(std::string_view json, MysqlValues& out) {
  if (!Read(json)) return false;
  static constexpr size_t kLengthBytes = 10;  // of a value's length and type, at the most
  out.columns.resize(columns_.size());
  for (size_t column = 0; column < columns_.size(); ++column) {
    const std::string_view value = values_[column];
    std::string_view text = IsNull(value) ? "" : TextOf(columns_[column], value, scratch_);
    if (text.data() == scratch_.data()) text = out.own_texts.emplace_back(text);
    out.columns[column].texts.push_back(text.data());
    out.columns[column].lengths.push_back(text.size());
    out.columns[column].nulls.push_back(IsNull(value) ? 1 : 0);
    out.bytes += text.size() + kLengthBytes;
  }
  ++out.rows;
  return true;
}

// Members stand in the order of the columns, as a rule.
bool MysqlRows::Read(std::string_view json) {
  values_.assign(columns_.size(), {});
  Members members(json);
  size_t next = 0;
  for (std::string_view name, value; members.Next(name, value);) {
    for (size_t tried = 0; tried < columns_.size(); ++tried) {
      const size_t column = (next + tried) % columns_.size();
      if (columns_[column].name != name) continue;
      values_[column] = value;
      next = column + 1;
      break;
    }
  }
  return members.sound();
}

}  // namespace wiregauge::sinks
