# SPDX-License-Identifier: Apache-2.0
"""Nodes that come and go while the cluster works: pods on new workers, drains that budgets hold, members of etcd,
changes that are killed or come two at once."""
import json
import random
import signal
import unittest
import urllib.request

import workloads
from keeping import Keeping
from live import cluster_dns, command, events, waiting
from live.api import access
from live.kubectl import nodes_ready
from support import ENGINE, INGOT, Scenario, SharedCluster

ANSWER = "192.0.2.7"
NAME = "hello.test"


def on(node):
    return {"nodeSelector": {"kubernetes.io/hostname": node}}


def budget(namespace, name, least):
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"minAvailable": least, "selector": {"matchLabels": {"app": name}}}}


def is_served(kubeconfig):
    """Whether the API says that it is ready, where this kubeconfig has it."""
    server, context = access(kubeconfig)
    try:
        with urllib.request.urlopen(f"{server}/readyz", context=context, timeout=5) as answer:
            return answer.read() == b"ok"
    except OSError:
        return False


class Scale:
    """The scenarios; subclasses say who made the cluster. Every test begins and ends with one worker."""

    def setUp(self):
        super().setUp()
        self.name = self.shared.name
        self.addCleanup(self.ingot, "cluster", "scale", self.name, "--workers", "1", "--force")

    def worker(self, number):
        return f"{self.name}-worker{'' if number == 1 else number}"

    def change(self, *arguments, code=0):
        result = self.ingot(*arguments)
        self.assert_code(result, code)
        return result

    def scale(self, workers, *options, **how):
        return self.change("cluster", "scale", self.name, "--workers", str(workers), *options, **how)

    def start(self, *arguments):
        return command.Running(str(INGOT), *arguments, "--progress", "json", env=self.ingot.env)

    def assert_workers(self, *numbers):
        """Containers and Nodes are these workers and the control plane, and all are Ready."""
        expected = sorted([self.shared.control_plane, *map(self.worker, numbers)])
        nodes = self.kubectl.items("nodes")
        self.assertEqual(sorted(ENGINE.nodes(self.name)), expected)
        self.assertEqual(sorted(node["metadata"]["name"] for node in nodes), expected)
        self.assertTrue(nodes_ready(nodes), nodes)
        self.assertEqual(len({node["spec"]["podCIDR"] for node in nodes}), len(nodes))
        self.assertFalse([node for node in nodes if node["spec"].get("unschedulable")])

    def test_pods_on_new_workers_reach_old_ones_and_services_and_the_other_way_round(self):
        self.scale(3)
        self.assert_workers(1, 2, 3)
        namespace = self.namespace()
        image = workloads.coredns_image(self.kubectl)
        for server, client in ((1, 3), (3, 1), (2, 3)):
            with self.subTest(server=server, client=client):
                greeter, asker = f"greeter-{server}-{client}", f"asker-{server}-{client}"
                self.kubectl.apply(*workloads.dns_server(namespace, greeter, image,
                                                         f"hosts {{\n {ANSWER} {NAME}\n}}", **on(self.worker(server))))
                service = workloads.service_address(self.kubectl, namespace, greeter)
                self.kubectl.apply(*workloads.dns_server(namespace, asker, image, f"forward . {service}",
                                                         **on(self.worker(client))))
                workloads.available(self.kubectl, namespace, greeter, asker)
                address = workloads.service_address(self.kubectl, namespace, asker)
                waiting.until(f"an answer from worker {server} to worker {client}",
                              lambda: self.shared.resolve(address, NAME) == ANSWER, 30)

    def test_a_new_worker_is_as_the_others(self):
        self.change("node", "add", self.name)
        old, new = (ENGINE.inspect(self.worker(number)) for number in (1, 2))
        for key in ("Image", "Entrypoint", "Cmd"):
            self.assertEqual(old["Config"][key], new["Config"][key], key)
        self.assertEqual(sorted(old["Config"]["Env"]), sorted(new["Config"]["Env"]))
        differing = {key for key in {*old["Config"]["Labels"], *new["Config"]["Labels"]}
                     if old["Config"]["Labels"].get(key) != new["Config"]["Labels"].get(key)}
        self.assertLessEqual(differing, {"dev.ingot.address", "dev.ingot.run"})  # its own, and which create made it
        for path in ("/var/lib/kubelet/config.yaml", "/etc/containerd/config.toml", "/etc/kubernetes/pki/ca.crt"):
            self.assertEqual(*(self.shared.execute("cat", path, node=self.worker(number)).out for number in (1, 2)))


