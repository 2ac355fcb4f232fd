// SPDX-License-Identifier: Apache-2.0
#include "logs/collect.hpp"
#include "support/temp_dir.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

using namespace ingot;
namespace fs = std::filesystem;

namespace {

struct Member {
  std::string path;
  std::string content = "words";
  mode_t type = AE_IFREG;
  std::string link;
};

la_ssize_t append(archive*, void* to, const void* bytes, size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

// As a node with bad intentions would write it.
std::string make_tar(const std::vector<Member>& members) {
  std::string bytes;
  archive* tar = archive_write_new();
  archive_write_set_format_gnutar(tar);
  archive_write_open(tar, &bytes, nullptr, append, nullptr);
  for (const auto& member : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, member.path.c_str());
    archive_entry_set_filetype(entry, member.type);
    archive_entry_set_perm(entry, 0777);
    if (member.type == AE_IFLNK) {
      archive_entry_set_symlink(entry, member.link.c_str());
    } else if (!member.link.empty()) {
      archive_entry_set_hardlink(entry, member.link.c_str());
    }
    const bool has_content = member.type == AE_IFREG && member.link.empty();
    archive_entry_set_size(entry, has_content ? static_cast<la_int64_t>(member.content.size()) : 0);
    REQUIRE(archive_write_header(tar, entry) == ARCHIVE_OK);
    if (has_content) {
      archive_write_data(tar, member.content.data(), member.content.size());
    }
    archive_entry_free(entry);
  }
  archive_write_free(tar);
  return bytes;
}

class Unpacked {
 public:
  // The archive comes in pieces of that size.
  explicit Unpacked(const std::string& tar, bool strip = false, std::size_t piece = 700) {
    const logs::Folder folder((temp.path() / "in").string());
    logs::unpack(
        [&](const auto& take) {
          for (std::size_t at = 0; at < tar.size(); at += piece) {
            take(std::string_view(tar).substr(at, piece));
          }
        },
        folder, strip, "node/var/log", findings);
  }

  [[nodiscard]] std::string content(const std::string& path) const {
    std::ifstream file(temp.path() / "in" / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] bool has(const std::string& path) const {
    return fs::symlink_status(temp.path() / "in" / path).type() != fs::file_type::not_found;
  }
  // Files and folders around the one that was filled.
  [[nodiscard]] std::size_t outside() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator()) - 1);
  }

  testing::TempDir temp;
  logs::Findings findings;
};

}  // namespace

TEST_CASE("what a node has in /var/log arrives", "[logs]") {
  const std::string large(std::size_t{3} << 20U, 'x');
  Unpacked got(make_tar({{.path = "./", .type = AE_IFDIR},
                         {.path = "./pods/", .type = AE_IFDIR},
                         {.path = "./pods/a/0.log", .content = "words"},
                         {.path = "./large.log", .content = large},
                         {.path = "./empty/", .type = AE_IFDIR}}));
  CHECK(got.content("pods/a/0.log") == "words");
  CHECK(got.content("large.log") == large);
  CHECK(fs::is_directory(got.temp.path() / "in/empty"));
  CHECK(got.findings.take().empty());
}

TEST_CASE("the engine's archives begin with a folder that is none of ours", "[logs]") {
  const Unpacked got(make_tar({{.path = "log/", .type = AE_IFDIR}, {.path = "log/pods/0.log"}}), true);
  CHECK(got.has("pods/0.log"));
  CHECK_FALSE(got.has("log"));
}

TEST_CASE("a hostile archive writes nothing outside the folder", "[logs]") {
  Unpacked got(make_tar({{.path = "../escaped"},
                         {.path = "pods/../../escaped"},
                         {.path = "/tmp/ingot-escaped-from-a-test"},
                         {.path = "link", .type = AE_IFLNK, .link = ".."},
                         {.path = "link/escaped"},
                         {.path = "absolute", .type = AE_IFLNK, .link = "/tmp"},
                         {.path = "absolute/ingot-escaped-from-a-test"},
                         {.path = "hard", .link = "../escaped"},
                         {.path = "pipe", .type = AE_IFIFO},
                         {.path = "good.log"}}));
  CHECK(got.outside() == 0);
  CHECK_FALSE(fs::exists("/tmp/ingot-escaped-from-a-test"));
  CHECK(got.content("good.log") == "words");
  CHECK(fs::is_directory(got.temp.path() / "in/link"));  // made for the file below it; not the link
  CHECK_FALSE(fs::is_symlink(got.temp.path() / "in/absolute"));
  CHECK_FALSE(got.has("hard"));
  CHECK_FALSE(got.has("pipe"));
  CHECK(got.findings.take().size() == 3);
}

TEST_CASE("a hundred bad names are not told a hundred times", "[logs]") {
  std::vector<Member> members(100, {.path = "../x"});
  members.push_back({.path = "good.log"});
  Unpacked got(make_tar(members));
  CHECK(got.findings.take().size() == 10);
  CHECK(got.has("good.log"));
}

TEST_CASE("a broken archive is told, and what came before it stays", "[logs]") {
  const auto whole = make_tar({{.path = "a.log"}, {.path = "b.log", .content = std::string(5000, 'b')}});
  const testing::TempDir temp;
  const logs::Folder folder(temp.path().string());
  logs::Findings findings;
  CHECK_THROWS_AS(logs::unpack([&](const auto& take) { take(std::string_view(whole).substr(0, 3000)); },
                               folder, false, "x", findings),
                  base::Error);
  CHECK(fs::file_size(temp.path() / "a.log") == 5);
  CHECK_THROWS_AS(Unpacked(std::string(4096, 'x')), base::Error);
  CHECK_THROWS_AS(Unpacked(""), base::Error);
}

TEST_CASE("what the producer throws comes out", "[logs]") {
  const testing::TempDir temp;
  const logs::Folder folder(temp.path().string());
  logs::Findings findings;
  CHECK_THROWS_AS(logs::unpack([](const auto&) { throw base::Cancelled(); }, folder, false, "x", findings),
                  base::Cancelled);
}

TEST_CASE("findings are told by what they are about", "[logs]") {
  logs::Findings findings;
  findings.add("b", "2");
  CHECK(findings.note_failure("a", [] {
    throw base::Error(base::ErrorCode::command_failed, "it failed", "why");
  }) == "it failed: why");
  CHECK(findings.note_failure("c", [] {}).empty());
  CHECK_THROWS_AS(findings.note_failure("d", [] { throw base::Cancelled(); }), base::Cancelled);
  const auto missing = findings.take();
  REQUIRE(missing.size() == 2);
  CHECK(missing[0].what == "a");
  CHECK(missing[1].what == "b");
}
