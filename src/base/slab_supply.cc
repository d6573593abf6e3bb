// SPDX-License-Identifier: Apache-2.0
#include "base/slab_supply.h"

#include <pthread.h>
#include <sys/mman.h>

#include <new>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/poison.h"

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
  if (begin == MAP_FAILED) throw std::bad_alloc();
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
    std::byte* slab = TakeReady();
    while (slab == nullptr) {
      Add(MapSlabs());
      slab = TakeReady();
    }
    Unpoison(slab, SlabSupply::kSlabBytes);
    return slab;
  }
  void GiveBack(std::byte* slab) {
    Poison(slab, SlabSupply::kSlabBytes);
    MutexLock lock(mutex_);
    ready_.push_back(slab);  // has room for all there are
  }

 private:
  // Null when there is none.
  std::byte* TakeReady() {
    MutexLock lock(mutex_);
    if (IsLow()) wanted_.NotifyOne();
    if (ready_.empty()) return nullptr;
    std::byte* const slab = ready_.back();
    ready_.pop_back();
    return slab;
  }
  void Add(std::byte* begin) {
    MutexLock lock(mutex_);
    slabs_ += kSlabsAtOnce;
    ready_.reserve(slabs_);
    for (size_t i = 0; i < kSlabsAtOnce; ++i) ready_.push_back(begin + i * SlabSupply::kSlabBytes);
  }
  [[noreturn]] void Run() noexcept {
    while (true) {
      WaitUntilLow();
      try {
        Add(MapSlabs());
      } catch (const std::bad_alloc&) {
        Wait();  // whoever needs memory says that there is none
      }
    }
  }
  void WaitUntilLow() {
    MutexLock lock(mutex_);
    while (!IsLow()) wanted_.Wait(lock);
  }
  void Wait() {
    MutexLock lock(mutex_);
    wanted_.Wait(lock);
  }
  bool IsLow() const WIREGAUGE_REQUIRES(mutex_) { return ready_.size() <= kAhead - kSlabsAtOnce; }

  Mutex mutex_;
  CondVar wanted_;
  std::vector<std::byte*> ready_ WIREGAUGE_GUARDED_BY(mutex_);
  size_t slabs_ WIREGAUGE_GUARDED_BY(mutex_) = 0;  // all that were mapped
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
