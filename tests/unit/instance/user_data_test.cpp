// SPDX-License-Identifier: Apache-2.0
#include "instance/user_data.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace ingot;
using namespace ingot::instance;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The exit code of a script that /bin/sh runs, with `stubs` before all other programs: they note how they
// were called.
int run(const std::string& script, const testing::TempDir& home, const std::vector<std::string>& stubs = {}) {
  std::filesystem::create_directories(home / "bin");
  for (const auto& name : stubs) {
    const auto path = home / ("bin/" + name);
    std::ofstream(path) << "#!/bin/sh\necho " << name << " \"$@\" >>" << (home / "calls") << "\n"
                        << (name == "id" ? "exit 1\n" : "");
    std::filesystem::permissions(path, std::filesystem::perms(0755));
  }
  std::ofstream(home / "script") << script;
  return std::system(("PATH=" + (home / "bin") + ":$PATH /bin/sh " + (home / "script")).c_str());
}

}  // namespace

TEST_CASE("files of user data are written byte for byte", "[unit][instance]") {
  const testing::TempDir home;
  const auto folder = home / "etc/it's here";
  const auto script = user_data_script(
      "#cloud-config\n"
      "write_files:\n"
      "- path: \"" +
      folder +
      "/motd\"\n"
      "  content: |\n"
      "    Don't 'panic' $HOME `id` \\n\n"
      "  permissions: '0600'\n"
      "- path: \"" +
      folder +
      "/motd\"\n"
      "  content: more\n"
      "  append: true\n"
      "- path: \"" +
      folder +
      "/binary\"\n"
      "  encoding: b64\n"
      "  content: AAEC\n");
  REQUIRE(run(script, home) == 0);
  CHECK(read(folder + "/motd") == "Don't 'panic' $HOME `id` \\n\nmore");
  CHECK(read(folder + "/binary") == std::string("\0\1\2", 3));
}

TEST_CASE("users get what they are said to have", "[unit][instance]") {
  const testing::TempDir home;
  const auto script = user_data_script(
      "#cloud-config\n"
      "users:\n"
      "- default\n"
      "- name: ada\n"
      "  groups: docker, adm\n"
      "  shell: /bin/sh\n"
      "packages: [curl, [jq, '1.6']]\n"
      "package_update: true\n");
  REQUIRE(run(script, home, {"useradd", "groupadd", "getent", "id", "apt-get"}) == 0);
  CHECK(read(home / "calls") ==
        "getent group docker\n"
        "getent group adm\n"
        "id -u ada\n"
        "useradd --create-home --shell /bin/sh --groups docker,adm ada\n"
        "apt-get -q update\n"
        "apt-get -q -y install curl jq=1.6\n");
}

TEST_CASE("commands run in order, and the first that fails ends them", "[unit][instance]") {
  const testing::TempDir home;
  const auto marks = home / "marks";
  const auto script = user_data_script(
      "#cloud-config\n"
      "runcmd:\n"
      "- echo one >>" +
      marks +
      "\n"
      "- [sh, -c, 'echo \"$0\" >>" +
      marks +
      "', \"it's two\"]\n"
      "- exit 3\n"
      "- echo four >>" +
      marks + "\n");
  CHECK(run(script, home) != 0);
  CHECK(read(marks) == "one\nit's two\n");
}

TEST_CASE("mistakes in user data are all said", "[unit][instance]") {
  CHECK(problems_of_user_data("").empty());
  CHECK(problems_of_user_data("#!/bin/sh\ntrue\n").empty());
  CHECK(problems_of_user_data("#cloud-config\n").empty());
  CHECK(problems_of_user_data("#cloud-config\n- a\n") == std::vector<std::string>{"it is no mapping"});
  CHECK(problems_of_user_data("#cloud-config\n"
                              "users: [{groups: a}]\n"
                              "packages: curl\n"
                              "ssh_authorized_keys: [1]\n"
                              "package_upgrade: maybe\n"
                              "write_files:\n"
                              "- path: motd\n"
                              "  encoding: gzip\n"
                              "- {path: /a, encoding: b64, content: '*'}\n"
                              "- {path: /b, permissions: rwx}\n"
                              "runcmd: [{a: b}, []]\n"
                              "disk_setup: anything\n") ==
        std::vector<std::string>{
            "package_upgrade is neither true nor false", "packages is no list",
            "runcmd[0] is neither a text nor a list of words",
            "runcmd[1] is neither a text nor a list of words", "ssh_authorized_keys is no list of texts",
            "users[0] has no name", "write_files[0].path is no absolute path",
            "write_files[0].encoding is neither text/plain nor b64", "write_files[1].content is not base64",
            "write_files[2].permissions are no octal number in quotes"});
  CHECK(problems_of_user_data("#cloud-config\na: [\n").size() == 1);
}

TEST_CASE("what only cloud-init knows is told apart", "[unit][instance]") {
  CHECK(unknown_keys("#cloud-config\nruncmd: []\nusers: []\n").empty());
  CHECK(unknown_keys("#cloud-config\nswap: {}\nruncmd: []\nntp: {}\n") ==
        std::vector<std::string>{"ntp", "swap"});
  CHECK(unknown_keys("#!/bin/sh\nswap: x\n").empty());
}
