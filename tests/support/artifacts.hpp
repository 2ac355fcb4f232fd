// SPDX-License-Identifier: Apache-2.0
// What a failed test leaves behind for whoever looks into it: texts, taken at the moment of failure, in
// $INGOT_TEST_ARTIFACTS/<test>/ (else in artifacts/ of the working folder, the build's). A Catch2 listener in
// artifacts.cpp writes them. Thread-safe.
#pragma once

#include <functional>
#include <string>

namespace ingot::testing {

// A text that is worth keeping while this object lives.
class Artifact {
 public:
  Artifact(std::string file_name, std::function<std::string()> text);
  ~Artifact();
  Artifact(const Artifact&) = delete;
  Artifact& operator=(const Artifact&) = delete;
};

}  // namespace ingot::testing
