// SPDX-License-Identifier: Apache-2.0
#include "recorder/event_recorder.h"

#include <gtest/gtest.h>

#include "series_folder.h"

namespace wiregauge::recorder {
namespace {

TEST(EventRecorder, TellsStatesWhenTheyChangeAndDropsWhenTheyBegin) {
  SeriesFolder folder;
  EventRecorder events(folder.history(), folder.history().AddSource("eth0"), "eth0");
  snapshot::InterfaceView view;
  const auto look = [&](int64_t second, const char* state, uint64_t dropped) {
    view.state = state;
    view.problem = view.state == "gone" ? "it was removed" : "";
    view.drops.kernel_packets = dropped;
    events.Look(view, second);
  };
  look(1, "open", 0);
  look(2, "open", 0);
  look(3, "open", 5);
  look(4, "open", 9);
  look(10, "gone", 9);
  look(11, "open", 9);
  look(90, "open", 10);
  const auto told =
      folder.history().Events(0, 100'000, 100, [](const history::Event&) { return true; });
  ASSERT_TRUE(told.ok());
  const std::vector<history::Event> expected = {
      {1000, "eth0", "interface_open", "eth0 is open"},
      {3000, "eth0", "packets_dropped", "eth0 began to lose packets: 5 in this second"},
      {10000, "eth0", "interface_gone", "eth0 is gone: it was removed"},
      {11000, "eth0", "interface_open", "eth0 is open"},
      {90000, "eth0", "packets_dropped", "eth0 began to lose packets: 1 in this second"}};
  EXPECT_EQ(*told, expected);
}

TEST(EventRecorder, TellsWhereAFileBeginsAndEndsOnceHoweverOftenItIsRead) {
  SeriesFolder folder;
  history::History& history = folder.history();
  for (int run = 0; run < 2; ++run) {
    EventRecorder events(history, history.AddSource("a.pcap", "/a.pcap"), "a.pcap");
    events.LookAtFile(5, false);
    events.LookAtFile(7, false);
    events.LookAtFile(9, true);
    ASSERT_TRUE(history.Flush(std::chrono::seconds(10)));
    const auto told = history.Events(0, 100'000, 100, [](const history::Event&) { return true; });
    ASSERT_TRUE(told.ok());
    const std::vector<history::Event> expected = {
        {5000, "a.pcap", "capture_started", "the first packet of a.pcap"},
        {9000, "a.pcap", "capture_ended", "the last packet of a.pcap that was read"}};
    EXPECT_EQ(*told, expected);
  }
}

}  // namespace
}  // namespace wiregauge::recorder
