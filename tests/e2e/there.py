# SPDX-License-Identifier: Apache-2.0
"""ingot and its clusters on a machine of a test's own (live/machine.py)."""
from live import cluster_dns, command
from support import INGOT, Cluster, Ingot


class IngotThere(Ingot):
    """Runs on the machine, with its engine."""

    def __init__(self, machine, kubeconfig):
        super().__init__(kubeconfig)
        self.env.update(machine.env)
        self.machine = machine

    def __call__(self, *arguments, **how):
        result = command.run(*self.machine.inside, str(INGOT), *arguments,
                             env={**self.env, **how.pop("env", {})}, **how)
        self.calls.append(result)
        return result


class ClusterThere(Cluster):
    def __init__(self, name, ingot):
        super().__init__(name, ingot, None)
        self.machine = ingot.machine
        self.on_path = self.kubectl.prefix
        self.kubectl.env.update(self.machine.env)
        self.enter()

    def enter(self):
        """After every power-on: it is another machine, as far as the kernel knows."""
        self.kubectl.prefix = [*self.machine.on_its_network, *self.on_path]

    def execute(self, *program, node=None):
        return command.run("docker", "exec", node or self.control_plane, *program, env=self.machine.env)

    def resolve(self, server, name, kind="A", seconds=1):
        pid = self.machine.engine.pid(self.control_plane)
        return cluster_dns.ask(pid, server, name, kind, seconds, self.machine.inside)
