// SPDX-License-Identifier: Apache-2.0
#include "boot/rendering.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "boot/believe.hpp"
#include "kubeadm/manifest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

namespace ingot::boot {

namespace {

using nlohmann::json;

// Raised when the meaning of the cached text changes.
constexpr int kCacheVersion = 4;

[[noreturn]] void missing(std::string_view what) {
  throw base::Error(base::ErrorCode::untrusted, "the node image's kubeadm did not print what was expected",
                    fmt::format("{} is missing", what));
}

const std::string& require(const std::map<std::string, std::string>& files, const std::string& path) {
  const auto found = files.find(path);
  if (found == files.end() || found->second.empty()) {
    missing(path);
  }
  return found->second;
}

// The YAML texts that follow "[dryrun] Would perform action CREATE ..." and "[dryrun] Attached object:", each
// up to the next line of kubeadm's own, which starts with "[". Some versions indent the object by a tab.
std::vector<std::string> created_objects(const std::string& printed) {
  std::vector<std::string> objects;
  bool creating = false;
  bool inside = false;
  for (const auto& line : base::split(printed, '\n')) {
    if (line.starts_with('[')) {
      inside = creating && line.starts_with("[dryrun] Attached object:");
      creating = line.starts_with("[dryrun] Would perform action CREATE");
      if (inside) {
        objects.emplace_back();
      }
    } else if (inside) {
      objects.back() += line.starts_with('\t') ? line.substr(1) : line;
      objects.back() += '\n';
    }
  }
  return objects;
}

constexpr std::array<std::string_view, 4> kStaticPods = {
    "etcd.yaml", "kube-apiserver.yaml", "kube-controller-manager.yaml", "kube-scheduler.yaml"};

// Everything later knows objects by kind and name.
std::vector<std::string> named(std::vector<std::string> objects) {
  believing("an object of the node image", [&] {
    for (const auto& text : objects) {
      if (json::parse(text).at("metadata").at("name").get<std::string>().empty()) {
        missing("the name of an object");
      }
    }
  });
  return objects;
}

std::vector<std::string> to_json_objects(const std::string& printed) {
  std::vector<std::string> objects;
  for (const auto& text : created_objects(printed)) {
    for (auto& object : kubeadm::split_manifest(text)) {
      objects.push_back(std::move(object));
    }
  }
  return objects;
}

}  // namespace

std::string rendering_script() {
  // No systemd and no network here: kubeadm only warns about both. The manifests come along because they are
  // needed before the first node runs.
  return "set -e; cd /ingot; mkdir -p out/dry; "
         "KUBEADM_INIT_DRYRUN_DIR=/ingot/out/dry kubeadm init --dry-run --config /ingot/kubeadm.conf "
         "--skip-token-print > out/printed; "
         "cp /kind/version /kind/manifests/default-cni.yaml /kind/manifests/default-storage.yaml out/; "
         "cp /kind/manifests/default-rbac.yaml out/ 2>/dev/null || :; "  // our own image has it
         "rm -rf out/dry/etcd out/dry/*.crt out/dry/*.key out/dry/*.conf";
}

Rendering parse_rendering(const std::map<std::string, std::string>& files, const std::string& pod_subnet) {
  Rendering rendering;
  rendering.kubernetes_version = base::trim(require(files, "out/version"));
  for (const auto name : kStaticPods) {
    rendering.static_pods[std::string(name)] = require(files, fmt::format("out/dry/{}", name));
  }
  rendering.kubelet_config = require(files, "out/dry/config.yaml");
  rendering.kubelet_flags = require(files, "out/dry/kubeadm-flags.env");
  if (const auto found = files.find("out/dry/instance-config.yaml"); found != files.end()) {
    rendering.instance_config = found->second;
  }
  rendering.objects = named(to_json_objects(require(files, "out/printed")));
  if (rendering.objects.empty()) {
    missing("every object");
  }
  rendering.cni = named(
      kubeadm::cni_objects(require(files, "out/default-cni.yaml"),
                           {.pod_subnet = pod_subnet, .control_plane_endpoint = Names{}.endpoint + ":6443"}));
  rendering.storage = named(kubeadm::split_manifest(require(files, "out/default-storage.yaml")));
  if (const auto found = files.find("out/default-rbac.yaml"); found != files.end()) {
    rendering.rbac = named(kubeadm::split_manifest(found->second));
  }
  return rendering;
}

std::string to_cache_text(const Rendering& rendering) {
  return json{{"cacheVersion", kCacheVersion},
              {"kubernetesVersion", rendering.kubernetes_version},
              {"staticPods", rendering.static_pods},
              {"kubeletConfig", rendering.kubelet_config},
              {"instanceConfig", rendering.instance_config},
              {"kubeletFlags", rendering.kubelet_flags},
              {"objects", rendering.objects},
              {"cni", rendering.cni},
              {"storage", rendering.storage},
              {"rbac", rendering.rbac}}
      .dump();
}

std::optional<Rendering> from_cache_text(std::string_view text) {
  try {
    const auto cached = json::parse(text);
    if (cached.at("cacheVersion") != kCacheVersion) {
      return std::nullopt;
    }
    for (const auto name : kStaticPods) {
      (void)cached.at("staticPods").at(std::string(name));
    }
    return Rendering{.kubernetes_version = cached.at("kubernetesVersion"),
                     .static_pods = cached.at("staticPods"),
                     .kubelet_config = cached.at("kubeletConfig"),
                     .instance_config = cached.at("instanceConfig"),
                     .kubelet_flags = cached.at("kubeletFlags"),
                     .objects = cached.at("objects"),
                     .cni = cached.at("cni"),
                     .storage = cached.at("storage"),
                     .rbac = cached.at("rbac")};
  } catch (const json::exception&) {  // torn or foreign: render anew
    return std::nullopt;
  }
}

std::string cache_key(const std::string& image_id, const std::string& kubeadm_config) {
  return fmt::format("rendering-{}-{:016x}.json", base::replace_all(image_id, ":", "-"),
                     base::fnv1a(kubeadm_config));
}

std::string with_names(std::string text, const Names& names) {
  const Names placeholder;
  text = base::replace_all(std::move(text), placeholder.cluster, names.cluster);
  text = base::replace_all(std::move(text), placeholder.node, names.node);
  text = base::replace_all(std::move(text), placeholder.address, names.address);
  text = base::replace_all(std::move(text), placeholder.endpoint, names.endpoint);
  text = base::replace_all(std::move(text), placeholder.ipv6, names.ipv6);
  return base::replace_all(std::move(text), placeholder.labels, names.labels);
}

}  // namespace ingot::boot
