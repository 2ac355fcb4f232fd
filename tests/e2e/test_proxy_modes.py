# SPDX-License-Identifier: Apache-2.0
"""kubeProxyMode nftables, ipvs and none, and disableDefaultCNI: what a create makes of them, and when it returns."""
import json
import pathlib
import platform
import unittest

import workloads
from live import command, waiting
from live.kubectl import condition, nodes_ready
from support import IMAGE, Scenario

NEEDS_NETWORK = "disableDefaultCNI"


def has_ipvs():
    modules = pathlib.Path("/lib/modules") / platform.release()
    return pathlib.Path("/proc/net/ip_vs").exists() or any(
        (modules / name).exists() and "/ip_vs.ko" in (modules / name).read_text(encoding="ascii", errors="replace")
        for name in ("modules.builtin", "modules.dep"))


class ProxyScenario(Scenario):
    def file(self, **networking):
        path = self.folder / "cluster.yaml"
        path.write_text(json.dumps({"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4",
                                    "networking": networking}), encoding="utf-8")
        return str(path)

    def answers_by_service(self, cluster):
        """A service that did not exist when the cluster was made is reached."""
        namespace = "default"
        image = workloads.coredns_image(cluster.kubectl)
        cluster.kubectl.apply(*workloads.dns_server(namespace, "greeter", image, "hosts {\n 192.0.2.7 hello.test\n}"))
        workloads.available(cluster.kubectl, namespace, "greeter")
        address = workloads.service_address(cluster.kubectl, namespace, "greeter")
        waiting.until("an answer of the service", lambda: cluster.resolve(address, "hello.test") == "192.0.2.7", 20)
        return address


class Nftables(ProxyScenario):
    def test_services_are_reached_by_rules_of_nftables(self):
        for bootstrap in ("native", "kubeadm"):
            with self.subTest(bootstrap), self.cluster("-f", self.file(kubeProxyMode="nftables"),
                                                       "--bootstrap", bootstrap) as cluster:
                address = self.answers_by_service(cluster)
                rules = cluster.execute("nft", "list", "table", "ip", "kube-proxy")
                self.assert_code(rules, 0)
                self.assertIn(address, rules.out)
                self.assertNotIn("KUBE-SERVICES", cluster.execute("iptables-save", "-t", "nat").out)


class Ipvs(ProxyScenario):
    @unittest.skipUnless(has_ipvs(), "this machine's kernel has no IPVS")
    def test_services_are_reached_by_ipvs(self):
        if command.run("docker", "run", "--rm", "--entrypoint", "which", IMAGE, "ipset").code != 0:
            self.skipTest(f"{IMAGE} has no ipset, which kube-proxy runs in this mode")
        with self.cluster("-f", self.file(kubeProxyMode="ipvs")) as cluster:
            self.answers_by_service(cluster)

    @unittest.skipIf(has_ipvs(), "this machine's kernel has IPVS")
    def test_a_kernel_without_it_is_refused_before_anything_is_made(self):
        result = self.ingot.create("no-ipvs", "-f", self.file(kubeProxyMode="ipvs"))
        self.assert_code(result, 5)
        self.assertIn("IPVS", result.err)
        self.assert_nothing_left("no-ipvs")
        doctor = self.ingot("doctor", "-o", "json")
        self.assertIn("ipvs is refused", doctor.out)


class NoProxy(ProxyScenario):
    def test_it_leaves_services_to_the_user_and_returns(self):
        with self.cluster("-f", self.file(kubeProxyMode="none")) as cluster:
            self.assertIn("kubeProxyMode none", cluster.created.err)
            self.assertTrue(nodes_ready(cluster.kubectl.items("nodes")))
            daemons = [one["metadata"]["name"] for one in cluster.kubectl.items("daemonsets", "-n", "kube-system")]
            self.assertNotIn("kube-proxy", daemons)
            service = workloads.service_address(cluster.kubectl, "default", "kubernetes")
            self.assertNotIn(service, cluster.execute("iptables-save", "-t", "nat").out)


class NoNetwork(ProxyScenario):
    def check(self, bootstrap):
        with self.cluster("-f", self.file(disableDefaultCNI=True), "--bootstrap", bootstrap, "-o", "json") as cluster:
            self.assertIn(NEEDS_NETWORK, json.loads(cluster.created.out)["notAwaited"])
            node, = cluster.kubectl.items("nodes")
            self.assertEqual(condition(node, "Ready"), "False")  # its kubelet has reported
            self.assertTrue(node["spec"]["podCIDR"])
            daemons = [one["metadata"]["name"] for one in cluster.kubectl.items("daemonsets", "-n", "kube-system")]
            self.assertEqual(daemons, ["kube-proxy"])
            self.assertEqual(cluster.execute("ls", "/etc/cni/net.d").out, "")

    def test_it_installs_none_and_returns_natively(self):
        self.check("native")

    def test_it_installs_none_and_returns_by_kubeadm(self):
        self.check("kubeadm")


if __name__ == "__main__":
    unittest.main()
