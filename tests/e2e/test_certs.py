# SPDX-License-Identifier: Apache-2.0
"""Certificates: shown as they are, and renewed also when nobody takes them any more."""
import base64
import json
import pathlib
import threading
import unittest

from keeping import Keeping
from live import command, events
from live.kubectl import nodes_ready
from support import INGOT, SharedCluster

EXPIRE = pathlib.Path(__file__).with_name("expire-certificates").read_text(encoding="utf-8")


class Certificates(Keeping):
    def setUp(self):
        super().setUp()
        self.name = self.shared.name

    def show(self):
        result = self.ingot("cluster", "certs", "show", self.name, "-o", "json")
        self.assert_code(result, 0)
        return json.loads(result.out)["items"]

    def states(self):
        return {one["state"] for one in self.show()}

    def renew(self, *options):
        result = self.ingot("cluster", "certs", "renew", self.name, "-o", "json", *options)
        self.assert_code(result, 0)
        return json.loads(result.out)

    def in_node(self, script, node=None):
        result = self.shared.execute("bash", "-c", script, node=node)
        self.assert_code(result, 0)
        return result.out.strip()

    def fingerprint(self, path, node=None):
        return self.in_node(f"openssl x509 -noout -fingerprint -sha256 -in {path}", node)

    def served(self, address, node=None):
        return self.in_node(f"openssl s_client -connect {address} </dev/null 2>/dev/null |"
                            " openssl x509 -noout -fingerprint -sha256", node)

    def assert_all_is_served(self, node):
        for port, path in ((6443, "/etc/kubernetes/pki/apiserver.crt"), (2379, "/etc/kubernetes/pki/etcd/server.crt"),
                           (10250, "/var/lib/kubelet/pki/kubelet.crt")):
            self.assertEqual(self.served(f"localhost:{port}", node), self.fingerprint(path, node), f"port {port}")

    def administrator(self):
        config = json.loads(self.kubectl("config", "view", "--raw", "-o", "json"))
        return next(base64.b64decode(user["user"]["client-certificate-data"]) for user in config["users"])


class OneNode(Certificates, SharedCluster):
    """The tests build upon each other's cluster, and leave it whole."""

    def test_1_all_last_ten_years(self):
        shown = self.show()
        self.assertEqual(len(shown), 17)
        self.assertEqual({one["state"] for one in shown}, {"valid"})
        self.assertGreaterEqual(min(one["daysLeft"] for one in shown), 3648)
        api_server = next(one for one in shown if one["name"] == "apiserver")
        self.assertIn("kubernetes.default.svc.cluster.local", api_server["names"])
        self.assertEqual(self.renew()["nodes"], [])

    def test_2_new_ones_are_served_and_nothing_is_lost(self):
        address, pods = self.keep_data(), self.uids()
        before, administrator = self.served("localhost:6443"), self.administrator()
        plan = self.ingot("cluster", "certs", "renew", self.name, "--days", "400", "--dry-run")
        self.assertIn("apiserver: it ends ", plan.out)
        self.assertEqual(self.served("localhost:6443"), before)
        renewed = self.renew("--days", "400")
        self.assertEqual(len(renewed["nodes"][0]["renewed"]), 13)
        self.assertNotEqual(self.served("localhost:6443"), before)
        self.assertNotEqual(self.administrator(), administrator)
        self.assert_all_is_served(self.shared.control_plane)
        self.assertEqual({one["daysLeft"] for one in self.show() if not one["isAuthority"]}, {399})
        self.assertEqual(self.renew("--days", "400")["nodes"], [])
        self.assert_useful()
        self.assertEqual(self.uids(), pods)
        self.until_told(address)

    def expire(self):
        command.succeed("docker", "exec", "-i", self.shared.control_plane, "bash", "-s", stdin=EXPIRE)

    def test_3_what_has_expired_is_mended(self):
        address = self.keep_data()
        self.expire()
        self.assertIn("expired", self.states())
        # Whatever ran goes on from the start; nobody is taken for who he is any more.
        self.assert_code(self.ingot("cluster", "stop", self.name), 0)
        self.assertEqual({one["state"] for one in self.show() if one["name"] == "etcd/peer"}, {"expired"})
        stopped = self.ingot("cluster", "certs", "renew", self.name)
        self.assert_code(stopped, 4)
        self.assertIn("--no-wait", stopped.err)
        self.assert_code(self.ingot("cluster", "start", self.name, "--no-wait"), 0)
        self.assertNotEqual(self.kubectl.run("get", "nodes", "--request-timeout", "2s").code, 0)
        self.renew("--no-wait")
        self.assertEqual(self.states(), {"valid"})
        self.assert_all_is_served(self.shared.control_plane)
        self.assert_code(self.ingot("cluster", "start", self.name), 0)
        self.assert_useful()
        self.until_told(address)
        self.assertIn("CoreDNS", self.kubectl("logs", "-n", "kube-system", "-l", "k8s-app=kube-dns"))

    def test_4_a_second_run_finishes_what_was_interrupted(self):
        running = command.Running(str(INGOT), "cluster", "certs", "renew", self.name, "--force", "--progress", "json",
                                  env=self.ingot.env)
        running.wait_for_line(events.started(f"node/{self.shared.control_plane}/renew"))
        running.process.kill()
        running.finish()
        # The node's own part comes to its end: keys and certificates belong together at any moment but one.
        self.renew("--no-wait")
        self.assertEqual(self.states(), {"valid"})
        self.assertEqual(self.renew()["nodes"], [])
        self.assert_all_is_served(self.shared.control_plane)


class TwoControlPlanes(Certificates, SharedCluster):
    options = ("--control-planes", "2")

    def test_the_api_is_there_all_the_time(self):
        answers = []
        done = threading.Event()

        def ask():
            while not done.is_set():
                answers.append(self.kubectl.run("get", "--raw", "/readyz").code)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            renewed = self.renew("--days", "400", "--no-wait")
        finally:
            done.set()
            asking.join()
        self.assertEqual([len(node["renewed"]) for node in renewed["nodes"]], [13, 13])
        self.assertGreater(len(answers), 3)
        self.assertEqual(set(answers), {0})
        for node in (self.shared.control_plane, f"{self.shared.control_plane}2"):
            self.assert_all_is_served(node)
        self.assertTrue(nodes_ready(self.kubectl.items("nodes")))


if __name__ == "__main__":
    unittest.main()
