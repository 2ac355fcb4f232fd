// SPDX-License-Identifier: Apache-2.0
#include "image/archive_splitter.hpp"
#include "base/error.hpp"
#include "image/digest.hpp"
#include "image/layout.hpp"
#include "tar/tar.hpp"

#include <catch2/catch.hpp>

namespace ingot::image {

namespace {

using Files = std::map<std::string, std::string>;

tar::File blob(const std::string& content) {
  return {.path = "/blobs/sha256/" + digest_of(content).substr(7), .content = content};
}

std::string path_of(const std::string& content) {
  return "blobs/sha256/" + digest_of(content).substr(7);
}

std::string manifest_of(const std::string& config) {
  return R"([{"Config":")" + path_of(config) + R"(","RepoTags":["app:1","app:2"],"Layers":[]}])";
}

// What each of the readers got, unpacked.
std::vector<Files> split(const std::string& archive, std::vector<std::set<std::string>> has,
                         std::vector<ArchivedImage>* images = nullptr) {
  std::vector<std::string> got(has.size());
  std::vector<ArchiveSplitter::Reader> readers;
  for (std::size_t i = 0; i < has.size(); ++i) {
    readers.push_back({.has = has[i], .write = [&got, i](const Piece& piece) { got[i] += *piece; }});
  }
  ArchiveSplitter splitter(std::move(readers));
  for (std::size_t at = 0; at < archive.size(); at += 700) {
    splitter.feed(std::string_view(archive).substr(at, 700));
  }
  splitter.finish();
  if (images != nullptr) {
    *images = splitter.images();
  }
  std::vector<Files> files;
  for (const auto& one : got) {
    files.push_back(tar::unpack(one));
  }
  return files;
}

std::string refusal_of(const std::vector<tar::File>& files) {
  try {
    split(tar::pack(files), {{}});
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::untrusted);
    return error.failure().cause;
  }
  return "understood";
}

}  // namespace

TEST_CASE("each reader gets the blobs that it lacks, and everything else", "[image]") {
  const std::string low(3000, 'l');
  const std::string top(900'000, 't');
  const std::string config = "{}";
  const auto archive = tar::pack({blob(low),
                                  blob(config),
                                  blob(top),
                                  {.path = "/index.json", .content = "{}"},
                                  {.path = "/manifest.json", .content = manifest_of(config)}});
  std::vector<ArchivedImage> images;
  const auto got =
      split(archive, {{}, {digest_of(low)}, {digest_of(low), digest_of(top), digest_of(config)}}, &images);
  CHECK(got[0].size() == 5);
  CHECK(got[0].at(path_of(top)) == top);
  CHECK_FALSE(got[1].contains(path_of(low)));
  CHECK(got[1].at(path_of(top)) == top);
  CHECK(got[2] == Files{{"index.json", "{}"}, {"manifest.json", manifest_of(config)}});
  REQUIRE(images.size() == 2);
  CHECK(images[0].name == "app:1");
  CHECK(images[1].name == "app:2");
  CHECK(images[0].id == digest_of(config));
}

TEST_CASE("an older Docker's archive passes whole", "[image]") {
  const std::string layer = "layer";
  const std::string id = digest_of("config");
  std::vector<ArchivedImage> images;
  const auto got = split(tar::pack({{.path = "/abc/layer.tar", .content = layer},
                                    {.path = "/manifest.json",
                                     .content = R"([{"Config":")" + id.substr(7) +
                                                R"(.json","RepoTags":null,"Layers":["abc/layer.tar"]}])"}}),
                         {{digest_of(layer)}}, &images);
  CHECK(got[0].at("abc/layer.tar") == layer);
  REQUIRE(images.size() == 1);
  CHECK(images[0].name.empty());
  CHECK(images[0].id == id);
}

TEST_CASE("an OCI image layout tells the names that containerd notes in it", "[image]") {
  std::vector<ArchivedImage> images;
  const auto layout =
      layout_without_layers(R"({"os":"linux"})", {.size = 7, .layers = {digest_of("l")}}, {"a:1", "b:1"});
  const auto got = split(layout, {{}}, &images);
  REQUIRE(images.size() == 2);
  CHECK(images[0].name == "a:1");
  CHECK(images[1].name == "b:1");
  CHECK(got[0].contains(path_of(R"({"os":"linux"})")));
  CHECK(got[0].size() == 4);
}

TEST_CASE("an archive without images is refused", "[image]") {
  CHECK(refusal_of({{.path = "/etc/passwd", .content = "root"}}) ==
        "it has neither manifest.json nor index.json");
  CHECK(refusal_of({{.path = "/manifest.json", .content = "{"}}) == "manifest.json is no JSON");
  CHECK(refusal_of({{.path = "/manifest.json", .content = "{}"}}) == "manifest.json is no list");
  CHECK(refusal_of({{.path = "/index.json", .content = "[1]"}}) == "index.json has no list of manifests");
  CHECK(refusal_of({{.path = "/index.json", .content = std::string(5 << 20, ' ')}}) ==
        "index.json is too large");
  // Nonsense inside is no name and no id.
  CHECK(refusal_of({{.path = "/manifest.json",
                     .content = R"([1,{"Config":7,"RepoTags":[3]},{"RepoTags":{}}])"}}) == "understood");
  CHECK(refusal_of({{.path = "/index.json", .content = R"({"manifests":[1,{"annotations":[]}]})"}}) ==
        "understood");
}

}  // namespace ingot::image
