// SPDX-License-Identifier: Apache-2.0
// What is pushed without JSON is what the JSON says, in every flow and host of the captures.
#include <gtest/gtest.h>

#include <lua.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "publish/lua/native/flow_rows.h"
#include "publish/lua/native/host_rows.h"
#include "publish/lua/vm/json.h"
#include "unit/publish/lua/native/native_script.h"
#include "unit/shard/engine_runs.h"
#include "unit/snapshot/fixed_source.h"

namespace wiregauge::lua {
namespace {

using Json = nlohmann::json;

std::shared_ptr<const snapshot::Snapshot> Read(const std::string& path) {
  SystemClock clock;
  auto engine =
      shard::Engine::Start(shard::FileOptions(path, 1), dpi::MakeCatalogue(), clock, nullptr);
  if (!engine.ok() || !(*engine)->WaitForFiles(std::chrono::minutes(2))) return nullptr;
  auto snapshot = (*engine)->Get(snapshot::Detail::kRows, Duration::zero());
  (*engine)->Stop();
  return snapshot;
}

// What stands at the path; null when nothing does.
Json At(const Json& object, std::string_view path) {
  Json at = object;
  for (const std::string_view name : Split(path, '.')) {
    const auto found = at.is_object() ? at.find(std::string(name)) : at.end();
    if (!at.is_object() || found == at.end()) return nullptr;
    Json inner = *found;
    at = std::move(inner);
  }
  return at;
}

// What a script reads of the row on top.
Json Member(lua_State* lua, std::string_view path) {
  const int top = lua_gettop(lua);
  lua_pushvalue(lua, -1);
  for (const std::string_view name : Split(path, '.')) {
    lua_getfield(lua, -1, std::string(name).c_str());
  }
  std::string text;
  WriteJson(lua, -1, text);
  lua_settop(lua, top);
  return Json::parse(text);
}

void Compare(lua_State* lua, const RowType& type, const void* record, Call& call) {
  std::string text;
  json::Writer writer(text);
  type.write(writer, record, call);
  const Json object = Json::parse(text);
  PushRow(lua, type, record);
  for (const QuickMember& member : type.quick) {
    ASSERT_EQ(Member(lua, member.path), At(object, member.path)) << member.path << " of " << text;
  }
  for (const std::string_view part : type.objects) {
    ASSERT_EQ(Member(lua, part), object[std::string(part)]) << part;
  }
  lua_pop(lua, 1);
}

std::vector<std::filesystem::path> OwnCaptures() {
  const char* const root = std::getenv("WIREGAUGE_SOURCE_DIR");
  return root != nullptr ? shard::FilesIn(std::filesystem::path(root) / "tests/captures")
                         : std::vector<std::filesystem::path>();
}

class QuickMembers : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(QuickMembers, AreWhatTheJsonSays) {
  const auto read = Read(GetParam());
  if (read == nullptr) GTEST_SKIP();
  snapshot::FixedSource source;
  source.snapshot = *read;
  NativeScript script;
  Services services{.snapshots = source,
                    .rest = script.services().rest,
                    .clock = script.services().clock,
                    .places = script.services().places,
                    .version = "",
                    .revision = "",
                    .started_at = {},
                    .script_dirs = {},
                    .data_dir = {}};
  Call call(services, "test.lua");
  script.state().set_context(&call);
  const Outcome outcome = script.state().Run(
      {.wall_time = std::chrono::minutes(4), .instructions = UINT64_MAX / 2}, [&](lua_State* lua) {
        call.rows().ForEachFlow([&](const model::FlowRecord& flow) {
          Compare(lua, FlowRow(), &flow, call);
          Compare(lua, FlowRecordRow(), &flow, call);
        });
        for (const model::HostRecord& host : call.rows().hosts) {
          Compare(lua, HostRow(), &host, call);
        }
      });
  EXPECT_TRUE(outcome.ok()) << outcome.message;
}

INSTANTIATE_TEST_SUITE_P(Captures, QuickMembers, testing::ValuesIn(OwnCaptures()),
                         [](const auto& capture) { return std::to_string(capture.index); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(QuickMembers);

}  // namespace
}  // namespace wiregauge::lua
