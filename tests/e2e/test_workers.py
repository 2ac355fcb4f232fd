# SPDX-License-Identifier: Apache-2.0
"""One control plane and two workers: roles, and pods that reach each other across nodes."""
import unittest

import workloads
from live import waiting
from live.kubectl import nodes_ready
from support import ENGINE, SharedCluster

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


class Workers:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nodes_at_return = cls.shared.kubectl.items("nodes")

    def test_every_node_is_ready_when_create_returns(self):
        name = self.shared.name
        self.assertEqual(sorted(node["metadata"]["name"] for node in self.nodes_at_return),
                         [f"{name}-control-plane", f"{name}-worker", f"{name}-worker2"])
        self.assertTrue(nodes_ready(self.nodes_at_return), self.nodes_at_return)

    def test_only_the_control_plane_is_marked_and_tainted(self):
        for node in self.nodes_at_return:
            first = node["metadata"]["name"] == self.shared.control_plane
            self.assertEqual(CONTROL_PLANE in node["metadata"]["labels"], first)
            # The controller takes this one away within 5 s; all pods tolerate it.
            self.assertEqual([taint["key"] for taint in node["spec"].get("taints", [])
                              if (taint["key"], taint["effect"]) != ("node.kubernetes.io/not-ready", "NoExecute")],
                             [CONTROL_PLANE] if first else [])

    def test_every_node_has_a_pod_network_of_its_own(self):
        networks = {node["spec"]["podCIDR"] for node in self.nodes_at_return}
        self.assertEqual(len(networks), 3)

    def test_containers_carry_the_labels_of_kind(self):
        roles = {container["Names"][0].lstrip("/"): container["Labels"]["io.x-k8s.kind.role"]
                 for container in ENGINE.containers(self.shared.name)}
        name = self.shared.name
        self.assertEqual(roles, {f"{name}-control-plane": "control-plane",
                                 f"{name}-worker": "worker", f"{name}-worker2": "worker"})

    def test_pods_reach_pods_and_services_on_other_nodes(self):
        namespace = self.namespace()
        image = workloads.coredns_image(self.kubectl)
        first, second = (f"{self.shared.name}-{node}" for node in ("worker", "worker2"))
        self.kubectl.apply(*workloads.dns_server(namespace, "greeter", image, "hosts {\n 192.0.2.7 hello.test\n}",
                                                 nodeSelector={"kubernetes.io/hostname": first}))
        workloads.available(self.kubectl, namespace, "greeter")
        pod = self.kubectl("get", "pods", "-n", namespace, "-l", "app=greeter",
                           "-o", "jsonpath={.items[0].status.podIP}")
        service = workloads.service_address(self.kubectl, namespace, "greeter")
        for name, upstream in (("by-pod", f"{pod}:{workloads.DNS_PORT}"), ("by-service", service)):
            # It answers only what it was told by the server on the other node.
            self.kubectl.apply(*workloads.dns_server(namespace, name, image, f"forward . {upstream}",
                                                     nodeSelector={"kubernetes.io/hostname": second}))
        workloads.available(self.kubectl, namespace, "by-pod", "by-service")
        for name in ("by-pod", "by-service"):
            with self.subTest(name):
                address = workloads.service_address(self.kubectl, namespace, name)
                waiting.until(f"an answer from the other node, {name}",
                              lambda: self.shared.resolve(address, "hello.test") == "192.0.2.7", 20)


class Native(Workers, SharedCluster):
    options = ("--workers", "2", "--bootstrap", "native")


class Kubeadm(Workers, SharedCluster):
    options = ("--workers", "2", "--bootstrap", "kubeadm")


if __name__ == "__main__":
    unittest.main()
