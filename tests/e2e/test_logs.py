# SPDX-License-Identifier: Apache-2.0
"""`ingot cluster logs`: kind's files and more, and lines of one component while they are written."""
import json
import pathlib
import shutil
import signal
import tempfile
import unittest

from live import command, waiting
from support import ENGINE, INGOT, Scenario, SharedCluster


def files(folder):
    folder = pathlib.Path(folder)
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def follow(cluster, *options):
    return command.Running(str(INGOT), "cluster", "logs", cluster.name, "--follow", *options, env=cluster.ingot.env)


def readers_in(cluster, node):
    """What reads logs inside a node."""
    listed = cluster.execute("ps", "-eo", "pid,args", node=node).out.splitlines()
    return [line for line in listed if "journalctl" in line or "tail --lines" in line or " leash " in line]


class OfHealthy(SharedCluster):
    options = ("--workers", "1")

    def setUp(self):
        super().setUp()
        self.nodes = [self.shared.control_plane, f"{self.shared.name}-worker"]

    def new_folder(self):
        return pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="ingot-logs-")))

    def test_kinds_files_are_there_and_ours(self):
        self.assertTrue(shutil.which("kind"), "kind is not on PATH; tools/kind-for-tests installs it")
        kinds, ours = self.new_folder(), self.new_folder()
        # Its exit code is not looked at: it fails on nodes without crictl, and leaves all files all the same.
        command.run("kind", "export", "logs", "--name", self.shared.name, str(kinds))
        exported = self.ingot("cluster", "logs", self.shared.name, str(ours))
        self.assert_code(exported, 0)
        self.assertEqual(exported.out, f"{ours}\n")
        self.assertEqual(files(kinds) - files(ours), set())
        more = files(ours) - files(kinds)
        self.assertEqual({name for name in more if not name.startswith("cluster/")}, {"ingot-events.jsonl"})
        for name in ("pods.json", "nodes.json", "deployments.apps.json", "events.txt", "secrets.json"):
            self.assertIn(f"cluster/{name}", more)

    def test_what_is_in_the_files(self):
        folder = self.new_folder()
        name = "holds-a-secret"
        namespace = self.namespace()
        self.kubectl("create", "secret", "generic", name, "-n", namespace, "--from-literal=key=hunter2")
        self.assert_code(self.ingot("cluster", "logs", self.shared.name, str(folder)), 0)
        for node in self.nodes:
            self.assertIn("Kubernetes", (folder / node / "kubelet.log").read_text(errors="replace"))
            self.assertEqual(json.loads((folder / node / "inspect.json").read_text())[0]["Name"], f"/{node}")
            self.assertIn("registry.k8s.io/pause", (folder / node / "images.log").read_text())
        pods = json.loads((folder / "cluster/pods.json").read_text())
        self.assertIn("etcd-" + self.nodes[0], [pod["metadata"]["name"] for pod in pods["items"]])
        self.assertIn(name, (folder / "cluster/secrets.json").read_text())
        for path in files(folder):
            text = (folder / path).read_bytes()
            self.assertNotIn(b"hunter2", text, path)
            self.assertNotIn(b"aHVudGVyMg==", text, path)
        events = [json.loads(line) for line in (folder / "ingot-events.jsonl").read_text().splitlines()]
        self.assertEqual(events[0]["type"], "command")
        self.assertEqual(events[0]["arguments"][:3], ["cluster", "create", self.shared.name])
        self.assertEqual(events[-1]["exitCode"], 0)

    def test_components_are_printed(self):
        for component in ("apiserver", "etcd", "controller-manager", "scheduler"):
            result = self.ingot("cluster", "logs", self.shared.name, "--component", component, "--tail", "3")
            self.assert_code(result, 0)
            self.assertEqual(len(result.out.splitlines()), 3, result)
        result = self.ingot("cluster", "logs", self.shared.name, "--component", "kubelet", "--tail", "2")
        self.assertEqual({line.split("]")[0] for line in result.out.splitlines()}, {f"[{node}" for node in self.nodes})
        self.assertIn("CoreDNS", self.ingot("cluster", "logs", self.shared.name, "--component", "coredns").out)
        self.assert_code(self.ingot("cluster", "logs", self.shared.name, "--component", "none-such"), 3)

    def test_lines_come_while_they_are_written(self):
        with self.followed("--node", self.nodes[1]) as following:
            self.shared.execute("sh", "-c", "echo a-new-line | systemd-cat", node=self.nodes[1])
            waiting.until("the new line", lambda: any("a-new-line" in line for line in following.out), 30)

    def test_containers_that_are_started_later_are_followed(self):
        namespace = self.namespace()
        manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "late"},
                    "spec": {"containers": [{"name": "dns", "image": self.coredns_image(),
                                             "args": ["-conf", "/none"]}]}}
        following = follow(self.shared, "--component", "late", "--node", self.nodes[1])
        try:
            waiting.until("it watches", lambda: readers_in(self.shared, self.nodes[1]) or
                          following.process.poll() is not None, 30)
            self.kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(manifest))
            waiting.until("the container's words", lambda: following.out, 60)
        finally:
            following.process.kill()
            following.process.wait()

    def coredns_image(self):
        pods = self.kubectl.items("pods", "-n", "kube-system", "-l", "k8s-app=kube-dns")
        return pods[0]["spec"]["containers"][0]["image"]

    def test_ctrl_c_ends_it_and_leaves_nothing_in_the_nodes(self):
        for options in (["--component", "kubelet"], ["--component", "coredns"], ["--node", self.nodes[0]]):
            for number, code in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
                following = follow(self.shared, *options)
                waiting.until("a line", lambda: following.out or following.process.poll() is not None, 30)
                self.assertNotEqual(readers_in(self.shared, self.nodes[0]), [])
                following.process.send_signal(number)
                self.assertEqual(following.process.wait(30), code)
                for node in self.nodes:
                    waiting.until("nothing reads", lambda: not readers_in(self.shared, node), 30)

    def followed(self, *options):
        return Following(self, follow(self.shared, *options))


