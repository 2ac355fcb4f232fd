# SPDX-License-Identifier: Apache-2.0
"""What goes wrong outside of ingot is told plainly, and nothing of the user's is lost."""
import json
import socket
import unittest

from live import waiting
from live.kubectl import nodes_ready
from support import ENGINE, Ingot, Scenario, SharedCluster, gone_afterwards, new_name
from test_cluster_file import cluster_file

OTHERS = """apiVersion: v1
kind: Config
current-context: theirs
clusters:
- name: theirs
  cluster:
    server: https://192.0.2.1:6443
contexts:
- name: theirs
  context: {cluster: theirs, user: theirs}
users:
- name: theirs
  user:
    token: secret
"""


class Refusals(Scenario):
    def test_a_taken_port_is_named_and_nothing_is_left(self):
        name = self.enterContext(gone_afterwards(new_name()))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            path = self.folder / "cluster.json"
            path.write_text(cluster_file(name, networking={"apiServerPort": port}), encoding="utf-8")
            result = self.ingot.create(name, "-f", str(path))
        self.assertIn(result.code, (1, 4), str(result))
        self.assertIn(str(port), result.err)
        self.assert_nothing_left(name)
        self.assertFalse(self.ingot.kubeconfig.exists())

    def test_an_image_that_is_no_node_image_leaves_nothing(self):
        name = self.enterContext(gone_afterwards(new_name()))
        result = self.ingot("cluster", "create", name, "--image", self.small_image(), "--timeout", "60s")
        self.assertNotEqual(result.code, 0, str(result))
        self.assertIn("error:", result.err)
        self.assert_nothing_left(name)

    def small_image(self):
        """An image of one empty file."""
        name = f"ingot-e2e/{new_name()}:1"
        ENGINE.import_image(name)
        self.addCleanup(ENGINE.request, "DELETE", f"/images/{name}")
        return name

    def test_a_time_limit_is_kept_and_nothing_is_left(self):
        name = self.enterContext(gone_afterwards(new_name()))
        result = self.ingot.create(name, "--timeout", "2s")
        self.assert_code(result, 6)
        self.assert_nothing_left(name)

    def test_a_failure_can_be_kept_to_be_looked_at(self):
        name = self.enterContext(gone_afterwards(new_name()))
        result = self.ingot.create(name, "--timeout", "2s", "--keep-on-failure")
        self.assert_code(result, 6)
        self.assertEqual(ENGINE.nodes(name), [f"{name}-control-plane"])
        self.assertIn(f"ingot cluster delete {name}", result.err)

    def test_delete_of_nothing_is_told_and_changes_nothing(self):
        name = new_name()
        self.assert_code(self.ingot.delete(name), 3)
        self.assert_code(self.ingot("cluster", "delete", name, "--yes", "--ignore-not-found"), 0)
        self.assertFalse(self.ingot.kubeconfig.exists())

    def test_unknown_clusters_are_not_found(self):
        name = new_name()
        for command, code in ((["cluster", "status", name], 3), (["cluster", "kubeconfig", name], 3),
                              (["kubectl", "--cluster", name, "--", "get", "nodes"], 125)):
            with self.subTest(command):
                result = self.ingot(*command)
                self.assert_code(result, code)
                self.assertIn(name, result.err)

    def test_an_engine_that_is_not_there_is_an_environment_failure(self):
        result = self.ingot("cluster", "list", env={"DOCKER_HOST": f"unix://{self.folder}/none.sock"})
        self.assert_code(result, 5)


class Kubeconfigs(Scenario):
    def test_others_entries_are_kept_from_create_to_delete(self):
        self.ingot.kubeconfig.write_text(OTHERS, encoding="utf-8")
        self.ingot.kubeconfig.chmod(0o640)
        with self.cluster() as cluster:
            merged = self.ingot.kubeconfig.read_text(encoding="utf-8")
            self.assertIn("secret", merged)
            self.assertIn(f"kind-{cluster.name}", merged)
            self.assertEqual(cluster.kubectl("config", "current-context").strip(), f"kind-{cluster.name}")
            self.assertEqual(self.ingot.kubeconfig.stat().st_mode & 0o777, 0o640)
        left = self.ingot.kubeconfig.read_text(encoding="utf-8")
        self.assertIn("secret", left)
        self.assertNotIn(f"kind-{cluster.name}", left)

    def test_a_new_one_is_for_its_owner_only(self):
        with self.cluster("--no-wait"):
            self.assertEqual(self.ingot.kubeconfig.stat().st_mode & 0o777, 0o600)

    def test_one_that_cannot_be_written_is_an_error_but_the_cluster_runs(self):
        blocked = self.folder / "file" / "kubeconfig"  # its folder is a file: not even root can write there
        blocked.parent.write_text("", encoding="utf-8")
        name = self.enterContext(gone_afterwards(new_name()))
        result = Ingot(blocked).create(name)
        self.assert_code(result, 5)
        self.assertIn("kubeconfig", result.err)
        self.assertEqual(ENGINE.nodes(name), [f"{name}-control-plane"])
        answer = self.ingot("kubectl", "--cluster", name, "--", "get", "nodes", "-o", "json")
        self.assert_code(answer, 0)
        self.assertTrue(nodes_ready(json.loads(answer.out)["items"]))

    def test_none_is_written_when_none_is_wanted(self):
        with self.cluster("--no-kubeconfig", "--no-wait"):
            self.assertFalse(self.ingot.kubeconfig.exists())


class Broken(SharedCluster):
    """One cluster, broken and mended again by each test."""

    def status(self):
        return self.ingot("cluster", "status", self.shared.name, "-o", "json")

    def until_well(self):
        waiting.until("the cluster is well", lambda: self.status().code == 0, 90)

    def test_status_tells_of_a_kubelet_that_stopped(self):
        self.until_well()
        self.assert_code(self.shared.execute("systemctl", "stop", "kubelet"), 0)
        self.addCleanup(self.mend)
        # The node controller gives a kubelet that is silent 50 seconds.
        waiting.until("status tells that the node is not ready", lambda: self.node_state() == "NotReady", 180)
        self.assert_code(self.status(), 1)

    def node_state(self):
        (node,) = json.loads(self.status().out)["nodes"]
        return node["state"]

    def mend(self):
        self.shared.execute("systemctl", "start", "kubelet")
        self.until_well()

    def test_a_node_that_was_stopped_is_told_and_comes_back(self):
        ENGINE.request("POST", f"/containers/{self.shared.control_plane}/stop", t="10")
        stopped = self.status()
        self.assert_code(stopped, 1)
        self.assertEqual(json.loads(stopped.out)["nodes"][0]["state"], "Stopped")
        ENGINE.request("POST", f"/containers/{self.shared.control_plane}/start")
        self.until_well()


if __name__ == "__main__":
    unittest.main()
