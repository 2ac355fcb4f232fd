// SPDX-License-Identifier: Apache-2.0
#include "boot/rendering.hpp"

#include "base/text.hpp"
#include "unit/boot/boot_fixture.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::boot::test {

namespace {

using nlohmann::json;

std::vector<std::string> outline(const std::vector<std::string>& objects) {
  std::vector<std::string> lines;
  for (const auto& text : objects) {
    const auto object = json::parse(text);
    lines.push_back(object.at("kind").get<std::string>() + " " +
                    object.at("metadata").at("name").get<std::string>());
  }
  return lines;
}

std::map<std::string, std::string> files_with(const std::string& path, const std::string& text) {
  auto files = rendered_files();
  files[path] = text;
  return files;
}

std::string refusal_of(const std::map<std::string, std::string>& files) {
  return ending_of([&] { std::ignore = parse_rendering(files, "10.244.0.0/16"); });
}

// One object as kubeadm prints it.
std::string created(const std::string& object) {
  return "[dryrun] Would perform action CREATE on resource \"configmaps\" in API group \"core/v1\"\n"
         "[dryrun] Attached object:\n" +
         object;
}

}  // namespace

TEST_CASE("every object that kubeadm would create is read, in its order, and nothing else", "[boot]") {
  CHECK(outline(rendering().objects) ==
        std::vector<std::string>{
            "ConfigMap kubeadm-config", "Role kubeadm:nodes-kubeadm-config",
            "RoleBinding kubeadm:nodes-kubeadm-config", "ConfigMap kubelet-config",
            "Role kubeadm:kubelet-config", "RoleBinding kubeadm:kubelet-config",
            // not the Node, which is asked for and patched
            "Secret bootstrap-token-abcdef", "ClusterRole kubeadm:get-nodes",
            "ClusterRoleBinding kubeadm:get-nodes", "ClusterRoleBinding kubeadm:kubelet-bootstrap",
            "ClusterRoleBinding kubeadm:node-autoapprove-bootstrap",
            "ClusterRoleBinding kubeadm:node-autoapprove-certificate-rotation",
            "ClusterRoleBinding kubeadm:apiserver-kubelet-client", "ConfigMap cluster-info",
            "Role kubeadm:bootstrap-signer-clusterinfo", "RoleBinding kubeadm:bootstrap-signer-clusterinfo",
            "ConfigMap coredns", "ClusterRole system:coredns", "ClusterRoleBinding system:coredns",
            "ServiceAccount coredns", "Deployment coredns", "Service kube-dns", "ConfigMap kube-proxy",
            "DaemonSet kube-proxy", "ServiceAccount kube-proxy", "ClusterRoleBinding kubeadm:node-proxier",
            "Role kube-proxy", "RoleBinding kube-proxy"});
}

TEST_CASE("objects keep their texts, however many lines they have", "[boot]") {
  const auto objects = rendering().objects;
  const auto corefile = json::parse(objects[16]).at("data").at("Corefile").get<std::string>();
  CHECK(corefile.starts_with(".:53 {\n    errors\n"));
  CHECK(corefile.ends_with("    loadbalance\n}\n"));
  const auto proxy = json::parse(objects[22]).at("data").at("config.conf").get<std::string>();
  CHECK(proxy.find("mode: iptables") != std::string::npos);
}

TEST_CASE("objects that older versions indent by a tab are read as well", "[boot]") {
  const auto rendered = parse_rendering(
      files_with(
          "out/printed",
          created("\tapiVersion: v1\n\tdata:\n\t  a: b\n\tkind: ConfigMap\n\tmetadata:\n\t  name: m\n") +
              "[done]\nkind: no object\n"),
      "10.244.0.0/16");
  REQUIRE(rendered.objects.size() == 1);
  CHECK(json::parse(rendered.objects[0]).at("data").at("a") == "b");
}

TEST_CASE("the files of a rendering are taken over as they are", "[boot]") {
  const auto files = rendered_files();
  const auto rendered = rendering();
  CHECK(rendered.kubernetes_version == "v1.36.3");
  CHECK(rendered.static_pods.size() == 4);
  CHECK(rendered.static_pods.at("etcd.yaml") == files.at("out/dry/etcd.yaml"));
  CHECK(rendered.kubelet_config == files.at("out/dry/config.yaml"));
  CHECK(rendered.kubelet_flags == files.at("out/dry/kubeadm-flags.env"));
  CHECK(rendered.instance_config == files.at("out/dry/instance-config.yaml"));
  CHECK(outline(rendered.cni) == std::vector<std::string>{"DaemonSet kindnet"});
  CHECK(outline(rendered.storage) ==
        std::vector<std::string>{"Namespace local-path-storage", "StorageClass standard"});
}

TEST_CASE("versions before 1.34 have no instance-config, and that is fine", "[boot]") {
  auto files = rendered_files();
  files.erase("out/dry/instance-config.yaml");
  CHECK(parse_rendering(files, "10.244.0.0/16").instance_config.empty());
}

TEST_CASE("images may tell which roles their API server makes, and need not", "[boot]") {
  auto files = rendered_files();
  CHECK(outline(rendering().rbac) == std::vector<std::string>{"ClusterRole admin", "Role watcher"});
  files.erase("out/default-rbac.yaml");
  CHECK(parse_rendering(files, "10.244.0.0/16").rbac.empty());
}

