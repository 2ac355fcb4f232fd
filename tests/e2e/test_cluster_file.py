# SPDX-License-Identifier: Apache-2.0
"""What a cluster file asks for is in the cluster, whichever way it was bootstrapped."""
import http.client
import json
import socket
import unittest

import workloads
from live import waiting
from support import ENGINE, Scenario, SharedCluster, new_name

POD_SUBNET = "10.77.0.0/16"
SERVICE_SUBNET = "10.78.0.0/20"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cluster_file(name, **fields):
    return json.dumps({"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4", "name": name, **fields})


class Features:
    """One file with everything that both bootstraps can do."""

    bootstrap = None

    @classmethod
    def setUpClass(cls):
        cls.api_port, cls.host_port = free_port(), free_port()
        super().setUpClass()

    @classmethod
    def prepare(cls, name):
        mounted = cls.shared_folder / "mounted"
        mounted.mkdir()
        (mounted / "greeting").write_text("hello", encoding="utf-8")
        path = cls.shared_folder / "cluster.json"
        path.write_text(cluster_file(
            name,
            networking={"apiServerPort": cls.api_port, "podSubnet": POD_SUBNET, "serviceSubnet": SERVICE_SUBNET},
            featureGates={"WatchList": True},
            runtimeConfig={"apps/v1": "true", "api/beta": "false"},
            nodes=[
                {"role": "control-plane",
                 "extraPortMappings": [{"containerPort": 31080, "hostPort": cls.host_port,
                                        "listenAddress": "127.0.0.1"}]},
                {"role": "worker",
                 "labels": {"tier": "front", "example.org/zone": "a"},
                 "extraMounts": [{"hostPath": str(mounted), "containerPath": "/mounted", "readOnly": True}]},
            ]), encoding="utf-8")
        return ("-f", str(path), "--bootstrap", cls.bootstrap)

    def test_labels_are_on_their_node_only(self):
        labels = {node["metadata"]["name"]: node["metadata"]["labels"] for node in self.kubectl.items("nodes")}
        worker = labels.pop(f"{self.shared.name}-worker")
        self.assertEqual((worker.get("tier"), worker.get("example.org/zone")), ("front", "a"))
        self.assertNotIn("tier", labels.pop(self.shared.control_plane))

    def test_a_mount_is_there_and_read_only(self):
        worker = f"{self.shared.name}-worker"
        self.assertEqual(self.shared.execute("cat", "/mounted/greeting", node=worker).out, "hello")
        self.assertNotEqual(self.shared.execute("touch", "/mounted/greeting", node=worker).code, 0)

    def test_a_mapped_port_reaches_a_service_from_this_machine(self):
        namespace = self.namespace()
        # CoreDNS's health page is the web server that every node image has.
        self.kubectl.apply(*workloads.dns_server(namespace, "web", workloads.coredns_image(self.kubectl),
                                                 "health :8080"))
        self.kubectl.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "door", "namespace": namespace},
                            "spec": {"type": "NodePort", "selector": {"app": "web"},
                                     "ports": [{"port": 80, "targetPort": 8080, "nodePort": 31080}]}})
        workloads.available(self.kubectl, namespace, "web")
        self.assertEqual(waiting.until("an answer at the mapped port", self.page, 20), 200)

    def page(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.host_port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def test_the_api_is_at_the_port_asked_for(self):
        self.assertEqual(self.kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"),
                         f"https://127.0.0.1:{self.api_port}")

    def test_subnets_are_used(self):
        for node in self.kubectl.items("nodes"):
            self.assertTrue(node["spec"]["podCIDR"].startswith("10.77."), node["spec"])
        self.assertEqual(workloads.service_address(self.kubectl, "default", "kubernetes"), "10.78.0.1")
        self.assertEqual(workloads.service_address(self.kubectl, "kube-system", "kube-dns"), "10.78.0.10")
        for pod in self.kubectl.items("pods", "-n", "kube-system", "-l", "k8s-app=kube-dns"):
            self.assertTrue(pod["status"]["podIP"].startswith("10.77."), pod["status"])

    def test_feature_gates_reach_every_component(self):
        for component in ("kube-apiserver", "kube-controller-manager", "kube-scheduler"):
            with self.subTest(component):
                (pod,) = self.kubectl.items("pods", "-n", "kube-system", "-l", f"component={component}")
                self.assertIn("--feature-gates=WatchList=true", pod["spec"]["containers"][0]["command"])
        for node in ENGINE.nodes(self.shared.name):
            with self.subTest(node):
                self.assertIn("WatchList: true",
                              self.shared.execute("cat", "/var/lib/kubelet/config.yaml", node=node).out)

    def test_runtime_config_reaches_the_api_server(self):
        (pod,) = self.kubectl.items("pods", "-n", "kube-system", "-l", "component=kube-apiserver")
        self.assertIn("--runtime-config=api/beta=false,apps/v1=true", pod["spec"]["containers"][0]["command"])


class NativeFeatures(Features, SharedCluster):
    bootstrap = "native"


class KubeadmFeatures(Features, SharedCluster):
    bootstrap = "kubeadm"


class Patches(Scenario):
    PATCH = "kind: ClusterConfiguration\napiServer:\n  extraArgs:\n  - name: v\n    value: '3'\n"

    def write(self, name, **fields):
        path = self.folder / "cluster.json"
        path.write_text(cluster_file(name, **fields), encoding="utf-8")
        return str(path)

    def test_kubeadm_patches_take_the_kubeadm_way_and_the_output_says_so(self):
        name = new_name()
        path = self.write(name, kubeadmConfigPatches=[self.PATCH])
        with self.cluster("-f", path, name=name) as cluster:
            self.assertIn("kubeadm", cluster.created.err)
            self.assertIn("patch", cluster.created.err)
            (pod,) = cluster.kubectl.items("pods", "-n", "kube-system", "-l", "component=kube-apiserver")
            self.assertIn("--v=3", pod["spec"]["containers"][0]["command"])

    def test_the_native_way_refuses_patches_before_it_makes_anything(self):
        name = new_name()
        path = self.write(name, kubeadmConfigPatches=[self.PATCH])
        self.assert_code(self.ingot.create(name, "-f", path, "--bootstrap", "native"), 2)
        self.assert_nothing_left(name)

    def test_the_name_in_the_file_is_used(self):
        name = new_name()
        path = self.write(name)
        result = self.ingot("cluster", "create", "-f", path, "--dry-run")
        self.assert_code(result, 0)
        self.assertIn(f"{name}-control-plane", result.out)
        self.assert_nothing_left(name)

    def test_a_bad_file_names_every_mistake_and_makes_nothing(self):
        name = new_name()
        path = self.write(name, nodes=[{"role": "worker", "imagee": "x"}], networking={"podSubnet": "10.0.0.0/99"})
        result = self.ingot("cluster", "create", name, "-f", path)
        self.assert_code(result, 2)
        self.assertIn("imagee", result.err)
        self.assert_nothing_left(name)


if __name__ == "__main__":
    unittest.main()
