# SPDX-License-Identifier: Apache-2.0
"""ipFamily ipv6 and dual leave what kind's and kubeadm's leave of the same file; the rules are those of ipv4."""
import unittest

import test_same_as_kubeadm as same
from support import ENGINE, needs_ipv6, new_name


@needs_ipv6
class SameAsKind(same.Comparison):
    def compare_family(self, family):
        network = new_name()
        self.addCleanup(ENGINE.remove_network, network)
        self.compare(f"networking: {{ipFamily: {family}}}\n", network)

    def test_ipv6(self):
        self.compare_family("ipv6")

    def test_dual(self):
        self.compare_family("dual")


if __name__ == "__main__":
    unittest.main()