class EveryWay(Scale):
    """And what does not depend on who made the cluster."""

    def test_a_deployment_with_a_budget_survives_a_scale_down(self):
        self.scale(3)
        namespace = self.namespace()
        deployment = workloads.pause_deployment(namespace, "web")
        deployment["spec"]["replicas"] = 4
        self.kubectl.apply(deployment, budget(namespace, "web", 3))
        workloads.available(self.kubectl, namespace, "web")
        running = self.start("cluster", "scale", self.name, "--workers", "1")
        fewest = 4
        while running.process.poll() is None:
            status = self.kubectl.get("deployment/web", "-n", namespace)["status"]
            fewest = min(fewest, status.get("availableReplicas", 0))
        self.assert_code(running.finish(), 0)
        self.assertGreaterEqual(fewest, 3)
        self.assert_workers(1)
        self.kubectl("rollout", "status", "deployment/web", "-n", namespace, "--timeout=60s")
        self.assertEqual({pod["spec"]["nodeName"] for pod in self.kubectl.items("pods", "-n", namespace)},
                         {self.worker(1)})

    def test_a_budget_that_allows_nothing_is_told_and_the_node_takes_pods_again(self):
        self.change("node", "add", self.name)
        namespace = self.namespace()
        self.kubectl.apply(workloads.pause_deployment(namespace, "web", **on(self.worker(2))),
                           budget(namespace, "web", 1))
        workloads.available(self.kubectl, namespace, "web")
        refused = self.change("node", "remove", self.worker(2), "--timeout", "3s", code=6)
        self.assertIn(f"pod {namespace}/web-", refused.err)
        self.assertIn("The disruption budget web needs 1 healthy pods", refused.err)
        self.assert_workers(1, 2)
        self.change("node", "remove", self.worker(2), "--force")
        self.assert_workers(1)
        # The pod is not left to wait for a node that is gone.
        self.assertEqual([pod["spec"].get("nodeName") for pod in self.kubectl.items("pods", "-n", namespace)], [None])

    def test_a_pod_without_a_controller_is_told(self):
        self.change("node", "add", self.name)
        namespace = self.namespace()
        pod = workloads.pause_deployment(namespace, "web", **on(self.worker(2)))["spec"]["template"]
        self.kubectl.apply({"apiVersion": "v1", "kind": "Pod",
                            "metadata": {"name": "bare", "namespace": namespace}, "spec": pod["spec"]})
        self.kubectl.wait("pod/bare", "condition=Ready", "-n", namespace)
        refused = self.change("node", "remove", self.worker(2), code=4)
        self.assertIn(f"pod {namespace}/bare has no controller", refused.err)
        self.assert_workers(1, 2)

    def test_whenever_a_scale_up_is_killed_the_next_one_finishes_it(self):
        for step in random.sample(("register", "create", "files", "start", "ready"), 2):  # each takes a while
            with self.subTest(step):
                running = self.start("cluster", "scale", self.name, "--workers", "3")
                running.wait_for_line(events.started(f"node/{self.worker(3)}/{step}"))
                running.process.send_signal(signal.SIGKILL)
                running.finish()
                self.scale(3)
                self.assert_workers(1, 2, 3)
                self.scale(1)
                self.assert_workers(1)

    def test_whenever_a_scale_down_is_killed_the_next_one_finishes_it(self):
        for step in random.sample(("cordon", "drain", "remove", "forget"), 2):
            with self.subTest(step):
                self.scale(2)
                running = self.start("cluster", "scale", self.name, "--workers", "1")
                running.wait_for_line(events.started(f"node/{self.worker(2)}/{step}"))
                running.process.send_signal(signal.SIGKILL)
                running.finish()
                self.scale(1)
                self.assert_workers(1)

    def test_a_scale_up_that_is_interrupted_leaves_no_node(self):
        running = self.start("node", "add", self.name, "--count", "2")
        running.wait_for_line(events.started(f"node/{self.worker(2)}/start"))
        running.process.send_signal(signal.SIGINT)
        self.assert_code(running.finish(), 130)
        self.assert_workers(1)

    def test_changes_at_the_same_time_come_one_after_the_other(self):
        both = [self.start("cluster", "scale", self.name, "--workers", "3") for _ in range(2)]
        for running in both:
            self.assert_code(running.finish(), 0)
        self.assert_workers(1, 2, 3)
        both = [self.start("node", "add", self.name), self.start("node", "remove", self.worker(2))]
        for running in both:
            self.assert_code(running.finish(), 0)
        self.assertEqual(len(ENGINE.nodes(self.name)), 4)

    def test_the_list_of_nodes_is_what_the_cluster_has(self):
        listed = json.loads(self.ingot("node", "list", self.name, "-o", "json").out)
        self.assertEqual(listed["kind"], "NodeList")
        self.assertEqual({(node["name"], node["role"], node["state"]) for node in listed["items"]},
                         {(self.shared.control_plane, "control-plane", "Ready"), (self.worker(1), "worker", "Ready")})


