// SPDX-License-Identifier: Apache-2.0
#include "tar/tar.hpp"

#include "base/error.hpp"
#include "unit/tar/headers.hpp"

#include <catch2/catch.hpp>

namespace ingot::tar {

using test::entries_of;

TEST_CASE("what is packed comes out again, byte for byte", "[tar]") {
  const std::string binary("\0\1\377 end\0", 9);
  const auto files = unpack(pack({{"/etc/empty", ""},
                                  {"/etc/binary", binary},
                                  {"/etc/exact", std::string(512, 'x')},
                                  {"/var/lib/large", std::string(3'000'001, 'y')}}));
  REQUIRE(files.size() == 4);
  CHECK(files.at("etc/empty").empty());
  CHECK(files.at("etc/binary") == binary);
  CHECK(files.at("etc/exact") == std::string(512, 'x'));
  CHECK(files.at("var/lib/large") == std::string(3'000'001, 'y'));
}

TEST_CASE("files keep their mode and are told apart from links", "[tar]") {
  const auto entries = entries_of(pack(
      {{"/key", "secret", 0600}, {"/run.sh", "#!", 0755}, {"/current.pem", "", 0777, "/pki/first.pem"}}));
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].type == '0');
  CHECK(entries[0].mode == 0600);
  CHECK(entries[1].mode == 0755);
  CHECK(entries[2].type == '2');
  CHECK(entries[2].link_target == "/pki/first.pem");
}

TEST_CASE("every parent folder is made once, before what is in it", "[tar]") {
  const auto entries =
      entries_of(pack({{"/etc/kubernetes/pki/ca.crt", "a"}, {"/etc/kubernetes/admin.conf", "b"}}));
  std::vector<std::string> paths;
  for (const auto& entry : entries) {
    paths.push_back(entry.path);
    if (entry.type == '5') {
      CHECK(entry.mode == 0755);
    }
  }
  CHECK(paths == std::vector<std::string>{"etc/", "etc/kubernetes/", "etc/kubernetes/pki/",
                                          "etc/kubernetes/pki/ca.crt", "etc/kubernetes/admin.conf"});
}

TEST_CASE("paths longer than a plain tar header holds are packed whole", "[tar]") {
  const std::string path = "/var/lib/" + std::string(60, 'a') + "/" + std::string(60, 'b') + "/config.yaml";
  const auto files = unpack(pack({{path, "long"}}));
  REQUIRE(files.size() == 1);
  CHECK(files.begin()->first == path.substr(1));
}

TEST_CASE("a path that no tar header holds is an error, not a shorter path", "[tar]") {
  CHECK_THROWS_AS(pack({{"/" + std::string(300, 'a'), "x"}}), base::Error);
}

TEST_CASE("names outside ASCII are packed as their bytes", "[tar]") {
  const auto entries = entries_of(pack({{"/kind/\xc3\xa4.yaml", "x"}}));
  REQUIRE(entries.size() == 2);
  CHECK(entries[1].path == "kind/\xc3\xa4.yaml");
}

TEST_CASE("an archive of nothing is still an archive", "[tar]") {
  CHECK(unpack(pack({})).empty());
}

}  // namespace ingot::tar
