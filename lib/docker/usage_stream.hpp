// SPDX-License-Identifier: Apache-2.0
// What a container uses, told by the engine about once a second (Docker Engine API: ContainerStats). Errors
// and cancellation as docker::Engine. May be used from several threads at once.
#pragma once

#include "docker/engine.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace ingot::docker {

struct UsageReading {
  UsageSample usage;
  std::uint64_t pids = 0;
};

// A line of the stream.
[[nodiscard]] UsageReading parse_usage_reading(std::string_view line);

class UsageStream {
 public:
  explicit UsageStream(const EngineAddress& address);
  ~UsageStream();
  UsageStream(const UsageStream&) = delete;
  UsageStream& operator=(const UsageStream&) = delete;

  // Until the engine ends the stream, as it does when the container goes.
  void follow(const std::string& id, const std::function<void(const UsageReading&)>& sink,
              const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::docker
