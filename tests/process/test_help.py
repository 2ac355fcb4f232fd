# SPDX-License-Identifier: Apache-2.0
import re
import shutil
import subprocess
import unittest

from program import LIMIT, ProcessTest


class Help(ProcessTest):
    def commands(self):
        """Every command that the overview lists."""
        section = self.run_ingot("--help").stdout.split("\ncommands:\n")[1].split("\n\n")[0]
        return [re.split(r"\s{2,}", line.strip())[0].split() for line in section.splitlines() if line.startswith("  ")
                and not line.startswith("    ")]

    def test_every_command_helps_on_standard_output(self):
        commands = self.commands()
        self.assertGreater(len(commands), 8)
        for words in commands:
            with self.subTest(words):
                asked = [self.run_ingot(*words, "--help"), self.run_ingot(*words, "-h"), self.run_ingot("help", *words)]
                for result in asked:
                    self.assertEqual((result.returncode, result.stderr), (0, ""))
                    self.assertEqual(result.stdout, asked[0].stdout)
                text = asked[0].stdout
                self.assertIn(f"usage: ingot {' '.join(words)}", text)
                self.assertGreaterEqual(len(re.findall(r"^  ingot |^  source ", text.split("\n\n")[2], re.M)), 2)

    def test_topics(self):
        for topic in ("exit-codes", "environment", "config"):
            result = self.run_ingot("help", topic)
            self.assertEqual(result.returncode, 0)
            self.assertGreater(len(result.stdout.splitlines()), 5)

    def test_every_variable_that_is_read_is_documented(self):
        text = self.run_ingot("help", "environment").stdout
        for name in ("INGOT_CLUSTER", "INGOT_OUTPUT", "INGOT_PROGRESS", "INGOT_TIMEOUT", "INGOT_CONFIG",
                     "KIND_CLUSTER_NAME", "DOCKER_HOST", "KUBECONFIG", "NO_COLOR", "XDG_CACHE_HOME"):
            self.assertIn(name, text)

    @unittest.skipUnless(shutil.which("groff"), "no groff here")
    def test_the_man_page_renders_without_a_warning(self):
        page = self.run_ingot("__man").stdout
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8"], input=page, text=True, capture_output=True,
                              timeout=LIMIT, check=True)
        self.assertEqual(done.stderr, "")
        self.assertIn("cluster create", done.stdout)


if __name__ == "__main__":
    unittest.main()
