# SPDX-License-Identifier: Apache-2.0
"""Clusters that are stopped, started, paused and killed: what was in them is there afterwards, where it was."""
import json
import random
import signal
import unittest

import workloads
from keeping import Keeping
from live import command, events, waiting
from live.kubectl import nodes_ready
from support import ENGINE, INGOT, SharedCluster


class StoppedAndStarted(Keeping):
    """What every shape of cluster must keep, from test to test; subclasses say which it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address = workloads.keep_data(cls.shared, "default")

    def setUp(self):
        super().setUp()
        self.name = self.shared.name
        self.addCleanup(self.ingot, "cluster", "start", self.name)

    def change(self, verb, *options):
        result = self.ingot("cluster", verb, self.name, *options)
        self.assert_code(result, 0)
        return result

    def status(self):
        return json.loads(self.ingot("cluster", "status", self.name, "-o", "json").out)

    def states(self):
        return {one["State"] for one in ENGINE.containers(self.name)}

    def places(self):
        """What must not change: containers, their addresses, ports and volumes."""
        return {name: (one["Id"],
                       [network["IPAddress"] for network in one["NetworkSettings"]["Networks"].values()],
                       one["HostConfig"]["PortBindings"],
                       sorted(mount["Name"] for mount in one["Mounts"] if mount["Type"] == "volume"))
                for name, one in ((name, ENGINE.inspect(name)) for name in ENGINE.nodes(self.name))}

    def test_a_stop_and_a_start_keep_everything(self):
        before, pods = self.places(), self.uids()
        self.assertEqual(self.change("stop").out, f"cluster/{self.name} stopped\n")
        self.assertEqual(self.states(), {"exited"})
        nodes = [one for one in ENGINE.nodes(self.name) if not one.endswith("load-balancer")]
        # An engine that starts again leaves alone what ended so.
        self.assertEqual({ENGINE.inspect(node)["State"]["ExitCode"] for node in nodes}, {0})
        self.assertEqual(self.status()["state"], "Stopped")
        self.assertEqual(self.change("start").out, f"cluster/{self.name} started\n")
        self.assert_useful()
        self.assertEqual(self.places(), before)
        self.assertEqual(self.uids(), pods)
        self.until_told(self.address)

    def test_a_paused_cluster_goes_on_where_it_was(self):
        restarts = self.restarts()
        self.change("pause")
        self.assertEqual(self.states(), {"paused"})
        self.assertEqual(self.status()["state"], "Paused")
        self.change("resume")
        waiting.until("every node is Ready", lambda: nodes_ready(self.kubectl.items("nodes")), 30)
        self.until_told(self.address)
        self.assertEqual(self.restarts(), restarts)


class Staying(StoppedAndStarted):
    def test_nodes_that_were_killed_come_back_by_themselves_in_any_order(self):
        """What an engine does that starts again, or the machine; nobody runs ingot."""
        before, nodes = self.places(), ENGINE.nodes(self.name)
        ENGINE.kill(*nodes)
        random.shuffle(nodes)
        for node in nodes:
            ENGINE.request("POST", f"/containers/{node}/start")
        self.assertEqual(self.status()["state"], "Recovering", f"started in the order {nodes}")
        waiting.until("the cluster is well", lambda: self.ingot("cluster", "status", self.name).code == 0, 120)
        waiting.until("names are resolved", self.names_are_resolved, 60)
        self.assertEqual(self.places(), before)
        self.until_told(self.address)


class Life(Staying):
    """And what does not depend on the shape, but for there being others to wait for."""

    def test_every_verb_can_be_repeated_and_run_twice_at_once(self):
        for verb, state in (("stop", "exited"), ("start", "running"), ("pause", "paused"), ("resume", "running")):
            other = command.Running(str(INGOT), "cluster", verb, self.name, env=self.ingot.env)
            self.change(verb)
            self.assert_code(other.finish(), 0)
            self.assertEqual(self.states(), {state})
            self.assertIn("already", self.change(verb).out)
        self.assert_useful()

    def test_one_node_is_stopped_and_started_and_the_data_on_it_is_there(self):
        node = self.kubectl.get("pod/keeper-0")["spec"]["nodeName"]
        before = self.places()
        self.assertEqual(self.ingot("node", "stop", node).out, f"node/{node} stopped\n")
        self.assertEqual(ENGINE.inspect(node)["State"]["Status"], "exited")
        self.assertEqual(self.ingot("node", "start", node).out, f"node/{node} started\n")
        self.assert_useful()
        self.assertEqual(self.ingot("node", "exec", node, "--", "cat", "/etc/hostname").out, f"{node}\n")
        self.assertIn("kubelet", self.ingot("node", "logs", node, "--tail", "200").out)
        self.assertEqual(self.places(), before)
        self.until_told(self.address)

    def test_a_restart_ends_with_a_useful_cluster(self):
        self.change("restart")
        self.assert_useful()
        self.until_told(self.address)

    def test_ctrl_c_and_a_killed_stop_leave_a_cluster_that_can_be_started(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
            running = command.Running(str(INGOT), "cluster", "stop", self.name, "--progress", "json",
                                      env=self.ingot.env)
            self.assertIsNotNone(running.wait_for_line(events.started("/containers")))
            running.signal(number)
            self.assert_code(running.finish(), code)
            self.change("start")
            # Where the node itself was not started again, what was killed in it is asked by its probes first.
            waiting.until("the cluster is well", lambda: self.ingot("cluster", "status", self.name).code == 0, 60)
            self.assertTrue(self.names_are_resolved())


class OneNode(StoppedAndStarted, SharedCluster):
    pass


class Workers(Life, SharedCluster):
    options = ("--workers", "2")


class ControlPlanes(Staying, SharedCluster):  # the rest of it is test_model's
    options = ("--control-planes", "3", "--workers", "1")


class Kubeadm(StoppedAndStarted, SharedCluster):
    options = ("--workers", "1", "--bootstrap", "kubeadm")


if __name__ == "__main__":
    unittest.main()
