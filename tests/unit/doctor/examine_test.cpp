// SPDX-License-Identifier: Apache-2.0
// Examinations of engines that do not answer, through the real client: the words it uses are what the
// findings are made from.
#include "doctor/examine.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "support/temp_dir.hpp"
#include "unit/doctor/judge_fixture.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>

#include <cstring>

namespace ingot::doctor::test {

namespace {

Report examine_at(const std::string& socket, const HostPaths& roots) {
  docker::Engine engine({.host = "unix://" + socket});
  node::Host host(engine);
  return examine(host, {.roots = roots}, {});
}

// A socket file that nobody listens on, as a stopped engine leaves it.
void leave_socket(const std::string& path) {
  const base::Fd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  REQUIRE(bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

}  // namespace

TEST_CASE("where there is no socket, what installs an engine is named", "[doctor]") {
  const testing::TempDir dir;
  const Report report = examine_at(dir / "none.sock", {});
  CHECK_FALSE(report.healthy());
  CHECK(finding(report, "engine").remedy == "tools/engine");
}

TEST_CASE("where nobody listens, what starts the engine is named", "[doctor]") {
  const testing::TempDir dir;
  leave_socket(dir / "stale.sock");
  const HostPaths without_systemd{.run = dir / "run"};
  CHECK(finding(examine_at(dir / "stale.sock", without_systemd), "engine").remedy == "tools/engine");
  std::filesystem::create_directories(dir / "run/systemd/system");
  CHECK(finding(examine_at(dir / "stale.sock", without_systemd), "engine").remedy ==
        "sudo systemctl start docker");
}

TEST_CASE("an examination that is stopped is cancelled, not a finding", "[doctor]") {
  const testing::TempDir dir;
  std::stop_source stop;
  stop.request_stop();
  docker::Engine engine({.host = "unix://" + (dir / "none.sock")});
  node::Host host(engine);
  CHECK_THROWS_AS(examine(host, {}, stop.get_token()), base::Cancelled);
}

}  // namespace ingot::doctor::test
