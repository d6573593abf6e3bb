// SPDX-License-Identifier: Apache-2.0
#include "publish/prometheus/request_metrics.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace wiregauge::metrics {
namespace {

using Key = std::tuple<std::string, std::string, int>;

TEST(RequestMetrics, CountsByRouteMethodAndCode) {
  RequestMetrics metrics;
  metrics.Observe({"/api/v1/flows/{id}", "GET", 200, 0.002});
  metrics.Observe({"/api/v1/flows/{id}", "GET", 200, 0.002});
  metrics.Observe({"/api/v1/flows/{id}", "GET", 404, 0.002});
  metrics.Observe({"/api/v1/flows/{id}", "HEAD", 200, 0.002});
  const RequestMetrics::Counts counts = metrics.counts();
  EXPECT_EQ(counts.requests.size(), 3u);
  EXPECT_EQ(counts.requests.at(Key("/api/v1/flows/{id}", "GET", 200)), 2u);
  EXPECT_EQ(counts.durations.size(), 1u);
  EXPECT_DOUBLE_EQ(counts.durations.at("/api/v1/flows/{id}").seconds, 0.008);
}

TEST(RequestMetrics, WhatMatchedNoRouteHasNamesOfItsOwn) {
  RequestMetrics metrics;
  metrics.Observe({"", "", 400, 0});
  EXPECT_EQ(metrics.counts().requests.at(Key("unmatched", "unreadable", 400)), 1u);
}

TEST(RequestMetrics, RoutesMayComeAndGoWithoutEnd) {
  RequestMetrics metrics;
  constexpr size_t kMost = RequestMetrics::kMostRoutes;
  for (size_t i = 0; i < kMost + 100; ++i) {
    const std::string gone_afterwards = "/scripts/" + std::to_string(i);
    metrics.Observe({gone_afterwards, "GET", 200, 0.01});
  }
  metrics.Observe({"/scripts/0", "GET", 200, 0.01});
  metrics.Observe({"", "", 400, 0});
  const RequestMetrics::Counts counts = metrics.counts();
  EXPECT_EQ(counts.durations.size(), kMost + 2);
  EXPECT_EQ(counts.requests.at(Key("/scripts/0", "GET", 200)), 2u);
  EXPECT_EQ(counts.requests.at(Key("other", "GET", 200)), 100u);
  EXPECT_EQ(counts.requests.at(Key("unmatched", "unreadable", 400)), 1u);
  EXPECT_NEAR(counts.durations.at("other").seconds, 1, 1e-9);
}

TEST(RequestMetrics, ADurationOnABoundBelongsToIt) {
  RequestMetrics metrics;
  metrics.Observe({"/", "GET", 200, 0});
  metrics.Observe({"/", "GET", 200, RequestMetrics::kBounds[1]});
  metrics.Observe({"/", "GET", 200, RequestMetrics::kBounds[1] * 1.01});
  metrics.Observe({"/", "GET", 200, 1000});
  const RequestMetrics::Durations durations = metrics.counts().durations.at("/");
  EXPECT_EQ(durations.counts[0], 1u);
  EXPECT_EQ(durations.counts[1], 1u);
  EXPECT_EQ(durations.counts[2], 1u);
  EXPECT_EQ(durations.counts.back(), 1u);
}

TEST(RequestMetrics, ManyThreadsLoseNothing) {
  constexpr int kThreads = 4, kEach = 5000;
  RequestMetrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&metrics, i] {
        for (int n = 0; n < kEach; ++n) metrics.Observe({i % 2 ? "/a" : "/b", "GET", 200, 0.5});
      });
    }
  }
  const RequestMetrics::Counts counts = metrics.counts();
  EXPECT_EQ(counts.requests.at(Key("/a", "GET", 200)), uint64_t{kThreads / 2 * kEach});
  EXPECT_EQ(counts.requests.at(Key("/b", "GET", 200)), uint64_t{kThreads / 2 * kEach});
}

}  // namespace
}  // namespace wiregauge::metrics
