// SPDX-License-Identifier: Apache-2.0
// What the image verbs take and give: plain values, the promise behind `-o json`.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::image {

// How layers get from the engine into the nodes.
enum class Way {
  automatic,  // layers, and if they cannot be had, the export
  layers,     // copied inside the engine's machine, from its storage (overlay2) to the nodes' volumes
  stream,     // the engine's export, through this program
};

// An archive that `docker save` or another tool made: a Docker archive or an OCI image layout, as a tar,
// which may be compressed by gzip or zstd.
struct Archive {
  std::string name;                                         // for people: a path, or "standard input"
  std::function<std::string(const std::stop_token&)> read;  // the next bytes; empty at the end
  std::int64_t size = 0;                                    // 0: not known
};

struct LoadRequest {
  std::string cluster;
  std::vector<std::string> references;  // images of the engine, by name or id
  std::vector<Archive> archives;        // read once each
  std::vector<std::string> nodes;       // by name; empty: all of the cluster
  Way way = Way::automatic;
  std::chrono::milliseconds timeout{600'000};
};

enum class Action {
  present,  // it was there under this name
  tagged,   // it was there and got the name
  loaded,
};

struct NodeOutcome {
  std::string node;
  Action action = Action::present;
};

struct LoadedImage {
  std::string reference;  // as it was asked for; of an archive's images: as the archive names them
  std::string name;       // as the nodes know it
  std::string id;         // "sha256:..."; may be empty for images of archives
  std::string archive;    // the one it came from; empty: the engine
  std::vector<NodeOutcome> nodes;
};

struct LoadResult {
  std::string cluster;
  Way way = Way::automatic;  // the one taken; automatic: there was nothing to bring
  std::vector<LoadedImage> images;
  std::chrono::milliseconds elapsed{0};
};

// An image in the nodes of a cluster.
struct NodeImage {
  std::vector<std::string> names;  // sorted; without the ones that are only digests
  std::string id;                  // of its configuration, as Docker and crictl name it; empty: not known
  std::string digest;              // of its manifest
  std::uint64_t size = 0;          // bytes of its manifest and all it names, about
  std::vector<std::string> nodes;
};

struct ImageList {
  std::string cluster;
  std::vector<std::string> nodes;  // those that were asked
  std::vector<NodeImage> images;   // by first name
};

// The versions of Kubernetes that node images can be made with, the newest first.
// manifests/node-image/versions.sh says so, too.
inline constexpr std::array<std::string_view, 3> kRecipeVersions{"v1.36.3", "v1.35.4", "v1.34.4"};

// The image of instances that its recipe makes; manifests/instance-image/versions.sh says so, too.
inline constexpr std::string_view kInstanceImage = "ingot/instance:bookworm";

// An image to be made: of a node, or of an instance.
struct BuildRequest {
  std::string kubernetes;        // of a node, one of kRecipeVersions: "v1.36.3"; empty: of an instance
  std::string name;              // of the image
  std::string base;              // an image with apt and bash; empty: Debian's, or a node image of the engine
  std::string certificates;      // PEM: whom the build trusts; empty: whom its image trusts
  std::vector<std::string> env;  // "NAME=value": proxies
  std::chrono::milliseconds timeout{3'600'000};
};

struct BuildResult {
  std::string name;
  std::string id;    // "sha256:..."
  std::string base;  // the image that it was made in
  std::chrono::milliseconds elapsed{0};
};

}  // namespace ingot::image
