// SPDX-License-Identifier: Apache-2.0
#include "gpu/machine_watch.hpp"
#include "unit/gpu/machine.hpp"

#include <catch2/catch.hpp>

#include <poll.h>

using namespace ingot;

namespace {

class Watched : public testing::Machine {
 public:
  gpu::MachineWatch watch{roots()};

  [[nodiscard]] bool rings() const {
    pollfd file{.fd = watch.fds()[0], .events = POLLIN, .revents = 0};
    return ::poll(&file, 1, 0) == 1;
  }
  // Whether it rang, and that with reason.
  bool changes() {
    const bool has_rung = rings();
    const bool has_changed = watch.changed();
    CHECK_FALSE(rings());
    return has_rung && has_changed;
  }
};

}  // namespace

TEST_CASE_METHOD(Watched, "a CDI file that comes, changes or goes is noticed, wherever its folder comes from",
                 "[gpu]") {
  CHECK_FALSE(changes());
  write("/etc/other/file", "");
  write("/srv/file", "");
  static_cast<void>(watch.changed());
  write("/etc/cdi/a.yaml", "one");
  CHECK(changes());
  write("/etc/cdi/a.yaml", "two");
  CHECK(changes());
  write("/etc/cdi/b.yaml", "three");
  CHECK(changes());
  std::filesystem::remove(home / "etc/cdi/a.yaml");
  CHECK(changes());
  std::filesystem::rename(home / "etc/cdi", home / "etc/gone");
  CHECK(changes());
  write("/etc/cdi/a.yaml", "four");
  CHECK(changes());
  write("/var/run/cdi/a.yaml", "five");
  CHECK(changes());
  write("/var/run/cdi/a.yaml", "six");
  CHECK(changes());
}

TEST_CASE_METHOD(Watched, "what others do beside a CDI folder is nothing", "[gpu]") {
  write("/etc/cdi/a.yaml", "one");
  CHECK(changes());
  write("/etc/passwd", "");
  write("/srv/file", "");
  CHECK_FALSE(watch.changed());
}
