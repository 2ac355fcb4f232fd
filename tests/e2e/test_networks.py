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


class Subnets(NetworkScenario):
    def test_a_network_is_made_with_the_subnets_asked_for_and_keeps_them(self):
        network = self.network()
        subnets = ["10.199.0.0/20", "fd00:199::/64"]
        asked = [part for subnet in subnets for part in ("--subnet", subnet)]
        with self.cluster("--network", network, *asked) as cluster:
            made, = ENGINE.networks(network)
            self.assertEqual([config["Subnet"] for config in made["IPAM"]["Config"]], subnets)
            attached = ENGINE.inspect(cluster.control_plane)["NetworkSettings"]["Networks"][network]
            self.assertTrue(attached["IPAddress"].startswith("10.199."), attached)
            other = new_name()
            refused = self.ingot.create(other, "--network", network, "--subnet", "10.198.0.0/20")
            self.assert_code(refused, 4)
            self.assertIn(f"the network '{network}' exists without the subnet 10.198.0.0/20", refused.err)
            self.assert_nothing_left(other)


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
