# SPDX-License-Identifier: Apache-2.0
"""What must be true of a cluster, whatever was done to it: small enough to be believed without a test."""
import copy
import dataclasses
import itertools


@dataclasses.dataclass
class Contents:
    """What a snapshot takes along."""
    told: str = ""  # by the pod of the StatefulSet, from its volume
    noted: str = ""  # in a ConfigMap
    memory: dict = dataclasses.field(default_factory=dict)  # bytes that a node may use, by node; 0: all

    @property
    def nodes(self):
        return set(self.memory)


@dataclasses.dataclass
class Model:
    name: str
    phase: str = "running"  # stopped, paused
    contents: Contents = dataclasses.field(default_factory=Contents)
    down: set = dataclasses.field(default_factory=set)  # nodes that were ended, alone
    untold: set = dataclasses.field(default_factory=set)  # nodes limited while there was nobody to tell
    snapshots: dict = dataclasses.field(default_factory=dict)

    @property
    def whole(self):
        return self.phase == "running" and not self.down

    def of_role(self, role):
        return sorted(node for node in self.contents.nodes if node.startswith(f"{self.name}-{role}"))

    def has_quorum_without(self, node=None):
        """Whether the API answers, or would when this node ends as well."""
        planes = self.of_role("control-plane")
        left = sum(plane not in self.down and plane != node for plane in planes)
        return self.phase == "running" and left > len(planes) // 2

    def state_of(self, node):
        """As the engine calls it."""
        if node in self.down or self.phase == "stopped":
            return "exited"
        return "paused" if self.phase == "paused" else "running"

    def resize(self, role, count, memory):
        """The highest numbers go, the lowest free ones come; new nodes get this much memory."""
        def number(node):
            return int(node.removeprefix(f"{self.name}-{role}") or 1)

        there = sorted(self.of_role(role), key=number)
        for node in there[count:]:
            del self.contents.memory[node]
        free = (f"{self.name}-{role}{'' if number == 1 else number}" for number in itertools.count(1))
        new = (node for node in free if node not in there)
        for node in itertools.islice(new, max(0, count - len(there))):
            self.contents.memory[node] = memory

    def begin(self):
        self.phase, self.down = "running", set()

    def save(self, snapshot):
        self.snapshots[snapshot] = copy.deepcopy(self.contents)

    def restore(self, snapshot):
        self.contents = copy.deepcopy(self.snapshots[snapshot])
        self.begin()
