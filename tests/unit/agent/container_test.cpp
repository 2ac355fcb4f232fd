// SPDX-License-Identifier: Apache-2.0
#include "device-agent/container.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace ingot;

TEST_CASE("whoever changes the devices of a container is alone", "[agent]") {
  const base::Fd other(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  {
    const auto turn = agent::take_turn(::getpid());
    CHECK(::flock(other.get(), LOCK_EX | LOCK_NB) != 0);
  }
  CHECK(::flock(other.get(), LOCK_EX) == 0);
  CHECK_THROWS(agent::take_turn(-1));
}
