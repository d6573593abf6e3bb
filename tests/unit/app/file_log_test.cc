// SPDX-License-Identifier: Apache-2.0
#include "app/file_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace wiregauge::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class FakeEngine final : public shard::Engine {
 public:
  std::shared_ptr<const snapshot::Snapshot> Get(snapshot::Detail, Duration) override {
    return std::make_shared<snapshot::Snapshot>(snapshot);
  }
  bool WaitForFiles(Duration) override { return false; }
  shard::FileProgress Progress(size_t source) const override {
    shard::FileProgress progress;
    progress.done = done.at(source);
    return progress;
  }
  snapshot::FlowCaptures& flow_captures() override { std::abort(); }  // nobody asks here
  void Stop() override {}

  snapshot::Snapshot snapshot;
  std::vector<bool> done;
};

class FileLogTest : public testing::Test {
 protected:
  FileLogTest() {
    for (const char* const name : {"a.pcap", "eth0", "b.pcap", "c.pcap"}) {
      const bool live = std::string_view(name) == "eth0";
      sources_.push_back({.name = name, .path_or_interface = name, .live = live});
      snapshot::InterfaceView& view = engine_.snapshot.interfaces.emplace_back();
      view.name = name;
      view.state = "open";
      view.counters.received = {.packets = 7, .bytes = 700};
      engine_.done.push_back(false);
    }
  }

  void End(size_t source, const std::string& state, const std::string& problem = {}) {
    engine_.done[source] = true;
    engine_.snapshot.interfaces[source].state = state;
    engine_.snapshot.interfaces[source].problem = problem;
  }

  std::string Said(FileLog& log) {
    testing::internal::CaptureStderr();
    log.TellEnded(engine_);
    return testing::internal::GetCapturedStderr();
  }

  std::vector<shard::SourceOptions> sources_;
  FakeEngine engine_;
};

TEST_F(FileLogTest, EachEndIsToldOnce) {
  FileLog log(sources_);
  EXPECT_THAT(Said(log), IsEmpty());
  End(0, "ended");
  EXPECT_THAT(Said(log), AllOf(HasSubstr(" info app: file was read interface=a.pcap packets=7\n"),
                               testing::Not(HasSubstr("b.pcap"))));
  EXPECT_THAT(Said(log), IsEmpty());
  End(2, "cut", "b.pcap: cut after packet 7");
  EXPECT_THAT(
      Said(log),
      AllOf(HasSubstr(" warning app: file was read up to where it is cut interface=b.pcap "),
            HasSubstr("problem=\"b.pcap: cut after packet 7\"")));
  EXPECT_FALSE(log.all_told());
  End(3, "failed", "c.pcap: cannot be read");
  EXPECT_THAT(Said(log), AllOf(HasSubstr(" error app: file could not be read to its end "),
                               HasSubstr("problem=\"c.pcap: cannot be read\"")));
  EXPECT_TRUE(log.all_told());
}

TEST_F(FileLogTest, TheStopTellsOfTheRest) {
  FileLog log(sources_);
  End(0, "ended");
  Said(log);
  testing::internal::CaptureStderr();
  log.TellRest(engine_);
  log.TellRest(engine_);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, AllOf(HasSubstr("file was not read to its end interface=b.pcap packets=7"),
                          HasSubstr("file was not read to its end interface=c.pcap packets=7")));
  EXPECT_EQ(std::ranges::count(said, '\n'), 2);
}

TEST_F(FileLogTest, WithoutFilesThereIsNothingToTell) {
  EXPECT_TRUE(FileLog({sources_[1]}).all_told());
}

}  // namespace
}  // namespace wiregauge::app
