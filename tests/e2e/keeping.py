# SPDX-License-Identifier: Apache-2.0
"""Of scenarios with one shared cluster: data that must not be lost, and what a useful cluster is."""
import workloads
from live import waiting
from live.kubectl import nodes_ready


class Keeping:
    def keep_data(self, namespace=None):
        """A volume with something in it, in use by a StatefulSet; the address at which it is told."""
        return workloads.keep_data(self.shared, namespace or self.namespace())

    def until_told(self, address):
        workloads.until_told(self.shared, address)

    def names_are_resolved(self):
        """Asked once: a busy machine may be slow, but a question that is led nowhere gets no answer at all."""
        server = workloads.service_address(self.kubectl, "kube-system", "kube-dns")
        return self.shared.resolve(server, "kubernetes.default.svc.cluster.local", seconds=5)

    def assert_useful(self):
        """Now, not soon: the command that was to make it so has returned. Only what kubelet's probes say of components
        comes when they are asked, which they are every ten seconds."""
        self.assertTrue(nodes_ready(self.kubectl.items("nodes")))
        self.assertTrue(self.names_are_resolved())
        waiting.until("all components are well", lambda: self.ingot("cluster", "status", self.shared.name).code == 0, 60)

    def pods(self):
        """The cluster's own and those that keep data; what provisions volumes, and other tests' pods, come and go."""
        keepers = self.kubectl.items("pods", "-A", "--field-selector", "metadata.name=keeper-0")
        return [one for one in self.kubectl.items("pods", "-n", "kube-system") + keepers
                if "deletionTimestamp" not in one["metadata"]]

    def uids(self):
        return {one["metadata"]["uid"] for one in self.pods()}

    def restarts(self):
        return {one["metadata"]["name"]: [container["restartCount"] for container in one["status"]["containerStatuses"]]
                for one in self.pods()}
