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

    def volumes(self):
        """Of all its snapshots."""
        return [one for one in ENGINE.volumes() if one.startswith(f"ingot-snapshot_{self.name}_")]

    def test_a_restored_cluster_has_what_it_had_and_nothing_of_later(self):
        address = self.keep_data()
        restarts = self.restarts()
        node = ENGINE.nodes(self.name)[0]
        command.succeed("docker", "exec", node, "mkdir", "/.pivot_root1")  # as the engine does for a moment
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
        self.assertNotIn(".pivot_root", command.succeed("docker", "exec", node, "ls", "-a", "/").out)


class OneNode(Snapshots, SharedCluster):
    def ids(self):
        return {one["Id"] for one in ENGINE.containers(self.name)}

    def states(self):
        return {one["State"] for one in ENGINE.containers(self.name)}

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
        self.assertEqual(self.volumes(), [])

    def test_a_stopped_cluster_can_be_saved_and_comes_back_from_a_file(self):
        address = self.keep_data()
        self.assert_code(self.ingot("cluster", "stop", self.name), 0)
        self.assertEqual(self.save("travels")["pausedMs"], 0)
        file, damaged = self.folder / "travels.tar.zst", self.folder / "damaged.tar.zst"
        self.assertIn("export", self.snapshot("export", "travels", str(file), "--dry-run").out)
        self.assertFalse(file.exists())
        self.assert_code(self.snapshot("export", "travels", str(file)), 0)
        self.assert_code(self.snapshot("delete", "travels", "--yes"), 0)
        content = file.read_bytes()
        middle = len(content) // 2
        for broken in (content[:middle] + b"xyz" + content[middle + 3:], content[:middle], b"", b"hello"):
            damaged.write_bytes(broken)
            self.assert_code(self.snapshot("import", str(damaged)), 1)
            self.assertEqual(self.volumes(), [])
        planned = self.snapshot("import", str(file), "--dry-run")
        self.assert_code(planned, 0)
        self.assertIn("record", planned.out)
        self.assertEqual(self.volumes(), [])
        self.assert_code(self.snapshot("import", str(file)), 0)
        self.assert_code(self.snapshot("import", str(file)), 4)
        self.assert_code(self.snapshot("restore", "travels", "--replace", "--yes"), 0)
        self.assert_useful()
        self.until_told(address)

    def test_nodes_go_on_when_a_save_is_killed_while_they_stand_still(self):
        running = command.Running(str(INGOT), "cluster", "snapshot", "save", self.name, "--name", "killed",
                                  "--progress", "json", env=self.ingot.env)
        self.assertIsNotNone(running.wait_for_line(events.started("copy")))
        while "paused" not in self.states():  # for a tenth of a second: asked without a rest
            self.assertIsNone(running.process.poll(), "it was over before nodes were seen to stand still")
        running.signal(signal.SIGKILL)
        running.finish()
        waiting.until("nodes go on", lambda: self.states() == {"running"}, 20)
        volume = self.files_of("killed")
        found = json.loads(self.ingot("prune", "--dry-run", "--older-than", "1ms", "-o", "json").out)["items"]
        self.assertIn(("volume", volume), [(one["type"], one["name"]) for one in found])
        copier = command.run("docker", "ps", "--all", "--quiet", "--filter", f"volume={volume}").out.split()
        ENGINE.remove(copier)
        self.assert_code(command.run("docker", "volume", "rm", volume), 0)

    def interrupt(self, until, *arguments):
        running = command.Running(str(INGOT), "cluster", "snapshot", *arguments, "--progress", "json",
                                  env=self.ingot.env)
        self.assertIsNotNone(running.wait_for_line(events.started(until)))
        running.signal(signal.SIGINT)
        result = running.finish()
        self.assert_code(result, 130)
        return result.err

    def test_ctrl_c_takes_a_save_and_a_restore_back(self):
        self.interrupt("copy", "save", self.name, "--name", "never")
        self.assertEqual(self.states(), {"running"})
        self.assertEqual(self.volumes(), [])
        self.save("kept")
        told = self.interrupt("unpack", "restore", f"{self.name}/kept", "--replace", "--yes")
        self.assertIn("was deleted, to be replaced", told)
        self.assert_nothing_left(self.name)
        told = self.interrupt("/ready", "restore", f"{self.name}/kept")
        self.assertNotIn("goes on", told, "it was taken back")
        self.assert_nothing_left(self.name)
        self.assert_code(self.snapshot("restore", f"{self.name}/kept"), 0)
        waiting.until("every node is Ready", lambda: nodes_ready(self.kubectl.items("nodes")), 30)


