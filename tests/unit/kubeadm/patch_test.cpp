// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/patch.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

namespace ingot::kubeadm {
namespace {

constexpr const char* kDocuments = R"(kind: ClusterConfiguration
apiVersion: kubeadm.k8s.io/v1beta4
clusterName: a
---
kind: KubeletConfiguration
apiVersion: kubelet.config.k8s.io/v1beta1
maxPods: 1
)";

std::string with_maximum(const std::string& value) {
  return "apiVersion: \"kubeadm.k8s.io/v1beta4\"\nclusterName: \"a\"\nkind: \"ClusterConfiguration\"\n---\n"
         "apiVersion: \"kubelet.config.k8s.io/v1beta1\"\nkind: \"KubeletConfiguration\"\nmaxPods: " +
         value + "\n";
}

std::string merge(const std::string& patch) {
  return apply_patches(kDocuments, {{.merge = {patch}}});
}

base::Failure refusal(const std::vector<PatchSet>& sets) {
  try {
    (void)apply_patches(kDocuments, sets);
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    return error.failure();
  }
  return {.message = "accepted"};
}

}  // namespace

TEST_CASE("a patch applies to documents of its kind, and of its apiVersion if it names one", "[kubeadm]") {
  CHECK(merge("kind: KubeletConfiguration\nmaxPods: 2\n") == with_maximum("2"));
  CHECK(merge("kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\nmaxPods: 2\n") ==
        with_maximum("2"));
  CHECK(merge("kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1\nmaxPods: 2\n") ==
        with_maximum("1"));
  CHECK(merge("kind: Other\nmaxPods: 2\n") == with_maximum("1"));
  CHECK(merge("maxPods: 2\n") == with_maximum("1"));
  CHECK(merge("") == with_maximum("1"));
  CHECK(merge("# nothing\n---\nkind: Other\n---\nkind: KubeletConfiguration\nmaxPods: 2\n") ==
        with_maximum("2"));
}

TEST_CASE("sets apply in turn, and in each the merges before the operations", "[kubeadm]") {
  const std::string to_two = "kind: KubeletConfiguration\nmaxPods: 2\n";
  const std::string to_three = "kind: KubeletConfiguration\nmaxPods: 3\n";
  const JsonPatch from_two{
      .kind = "KubeletConfiguration",
      .patch = "- {op: test, path: /maxPods, value: 2}\n- {op: replace, path: /maxPods, value: 20}"};
  CHECK(apply_patches(kDocuments, {{.merge = {to_three, to_two}, .json6902 = {from_two}}}) ==
        with_maximum("20"));
  CHECK(apply_patches(kDocuments, {{.merge = {to_two}, .json6902 = {from_two}}, {.merge = {to_three}}}) ==
        with_maximum("3"));
}

TEST_CASE("an RFC 6902 patch is matched by group and version too", "[kubeadm]") {
  const auto apply = [](const std::string& group, const std::string& version) {
    return apply_patches(kDocuments,
                         {{.json6902 = {{.group = group,
                                         .version = version,
                                         .kind = "KubeletConfiguration",
                                         .patch = R"([{"op":"replace","path":"/maxPods","value":2}])"}}}});
  };
  CHECK(apply("", "") == with_maximum("2"));
  CHECK(apply("kubelet.config.k8s.io", "v1beta1") == with_maximum("2"));
  CHECK(apply("kubelet.config.k8s.io", "v1") == with_maximum("1"));
  CHECK(apply("", "v1beta1") == with_maximum("1"));
}

TEST_CASE("patches after kind's old examples may name the document's metadata", "[kubeadm]") {
  CHECK(merge("kind: KubeletConfiguration\nmetadata: {name: config}\nmaxPods: 2\n") == with_maximum("2"));
  CHECK(merge("kind: KubeletConfiguration\nmetadata: {name: other}\n").find("name: \"other\"") !=
        std::string::npos);
}

TEST_CASE("values keep the types that Kubernetes' own reader would see", "[kubeadm]") {
  CHECK(merge("kind: KubeletConfiguration\nmaxPods: 0x10\n") == with_maximum("16"));
  CHECK(merge("kind: KubeletConfiguration\nmaxPods: \"1.30\"\n") == with_maximum("\"1.30\""));
  CHECK(merge("kind: KubeletConfiguration\nmaxPods: no\n") == with_maximum("false"));
}

TEST_CASE("a patch that cannot be read or applied is named, and the document with it", "[kubeadm]") {
  auto failure = refusal({{.where = "nodes[1].", .merge = {"kind: A", "a: ["}}});
  CHECK(failure.message == "the patch nodes[1].kubeadmConfigPatches[1] cannot be read");
  CHECK(failure.problems == std::vector<std::string>{"line 1: a '[' has no ']'"});
  CHECK(refusal({{.merge = {"- a"}}}).message == "the patch kubeadmConfigPatches[0] cannot be read");
  failure = refusal({{.json6902 = {{.kind = "KubeletConfiguration", .patch = "[{op: remove, path: /x}]"}}}});
  CHECK(failure.message ==
        "the patch kubeadmConfigPatchesJSON6902[0] cannot be applied to KubeletConfiguration");
  CHECK(failure.cause == "operation 1 (remove '/x') cannot be done: key 'x' not found");
  failure = refusal({{.merge = {"kind: ClusterConfiguration\napiServer: {extraArgs: [v]}\n"}}});
  CHECK(failure.message == "the patch kubeadmConfigPatches[0] cannot be applied to ClusterConfiguration");
}

TEST_CASE("a patch for no document here is not applied, even if it could not be", "[kubeadm]") {
  CHECK(apply_patches(kDocuments, {{.json6902 = {{.kind = "Other", .patch = "[{op: remove, path: /x}]"}}}}) ==
        with_maximum("1"));
}

}  // namespace ingot::kubeadm
