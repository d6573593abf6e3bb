// SPDX-License-Identifier: Apache-2.0
#include "publish/lua/vm/string_library.h"

#include <algorithm>
#include <cstring>
#include <lua.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "publish/lua/vm/error.h"
#include "publish/lua/vm/pattern.h"
#include "publish/lua/vm/state.h"
#include "publish/lua/vm/values.h"

namespace wiregauge::lua {
namespace {

constexpr std::string_view kSpecials = "^$*+?.([%-";

struct Anchored {
  std::string_view pattern;
  bool at_begin = false;
};
Anchored TakeAnchor(std::string_view pattern) {
  if (!pattern.starts_with('^')) return {pattern, false};
  return {pattern.substr(1), true};
}

Pattern::Spend SpendOf(lua_State* lua) {
  return [&state = State::Of(lua)](uint64_t steps) { state.Spend(steps); };
}

// Where a search begins, counted from 0; at the latest at the end.
size_t ReadInit(lua_State* lua, int index, size_t size) {
  const double given = OptionalNumber(lua, index, "init").value_or(1);
  const double begin = given >= 0 ? given - 1 : static_cast<double>(size) + given;
  if (!(begin > 0)) return 0;
  return static_cast<size_t>(std::min(begin, static_cast<double>(size)));
}

void PushCapture(lua_State* lua, const Pattern& pattern, std::string_view subject, size_t index) {
  const Pattern::Capture capture = pattern.capture(index);
  if (capture.is_position) return Push(lua, capture.begin + 1);
  Push(lua, subject.substr(capture.begin, capture.size));
}

// All captures; the whole match where there are none and it is wanted.
int PushCaptures(lua_State* lua, const Pattern& pattern, std::string_view subject,
                 const Pattern::Match* whole) {
  const size_t count = pattern.captures();
  if (count == 0 && whole != nullptr) {
    Push(lua, subject.substr(whole->begin, whole->end - whole->begin));
    return 1;
  }
  luaL_checkstack(lua, static_cast<int>(count), "too many captures");
  for (size_t i = 0; i < count; ++i) PushCapture(lua, pattern, subject, i);
  return static_cast<int>(count);
}

std::optional<Pattern::Match> Search(Pattern& pattern, std::string_view subject, size_t begin,
                                     bool anchored) {
  for (; begin <= subject.size(); ++begin) {
    if (const auto end = pattern.MatchAt(begin)) return Pattern::Match{begin, *end};
    if (anchored) break;
  }
  return std::nullopt;
}

// memmem: linear, but for the work it announces.
std::optional<size_t> FindPlain(lua_State* lua, std::string_view subject, std::string_view text,
                                size_t begin) {
  State::Of(lua).Spend((subject.size() - begin) / 8);
  if (text.empty()) return begin;
  const void* const found =
      ::memmem(subject.data() + begin, subject.size() - begin, text.data(), text.size());
  if (found == nullptr) return std::nullopt;
  return static_cast<size_t>(static_cast<const char*>(found) - subject.data());
}

int Find(lua_State* lua) {
  const std::string_view subject = TextArgument(lua, 1, "s");
  const std::string_view text = TextArgument(lua, 2, "pattern");
  const size_t begin = ReadInit(lua, 3, subject.size());
  State::Of(lua).Spend(text.size());
  if (lua_toboolean(lua, 4) != 0 || text.find_first_of(kSpecials) == text.npos) {
    const auto found = FindPlain(lua, subject, text, begin);
    if (!found) {
      lua_pushnil(lua);
      return 1;
    }
    Push(lua, *found + 1);
    Push(lua, *found + text.size());
    return 2;
  }
  const Anchored anchored = TakeAnchor(text);
  Pattern pattern(subject, anchored.pattern, SpendOf(lua));
  const auto match = Search(pattern, subject, begin, anchored.at_begin);
  if (!match) {
    lua_pushnil(lua);
    return 1;
  }
  Push(lua, match->begin + 1);
  Push(lua, match->end);
  return 2 + PushCaptures(lua, pattern, subject, nullptr);
}

int Match(lua_State* lua) {
  const std::string_view subject = TextArgument(lua, 1, "s");
  const Anchored anchored = TakeAnchor(TextArgument(lua, 2, "pattern"));
  const size_t begin = ReadInit(lua, 3, subject.size());
  Pattern pattern(subject, anchored.pattern, SpendOf(lua));
  const auto match = Search(pattern, subject, begin, anchored.at_begin);
  if (match) return PushCaptures(lua, pattern, subject, &*match);
  lua_pushnil(lua);
  return 1;
}

// Upvalues: subject, pattern, where to go on.
int NextMatch(lua_State* lua) {
  const std::string_view subject = *TextAt(lua, lua_upvalueindex(1));
  const std::string_view text = *TextAt(lua, lua_upvalueindex(2));
  const auto begin = static_cast<size_t>(lua_tonumber(lua, lua_upvalueindex(3)));
  Pattern pattern(subject, text, SpendOf(lua));
  const auto match = Search(pattern, subject, begin, false);
  if (!match) return 0;
  const size_t next = match->end == match->begin ? match->end + 1 : match->end;
  Push(lua, next);
  lua_replace(lua, lua_upvalueindex(3));
  return PushCaptures(lua, pattern, subject, &*match);
}

int Gmatch(lua_State* lua) {
  TextArgument(lua, 1, "s");
  TextArgument(lua, 2, "pattern");
  lua_settop(lua, 2);
  lua_pushnumber(lua, 0);
  lua_pushcclosure(lua, Entry<NextMatch>, 3);
  return 1;
}

// One call of gsub. Arguments: subject, pattern, replacement, most.
class Substitution {
 public:
  explicit Substitution(lua_State* lua)
      : lua_(lua),
        subject_(TextArgument(lua, 1, "s")),
        anchored_(TakeAnchor(TextArgument(lua, 2, "pattern"))),
        pattern_(subject_, anchored_.pattern, SpendOf(lua)) {
    const int type = lua_type(lua, 3);
    const bool good =
        type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TTABLE || type == LUA_TFUNCTION;
    if (!good) {
      throw ScriptError("repl (argument 3) is to be a string, a table or a function, not " +
                        Describe(lua, 3));
    }
    if (type == LUA_TNUMBER) lua_tolstring(lua, 3, nullptr);
  }

