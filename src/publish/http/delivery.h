// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wiregauge::http {

// What travels by an AnswerQueue to the worker whose connection waits for it. The descriptor only
// says where to look: the connection knows by the object whether it is meant.
class Delivery {
 public:
  virtual ~Delivery() = default;
  int descriptor() const { return descriptor_; }

 protected:
  explicit Delivery(int descriptor = -1) : descriptor_(descriptor) {}
  void Address(int descriptor) { descriptor_ = descriptor; }

 private:
  int descriptor_;
};

}  // namespace wiregauge::http
