# SPDX-License-Identifier: Apache-2.0
"""An engine that is killed, and a machine that loses its power, while somebody writes: clusters come back by themselves,
nothing is lost that was acknowledged, and a server gives nodes their devices again."""
import os
import pathlib
import sys
import unittest

import workloads
from live import command, waiting
from live.machine import Machine
from support import IMAGE
from there import ClusterThere, IngotThere
from watched_devices import Watching

DEVICE = "there.example/gpu=0"
CDI = """cdiVersion: 0.5.0
kind: there.example/gpu
devices:
- {name: "0", containerEdits: {deviceNodes: [{path: /dev/there0, hostPath: /dev/zero}]}}
"""
WRITER = pathlib.Path(__file__).with_name("counting_writer.py")


@unittest.skipUnless(os.geteuid() == 0, "only root can make a machine of namespaces")
class SeveralControlPlanes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = cls.enterClassContext(Machine())
        cls.machine.take_image(IMAGE)
        cls.kubeconfig = cls.machine.folder / "kubeconfig"
        cls.ingot = IngotThere(cls.machine, cls.kubeconfig)
        created = cls.ingot.create("there", "--control-planes", "3", "--restart", "unless-stopped")
        if created.code != 0:
            raise command.Failed(created)
        cls.cluster = ClusterThere("there", cls.ingot)
        folder = cls.machine.folder / "cdi"
        folder.mkdir()
        (folder / "there.yaml").write_text(CDI, encoding="ascii")
        cls.ingot.env["INGOT_CDI_DIRS"] = str(folder)
        attached = cls.ingot("gpu", "attach", "there-control-plane3", "0")
        if attached.code != 0:
            raise command.Failed(attached)
        cls.address = workloads.keep_data(cls.cluster, "default", home=cls.cluster.control_plane)

    def setUp(self):
        nodes = (self.machine.engine.inspect(name) for name in self.machine.engine.nodes("there"))
        servers = [f"https://{network['IPAddress']}:6443" for node in nodes
                   for network in node["NetworkSettings"]["Networks"].values() if "control-plane" in node["Name"]]
        self.writer = command.Running(*self.machine.on_its_network, sys.executable, str(WRITER), str(self.kubeconfig),
                                      f"of-{os.getpid()}-{id(self)}", *servers)
        self.addCleanup(self.writer.finish)
        self.addCleanup(self.writer.process.kill)
        self.some_are_written()

    def some_are_written(self):
        before = len(self.writer.out)
        waiting.until("writes are acknowledged", lambda: len(self.writer.out) > before + 20)

    def status(self):
        return self.ingot("cluster", "status", "there")

    def comes_back_with_everything(self):
        waiting.until("status tells who is recovering", lambda: "Recovering" in self.status().out, 20)
        waiting.until("the cluster is healthy", lambda: self.status().code == 0, 120)
        workloads.until_told(self.cluster, self.address)
        self.writer.process.kill()
        self.writer.finish()
        written = {one["metadata"]["name"] for one in self.cluster.kubectl.items("configmaps", "-n", "default")}
        acknowledged = {line.strip() for line in self.writer.out}
        self.assertEqual(acknowledged - written, set())

    def test_a_killed_engine_loses_no_acknowledged_write(self):
        self.machine.kill_engine()
        self.some_are_written()  # nodes need no engine
        self.machine.start_engine()
        self.comes_back_with_everything()

    def test_a_machine_without_power_loses_no_acknowledged_write(self):
        self.machine.power_off()
        self.machine.power_on()
        self.machine.start_engine()
        self.cluster.enter()
        with Watching(self.ingot.env, self.machine.folder, self.machine.on_its_network) as watching:
            watching.until_holders(DEVICE, {"there-control-plane3": "ready"}, 180)
            self.comes_back_with_everything()
        self.assertEqual(self.cluster.execute("stat", "-c", "%t:%T", "/dev/there0", node="there-control-plane3").out, "1:5\n")