class Native(EveryWay, SharedCluster):
    options = ("--workers", "1", "--bootstrap", "native")


class Kubeadm(Scale, SharedCluster):
    options = ("--workers", "1", "--bootstrap", "kubeadm")


class ControlPlaneCount(Keeping):
    """How a cluster's control planes are counted, and changed."""

    def scale(self, count, code=0):
        result = self.ingot("cluster", "scale", self.shared.name, "--control-planes", str(count))
        self.assert_code(result, code)
        return result

    def control_plane(self, number):
        return self.shared.control_plane + ("" if number == 1 else str(number))

    def start_scale(self, count):
        return command.Running(str(INGOT), "cluster", "scale", self.shared.name, "--control-planes", str(count),
                               "--progress", "json", env=self.ingot.env)

    def assert_control_planes(self, *numbers):
        """Containers, Nodes, the members of etcd that count, and the load balancer's servers are these."""
        names = sorted(map(self.control_plane, numbers))
        nodes = self.kubectl.items("nodes", "-l", "node-role.kubernetes.io/control-plane")
        self.assertEqual(sorted(node["metadata"]["name"] for node in nodes), names)
        self.assertEqual(sorted(one for one in ENGINE.nodes(self.shared.name) if "-control-plane" in one), names)
        pki = "/etc/kubernetes/pki/etcd"
        answer = self.shared.execute("curl", "-s", "--cacert", f"{pki}/ca.crt", "--cert", f"{pki}/server.crt",
                                     "--key", f"{pki}/server.key", "-d", "{}",
                                     "https://127.0.0.1:2379/v3/cluster/member/list")
        members = json.loads(answer.out)["members"]
        self.assertEqual(sorted(member.get("name", "") for member in members if not member.get("isLearner")), names)
        self.assertEqual(len(members), len(names))
        balancer = f"{self.shared.name}-external-load-balancer"
        lines = self.shared.execute("cat", "/etc/haproxy/haproxy.cfg", node=balancer).out.splitlines()
        servers = [line.split()[1] for line in lines if line.strip().startswith("server ")]
        self.assertEqual(sorted(set(servers) - {"first-to-start"}), names)


class ControlPlanes(ControlPlaneCount, SharedCluster):
    options = ("--control-planes", "2", "--workers", "1")

    def test_control_planes_come_and_go_and_nothing_is_lost(self):
        address = self.keep_data()
        self.scale(3)
        self.assert_control_planes(1, 2, 3)
        self.assert_useful()
        # What the new one knows of itself holds at its next boot, too.
        self.assert_code(self.ingot("cluster", "restart", self.shared.name), 0)
        self.assert_useful()
        self.scale(1)
        self.assert_control_planes(1)
        self.assert_code(self.ingot("cluster", "restart", self.shared.name), 0)
        self.until_told(address)
        self.scale(2)
        self.assert_control_planes(1, 2)
        self.assert_useful()

    def test_what_etcd_could_not_bear_is_refused(self):
        self.scale(0, code=2)
        leading = self.ingot("node", "remove", self.control_plane(1))
        self.assert_code(leading, 4)
        self.assertIn("is the one that leads this change", leading.err)
        self.assertIn("1 of 2 control planes would run", self.ingot("node", "stop", self.control_plane(2)).err)
        self.assert_control_planes(1, 2)

    def test_whenever_a_change_is_killed_the_next_one_finishes_it(self):
        for step in ("member", "promote"):
            with self.subTest(step):
                running = self.start_scale(3)
                running.wait_for_line(events.started(f"node/{self.control_plane(3)}/{step}"))
                running.process.send_signal(signal.SIGKILL)
                running.finish()
                self.scale(2)
                self.assert_control_planes(1, 2)


