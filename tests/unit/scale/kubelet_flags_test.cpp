// SPDX-License-Identifier: Apache-2.0
#include "scale/kubelet_flags.hpp"

#include <catch2/catch.hpp>

using namespace ingot::scale;
using Words = std::vector<std::string>;

TEST_CASE("of another node's kubelet flags only what is that node's own changes", "[scale]") {
  CHECK(kubelet_flags_for("KUBELET_KUBEADM_ARGS=\"--node-ip=172.18.0.2 --v=3 --node-labels=ingress=true,a=b "
                          "--provider-id=kind://docker/a/a-worker --hostname-override=a-worker "
                          "--register-with-taints=a=b:NoSchedule\"\n",
                          {"172.18.0.9", "fd00::9"}, "kind://docker/a/a-worker2") ==
        "KUBELET_KUBEADM_ARGS=\"--node-ip=172.18.0.9,fd00::9 --v=3 --node-labels= "
        "--provider-id=kind://docker/a/a-worker2\"\n");
}

TEST_CASE("flags that are not in kubeadm's form are left as they are", "[scale]") {
  for (const auto* text : {"", "KUBELET_KUBEADM_ARGS=--v=3\n", "what\"ever"}) {
    CHECK(kubelet_flags_for(text, {"172.18.0.9"}, "kind://docker/a/b") == text);
  }
}

TEST_CASE("a new worker's environment has no administrator, and proxies leave new nodes alone", "[scale]") {
  CHECK(environment_for({"PATH=/bin", "KUBECONFIG=/etc/kubernetes/admin.conf", "NO_PROXY=a,b", "no_proxy=a"},
                        {"x", "y"}) == Words{"PATH=/bin", "NO_PROXY=a,b,x,y", "no_proxy=a,x,y"});
}
