# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from program import ProcessTest


class Manners(ProcessTest):
    def files(self):
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(self.home) for name in names)

    def test_nothing_is_written_by_commands_that_only_look_or_fail(self):
        for arguments in (["version"], ["help"], ["cluster", "list"], ["cluster", "status"], ["doctor"],
                          ["cluster", "create", "--dry-run"], ["cluster", "create"], ["completion", "bash"],
                          ["cluster", "delete", "--yes"], ["version", "-o", "json"]):
            self.run_ingot(*arguments)
            self.assertEqual(self.files(), [], arguments)

    def test_version_asks_nobody(self):
        engine = self.silent_engine()
        self.assertEqual(self.run_ingot("version").returncode, 0)
        self.assertFalse(engine.asked.is_set())


if __name__ == "__main__":
    unittest.main()
