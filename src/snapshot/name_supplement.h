// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snapshot/snapshot.h"

namespace wiregauge::snapshot {

// Names that no packet told. Whoever takes snapshots hands each to it before readers get it.
class NameSupplement {
 public:
  virtual ~NameSupplement() = default;

  // Adds to the snapshot what is known by now. Waits for nothing: no disk, no network. Called by
  // one thread at a time.
  virtual void Complete(Snapshot& snapshot) = 0;
};

}  // namespace wiregauge::snapshot
