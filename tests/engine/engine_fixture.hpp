// SPDX-License-Identifier: Apache-2.0
// What every test over the fake engine begins with: an engine with one small image and one program, and, at
// the end, the check that nobody asked the fake for something it does not know and that every fault was met.
// Derive from it or hold one: TEST_CASE_METHOD(EngineFixture, "...").
#pragma once

#include "docker/engine.hpp"
#include "support/fake_engine/fake_engine.hpp"

#include <functional>
#include <string>
#include <vector>

namespace ingot::testing {

inline constexpr const char* kImage = "ingot/test:1";

class EngineFixture {
 public:
  // `kImage` runs the probe: {"/probe", "wait"} by default.
  EngineFixture();
  ~EngineFixture();
  EngineFixture(const EngineFixture&) = delete;
  EngineFixture& operator=(const EngineFixture&) = delete;

  FakeEngine fake;
  docker::Engine engine{fake.address()};

  // Created, labelled "test"; started.
  std::string create(const std::string& name, std::vector<std::string> words = {"wait"});
  std::string run(const std::string& name, std::vector<std::string> words = {"wait"});

  // Such faults that never come are no failure: for loops that go one request too far.
  void allow_unused_faults() { allows_unused_faults_ = true; }

 private:
  bool allows_unused_faults_ = false;
};

// The Failure that `call` throws. Fails the test if it throws none.
[[nodiscard]] base::Failure failure_of(const std::function<void()>& call);

}  // namespace ingot::testing