class Following:
    """Ends with the block, by Ctrl-C."""

    def __init__(self, test, running):
        self.test = test
        self.running = running

    def __enter__(self):
        waiting.until("a line", lambda: self.running.out or self.running.process.poll() is not None, 30)
        return self.running

    def __exit__(self, *_):
        self.running.process.send_signal(signal.SIGINT)
        self.test.assertEqual(self.running.process.wait(30), 130)


class OfSick(Scenario):
    def test_what_can_be_had_of_nodes_that_have_stopped(self):
        with self.cluster("--workers", "1") as cluster:
            worker = f"{cluster.name}-worker"
            following = follow(cluster, "--node", worker)
            waiting.until("a line", lambda: following.out, 30)
            ENGINE.kill(worker)
            self.assertEqual(following.process.wait(30), 0)
            self.assertIn(f"node '{worker}' has stopped\n", following.seen)

            folder = self.folder / "one"
            exported = self.ingot("cluster", "logs", cluster.name, str(folder), "-o", "json")
            self.assert_code(exported, 1)
            missing = json.loads(exported.out)["missing"]
            self.assertEqual([one["what"].split("/")[0] for one in missing], [worker])
            found = files(folder)
            self.assertTrue(any(name.startswith(f"{worker}/pods/") for name in found), found)
            for name in (f"{worker}/serial.log", f"{worker}/kubernetes-version.txt", "cluster/pods.json",
                         f"{cluster.control_plane}/journal.log"):
                self.assertIn(name, found)
            self.assertIn(worker, (folder / "missing.txt").read_text())

            ENGINE.kill(cluster.control_plane)
            folder = self.folder / "two"
            exported = self.ingot("cluster", "logs", cluster.name, str(folder))
            self.assert_code(exported, 1)
            self.assertIn("warning: missing: cluster (objects and events): node", exported.err)
            self.assertTrue(any(name.startswith(f"{cluster.control_plane}/pods/") for name in files(folder)))


if __name__ == "__main__":
    unittest.main()
