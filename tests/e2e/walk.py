# SPDX-License-Identifier: Apache-2.0
"""Verbs as a random walk takes them: when each can be said, how, and what is true afterwards."""
import dataclasses
import random
import typing

import workloads
from live import command
from model import Model
from support import ENGINE, Cluster, gone_afterwards

GIB = 1 << 30
NEW_NODE = 4 * GIB


@dataclasses.dataclass
class Step:
    title: str
    arguments: tuple = ()  # of ingot
    afterwards: typing.Callable = lambda: None
    act: typing.Callable = None  # instead of the arguments
    code: int = 0
    again: bool = True  # said once more it changes nothing: may be interrupted, and be said twice at once
    alone: bool = False  # but not twice at once


class Walk:
    """One cluster, its model, and the verbs; each is a method that returns a Step, or None when it cannot be now."""

    def __init__(self, cluster: Cluster, model: Model, dice: random.Random, folder):
        self.cluster, self.model, self.dice, self.folder = cluster, model, dice, folder
        self.name = cluster.name
        self.address = workloads.keep_data(cluster, "default", home=cluster.control_plane)
        cluster.kubectl("create", "configmap", "notes")

    def ingot(self, *arguments):
        result = self.cluster.ingot(*arguments)
        if result.code != 0:
            raise command.Failed(result)

    def _cluster(self, verb, afterwards, **more):
        return Step(verb, ("cluster", verb, self.name), afterwards, **more)

    def _enter(self, phase):
        self.model.phase = phase

    # Of the whole cluster

    def stop(self):
        return self._cluster("stop", lambda: self._enter("stopped"))

    def start(self):
        if self.model.phase != "paused" and not self.model.whole:
            return self._cluster("start", self.model.begin)

    def restart(self):
        if self.model.phase != "paused":
            return self._cluster("restart", self.model.begin, alone=True)

    def pause(self):
        if self.model.phase == "running" and not self.model.down:
            return self._cluster("pause", lambda: self._enter("paused"))

    def resume(self):
        if self.model.phase == "paused":
            return self._cluster("resume", lambda: self._enter("running"))

    def extend(self):
        hours = self.dice.randint(1, 9)
        return Step("extend", ("cluster", "extend", self.name, "--ttl", f"{hours}h"))

    # Of nodes

    def _scale(self, role, counts):
        if self.model.whole:
            count = self.dice.choice(counts)
            return Step(f"scale to {count} {role}s",
                        ("cluster", "scale", self.name, f"--{role}s", str(count), "--memory", "4Gi"),
                        lambda: self.model.resize(role, count, NEW_NODE))

    def scale_workers(self):
        return self._scale("worker", (0, 1, 2))

    def scale_control_planes(self):
        return self._scale("control-plane", (1, 2, 3))

    def remove_node(self):
        workers = self.model.of_role("worker")
        if self.model.whole and workers:
            node = self.dice.choice(workers)
            return Step(f"remove {node}", ("node", "remove", node, "--ignore-not-found"),
                        lambda: self.model.contents.memory.pop(node))

    def kill_nodes(self):
        up = sorted(self.model.contents.nodes - self.model.down)
        if self.model.phase == "running" and up:
            nodes = self.dice.sample(up, self.dice.randint(1, len(up)))

            def act():
                ENGINE.kill(*nodes)
                self.model.down |= set(nodes)
            return Step(f"kill -9 {' '.join(nodes)}", act=act)

    def stop_node(self):
        if self.model.whole:
            node = self.dice.choice(sorted(self.model.contents.nodes))
            alone = ENGINE.nodes(self.name) == [node]  # without a load balancer, too: it is the whole cluster
            if not alone and node in self.model.of_role("control-plane") and not self.model.has_quorum_without(node):
                return Step(f"stop {node}, which must be refused", ("node", "stop", node), code=4)
            return Step(f"stop {node}", ("node", "stop", node), lambda: self.model.down.add(node))

    def start_node(self):
        if self.model.down and self.model.has_quorum_without():
            node = self.dice.choice(sorted(self.model.down))
            return Step(f"start {node}", ("node", "start", node), lambda: self.model.down.discard(node))

    def limit_node(self):
        if self.model.phase != "paused":
            node = self.dice.choice(sorted(self.model.contents.nodes))
            memory = self.dice.choice((0, 3, 4))

            def afterwards():
                self.model.contents.memory[node] = memory * GIB
                if self.model.state_of(node) == "running" and not self.model.has_quorum_without():
                    self.model.untold.add(node)
            return Step(f"limit {node} to {memory} GiB",
                        ("node", "set", node, "--memory", f"{memory}Gi" if memory else "none"), afterwards)

    # Snapshots

    def _snapshot(self):
        return f"{self.name}/{self.dice.choice(sorted(self.model.snapshots))}" if self.model.snapshots else None

    def save(self):
        if self.model.phase != "paused" and len(self.model.snapshots) < 2:
            snapshot = next(name for name in ("a", "b") if name not in self.model.snapshots)
            return Step(f"save {snapshot}", ("cluster", "snapshot", "save", self.name, "--name", snapshot),
                        lambda: self.model.save(snapshot), again=False)

    def restore(self):
        snapshot = self._snapshot()
        if snapshot:
            return Step(f"restore {snapshot}", ("cluster", "snapshot", "restore", snapshot, "--replace", "--yes"),
                        lambda: self.model.restore(snapshot.rpartition("/")[2]), alone=True)

    def delete_snapshot(self):
        snapshot = self._snapshot()
        if snapshot:
            return Step(f"delete {snapshot}",
                        ("cluster", "snapshot", "delete", snapshot, "--yes", "--ignore-not-found"),
                        lambda: self.model.snapshots.pop(snapshot.rpartition("/")[2]))

    def carry(self):
        snapshot = self._snapshot()
        if snapshot:
            file = self.folder / "carried.tar.zst"

            def act():
                file.unlink(missing_ok=True)
                for arguments in ("export", snapshot, str(file)), ("delete", snapshot, "--yes"), ("import", str(file)):
                    self.ingot("cluster", "snapshot", *arguments)
            return Step(f"export {snapshot}, delete and import it", act=act)

    def renew(self):
        if self.model.whole:
            return Step("renew certificates", ("cluster", "certs", "renew", self.name, "--force", "--no-wait"))

    def clone(self):
        if self.model.whole and len(self.model.of_role("control-plane")) == 1:
            copy = f"{self.name}-copy"

            def act():
                with gone_afterwards(copy):
                    self.ingot("cluster", "clone", self.name, copy)
                    workloads.until_told(Cluster(copy, self.cluster.ingot, None), self.address, self.model.contents.told)
                    self.ingot("cluster", "delete", copy, "--yes")
            return Step("clone", act=act)

    # What users do

    def write(self):
        if self.model.whole:
            told = f"192.0.2.{self.dice.randint(1, 250)}"

            def act():
                workloads.tell(self.cluster, "default", told)
                self.model.contents.told = told
            return Step(f"write {told} into the volume", act=act)

    def note(self):
        if self.model.has_quorum_without():
            noted = str(self.dice.randint(1, 1000))

            def act():
                self.cluster.kubectl("patch", "configmap/notes", "-p", f'{{"data":{{"noted":"{noted}"}}}}')
                self.model.contents.noted = noted
            return Step(f"note {noted} in a ConfigMap", act=act)
