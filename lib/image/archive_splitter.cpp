// SPDX-License-Identifier: Apache-2.0
#include "image/archive_splitter.hpp"

#include "base/error.hpp"
#include "image/digest.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::image {

namespace {

using nlohmann::json;

constexpr std::size_t kPiece = std::size_t{256} << 10U;
constexpr std::size_t kLargestList = std::size_t{4} << 20U;
constexpr std::size_t kEndOfArchive = 1024;
constexpr std::string_view kBlobs = "blobs/sha256/";

[[noreturn]] void broken(std::string why) {
  throw base::Error(base::ErrorCode::untrusted, "the archive holds no images that can be loaded",
                    std::move(why));
}

json parse(const std::string& text, const char* name) {
  json root = json::parse(text, nullptr, false);
  if (root.is_discarded()) {
    broken(std::string(name) + " is no JSON");
  }
  return root;
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// "blobs/sha256/<hex>" of today's Docker, "<hex>.json" of older ones.
std::string id_of(std::string path) {
  path = path.substr(path.rfind('/') + 1);
  if (path.ends_with(".json")) {
    path.resize(path.size() - 5);
  }
  const std::string id = "sha256:" + path;
  return is_digest(id) ? id : std::string();
}

std::string blob_digest(const std::string& path) {
  const std::string digest =
      path.starts_with(kBlobs) ? "sha256:" + path.substr(kBlobs.size()) : std::string();
  return is_digest(digest) ? digest : std::string();
}

}  // namespace

ArchiveSplitter::ArchiveSplitter(std::vector<Reader> readers)
    : readers_(std::move(readers)),
      wants_(readers_.size(), true),
      archive_({.begin = [this](const tar::StreamReader::Entry& entry,
                                std::string_view head) { begin(entry, head); },
                .content =
                    [this](std::string_view content) {
                      if (kept_ != nullptr) {
                        *kept_ += content;
                      }
                      pass(content);
                    },
                .end = [this](std::string_view padding) { pass(padding); }}) {}

void ArchiveSplitter::begin(const tar::StreamReader::Entry& entry, std::string_view head) {
  const bool is_file = entry.kind == tar::StreamReader::Kind::file;
  const std::string digest = is_file ? blob_digest(entry.path) : std::string();
  std::vector<bool> wants;
  for (const auto& reader : readers_) {
    wants.push_back(digest.empty() || !reader.has.contains(digest));
  }
  if (wants != wants_) {
    flush();
    wants_ = std::move(wants);
  }
  kept_ = nullptr;
  if (is_file && (entry.path == "manifest.json" || entry.path == "index.json")) {
    if (entry.size > kLargestList) {
      broken(entry.path + " is too large");
    }
    kept_ = entry.path == "index.json" ? &index_ : &docker_manifest_;
    kept_->clear();
  }
  pass(head);
}

void ArchiveSplitter::pass(std::string_view bytes) {
  pending_ += bytes;
  if (pending_.size() >= kPiece) {
    flush();
  }
}

void ArchiveSplitter::flush() {
  if (pending_.empty()) {
    return;
  }
  const auto piece = std::make_shared<const std::string>(std::exchange(pending_, {}));
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    if (wants_[i]) {
      readers_[i].write(piece);
    }
  }
}

void ArchiveSplitter::finish() {
  archive_.finish();
  if (!docker_manifest_.empty()) {
    read_docker_manifest();
  } else if (!index_.empty()) {
    read_index();
  } else {
    broken("it has neither manifest.json nor index.json");
  }
  flush();
  wants_.assign(readers_.size(), true);
  pending_.assign(kEndOfArchive, '\0');
  flush();
}

void ArchiveSplitter::read_docker_manifest() {
  const json root = parse(docker_manifest_, "manifest.json");
  if (!root.is_array()) {
    broken("manifest.json is no list");
  }
  for (const auto& one : root) {
    const std::string id = id_of(text_of(one, "Config"));
    const auto tags = one.is_object() ? one.find("RepoTags") : one.end();
    const bool has_names = tags != one.end() && tags->is_array() && !tags->empty();
    if (!has_names) {
      images_.push_back({.name = {}, .id = id});
      continue;
    }
    for (const auto& tag : *tags) {
      images_.push_back({.name = tag.is_string() ? tag.get<std::string>() : std::string(), .id = id});
    }
  }
}

void ArchiveSplitter::read_index() {
  const json root = parse(index_, "index.json");
  const auto list = root.is_object() ? root.find("manifests") : root.end();
  if (list == root.end() || !list->is_array()) {
    broken("index.json has no list of manifests");
  }
  for (const auto& one : *list) {
    const auto notes = one.is_object() ? one.find("annotations") : one.end();
    images_.push_back(
        {.name = notes == one.end() ? std::string() : text_of(*notes, "io.containerd.image.name")});
  }
}

}  // namespace ingot::image
