// SPDX-License-Identifier: Apache-2.0
// Reads the progress of a pull: JSON objects, one per line (Docker Engine API: ImageCreate), in pieces that
// end anywhere. A line with "error" is how an engine says that the pull failed, after a status of 200. Pure;
// the bytes are not to be trusted.
#pragma once

#include "base/lines.hpp"
#include "docker/types.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace ingot::docker {

class PullLines {
 public:
  // Reports every whole line in what came so far. Error{untrusted} for a line that is not such an object.
  void feed(std::string_view bytes, const std::function<void(const PullProgress&)>& progress);

  // The stream has ended: a last line may lack its line break.
  void finish(const std::function<void(const PullProgress&)>& progress);

  // The engine's words for a failure, or empty.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void take_line(std::string_view line, const std::function<void(const PullProgress&)>& progress);

  base::LineDecoder lines_{1U << 20U,
                           {.code = base::ErrorCode::untrusted,
                            .message = "the engine's answer cannot be understood (a pull)",
                            .cause = "a line of more than 1MiB"}};
  std::string error_;
};

}  // namespace ingot::docker
