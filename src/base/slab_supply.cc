// SPDX-License-Identifier: Apache-2.0
#include "base/slab_supply.h"

#include <pthread.h>
#include <sys/mman.h>

#include <new>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace wiregauge {
namespace {

constexpr size_t kSlabsAtOnce = 16;
// 3 MiB: what a loaded shard takes in ten milliseconds.
constexpr size_t kAhead = 48;

// Pages that cannot be made present, on kernels before 5.14 or short of memory, come as they are
// touched.
std::byte* MapSlabs() {
  constexpr size_t kBytes = kSlabsAtOnce * SlabSupply::kSlabBytes;
  void* const begin =
      mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (begin == MAP_FAILED) return nullptr;
  madvise(begin, kBytes, MADV_POPULATE_WRITE);
  return static_cast<std::byte*>(begin);
}

class Supply {
 public:
  Supply() {
    std::thread thread([this] { Run(); });
    pthread_setname_np(thread.native_handle(), "memory");
    thread.detach();
  }

  std::byte* Take() {
    MutexLock lock(mutex_);
    if (ready_.empty() && !Add(MapSlabs())) throw std::bad_alloc();
    std::byte* const slab = ready_.back();
    ready_.pop_back();
    if (IsLow()) wanted_.NotifyOne();
    return slab;
  }
  void GiveBack(std::byte* slab) {
    MutexLock lock(mutex_);
    ready_.push_back(slab);
  }

 private:
  [[noreturn]] void Run() noexcept {
    while (true) {
      WaitUntilLow();
      std::byte* const begin = MapSlabs();
      MutexLock lock(mutex_);
      if (!Add(begin)) wanted_.Wait(lock);  // whoever needs memory says that there is none
    }
  }
  void WaitUntilLow() {
    MutexLock lock(mutex_);
    while (!IsLow()) wanted_.Wait(lock);
  }
  bool IsLow() const WIREGAUGE_REQUIRES(mutex_) { return ready_.size() <= kAhead - kSlabsAtOnce; }
  bool Add(std::byte* begin) WIREGAUGE_REQUIRES(mutex_) {
    if (begin == nullptr) return false;
    for (size_t i = 0; i < kSlabsAtOnce; ++i) ready_.push_back(begin + i * SlabSupply::kSlabBytes);
    return true;
  }

  Mutex mutex_;
  CondVar wanted_;
  std::vector<std::byte*> ready_ WIREGAUGE_GUARDED_BY(mutex_);
};

// Never destroyed: a thread may give back its last slab when main has returned.
Supply& OfProcess() {
  static Supply* const supply = new Supply;
  return *supply;
}

}  // namespace

void SlabSupply::GiveBack::operator()(std::byte* slab) const noexcept {
  OfProcess().GiveBack(slab);
}

SlabSupply::Slab SlabSupply::Take() { return Slab(OfProcess().Take()); }

}  // namespace wiregauge
