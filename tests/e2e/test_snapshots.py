# SPDX-License-Identifier: Apache-2.0
"""Snapshots of clusters: what was in them is there again after the restore, and nothing that came later."""
import json
import signal
import unittest

from keeping import Keeping
from live import command, events, waiting
from live.kubectl import nodes_ready
from support import ENGINE, IMAGE, INGOT, Cluster, SharedCluster, gone_afterwards
from workloads import ANSWER, NAME


class Snapshots(Keeping):
    """What holds for every shape of cluster; subclasses say which it is."""

    def setUp(self):
        super().setUp()
        self.name = self.shared.name

    def snapshot(self, verb, *options):
        return self.ingot("cluster", "snapshot", verb, *options)

    def save(self, name):
        """One that is gone when the test is over; what the command told."""
        self.addCleanup(self.snapshot, "delete", f"{self.name}/{name}", "--yes", "--ignore-not-found")
        saved = self.snapshot("save", self.name, "--name", name, "-o", "json")
        self.assert_code(saved, 0)
        return json.loads(saved.out)

    def files_of(self, name):
        """The volume that holds a snapshot's files."""
        return next(volume for volume in ENGINE.volumes() if volume.startswith(f"ingot-snapshot_{self.name}_{name}_"))

    def test_a_restored_cluster_has_what_it_had_and_nothing_of_later(self):
        address = self.keep_data()
        restarts = self.restarts()
        saved = self.save("before")
        self.assertEqual(sorted(saved["snapshot"]["nodes"]), ENGINE.nodes(self.name))
        self.assertEqual(self.restarts(), restarts, "who only stands still for a moment is not started again")
        self.until_told(address)
        self.kubectl("create", "namespace", "later")
        restored = self.snapshot("restore", "before", "--replace", "--yes")
        self.assert_code(restored, 0)
        self.assert_useful()
        self.until_told(address)
        self.assertNotIn("later", [one["metadata"]["name"] for one in self.kubectl.items("namespaces")])
        self.assert_code(self.ingot.delete(self.name), 0)
        self.assert_code(self.snapshot("restore", f"{self.name}/before"), 0)
        self.assert_useful()
        self.until_told(address)


