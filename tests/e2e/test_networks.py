# SPDX-License-Identifier: Apache-2.0
"""Networks that others made, and creates that happen at the same time."""
import concurrent.futures
import signal
import unittest

from live import events
from live.kubectl import nodes_ready
from support import ENGINE, Ingot, Scenario, gone_afterwards, new_name

TOGETHER = 10


class NetworkScenario(Scenario):
    def network(self):
        """A network name that is free, and free again after the test; call it before clusters are made."""
        name = new_name()
        self.addCleanup(ENGINE.remove_network, name)
        return name


class ForeignNetwork(NetworkScenario):
    """As kind makes it: no subnet given by a user, so the engine lets nobody choose addresses on it."""

    def create_on(self, network, *options):
        with self.cluster("--network", network, *options) as cluster:
            self.assertTrue(nodes_ready(cluster.kubectl.items("nodes")))
            for node in ENGINE.nodes(cluster.name):
                self.assertEqual(list(ENGINE.inspect(node)["NetworkSettings"]["Networks"]), [network])

    def test_native_clusters_work_where_addresses_cannot_be_chosen(self):
        network = self.network()
        ENGINE.create_network(network)
        self.create_on(network, "--bootstrap", "native", "--workers", "1")

    def test_the_network_stays_when_the_cluster_goes(self):
        network = self.network()
        self.create_on(network, "--bootstrap", "native")
        self.assertEqual(len(ENGINE.networks(network)), 1)


class AtTheSameTime(NetworkScenario):
    def test_ten_creates_agree_on_one_network(self):
        network = self.network()
        names = [self.enterContext(gone_afterwards(new_name())) for _ in range(TOGETHER)]
        creates = [self.ingot.start_create(name, "--network", network, "--no-kubeconfig") for name in names]
        for running in creates:  # ten control planes are more than a machine needs to bear for this
            self.assertIsNotNone(running.wait_for_line(events.started("/start")), "".join(running.seen))
        self.assertEqual(len(ENGINE.networks(network)), 1)
        for running in creates:
            running.signal(signal.SIGINT)
        for running in creates:
            self.assert_code(running.finish(), 130)

    def test_of_two_creates_of_one_name_one_wins(self):
        network = self.network()
        name = self.enterContext(gone_afterwards(new_name()))
        tools = [Ingot(self.folder / f"kubeconfig-{index}") for index in range(2)]
        with concurrent.futures.ThreadPoolExecutor(len(tools)) as pool:
            results = list(pool.map(lambda ingot: ingot.create(name, "--network", network, "--no-wait"), tools))
        self.assertEqual(sorted(result.code for result in results), [0, 4], "\n".join(map(str, results)))
        winner = tools[[result.code for result in results].index(0)]
        self.assert_code(winner("kubectl", "--cluster", name, "--", "get", "nodes", "-o", "name"), 0)
        self.assertEqual(ENGINE.nodes(name), [f"{name}-control-plane"])


if __name__ == "__main__":
    unittest.main()
