// SPDX-License-Identifier: Apache-2.0
#include "logs/component.hpp"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("a component is found by kind's, Kubernetes' and people's names", "[logs]") {
  CHECK(logs::find_component("apiserver")->pods == "kube-system_kube-apiserver-*");
  CHECK(logs::find_component("kube-apiserver")->pods == "kube-system_kube-apiserver-*");
  CHECK(logs::find_component("kube-proxy")->pods == "kube-system_kube-proxy-*");
  CHECK(logs::find_component("kubelet")->unit == "kubelet.service");
  CHECK(logs::find_component("containerd")->unit == "containerd.service");
  CHECK(logs::find_component("console")->console);
  CHECK(logs::find_component("my-app")->pods == "*_my-app*");
}

TEST_CASE("what cannot be a pod's name never reaches a shell's pattern", "[logs]") {
  for (const char* name : {"", "a b", "$(reboot)", "*", "../x", "a/b", "a;b", "A", "@(x)"}) {
    INFO(name);
    CHECK_FALSE(logs::find_component(name));
  }
}

TEST_CASE("a log file's path names its pod", "[logs]") {
  CHECK(logs::pod_of("/var/log/pods/kube-system_coredns-5d78-abcde_0123/coredns/0.log") ==
        "coredns-5d78-abcde");
  CHECK(logs::pod_of("/var/log/syslog").empty());
  CHECK(logs::pod_of("/var/log/pods/odd/coredns/0.log").empty());
  CHECK(logs::pod_of("").empty());
}
