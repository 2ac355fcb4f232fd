# SPDX-License-Identifier: Apache-2.0
"""Clusters of ipFamily ipv6 and dual: addresses, pods that reach each other across nodes, names, published ports."""
import ipaddress
import json
import unittest

import workloads
from live import cluster_dns, waiting
from live.kubectl import nodes_ready
from support import ENGINE, SharedCluster, needs_ipv6

NODE_PORT = 30053
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def families(addresses):
    return [ipaddress.ip_interface(address).version for address in addresses]


def cluster_file(folder, family, listen):
    path = folder / f"{family}.yaml"
    path.write_text(json.dumps({
        "kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4",
        "networking": {"ipFamily": family},
        "nodes": [{"role": "control-plane", "extraPortMappings": [
            {"containerPort": NODE_PORT, "listenAddress": listen, "protocol": "TCP"}]}, {"role": "worker"}],
    }), encoding="utf-8")
    return path


def internal_addresses(node):
    return [one["address"] for one in node["status"]["addresses"] if one["type"] == "InternalIP"]


class Family:
    """On a network of its own: the one named kind may have been made without IPv6."""

    bootstrap = "native"

    @classmethod
    def prepare(cls, name):
        cls.network = f"{name}-net"
        cls.addClassCleanup(ENGINE.remove_network, cls.network)
        return ("-f", str(cluster_file(cls.shared_folder, cls.family, cls.listen)), "--network", cls.network,
                "--bootstrap", cls.bootstrap)

    def nodes(self):
        return self.kubectl.items("nodes")

    def test_nodes_are_ready_with_addresses_and_pod_networks_of_each_family(self):
        nodes = self.nodes()
        self.assertTrue(nodes_ready(nodes), nodes)
        self.assertEqual(len(nodes), 2)
        for node in nodes:
            self.assertEqual(families(internal_addresses(node)), self.versions)
            self.assertEqual(families(node["spec"]["podCIDRs"]), self.versions)
            seen = ENGINE.inspect(node["metadata"]["name"])["NetworkSettings"]["Networks"][self.network]
            own = {4: seen["IPAddress"], 6: seen["GlobalIPv6Address"]}
            self.assertEqual(internal_addresses(node), [own[version] for version in self.versions])

    def test_the_api_server_has_an_address_of_the_first_family(self):
        service = self.kubectl.get("service/kubernetes", "-n", "default")
        self.assertEqual(families(service["spec"]["clusterIPs"]), self.versions[:1])
        slices = self.kubectl.items("endpointslices", "-n", "default")
        addresses = [address for one in slices for end in one["endpoints"] for address in end["addresses"]]
        self.assertEqual(families(addresses), self.versions[:1])

    def test_status_and_kubeconfig_tell_its_addresses(self):
        status = json.loads(self.ingot("cluster", "status", self.shared.name, "-o", "json").out)
        nodes = {node["metadata"]["name"]: ",".join(internal_addresses(node)) for node in self.nodes()}
        self.assertEqual({node["name"]: node["address"] for node in status["nodes"]}, nodes)
        self.assertTrue(status["endpoint"].startswith(f"https://{self.api_host}:"), status["endpoint"])
        kubeconfig = self.ingot("cluster", "kubeconfig", self.shared.name).out
        self.assertIn(f"server: {status['endpoint']}", kubeconfig)

    def test_pods_reach_pods_and_services_on_the_other_node(self):
        namespace = self.namespace()
        image = workloads.coredns_image(self.kubectl)
        corefile = "hosts {\n 192.0.2.7 hello.test\n 2001:db8::7 hello.test\n}"
        server = workloads.dns_server(namespace, "greeter", image, corefile,
                                      nodeSelector={"kubernetes.io/hostname": f"{self.shared.name}-worker"})
        server[-1]["spec"]["ipFamilyPolicy"] = "PreferDualStack"
        self.kubectl.apply(*server, workloads.node_port(namespace, "greeter", NODE_PORT))
        workloads.available(self.kubectl, namespace, "greeter")
        pod = self.kubectl.items("pods", "-n", namespace, "-l", "app=greeter")[0]
        pods = [one["ip"] for one in pod["status"]["podIPs"]]
        self.assertEqual(families(pods), self.versions)
        services = self.kubectl.get("service/greeter", "-n", namespace)["spec"]["clusterIPs"]
        self.assertEqual(sorted(families(services)), sorted(self.versions))

        upstreams = {f"pod-{ipaddress.ip_address(ip).version}":
                     f"[{ip}]:{workloads.DNS_PORT}" if ":" in ip else f"{ip}:{workloads.DNS_PORT}" for ip in pods}
        upstreams |= {f"service-{ipaddress.ip_address(ip).version}": ip for ip in services}
        for name, upstream in upstreams.items():  # they answer only what they were told by the server on the other node
            self.kubectl.apply(*workloads.dns_server(
                namespace, name, image, f"forward . {upstream}",
                nodeSelector={"kubernetes.io/hostname": self.shared.control_plane},
                tolerations=[{"key": CONTROL_PLANE, "operator": "Exists"}]))
        workloads.available(self.kubectl, namespace, *upstreams)
        for name in upstreams:
            with self.subTest(name):
                address = workloads.service_address(self.kubectl, namespace, name)
                waiting.until(f"an answer from the other node, {name}",
                              lambda: self.shared.resolve(address, "hello.test", "AAAA") == "2001:db8::7", 20)

        dns = workloads.service_address(self.kubectl, "kube-system", "kube-dns")
        self.assertEqual(families([dns]), self.versions[:1])
        for address in services:
            with self.subTest(f"by name: {address}"):
                kind = "AAAA" if ":" in address else "A"
                waiting.until(f"the service's name leads to {address}",
                              lambda: self.shared.resolve(dns, f"greeter.{namespace}.svc.cluster.local", kind)
                              == address, 20)

        port = ENGINE.inspect(self.shared.control_plane)["NetworkSettings"]["Ports"][f"{NODE_PORT}/tcp"][0]
        self.assertEqual(port["HostIp"], self.listen)
        waiting.until("an answer through the published port",
                      lambda: cluster_dns.ask_from_here(self.listen, port["HostPort"], "hello.test") == "192.0.2.7", 20)


@needs_ipv6
class Ipv6(Family, SharedCluster):
    family, versions, listen, api_host = "ipv6", [6], "::1", "[::1]"


@needs_ipv6
class Dual(Family, SharedCluster):
    family, versions, listen, api_host = "dual", [4, 6], "127.0.0.1", "127.0.0.1"


@needs_ipv6
class Ipv6Kubeadm(Family, SharedCluster):
    family, versions, listen, api_host, bootstrap = "ipv6", [6], "::1", "[::1]", "kubeadm"


if __name__ == "__main__":
    unittest.main()