TEST_CASE("the CNI's manifest has its template filled in and learns of the API server", "[boot]") {
  const std::string manifest =
      "# would you kindly template this file\n# would you kindly patch this file\n"
      "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: kindnet}\n"
      "spec: {template: {spec: {containers: [{name: c, env: [{name: POD_SUBNET, value: \"{{ .PodSubnet "
      "}}\"}]}]}}}\n";
  const auto rendered = parse_rendering(files_with("out/default-cni.yaml", manifest), "10.7.0.0/16");
  REQUIRE(rendered.cni.size() == 1);
  const auto env =
      json::parse(rendered.cni[0]).at(json::json_pointer("/spec/template/spec/containers/0/env"));
  CHECK(env == json::parse(R"([{"name": "POD_SUBNET", "value": "10.7.0.0/16"},
      {"name": "CONTROL_PLANE_ENDPOINT", "value": "ingot-placeholder-endpoint:6443"}])"));
}

TEST_CASE("a rendering from which something is missing is not believed", "[boot]") {
  for (const auto& [path, text] : rendered_files()) {
    if (path == "out/dry/instance-config.yaml" ||
        path == "out/default-rbac.yaml") {  // not every image has them
      continue;
    }
    INFO(path);
    auto files = rendered_files();
    files.erase(path);
    CHECK(refusal_of(files) == "untrusted-answer");
    CHECK(refusal_of(files_with(path, "")) == "untrusted-answer");
  }
}

TEST_CASE("the error names what is missing from a rendering", "[boot]") {
  try {
    auto files = rendered_files();
    files.erase("out/dry/kube-scheduler.yaml");
    std::ignore = parse_rendering(files, "10.244.0.0/16");
    FAIL("was believed");
  } catch (const base::Error& error) {
    CHECK(error.failure().cause == "out/dry/kube-scheduler.yaml is missing");
  }
}

TEST_CASE("printed nonsense is not believed", "[boot]") {
  const auto* printed =
      GENERATE("Segmentation fault\n", "[dryrun] Attached object:\nkind: ConfigMap\n",
               "[dryrun] Would perform action CREATE on resource \"x\" in API group \"y\"\n");
  CHECK(refusal_of(files_with("out/printed", printed)) == "untrusted-answer");
  const auto* object = GENERATE("just: a map\n", "[1, 2]\n", "a: [unclosed\n", "- kind: ConfigMap\n",
                                "a: b\n\ta: c\n", "kind: 5\napiVersion: {}\n", "&a [*a, *a]\n");
  CHECK(refusal_of(files_with("out/printed", created(object))) == "untrusted-answer");
}

TEST_CASE("an object without a name is not believed", "[boot]") {
  const auto* object =
      GENERATE("apiVersion: v1\nkind: ConfigMap\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: x\n",
               "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [1]}\n",
               "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n");
  CHECK(refusal_of(files_with("out/printed", created(object))) == "untrusted-answer");
  CHECK(refusal_of(files_with("out/default-cni.yaml", object)) == "untrusted-answer");
  CHECK(refusal_of(files_with("out/default-storage.yaml", object)) == "untrusted-answer");
}

TEST_CASE("a rendering survives being kept", "[boot]") {
  const auto first = rendering();
  const auto again = from_cache_text(to_cache_text(first));
  REQUIRE(again);
  CHECK(again->kubernetes_version == first.kubernetes_version);
  CHECK(again->static_pods == first.static_pods);
  CHECK(again->kubelet_config == first.kubelet_config);
  CHECK(again->kubelet_flags == first.kubelet_flags);
  CHECK(again->instance_config == first.instance_config);
  CHECK(again->objects == first.objects);
  CHECK(again->cni == first.cni);
  CHECK(again->storage == first.storage);
  CHECK(again->rbac == first.rbac);
}

TEST_CASE("a kept rendering that is torn, foreign or of another version is rendered anew", "[boot]") {
  const std::string whole = to_cache_text(rendering());
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    REQUIRE_FALSE(from_cache_text(std::string_view(whole).substr(0, size)));
  }
  auto cached = json::parse(whole);
  cached["cacheVersion"] = 0;
  auto podless = json::parse(whole);
  podless["staticPods"].erase("kube-scheduler.yaml");
  CHECK_FALSE(from_cache_text(podless.dump()));
  CHECK_FALSE(from_cache_text(cached.dump()));
  for (const auto* member : {"cacheVersion", "kubernetesVersion", "staticPods", "kubeletConfig",
                             "kubeletFlags", "instanceConfig", "objects", "cni", "storage", "rbac"}) {
    INFO(member);
    auto without = json::parse(whole);
    without.erase(member);
    CHECK_FALSE(from_cache_text(without.dump()));
    auto odd = json::parse(whole);
    odd[member] = json::array({1, json::object()});
    CHECK_FALSE(from_cache_text(odd.dump()));
  }
  for (const auto* text : {"", "null", "[]", "{}", "5", "not JSON"}) {
    CHECK_FALSE(from_cache_text(text));
  }
}

TEST_CASE("a kept rendering is named after the image and the configuration", "[boot]") {
  const std::string key = cache_key("sha256:0123abcd", "kind: ClusterConfiguration");
  CHECK(key == cache_key("sha256:0123abcd", "kind: ClusterConfiguration"));
  CHECK(key != cache_key("sha256:0123abce", "kind: ClusterConfiguration"));
  CHECK(key != cache_key("sha256:0123abcd", "kind: ClusterConfiguration "));
  CHECK(key.find_first_of("/: \\") == std::string::npos);
}

TEST_CASE("placeholders become the names of the node", "[boot]") {
  const Names names{.cluster = "a", .node = "a-worker", .address = "172.18.0.9", .labels = "x=y,z=1"};
  CHECK(with_names(rendering().kubelet_flags, names) ==
        "KUBELET_KUBEADM_ARGS=\"--hostname-override=a-worker --node-ip=172.18.0.9 "
        "--provider-id=kind://docker/a/a-worker --node-labels=x=y,z=1\"\n");
}

}  // namespace ingot::boot::test
