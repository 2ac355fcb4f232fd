// SPDX-License-Identifier: Apache-2.0
#include "boot/lone_etcd.hpp"

#include <catch2/catch.hpp>

using ingot::boot::without_lone_etcd_flags;

TEST_CASE("an etcd that is to have company loses the pace of a lone one", "[boot]") {
  CHECK(without_lone_etcd_flags("    - etcd\n"
                                "    - --election-timeout=100\n"
                                "    - --heartbeat-interval=20\n"
                                "    - --name=a\n") == "    - etcd\n    - --name=a\n");
}

TEST_CASE("kubeadm's configuration is left as if nobody had asked for that pace", "[boot]") {
  SECTION("as kubeadm keeps it") {
    CHECK(without_lone_etcd_flags("etcd:\n  local:\n    dataDir: /var/lib/etcd\n    extraArgs:\n"
                                  "    - name: election-timeout\n      value: \"100\"\n"
                                  "    - name: heartbeat-interval\n      value: \"20\"\n"
                                  "imageRepository: r\n") ==
          "etcd:\n  local:\n    dataDir: /var/lib/etcd\nimageRepository: r\n");
  }
  SECTION("as it is handed over, with nothing else about etcd") {
    CHECK(without_lone_etcd_flags("clusterName: \"a\"\netcd:\n  local:\n    extraArgs:\n"
                                  "    - name: \"election-timeout\"\n      value: \"100\"\n"
                                  "    - name: \"heartbeat-interval\"\n      value: \"20\"\n"
                                  "kind: \"ClusterConfiguration\"\n") ==
          "clusterName: \"a\"\nkind: \"ClusterConfiguration\"\n");
  }
  SECTION("before arguments were lists") {
    CHECK(without_lone_etcd_flags("etcd:\n  local:\n    extraArgs:\n      election-timeout: \"100\"\n"
                                  "      heartbeat-interval: \"20\"\n") == "");
  }
  SECTION("beside other arguments") {
    CHECK(without_lone_etcd_flags("etcd:\n  local:\n    extraArgs:\n    - name: election-timeout\n"
                                  "      value: \"100\"\n    - name: snapshot-count\n      value: \"5\"\n") ==
          "etcd:\n  local:\n    extraArgs:\n    - name: snapshot-count\n      value: \"5\"\n");
  }
}

TEST_CASE("a pace that somebody else chose stays, and so does every text without one", "[boot]") {
  const std::string text =
      GENERATE("    - --election-timeout=5000\n    - --heartbeat-interval=500\n",
               "extraArgs:\n- name: heartbeat-interval\n  value: \"200\"", "etcd:\nlocal:\nextraArgs:\n", "");
  CHECK(without_lone_etcd_flags(text) == text);
}
