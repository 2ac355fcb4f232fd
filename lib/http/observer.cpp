// SPDX-License-Identifier: Apache-2.0
#include "http/observer.hpp"

#include <atomic>
#include <utility>

namespace ingot::http {

namespace {

std::atomic<const Observer*> current{nullptr};

}  // namespace

Observation::Observation(Observer observer) : observer_(std::move(observer)) {
  current.store(&observer_, std::memory_order_release);
}

Observation::~Observation() {
  current.store(nullptr, std::memory_order_release);
}

const Observer* observer() noexcept {
  return current.load(std::memory_order_acquire);
}

}  // namespace ingot::http
