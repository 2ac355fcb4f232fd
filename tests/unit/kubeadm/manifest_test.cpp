// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/manifest.hpp"
#include "kubeadm/template.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace ingot::kubeadm {
namespace {

constexpr const char* kCni = R"(# would you kindly template this file
# would you kindly patch this file
---
kind: ServiceAccount
apiVersion: v1
metadata: {name: kindnet}
---
kind: DaemonSet
apiVersion: apps/v1
spec:
  template:
    spec:
      containers:
      - name: cni
        env:
        - name: POD_SUBNET
          value: {{ .PodSubnet }}
      - name: other
)";

std::string cause_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::untrusted);
    return error.failure().cause;
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a manifest is split into its objects", "[kubeadm]") {
  CHECK(split_manifest("---\n# c\n---\nkind: A\napiVersion: v1\n---\n\n---\nkind: B\napiVersion: "
                       "x/v1\ncount: 1.0\n---\n") ==
        std::vector<std::string>{R"({"apiVersion":"v1","kind":"A"})",
                                 R"({"apiVersion":"x/v1","count":1,"kind":"B"})"});
  CHECK(split_manifest("").empty());
  CHECK(split_manifest(R"({"kind": "A", "apiVersion": "v1"})").size() == 1);
}

TEST_CASE("a List is replaced by its items", "[kubeadm]") {
  CHECK(
      split_manifest(
          "kind: List\napiVersion: v1\nitems:\n- {kind: A, apiVersion: v1}\n- {kind: B, apiVersion: v1}\n") ==
      std::vector<std::string>{R"({"apiVersion":"v1","kind":"A"})", R"({"apiVersion":"v1","kind":"B"})"});
  CHECK(split_manifest("kind: List\napiVersion: v1\n").empty());
}

TEST_CASE("what is no manifest is an answer not to be trusted", "[kubeadm]") {
  const auto split = [](const std::string& text) { return cause_of([&] { (void)split_manifest(text); }); };
  CHECK(split("kind: A\napiVersion: v1\n---\nkind: B\n") == "object 2 has no apiVersion or no kind");
  CHECK(split("- kind: A\n") == "object 1 has no apiVersion or no kind");
  CHECK(split("a: [") == "line 1: a '[' has no ']'");
  CHECK(split("just text") == "object 1 has no apiVersion or no kind");
  CHECK(split(std::string("\x7F"
                          "ELF\0\0",
                          6)) == "line 1: holds a control character");
}

TEST_CASE("the CNI manifest gets the pod subnet and the endpoint it asks for", "[kubeadm]") {
  const auto objects = cni_objects(kCni, {.pod_subnet = "10.1.0.0/16", .control_plane_endpoint = "a:6443"});
  REQUIRE(objects.size() == 2);
  CHECK(objects[0] == R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"kindnet"}})");
  CHECK(objects[1] ==
        R"({"apiVersion":"apps/v1","kind":"DaemonSet","spec":{"template":{"spec":{"containers":[{"env":[)"
        R"({"name":"POD_SUBNET","value":"10.1.0.0/16"},{"name":"CONTROL_PLANE_ENDPOINT","value":"a:6443"}],)"
        R"("name":"cni"},{"name":"other"}]}}}})");
}

TEST_CASE("a CNI manifest that asks for nothing is left as it is", "[kubeadm]") {
  const std::string plain = "kind: DaemonSet\napiVersion: apps/v1\ntext: '{{ .PodSubnet }}'\n";
  CHECK(cni_objects(plain, {.pod_subnet = "x", .control_plane_endpoint = "y"}) ==
        std::vector<std::string>{R"({"apiVersion":"apps/v1","kind":"DaemonSet","text":"{{ .PodSubnet }}"})"});
}

TEST_CASE("a CNI manifest that asks for what cannot be done is refused", "[kubeadm]") {
  const auto cni = [](const std::string& text) { return cause_of([&] { (void)cni_objects(text, {}); }); };
  CHECK(cni("# would you kindly patch this file\nkind: DaemonSet\napiVersion: apps/v1\n") ==
        "a DaemonSet has no container with env");
  CHECK(cni("# would you kindly template this file\nkind: {{ if .IPv6 }}\n") ==
        "'{{ if .IPv6 }}' is not known");
}

TEST_CASE("templates know variables, comments and trimming", "[kubeadm]") {
  const std::map<std::string, std::string> variables = {{"PodSubnet", "S"}};
  const auto fill = [&](const std::string& text) { return fill_template(text, variables); };
  CHECK(fill("no template") == "no template");
  CHECK(fill("a {{.PodSubnet}} b {{ .PodSubnet }}") == "a S b S");
  CHECK(fill("a {{- .PodSubnet -}} b") == "aSb");
  CHECK(fill("a \n{{- .PodSubnet }} b") == "aS b");
  CHECK(fill("a {{ .PodSubnet -}} \n b") == "a Sb");
  CHECK(fill("a{{/* note */}}b") == "ab");
  CHECK(fill("} }} {") == "} }} {");
  for (const auto* bad :
       {"{{", "{{ .Other }}", "{{ PodSubnet }}", "{{}}", "{{ . }}", "{{ .PodSubnet | quote }}"}) {
    INFO(bad);
    CHECK_THROWS_AS(fill(bad), base::Error);
  }
}

}  // namespace ingot::kubeadm