class ControlPlanes(Snapshots, SharedCluster):
    options = ("--control-planes", "3", "--workers", "1")

    def etcd_members(self, cluster):
        """Where each is, as they tell one another."""
        pki = "/etc/kubernetes/pki/etcd"
        told = command.run("docker", "exec", f"{cluster.name}-control-plane", "curl", "--silent", "--cacert",
                           f"{pki}/ca.crt", "--cert", f"{pki}/server.crt", "--key", f"{pki}/server.key", "--data", "{}",
                           "https://127.0.0.1:2379/v3/cluster/member/list")
        self.assert_code(told, 0)
        return {one["name"]: one["peerURLs"][0] for one in json.loads(told.out)["members"]}

    def attach_device(self, node):
        cdi = self.folder / "cdi"
        cdi.mkdir()
        (cdi / "one.yaml").write_text("cdiVersion: 0.5.0\nkind: clone.example/gpu\ndevices:\n- {name: '0', containerEdits: "
                                      "{deviceNodes: [{path: /dev/clone0, hostPath: /dev/zero}]}}\n", encoding="ascii")
        self.assert_code(self.ingot("gpu", "attach", node, "0", env={"INGOT_CDI_DIRS": str(cdi)}), 0)
        return "clone.example/gpu=0"

    def test_a_clone_has_the_volumes_and_is_a_cluster_of_its_own(self):
        name, before = f"{self.shared.name}-copy", ENGINE.volumes()
        address = self.keep_data()
        device = self.attach_device(f"{self.shared.name}-worker")
        with gone_afterwards(name):
            cloned = self.ingot("cluster", "clone", self.shared.name, name)
            self.assert_code(cloned, 0)
            copy = Cluster(name, self.ingot, cloned)
            nodes = copy.kubectl.items("nodes")
            self.assertTrue(nodes_ready(nodes))
            kubernetes = [one for one in ENGINE.nodes(name) if not one.endswith("load-balancer")]
            self.assertEqual(sorted(one["metadata"]["name"] for one in nodes), kubernetes)
            self.assert_code(self.ingot("cluster", "status", name), 0)
            waiting.until("the copy tells what the volume holds", lambda: copy.resolve(address, NAME) == ANSWER, 60)
            self.until_told(address)
            members = self.etcd_members(copy)
            self.assertEqual(sorted(members), [one for one in ENGINE.nodes(name) if "control-plane" in one])
            self.assertEqual(set(members.values()) & set(self.etcd_members(self.shared).values()), set())
            old = self.shared.name + "-"
            for kind in ("nodes", "pods -A", "persistentvolumes", "configmaps -n kube-system", "daemonsets -A"):
                for one in copy.kubectl.items(*kind.split()):
                    self.assertNotIn(old, json.dumps(one).replace(name, ""), kind)
            self.assert_code(self.ingot("cluster", "clone", self.shared.name, name), 4)
            # The device is the original's.
            told = json.loads(self.ingot("gpu", "status", "-o", "json").out)["items"]
            self.assertEqual([one["node"] for one in told if one["device"] == device], [f"{self.shared.name}-worker"])
            self.assertNotIn(device.split("=", maxsplit=1)[0], json.dumps([one["metadata"]["labels"] for one in nodes]))
            self.assert_code(self.ingot.delete(name), 0)
        self.assertEqual(ENGINE.volumes() - before, set())
        self.assert_useful()


if __name__ == "__main__":
    unittest.main()