  int Run() {
    const double most =
        OptionalNumber(lua_, 4, "n").value_or(static_cast<double>(subject_.size()) + 1);
    size_t count = 0, at = 0;
    while (static_cast<double>(count) < most) {
      const auto end = pattern_.MatchAt(at);
      if (end) {
        ++count;
        Replace({at, *end});
      }
      if (end && *end > at) {
        at = *end;
      } else if (at < subject_.size()) {
        Append(subject_.substr(at++, 1));
      } else {
        break;
      }
      if (anchored_.at_begin) break;
    }
    if (at < subject_.size()) Append(subject_.substr(at));
    Push(lua_, result_);
    Push(lua_, count);
    return 2;
  }

 private:
  void Append(std::string_view text) {
    result_ += text;
    if (result_.capacity() <= held_) return;
    State::Of(lua_).HoldBytes(static_cast<int64_t>(result_.capacity() - held_));
    held_ = result_.capacity();
  }

  void Replace(Pattern::Match match) {
    const std::string_view whole = subject_.substr(match.begin, match.end - match.begin);
    if (const auto text = TextAt(lua_, 3)) return Expand(*text, whole);
    const State::Nested nested(State::Of(lua_));
    const int top = lua_gettop(lua_);
    if (lua_istable(lua_, 3)) {
      PushFirst(whole);
      lua_gettable(lua_, 3);
    } else {
      lua_pushvalue(lua_, 3);
      const int arguments = PushCaptures(lua_, pattern_, subject_, &match);
      lua_call(lua_, arguments, 1);
    }
    AppendResult(whole);
    lua_settop(lua_, top);
  }

  void PushFirst(std::string_view whole) {
    if (pattern_.captures() == 0) return Push(lua_, whole);
    PushCapture(lua_, pattern_, subject_, 0);
  }

  // What a table or a function gave: false and nil keep the match.
  void AppendResult(std::string_view whole) {
    if (lua_toboolean(lua_, -1) == 0) return Append(whole);
    if (lua_isstring(lua_, -1) == 0) {
      throw ScriptError("invalid replacement value (" + Describe(lua_, -1) + ")");
    }
    size_t size = 0;
    const char* const text = lua_tolstring(lua_, -1, &size);
    Append({text, size});
  }

  // "%1" is a capture, "%0" the match, "%%" a percent sign.
  void Expand(std::string_view text, std::string_view whole) {
    State::Of(lua_).Spend(text.size());
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%' || i + 1 == text.size()) {
        Append(text.substr(i, 1));
        continue;
      }
      const char c = text[++i];
      if (c < '0' || c > '9') {
        Append(text.substr(i, 1));
      } else if (c == '0' || (c == '1' && pattern_.captures() == 0)) {
        Append(whole);
      } else {
        AppendCapture(static_cast<size_t>(c - '1'));
      }
    }
  }
  void AppendCapture(size_t index) {
    if (index >= pattern_.captures()) {
      throw ScriptError("invalid capture index %" + std::to_string(index + 1));
    }
    const Pattern::Capture capture = pattern_.capture(index);
    if (capture.is_position) return Append(std::to_string(capture.begin + 1));
    Append(subject_.substr(capture.begin, capture.size));
  }

  struct GiveBack {
    Substitution* owner;
    ~GiveBack() { State::Of(owner->lua_).HoldBytes(-static_cast<int64_t>(owner->held_)); }
  };

  lua_State* const lua_;
  const std::string_view subject_;
  const Anchored anchored_;
  Pattern pattern_;
  std::string result_;
  size_t held_ = 0;
  const GiveBack give_back_{this};
};

int Gsub(lua_State* lua) { return Substitution(lua).Run(); }

// Upvalue 1: the library's own, which calls __tostring and may so come here again.
int Format(lua_State* lua) {
  const State::Nested nested(State::Of(lua));
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, 1);
  return 1;
}

}  // namespace

void ReplaceStringFunctions(lua_State* lua) {
  constexpr luaL_Reg kFunctions[] = {
      {"find", Entry<Find>},    {"match", Entry<Match>}, {"gmatch", Entry<Gmatch>},
      {"gfind", Entry<Gmatch>}, {"gsub", Entry<Gsub>},   {nullptr, nullptr},
  };
  luaL_register(lua, nullptr, kFunctions);
  lua_getfield(lua, -1, "format");
  lua_pushcclosure(lua, Entry<Format>, 1);
  lua_setfield(lua, -2, "format");
  lua_pushnil(lua);
  lua_setfield(lua, -2, "dump");
}

}  // namespace wiregauge::lua
