# SPDX-License-Identifier: Apache-2.0
"""Every verb, then verbs at random, plain, twice at once and interrupted: after each the cluster must be what a small
model says, and a StatefulSet must have its data.

INGOT_MODEL_SECONDS says for how long at random, both shapes together (60), INGOT_MODEL_SEED repeats a walk.
"""
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

import workloads
from live import command, waiting
from live.kubectl import nodes_ready
from model import Model
from support import ENGINE, INGOT, SharedCluster
from walk import Walk

SECONDS = float(os.environ.get("INGOT_MODEL_SECONDS") or 60)
SEED = int(os.environ.get("INGOT_MODEL_SEED") or random.SystemRandom().randrange(1 << 32))

WAYS = ("plain", "twice", "SIGINT", "SIGKILL")
LEADS_TO = {"resume": ("pause",), "start": ("stop",), "start_node": ("stop_node", "scale_workers"),
            "remove_node": ("scale_workers",), "restore": ("save",), "carry": ("save",), "delete_snapshot": ("save",)}
UNITS = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}


class Walking:
    verbs = ()
    at_least = ()  # of them, before any at random
    share = 1.0  # of the time

    def setUp(self):
        super().setUp()
        dice = random.Random(SEED)
        self.machine = ENGINE.request("GET", "/info")["MemTotal"]
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="ingot-e2e-")))
        model = Model(self.shared.name)
        model.contents.memory = {node: 0 for node in ENGINE.nodes(model.name) if "load-balancer" not in node}
        self.walk = Walk(self.shared, model, dice, folder)
        model.contents.told = workloads.ANSWER
        self.model, self.dice, self.history = model, dice, []
        self.addCleanup(self.tidy_up)

    def tidy_up(self):
        for snapshot in self.model.snapshots:
            self.ingot("cluster", "snapshot", "delete", f"{self.model.name}/{snapshot}", "--yes")

    def test_the_cluster_is_what_the_model_says(self):
        # A cluster with several control planes is not cloned.
        verbs = sorted(self.dice.sample(self.at_least, len(self.at_least)), key="scale_control_planes".__eq__)
        try:
            for verb in verbs:
                self.reach(verb)
            end = time.monotonic() + SECONDS * self.share
            while time.monotonic() < end:
                self.take(self.dice.choice(list(self.possible().values())), self.dice.choices(WAYS, (6, 1, 1, 1))[0])
        except Exception as failure:
            # In the failure's own line: of a run elsewhere little more may be kept.
            walked = f"INGOT_MODEL_SEED={SEED}, after: " + "; ".join(self.history)
            raise AssertionError(f"{failure!r}; {walked}") from failure

    def possible(self):
        return {verb: step for verb in self.verbs if (step := getattr(self.walk, verb)())}

    def reach(self, verb):
        for _ in range(30):
            possible = self.possible()
            if verb in possible:
                return self.take(possible[verb], "plain")
            ways = [way for way in (*LEADS_TO.get(verb, ()), "start", "resume") if way in possible]
            self.take(possible[self.dice.choice(ways)], "plain")
        raise AssertionError(f"nothing led to {verb}")

    def take(self, step, way):
        if step.act or not step.again or step.code != 0 or (way == "twice" and step.alone):
            way = "plain"
        begin = time.monotonic()
        self.history.append(f"{step.title} ({way})")
        if step.act:
            step.act()
        else:
            self.say(step, way)
            step.afterwards()
        took = time.monotonic() - begin
        self.check()
        self.history[-1] += f": {took:.1f} s, checked in {time.monotonic() - begin - took:.1f} s"
        print(f"  {self.history[-1]}", file=sys.stderr, flush=True)

    def say(self, step, way):
        if way != "plain":
            running = command.Running(str(INGOT), *step.arguments, env=self.ingot.env)
            if way != "twice":
                self.interrupt(running, getattr(signal, way))
        said = self.ingot(*step.arguments)
        self.assert_code(said, step.code)
        if way == "twice":
            self.assert_code(running.finish(), step.code)

    def interrupt(self, running, number):
        """After some of what it tells; a command that comes to its end before is not interrupted."""
        lines = self.dice.randint(1, 12)
        if all(running.wait_for_line(lambda line: True) is not None for _ in range(lines)):
            running.signal(number)
        self.history.append(f"  interrupted: {running.finish()}")

    def memory_told(self, nodes):
        """Bytes, by node, as their kubelets tell."""
        told = {node["metadata"]["name"]: node["status"]["capacity"]["memory"] for node in nodes}
        return {node: int(memory[:-2]) * UNITS[memory[-2:]] for node, memory in told.items()}

    def memory_meant(self, node):
        return self.model.contents.memory[node] or self.machine // 1024 * 1024

    def untold_tell(self):
        told = self.memory_told(self.kubectl.items("nodes"))
        return all(told.get(node) == self.memory_meant(node) for node in self.model.untold & self.model.contents.nodes)

    def check(self):
        model = self.model
        states = {node: ENGINE.inspect(node)["State"]["Status"] for node in ENGINE.nodes(model.name)
                  if "load-balancer" not in node}
        self.assertEqual(states, {node: model.state_of(node) for node in model.contents.nodes})
        limits = {node: ENGINE.inspect(node)["HostConfig"]["Memory"] for node in states}
        self.assertEqual({node: limit if limit != self.machine else 0 for node, limit in limits.items()},
                         model.contents.memory)
        if model.has_quorum_without():
            notes = self.kubectl.get("configmap/notes")
            self.assertEqual(notes.get("data", {}).get("noted", ""), model.contents.noted)
        if model.whole:
            if model.untold:
                waiting.until(f"{model.untold} tell their limits", self.untold_tell)
                model.untold.clear()
            nodes = self.kubectl.items("nodes")
            self.assertTrue(nodes_ready(nodes), nodes)
            self.assertEqual(self.memory_told(nodes), {node: self.memory_meant(node) for node in model.contents.nodes})
            workloads.until_told(self.shared, self.walk.address, model.contents.told)


ANY = ("stop", "start", "restart", "pause", "resume", "extend", "kill_nodes", "stop_node", "start_node", "limit_node",
       "save", "restore", "delete_snapshot", "carry", "renew", "write", "note")


class OneControlPlane(Walking, SharedCluster):
    options = ("--workers", "1", "--ttl", "9h")
    verbs = at_least = (*ANY, "scale_workers", "remove_node", "clone", "scale_control_planes")
    share = 0.6


class SeveralControlPlanes(Walking, SharedCluster):
    options = ("--control-planes", "3", "--ttl", "9h")
    verbs = (*ANY, "scale_control_planes")
    at_least = ("scale_control_planes", "save", "restore")
    share = 0.4