class OneNode(Snapshots, SharedCluster):
    def ids(self):
        return {one["Id"] for one in ENGINE.containers(self.name)}

    def test_a_damaged_one_is_refused_before_anything_is_touched(self):
        self.save("damaged")
        damaged = command.run("docker", "run", "--rm", "--network", "none", "-v", f"{self.files_of('damaged')}:/files",
                              "--entrypoint", "sh", IMAGE, "-c",
                              "printf x | dd of=/files/0/var/changes.tar bs=1 seek=1000 conv=notrunc")
        self.assert_code(damaged, 0)
        before = self.ids()
        refused = self.snapshot("restore", "damaged", "--replace", "--yes")
        self.assert_code(refused, 1)
        self.assertIn("is damaged", refused.err)
        self.assertIn("0/var/changes.tar", refused.err)
        self.assertEqual(self.ids(), before)
        self.assert_useful()

    def test_a_name_is_given_once_and_a_cluster_is_not_replaced_unasked(self):
        self.save("once")
        self.assert_code(self.snapshot("save", self.name, "--name", "once"), 4)
        self.assert_code(self.snapshot("restore", "once"), 4)
        self.assert_code(self.snapshot("restore", "once", "--replace"), 2)
        listed = json.loads(self.snapshot("list", self.name, "-o", "json").out)["items"]
        self.assertEqual([one["name"] for one in listed], ["once"])
        self.assert_code(self.snapshot("delete", "once", "--yes"), 0)
        self.assert_code(self.snapshot("delete", "once", "--yes"), 3)
        self.assertEqual([one for one in ENGINE.volumes() if one.startswith(f"ingot-snapshot_{self.name}_")], [])

    def test_a_stopped_cluster_can_be_saved(self):
        address = self.keep_data()
        self.assert_code(self.ingot("cluster", "stop", self.name), 0)
        self.assertEqual(self.save("stopped")["pausedMs"], 0)
        self.assert_code(self.snapshot("restore", "stopped", "--replace", "--yes"), 0)
        self.assert_useful()
        self.until_told(address)

    def test_a_file_brings_a_snapshot_back_and_a_damaged_one_does_not(self):
        self.save("travels")
        file, damaged = self.folder / "travels.tar.zst", self.folder / "damaged.tar.zst"
        self.assert_code(self.snapshot("export", "travels", str(file)), 0)
        self.assert_code(self.snapshot("delete", "travels", "--yes"), 0)
        content = file.read_bytes()
        middle = len(content) // 2
        for broken in (content[:middle] + b"xyz" + content[middle + 3:], content[:middle], b"", b"hello"):
            damaged.write_bytes(broken)
            self.assert_code(self.snapshot("import", str(damaged)), 1)
            self.assertEqual([one for one in ENGINE.volumes() if one.startswith(f"ingot-snapshot_{self.name}_")], [])
        self.assert_code(self.snapshot("import", str(file)), 0)
        self.assert_code(self.snapshot("import", str(file)), 4)
        self.assert_code(self.snapshot("restore", "travels", "--replace", "--yes"), 0)
        self.assert_useful()

    def interrupt(self, until, *arguments):
        running = command.Running(str(INGOT), "cluster", "snapshot", *arguments, "--progress", "json",
                                  env=self.ingot.env)
        self.assertIsNotNone(running.wait_for_line(events.started(until)))
        running.signal(signal.SIGINT)
        self.assert_code(running.finish(), 130)

    def test_ctrl_c_takes_a_save_and_a_restore_back(self):
        self.interrupt("copy", "save", self.name, "--name", "never")
        self.assertEqual({one["State"] for one in ENGINE.containers(self.name)}, {"running"})
        self.assertEqual([one for one in ENGINE.volumes() if one.startswith(f"ingot-snapshot_{self.name}_never")], [])
        self.save("kept")
        self.assert_code(self.ingot.delete(self.name), 0)
        for step in ("unpack", "/ready"):
            self.interrupt(step, "restore", f"{self.name}/kept")
            self.assert_nothing_left(self.name)
        self.assert_code(self.snapshot("restore", f"{self.name}/kept"), 0)
        waiting.until("every node is Ready", lambda: nodes_ready(self.kubectl.items("nodes")), 30)


class ControlPlanes(Snapshots, SharedCluster):
    options = ("--control-planes", "3", "--workers", "1")


class Copies(Keeping, SharedCluster):
    options = ("--workers", "1")

    def test_a_clone_has_the_volumes_and_is_a_cluster_of_its_own(self):
        name, before = f"{self.shared.name}-copy", ENGINE.volumes()
        address = self.keep_data()
        with gone_afterwards(name):
            cloned = self.ingot("cluster", "clone", self.shared.name, name)
            self.assert_code(cloned, 0)
            copy = Cluster(name, self.ingot, cloned)
            nodes = copy.kubectl.items("nodes")
            self.assertTrue(nodes_ready(nodes))
            self.assertEqual(sorted(one["metadata"]["name"] for one in nodes), ENGINE.nodes(name))
            self.assert_code(self.ingot("cluster", "status", name), 0)
            waiting.until("the copy tells what the volume holds", lambda: copy.resolve(address, NAME) == ANSWER, 60)
            self.until_told(address)
            old = self.shared.name + "-"
            for kind in ("nodes", "pods -A", "persistentvolumes", "configmaps -n kube-system", "daemonsets -A"):
                for one in copy.kubectl.items(*kind.split()):
                    self.assertNotIn(old, json.dumps(one).replace(name, ""), kind)
            self.assert_code(self.ingot("cluster", "clone", self.shared.name, name), 4)
            self.assert_code(self.ingot.delete(name), 0)
        self.assertEqual(ENGINE.volumes() - before, set())
        self.assert_useful()


if __name__ == "__main__":
    unittest.main()
