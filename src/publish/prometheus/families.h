// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace wiregauge::metrics {

// The metric families, in the order of the table in families.cc and of the exposition.
enum class Family : uint8_t {
  kBuildInfo,
  kInterfaceInfo,
  kInterfaceUp,
  kInterfaceLastPacket,
  kInterfacePackets,
  kInterfaceBytes,
  kInterfaceDropped,
  kInterfaceUndecodable,
  kL3Packets,
  kL3Bytes,
  kL4Packets,
  kL4Bytes,
  kApplicationPackets,
  kApplicationBytes,
  kApplicationFlows,
  kDetectingPackets,
  kDetectingBytes,
  kPacketSize,
  kTcpRetransmittedPackets,
  kTcpOutOfOrderPackets,
  kTcpLostSegments,
  kTcpKeepAlives,
  kTcpZeroWindows,
  kTcpHandshakeRtt,
  kApplicationLatency,
  kFragmentsUnmatched,
  kFlowsCreated,
  kFlowsEnded,
  kActiveTimeoutReports,
  kActiveFlows,
  kFlowTableBytes,
  kFlowRecordsDropped,
  kFlowCapturesStarted,
  kFlowCapturesEnded,
  kFlowCapturePackets,
  kFlowCaptureBytes,
  kFlowCaptureDropped,
  kActiveHosts,
  kIdleHosts,
  kHostsRemoved,
  kHostNamesDropped,
  kHostTableBytes,
  kHostBytes,
  kReverseLookups,
  kReverseLookupsDropped,
  kReverseLookupsWaiting,
  kReverseLookupsCached,
  kSeriesDropped,
  kSnapshotAge,
  kScrapeDuration,
  kHttpRequests,
  kHttpRequestDuration,
  kStreamClients,
  kStreamAccepted,
  kStreamRefused,
  kStreamEnded,
  kStreamEvents,
  kStreamSkipped,
  kStreamRingRecords,
  kStreamRingBytes,
  kLuaRuns,
  kLuaRunDuration,
  kLuaScripts,
  kLuaGeneration,
  kLuaWaiting,
  kLuaBusyWorkers,
  kLuaWorkerMemory,
  kLuaStatesDiscarded,
  kFlowTapeMissed,
  kKeyValueUp,
  kKeyValueEntries,
  kKeyValueBytes,
  kKeyValueLost,
  kKeyValueExpired,
  kKeyValueFilesSetAside,
  kStoreUp,
  kStoreBytes,
  kStoreSeries,
  kStorePointsRecorded,
  kStorePointsLost,
  kStoreChunksDropped,
  kStoreChunksDamaged,
  kStoreEventsLost,
  kStoreFilesSetAside,
  kAlertsEngaged,
  kAlertsRaised,
  kAlertsLost,
  kAlertsStoreUp,
  kAlertsFilesSetAside,
  kSinkRecordsOffered,
  kSinkRecordsDelivered,
  kSinkRecordsDropped,
  kSinkRecordsWaiting,
  kSinkRecordsFilteredOut,
  kSinkRecordsResent,
  kSinkDeadLettersLost,
  kSinkBytesDelivered,
  kSinkQueueBytes,
  kSinkSpoolBytes,
  kSinkSpoolUp,
  kSinkRetries,
  kSinkConnections,
  kSinkUp,
  kSinkOldestWaiting,
  kAuthAttempts,
  kAuthThrottled,
  kAuthCacheHits,
  kAuthPasswordsVerified,
  kAccountsUp,
  kProcessCpu,
  kProcessResidentMemory,
  kProcessVirtualMemory,
  kProcessOpenFds,
  kProcessMaxFds,
  kProcessThreads,
  kProcessStartTime,
  kCount,
};

enum class FamilyType : uint8_t { kCounter, kGauge, kHistogram };

// One row of the table that the exposition, docs/metrics.md and its test are made of.
struct FamilyInfo {
  static constexpr size_t kMostLabels = 4;

  std::string_view name;
  FamilyType type = FamilyType::kGauge;
  std::array<std::string_view, kMostLabels> labels;  // unused ones are empty and last
  std::string_view help;                             // one line, no backslash
};

const FamilyInfo& InfoOf(Family family);
std::span<const FamilyInfo> AllFamilies();
std::string_view FamilyTypeName(FamilyType type);  // "counter", "gauge", "histogram"

}  // namespace wiregauge::metrics
