// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

namespace wiregauge::tables {

// A part of an entry that slices share instead of copying it: made when it is first changed, and
// made again when it is changed after a slice took it. T has `size_t bytes() const`.
// Not thread-safe; what Share gave may be read anywhere.
template <typename T>
class CopyOnWrite {
 public:
  const T* get() const { return value_.get(); }  // null: not made yet
  size_t bytes() const { return value_ == nullptr ? 0 : value_->bytes(); }

  T& Mutable() {
    if (value_ == nullptr) {
      value_ = std::make_shared<T>();
    } else if (shared_) {
      value_ = std::make_shared<T>(*value_);
    }
    shared_ = false;
    return *value_;
  }
  std::shared_ptr<const T> Share() {
    shared_ = value_ != nullptr;
    return value_;
  }

 private:
  std::shared_ptr<T> value_;
  bool shared_ = false;
};

}  // namespace wiregauge::tables
