# SPDX-License-Identifier: Apache-2.0
"""A cluster of one node does what people create clusters for, whichever way it was made."""
import json
import time
import unittest

import workloads
from live import command, waiting
from live.kubectl import condition, nodes_ready
from support import ENGINE, SharedCluster

ADOPTION_SECONDS = 30


def system_pods(kubectl):
    """uid and restarts of every pod that an object owns, by namespace and name; static pods have mirror uids."""
    pods = {}
    for pod in kubectl.items("pods", "-A"):
        owners = pod["metadata"].get("ownerReferences", [])
        if owners and owners[0]["kind"] != "Node":
            pods[pod["metadata"]["namespace"], pod["metadata"]["name"]] = pod["metadata"]["uid"]
    return pods


class WorkingCluster:
    """The scenarios; subclasses say how the cluster is bootstrapped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.returned_at = time.monotonic()
        kubectl = cls.shared.kubectl
        cls.nodes_at_return = kubectl.items("nodes")
        cls.coredns_at_return = kubectl.get("deployment/coredns", "-n", "kube-system")
        cls.account_at_return = kubectl.run("get", "serviceaccount/default", "-n", "default")
        cls.pods_at_return = system_pods(kubectl)

    def test_is_useful_when_create_returns(self):
        self.assertTrue(nodes_ready(self.nodes_at_return), self.nodes_at_return)
        self.assertEqual(condition(self.coredns_at_return, "Available"), "True")
        self.assert_code(self.account_at_return, 0)

    def test_create_says_what_it_made_on_stdout_only(self):
        self.assertEqual(self.shared.created.out.strip(), f"cluster/{self.shared.name} created")

    def test_the_only_node_takes_pods(self):
        (node,) = self.nodes_at_return
        self.assertEqual(node["spec"].get("taints", []), [])
        self.assertNotIn("node.kubernetes.io/exclude-from-external-load-balancers", node["metadata"]["labels"])

    def test_a_deployment_answers_through_its_service_and_by_name(self):
        namespace = self.namespace()
        self.kubectl.apply(*workloads.dns_server(
            namespace, "greeter", workloads.coredns_image(self.kubectl), "hosts {\n 192.0.2.7 hello.test\n}"))
        workloads.available(self.kubectl, namespace, "greeter")
        address = workloads.service_address(self.kubectl, namespace, "greeter")
        waiting.until("the service answers",
                      lambda: self.shared.resolve(address, "hello.test") == "192.0.2.7", 20)
        dns = workloads.service_address(self.kubectl, "kube-system", "kube-dns")
        waiting.until("the cluster's DNS knows the service",
                      lambda: self.shared.resolve(dns, f"greeter.{namespace}.svc.cluster.local") == address, 20)

    def test_a_claim_gets_a_volume_of_the_default_class(self):
        namespace = self.namespace()
        self.kubectl.apply(
            workloads.claim(namespace, "data"),
            workloads.pause_deployment(
                namespace, "user", container={"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
                volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]))
        self.kubectl.wait("pvc/data", "jsonpath={.status.phase}=Bound", "-n", namespace)
        workloads.available(self.kubectl, namespace, "user")

    def test_a_second_create_of_the_name_is_a_conflict_that_changes_nothing(self):
        before = {name: ENGINE.inspect(name)["Id"] for name in ENGINE.nodes(self.shared.name)}
        result = self.ingot.create(self.shared.name)
        self.assert_code(result, 4)
        self.assertIn(self.shared.name, result.err)
        self.assertEqual(before, {name: ENGINE.inspect(name)["Id"] for name in ENGINE.nodes(self.shared.name)})
        self.assertTrue(nodes_ready(self.kubectl.items("nodes")))

    def test_list_shows_it(self):
        result = self.ingot("cluster", "list", "-o", "json")
        self.assert_code(result, 0)
        (found,) = [one for one in json.loads(result.out)["items"] if one["name"] == self.shared.name]
        self.assertEqual(found["state"], "Running")

    def test_status_finds_every_part_healthy(self):
        result = self.ingot("cluster", "status", self.shared.name, "-o", "json")
        self.assert_code(result, 0)
        status = json.loads(result.out)
        self.assertEqual([node["state"] for node in status["nodes"]], ["Ready"])
        self.assertEqual([part for part in status["components"] if not part["healthy"]], [])

    def test_kubeconfig_opens_the_cluster_from_here(self):
        result = self.ingot("cluster", "kubeconfig", self.shared.name)
        self.assert_code(result, 0)
        printed = self.folder / "printed"
        printed.write_text(result.out, encoding="utf-8")
        nodes = command.succeed(*self.kubectl.prefix, "get", "nodes", "-o", "name", env={"KUBECONFIG": str(printed)})
        self.assertEqual(nodes.out.strip(), f"node/{self.shared.control_plane}")

    def test_internal_kubeconfig_names_the_node(self):
        result = self.ingot("cluster", "kubeconfig", self.shared.name, "--internal")
        self.assert_code(result, 0)
        self.assertIn(f"https://{self.shared.control_plane}:6443", result.out)


class Native(WorkingCluster, SharedCluster):
    """The first pods of its DaemonSets and Deployments exist before the controllers do, which then adopt them."""

    options = ("--bootstrap", "native")

    def test_the_first_pods_are_adopted_not_replaced(self):
        waiting.until("every DaemonSet and Deployment is up to date", self.all_settled, 30)
        left = self.returned_at + ADOPTION_SECONDS - time.monotonic()
        waiting.stays("the system's pods are the same", self.first_pods_are_there, left)
        self.assertTrue(self.all_settled())

    def first_pods_are_there(self):
        now = system_pods(self.kubectl)
        return all(now.get(pod) == uid for pod, uid in self.pods_at_return.items())

    def all_settled(self):
        def settled(owner):
            status = owner["status"]
            wanted = owner["spec"].get("replicas", status.get("desiredNumberScheduled"))
            updated = status.get("updatedReplicas", status.get("updatedNumberScheduled"))
            ready = status.get("readyReplicas", status.get("numberReady"))
            return status.get("observedGeneration") == owner["metadata"]["generation"] and wanted == updated == ready
        return all(settled(owner) for owner in self.kubectl.items("daemonsets,deployments", "-n", "kube-system"))


class Kubeadm(WorkingCluster, SharedCluster):
    options = ("--bootstrap", "kubeadm")


if __name__ == "__main__":
    unittest.main()