class FirstLoadBalancer(ControlPlaneCount, Scenario):
    """Clusters that were created with one control plane."""

    def enter(self, *options):
        self.shared = self.enterContext(self.cluster("--workers", "1", *options))
        self.kubectl = self.shared.kubectl
        self.balancer = f"{self.shared.name}-external-load-balancer"

    def namespace(self):
        return "default"

    def text_of(self):
        """Everything that says where the API is: files of nodes, objects, the user's entry."""
        files = "cat /etc/kubernetes/*.conf /kind/kubeadm.conf 2>/dev/null"
        nodes = [self.shared.execute("sh", "-c", files, node=node).out for node in ENGINE.nodes(self.shared.name)
                 if node != self.balancer]
        objects = self.kubectl("get", "configmaps,daemonsets", "-A", "-o", "yaml")
        return "\n".join([*nodes, objects, self.ingot.kubeconfig.read_text(encoding="utf-8")])

    def answers(self):
        """A name, asked of the cluster's name servers from the worker."""
        server = workloads.service_address(self.kubectl, "kube-system", "kube-dns")
        return cluster_dns.ask(ENGINE.pid(f"{self.shared.name}-worker"), server, "kubernetes.default.svc.cluster.local", "A", 1)

    def test_the_first_control_plane_may_be_lost_when_there_are_three(self):
        self.enter()
        address = self.keep_data()
        before = self.ingot.kubeconfig.read_text(encoding="utf-8")
        keeper = self.kubectl.get("pod/keeper-0")
        self.scale(3)
        self.assert_control_planes(1, 2, 3)
        self.assert_useful()
        self.assertNotIn(f"{self.shared.control_plane}:6443", self.text_of())
        after = self.kubectl.get("pod/keeper-0")
        self.assertEqual([one["restartCount"] for one in after["status"]["containerStatuses"]], [0])
        self.assertEqual(after["metadata"]["uid"], keeper["metadata"]["uid"])
        self.assertIn("nothing to do", self.ingot("cluster", "scale", self.shared.name, "--control-planes", "3", "--dry-run").out)
        self.assertTrue(is_served(before))  # what was handed out before

        ENGINE.request("POST", f"/containers/{self.shared.control_plane}/kill")
        self.assertFalse(is_served(before))
        waiting.until("an answer of the API", lambda: is_served(self.ingot.kubeconfig.read_text(encoding="utf-8")), 15)
        self.kubectl.apply(workloads.pause_deployment("default", "later", **on(f"{self.shared.name}-worker")))
        workloads.available(self.kubectl, "default", "later")
        waiting.until("an answer of a name server", self.answers, 15)
        self.assert_code(self.ingot("node", "start", self.shared.control_plane), 0)
        for verb in ("stop", "start"):
            self.assert_code(self.ingot("cluster", verb, self.shared.name), 0)
        self.assert_useful()
        self.until_told(address)

    def test_whenever_it_is_killed_the_next_one_finishes_it(self):
        self.enter("--bootstrap", "kubeadm")
        for step in ("load-balancer/create", "objects/lead", f"node/{self.control_plane(2)}/member"):
            with self.subTest(step):
                running = self.start_scale(2)
                running.wait_for_line(events.started(step))
                running.process.send_signal(signal.SIGKILL)
                running.finish()
        self.scale(2)
        self.assert_control_planes(1, 2)
        self.assertNotIn(f"{self.shared.control_plane}:6443", self.text_of())
        self.assert_useful()

    def test_an_interrupted_one_leaves_the_cluster_as_it_was(self):
        self.enter()
        before = self.text_of()
        running = self.start_scale(2)
        running.wait_for_line(events.started(f"node/{self.control_plane(2)}/start"))
        running.process.send_signal(signal.SIGINT)
        self.assert_code(running.finish(), 130)
        self.assertNotIn(self.balancer, ENGINE.nodes(self.shared.name))
        self.assertNotIn(f"{self.balancer}:6443", self.text_of())
        self.assertEqual(self.text_of().count(f"{self.shared.control_plane}:6443"),
                         before.count(f"{self.shared.control_plane}:6443"))
        waiting.until("a healthy cluster", lambda: self.ingot("cluster", "status", self.shared.name).code == 0, 30)
        self.assert_useful()


if __name__ == "__main__":
    unittest.main()
