# SPDX-License-Identifier: Apache-2.0
import json
import unittest

from program import ProcessTest


class ExitCodes(ProcessTest):
    def expect(self, code, *arguments, **how):
        result = self.run_ingot(*arguments, **how)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def test_done(self):
        self.assertTrue(self.expect(0, "version").stdout.startswith("ingot "))

    def test_wrong_usage(self):
        for arguments in ([], ["cluster"], ["clutser", "list"], ["cluster", "list", "--colour"],
                          ["cluster", "create", "--workers", "many"], ["cluster", "create", "--timeout", "5"],
                          ["cluster", "create", "Bad_Name"], ["cluster", "create", "--wait=maybe"],
                          ["cluster", "create", "-f", "missing.yaml"], ["cluster", "list", "-o", "xml"],
                          ["help", "nonsense"], ["completion", "tcsh"], ["completion"]):
            with self.subTest(arguments):
                result = self.expect(2, *arguments)
                self.assertEqual(result.stdout, "")
                self.assertNotEqual(result.stderr, "")

    def test_a_bad_cluster_file_is_told_whole_and_before_any_request(self):
        engine = self.silent_engine()
        result = self.expect(2, "cluster", "create", "-f", "-", input="apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodez: []\nnaem: x\n")
        for word in ("line 3: nodez", "line 4: naem"):
            self.assertIn(word, result.stderr)
        self.assertFalse(engine.asked.is_set())

    def test_deleting_needs_yes_where_nobody_can_be_asked_and_before_any_request(self):
        engine = self.silent_engine()
        self.assertIn("--yes", self.expect(2, "cluster", "delete", "a").stderr)
        self.assertFalse(engine.asked.is_set())

    def test_no_engine(self):
        for arguments in (["cluster", "list"], ["cluster", "status"], ["cluster", "create"],
                          ["cluster", "delete", "--yes"], ["doctor"]):
            with self.subTest(arguments):
                self.expect(5, *arguments)

    def test_kubectl_that_cannot_be_run(self):
        self.expect(125, "kubectl", "--", "get", "pods")
        self.expect(125, "kubectl", "get", "pods")

    def test_a_failure_is_json_when_json_was_asked_for(self):
        result = self.expect(5, "cluster", "list", "-o", "json")
        failure = json.loads(result.stderr)
        self.assertEqual(failure["code"], "engine-unreachable")
        self.assertEqual(result.stdout, "")

    def test_a_setting_that_is_not_valid(self):
        self.env["INGOT_OUTPUT"] = "xml"
        self.assertIn("INGOT_OUTPUT", self.expect(2, "cluster", "list").stderr)


if __name__ == "__main__":
    unittest.main()
