// SPDX-License-Identifier: Apache-2.0
#include "tar/stream_reader.hpp"
#include "base/error.hpp"
#include "tar/tar.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

namespace ingot::tar {

namespace {

struct Seen {
  std::vector<std::string> paths;
  std::vector<StreamReader::Kind> kinds;
  std::vector<std::string> contents;
  std::string raw;  // heads, contents and paddings in order
};

// The archive in pieces of `step` bytes.
Seen read(std::string_view archive, std::size_t step) {
  Seen seen;
  StreamReader reader({.begin =
                           [&](const StreamReader::Entry& entry, std::string_view head) {
                             seen.paths.push_back(entry.path);
                             seen.kinds.push_back(entry.kind);
                             seen.contents.emplace_back();
                             seen.raw += head;
                           },
                       .content =
                           [&](std::string_view bytes) {
                             seen.contents.back() += bytes;
                             seen.raw += bytes;
                           },
                       .end = [&](std::string_view padding) { seen.raw += padding; }});
  for (std::size_t at = 0; at < archive.size(); at += step) {
    reader.feed(archive.substr(at, step));
  }
  reader.finish();
  return seen;
}

std::string refusal_of(const std::string& archive) {
  try {
    read(archive, std::max<std::size_t>(1, archive.size()));
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::untrusted);
    return error.failure().cause;
  }
  return "understood";
}

void set_sum(std::string& block) {
  block.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : block) {
    sum += static_cast<unsigned char>(c);
  }
  std::string digits;
  for (int i = 0; i < 6; ++i, sum /= 8) {
    digits.insert(digits.begin(), static_cast<char>('0' + sum % 8));
  }
  block.replace(148, 8, digits + std::string("\0 ", 2));
}

std::string header(const std::string& path, const std::string& size, char type) {
  std::string block(512, '\0');
  block.replace(0, path.size(), path);
  block.replace(124, size.size(), size);
  block[156] = type;
  block.replace(257, 8,
                std::string("ustar\0"
                            "00",
                            8));
  set_sum(block);
  return block;
}

std::string padded(std::string content) {
  content.resize((content.size() + 511) / 512 * 512);
  return content;
}

const std::string kEnd(1024, '\0');

}  // namespace

TEST_CASE("an archive is taken apart however it is cut into pieces", "[tar]") {
  const std::string archive = pack({{.path = "/a/one", .content = "1"},
                                    {.path = "/a/empty"},
                                    {.path = "/a/two", .content = std::string(1500, 'x')}});
  const auto step = GENERATE(as<std::size_t>(), 1, 7, 511, 512, 513, 1'000'000);
  const auto seen = read(archive, step);
  CHECK(seen.paths == std::vector<std::string>{"a/", "a/one", "a/empty", "a/two"});
  CHECK(seen.contents == std::vector<std::string>{"", "1", "", std::string(1500, 'x')});
  CHECK(archive.starts_with(seen.raw));
  CHECK(archive.find_first_not_of('\0', seen.raw.size()) == std::string::npos);
}

TEST_CASE("long names and sizes come from extended headers", "[tar]") {
  const std::string path(300, 'p');
  CHECK(read(header("././@LongLink", "00000000455", 'L') + padded(path + '\0') +
                 header("short", "00000000001", '0') + padded("x") + kEnd,
             512)
            .paths == std::vector{path});
  const std::string records = "13 path=long\n10 size=3\n";
  const auto seen = read(header("pax", "00000000027", 'x') + padded(records) +
                             header("short", "00000000000", '0') + padded("abc") + kEnd,
                         100);
  CHECK(seen.paths == std::vector<std::string>{"long"});
  CHECK(seen.contents == std::vector<std::string>{"abc"});
}

TEST_CASE("files, folders and symbolic links are told from everything else", "[tar]") {
  std::string archive;
  for (const char type : {'0', '\0', '7', '5', '1', '2', '3', '4', '6'}) {
    // What has no content may carry a size all the same.
    archive += header(std::string("entry"), "00000000003", type);
    archive += type == '0' || type == '\0' || type == '7' ? padded("abc") : "";
  }
  archive += header("of some vendor", "00000000003", 'V') + padded("abc");
  archive += header("last", "00000000000", '0') + kEnd;
  const auto seen = read(archive, 600);
  using Kind = StreamReader::Kind;
  CHECK(seen.kinds == std::vector<Kind>{Kind::file, Kind::file, Kind::file, Kind::folder, Kind::other,
                                        Kind::symlink, Kind::other, Kind::other, Kind::other, Kind::other,
                                        Kind::file});
  CHECK(seen.paths.back() == "last");
}

TEST_CASE("an archive that is none is refused", "[tar]") {
  std::string changed = header("a", "00000000000", '0');
  changed[0] = 'b';
  CHECK(refusal_of("") == "it is empty");
  CHECK(refusal_of(changed) == "a header's checksum is wrong");
  CHECK(refusal_of(std::string(600, 'x')) == "a number in a header is none");
  CHECK(refusal_of(header("a", "00000000010", '0') + "only") == "it ends in the middle of an entry");
  CHECK(refusal_of(header("a", "00000000010", '0').substr(0, 100)) == "it ends in the middle of an entry");
  CHECK(refusal_of(header("a", "0000000zz10", '0')) == "a number in a header is none");
  CHECK(refusal_of(header("a", std::string("\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12), '0')) ==
        "an entry is too large");
  CHECK(refusal_of(header("a", "77777777777", 'x')) == "an extended header is empty or too long");
  for (const std::string record : {"99 path=x\n", "0 path=x\n", "x", "11 path:long\n", "9 size=-1\n"}) {
    CAPTURE(record);
    std::string size = "00000000000";
    size[10] = static_cast<char>('0' + record.size() % 8);
    size[9] = static_cast<char>('0' + record.size() / 8);
    CHECK(refusal_of(header("pax", size, 'x') + padded(record) + header("a", "00000000000", '0') + kEnd)
              .find("extended header") != std::string::npos);
  }
}

TEST_CASE("what follows the end of an archive is nothing", "[tar]") {
  const std::string archive = header("a", "00000000000", '0') + kEnd;
  CHECK(read(archive + std::string(2000, 'x'), 512).paths == std::vector<std::string>{"a"});
}

}  // namespace ingot::tar
