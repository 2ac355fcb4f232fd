# SPDX-License-Identifier: Apache-2.0
"""Three control planes behind a load balancer: they share everything, and losing one of them is no loss."""
import http.client
import json
import threading
import time
import unittest
import urllib.parse

import workloads
from live import waiting
from live.api import access
from live.kubectl import nodes_ready
from support import ENGINE, SharedCluster

# Three checks of the load balancer, a second apart, and one more connection.
HEALTH_CHECK_SECONDS = 4


class Api:
    """The API at a port of this machine, a new connection for every request."""

    def __init__(self, cluster):
        kubeconfig = cluster.ingot("cluster", "kubeconfig", cluster.name).out
        server, self.context = access(kubeconfig)
        self.port = urllib.parse.urlparse(server).port

    def request(self, method, path, body=None, port=None):
        connection = http.client.HTTPSConnection("127.0.0.1", port or self.port, context=self.context, timeout=10)
        try:
            connection.request(method, path, body=body, headers={"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


class Load(threading.Thread):
    """Writes and reads without a pause, and notes when one of them failed."""

    def __init__(self, api, name):
        super().__init__()
        self.api, self.name_of_object = api, name
        self.failures, self.done = [], 0
        self.enough = threading.Event()

    def run(self):
        collection = "/api/v1/namespaces/default/configmaps"
        body = json.dumps({"metadata": {"name": self.name_of_object}})
        while not self.enough.is_set():
            begin = time.monotonic()
            try:
                made, _ = self.api.request("POST", collection, body)
                gone, _ = self.api.request("DELETE", f"{collection}/{self.name_of_object}")
                # Where the answer of an earlier round was lost, its object is still there, or gone already.
                if made not in (201, 409) or gone not in (200, 404):
                    self.failures.append((begin, f"HTTP {made}, {gone}"))
                self.done += 1
            except OSError as error:
                self.failures.append((begin, repr(error)))


class Several:
    def control_planes(self):
        return [f"{self.shared.name}-control-plane{number}" for number in ("", "2", "3")]

    def test_every_node_is_ready_and_every_control_plane_marked(self):
        nodes = {node["metadata"]["name"]: node for node in self.kubectl.items("nodes")}
        self.assertTrue(nodes_ready(list(nodes.values())), nodes)
        for name in self.control_planes():
            self.assertIn("node-role.kubernetes.io/control-plane", nodes[name]["metadata"]["labels"])
            self.assertIn("node-role.kubernetes.io/control-plane",
                          [taint["key"] for taint in nodes[name]["spec"]["taints"]])

    def test_what_one_api_server_took_the_others_tell(self):
        api = Api(self.shared)
        self.kubectl("create", "configmap", "shared", "--from-literal=a=b")
        for node in self.control_planes():
            own = int(ENGINE.inspect(node)["NetworkSettings"]["Ports"]["6443/tcp"][0]["HostPort"])
            self.assertNotEqual(own, api.port)
            status, found = api.request("GET", "/api/v1/namespaces/default/configmaps/shared", port=own)
            self.assertEqual((status, found.get("data")), (200, {"a": "b"}), node)

    def test_the_service_of_the_api_leads_to_all_of_them(self):
        def addresses():
            slices = json.loads(self.kubectl("get", "endpointslices", "kubernetes", "-o", "json"))
            return sorted(address for end in slices["endpoints"] for address in end["addresses"])
        waiting.until("every API server's address", lambda: len(addresses()) == 3, 30)

    def test_the_load_balancer_is_where_kind_has_it(self):
        name = f"{self.shared.name}-external-load-balancer"
        balancer = ENGINE.inspect(name)
        self.assertEqual(balancer["Config"]["Labels"]["io.x-k8s.kind.role"], "external-load-balancer")
        self.assertFalse(balancer["HostConfig"]["Privileged"])
        self.assertEqual(balancer["HostConfig"]["PortBindings"]["6443/tcp"][0]["HostIp"], "127.0.0.1")
        endpoint = f"https://{name}:6443"
        self.assertIn(endpoint, self.ingot("cluster", "kubeconfig", self.shared.name, "--internal").out)
        self.assertIn(endpoint, self.shared.execute("cat", "/etc/kubernetes/admin.conf").out)


class Native(Several, SharedCluster):
    options = ("--control-planes", "3", "--workers", "1", "--bootstrap", "native")

    def test_losing_a_control_plane_under_load_fails_no_request_for_long(self):
        lost = self.shared.control_plane
        load = Load(Api(self.shared), "load")
        load.start()
        try:
            waiting.until("some load", lambda: load.done > 20, 30)
            self.assertEqual(load.failures, [])
            killed = time.monotonic()
            ENGINE.kill(lost)
            before = load.done
            waiting.until("load for three health checks more",
                          lambda: load.done > before + 100 and time.monotonic() > killed + 3 * HEALTH_CHECK_SECONDS, 60)
        finally:
            load.enough.set()
            load.join()
        late = [failure for at, failure in load.failures if at > killed + HEALTH_CHECK_SECONDS]
        self.assertEqual(late, [])
        self.assert_code(self.ingot("cluster", "status", self.shared.name), 1)
        self.assertIn("v1", self.ingot("kubectl", "--cluster", self.shared.name, "--", "api-versions").out)
        ENGINE.request("POST", f"/containers/{lost}/start")
        waiting.until("all three again", lambda: self.ingot("cluster", "status", self.shared.name).code == 0, 120)

    def test_limits_hold_without_quorum_and_are_told_when_there_is_one(self):
        worker = f"{self.shared.name}-worker"
        ENGINE.kill(*self.control_planes()[1:])
        self.assert_code(self.ingot("node", "set", worker, "--memory", "1Gi"), 0)
        self.assertEqual(ENGINE.inspect(worker)["HostConfig"]["Memory"], 1 << 30)
        self.assert_code(self.ingot("cluster", "start", self.shared.name), 0)
        waiting.until("its kubelet tells", lambda: self.kubectl.get(f"node/{worker}")["status"]["capacity"]["memory"] == "1Gi")

    def test_the_load_balancer_survives_a_restart(self):
        name = f"{self.shared.name}-external-load-balancer"
        ENGINE.request("POST", f"/containers/{name}/restart", t="5")
        waiting.until("an answer through it",
                      lambda: self.kubectl.run("get", "--raw", "/readyz").out == "ok", 30)

    def test_names_are_resolved(self):
        server = workloads.service_address(self.kubectl, "kube-system", "kube-dns")
        waiting.until("an answer for the API's name", lambda: self.shared.resolve(
            server, "kubernetes.default.svc.cluster.local"), 30)


class Kubeadm(Several, SharedCluster):
    options = ("--control-planes", "3", "--bootstrap", "kubeadm")


if __name__ == "__main__":
    unittest.main()
