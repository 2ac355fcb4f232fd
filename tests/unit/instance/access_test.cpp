// SPDX-License-Identifier: Apache-2.0
#include "instance/access.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace ingot;
using namespace ingot::instance;
namespace fs = std::filesystem;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

unsigned mode_of(const std::string& path) {
  return static_cast<unsigned>(fs::status(path).permissions());
}

}  // namespace

TEST_CASE("the keys of an instance are its user's alone", "[unit][instance]") {
  const testing::TempDir home;
  const auto identity = make_identity("dev");
  SshAccess access{.address = "127.0.0.1", .port = 40022};
  const auto parent = home / "data/instances";
  CHECK_FALSE(has_access(parent, "dev"));
  save_access(parent, "dev", access, identity.user, identity.host.public_line);
  CHECK(access.folder == parent + "/dev");
  CHECK(has_access(parent, "dev"));
  CHECK(mode_of(access.folder) == 0700);
  CHECK(mode_of(access.folder + "/id_ed25519") == 0600);
  CHECK(read(access.folder + "/id_ed25519") == identity.user.private_text);
  CHECK(read(access.folder + "/known_hosts") == "dev.ingot " + identity.host.public_line + "\n");
  CHECK(read(access.folder + "/ssh_config").find("  Port 40022\n") != std::string::npos);

  // Once more, over what is there.
  save_access(parent, "dev", access, make_identity("dev").user, identity.host.public_line);
  CHECK(read(access.folder + "/id_ed25519") != identity.user.private_text);
  CHECK(mode_of(access.folder + "/id_ed25519") == 0600);

  forget_access(parent, "dev");
  CHECK_FALSE(fs::exists(access.folder));
  forget_access(parent, "dev");
}

TEST_CASE("what listens everywhere is reached on this machine", "[unit][instance]") {
  CHECK(address_to_reach("0.0.0.0") == "127.0.0.1");
  CHECK(address_to_reach("") == "127.0.0.1");
  CHECK(address_to_reach("::") == "::1");
  CHECK(address_to_reach("192.0.2.7") == "192.0.2.7");
}

TEST_CASE("an ssh_config gets one line, before all others, once", "[unit][instance]") {
  const std::string line = "Include \"/home/me/instances/*/ssh_config\"\n";
  CHECK(with_include("", "/home/me/instances") == line);
  const auto once = with_include("Host *\n  Port 2222\n", "/home/me/instances");
  CHECK(once == line + "Host *\n  Port 2222\n");
  CHECK(with_include(once, "/home/me/instances") == once);
}

TEST_CASE("an ssh_config that is there keeps its mode, also behind a link", "[unit][instance]") {
  const testing::TempDir home;
  fs::create_directories(home / "dotfiles");
  std::ofstream(home / "dotfiles/config") << "Host a\n";
  fs::permissions(home / "dotfiles/config", fs::perms(0640));
  fs::create_directories(home / ".ssh");
  fs::create_symlink(home / "dotfiles/config", home / ".ssh/config");
  CHECK(include_in(home / ".ssh/config", "/instances"));
  CHECK_FALSE(include_in(home / ".ssh/config", "/instances"));
  CHECK(fs::is_symlink(home / ".ssh/config"));
  CHECK(read(home / "dotfiles/config") == "Include \"/instances/*/ssh_config\"\nHost a\n");
  CHECK(mode_of(home / "dotfiles/config") == 0640);

  CHECK(include_in(home / "new/.ssh/config", "/instances"));
  CHECK(mode_of(home / "new/.ssh") == 0700);
  CHECK(mode_of(home / "new/.ssh/config") == 0600);
}

TEST_CASE("what goes into an instance: a host key, and one key that is let in", "[unit][instance]") {
  const auto identity = make_identity("dev");
  std::map<std::string, int> modes;
  for (const auto& file : files_inside(identity)) {
    modes[file.path] = file.mode;
    CHECK(file.content.find(identity.user.private_text) == std::string::npos);
  }
  CHECK(modes.at("/etc/ssh/ssh_host_ed25519_key") == 0600);
  CHECK(modes.at("/root/.ssh/authorized_keys") == 0600);
  CHECK(modes.at("/root/") == 0700);
}
