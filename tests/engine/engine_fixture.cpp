// SPDX-License-Identifier: Apache-2.0
#include "engine/engine_fixture.hpp"

#include <catch2/catch.hpp>

namespace ingot::testing {

EngineFixture::EngineFixture() {
  fake.add_image({.reference = kImage, .files = {{"/data/hello.txt", "hello\n"}}});
  fake.add_program({"/probe"}, probe());
}

EngineFixture::~EngineFixture() {
  CHECK(fake.violations() == std::vector<std::string>());
  if (!allows_unused_faults_) {
    CHECK(fake.faults().unused() == std::vector<std::string>());
  }
}

std::string EngineFixture::create(const std::string& name, std::vector<std::string> words) {
  words.insert(words.begin(), "/probe");
  return engine.create_container(
      name, {.image = kImage, .command = std::move(words), .labels = {{"test", name}}}, {});
}

std::string EngineFixture::run(const std::string& name, std::vector<std::string> words) {
  const std::string id = create(name, std::move(words));
  engine.start_container(id, {});
  return id;
}

base::Failure failure_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.failure();
  }
  FAIL("no error was thrown");
  return {};
}

}  // namespace ingot::testing
