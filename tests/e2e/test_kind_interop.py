# SPDX-License-Identifier: Apache-2.0
"""kind works on clusters that ingot made, and ingot on those that kind made."""
import json
import shutil
import unittest

from live import command, waiting
from live.kubectl import Kubectl, nodes_ready
from support import ENGINE, IMAGE, INGOT, Scenario, gone_afterwards, new_name


class KindScenario(Scenario):
    def setUp(self):
        super().setUp()
        self.assertTrue(shutil.which("kind"), "kind is not on PATH; tools/kind-for-tests installs it")

    def kind(self, *arguments):
        return command.run("kind", *arguments, env=self.ingot.env)

    def kubectl_says_ready(self, name, kubeconfig_text):
        kubeconfig = self.folder / "printed"
        kubeconfig.write_text(kubeconfig_text, encoding="utf-8")
        return nodes_ready(Kubectl(name, kubeconfig, INGOT).items("nodes"))


class KindOnOurs(KindScenario):
    def test_kind_lists_opens_and_deletes_it(self):
        with gone_afterwards(new_name()) as name:
            self.assert_code(self.ingot.create(name, "--workers", "1"), 0)
            self.assertIn(name, self.kind("get", "clusters").out.split())
            self.assertEqual(sorted(self.kind("get", "nodes", "--name", name).out.split()), ENGINE.nodes(name))
            kubeconfig = self.kind("get", "kubeconfig", "--name", name)
            self.assert_code(kubeconfig, 0)
            self.assertTrue(self.kubectl_says_ready(name, kubeconfig.out))
            self.assert_code(self.kind("create", "cluster", "--name", name, "--image", IMAGE), 1)
            self.assert_code(self.kind("delete", "cluster", "--name", name), 0)
            self.assert_nothing_left(name)
            self.assertNotIn(f"kind-{name}", self.ingot.kubeconfig.read_text(encoding="utf-8"))


class OursOnKinds(KindScenario):
    def test_ingot_lists_shows_opens_and_deletes_it(self):
        with gone_afterwards(new_name()) as name:
            self.assert_code(self.kind("create", "cluster", "--name", name, "--image", IMAGE, "--wait", "120s"), 0)
            listed = json.loads(self.ingot("cluster", "list", "-o", "json").out)
            self.assertIn(name, [one["name"] for one in listed["items"]])
            # kind returns before everything runs.
            waiting.until("all of it is healthy", lambda: self.ingot("cluster", "status", name).code == 0, 120)
            kubeconfig = self.ingot("cluster", "kubeconfig", name)
            self.assert_code(kubeconfig, 0)
            self.assertTrue(self.kubectl_says_ready(name, kubeconfig.out))
            self.assert_code(self.ingot("kubectl", "--cluster", name, "--", "get", "nodes"), 0)
            self.assert_code(self.ingot.create(name), 4)
            self.assert_code(self.ingot.delete(name), 0)
            self.assert_nothing_left(name)
            self.assertNotIn(f"kind-{name}", self.ingot.kubeconfig.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
