// SPDX-License-Identifier: Apache-2.0
#include "scale/routes.hpp"

#include "boot/node_files.hpp"

#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace ingot;

namespace {

// What the commands make of a unit, by this machine's own shell.
std::string edited(const std::string& unit, const std::vector<std::string>& gone) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("ingot-routes-" + std::to_string(reinterpret_cast<std::uintptr_t>(&unit)));
  std::ofstream(path) << unit;
  std::string commands = scale::commands_to_drop(gone);
  const std::string file = "/etc/systemd/system/kubelet.service.d/20-ingot.conf";
  for (auto at = commands.find(file); at != std::string::npos; at = commands.find(file)) {
    commands.replace(at, file.size(), path.string());
  }
  commands = "ip() { :; }\n" + commands;
  const auto script = path.string() + ".sh";
  std::ofstream(script) << commands;
  REQUIRE(std::system(("sh " + script).c_str()) == 0);
  std::ifstream result(path);
  std::string text{std::istreambuf_iterator<char>(result), {}};
  std::filesystem::remove(path);
  std::filesystem::remove(script);
  return text;
}

std::string unit_with(const std::vector<boot::Route>& routes) {
  return boot::unit_files("", "", routes).front().content;
}

}  // namespace

TEST_CASE("routes to new pods are made in one go", "[scale]") {
  CHECK(scale::commands_to_add({{"10.244.3.0/24", "172.18.0.5"}, {"fd00:10:244:3::/64", "fc00::5"}}) ==
        "ip route replace 10.244.3.0/24 via 172.18.0.5 && ip route replace fd00:10:244:3::/64 via fc00::5");
  CHECK(scale::commands_to_add({}).empty());
}

TEST_CASE("a node that starts again makes no route to pods that are gone", "[scale]") {
  const boot::Route first{"10.244.1.0/24", "172.18.0.3"};
  const boot::Route second{"10.244.11.0/24", "172.18.0.4"};
  const boot::Route third{"fd00:10:244:1::/64", "fc00::3"};
  const auto unit = unit_with({first, second, third});
  CHECK(edited(unit, {second.pod_cidr}) == unit_with({first, third}));
  CHECK(edited(unit, {first.pod_cidr, third.pod_cidr}).find(first.via) == std::string::npos);
  CHECK(edited(unit, {first.pod_cidr, third.pod_cidr}).find("10.244.11.0/24 via 172.18.0.4") !=
        std::string::npos);
  CHECK(edited(unit, {"10.244.2.0/24"}) == unit);
}
