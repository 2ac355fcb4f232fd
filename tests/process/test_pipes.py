# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import unittest

from program import INGOT, LIMIT, ProcessTest


class Pipes(ProcessTest):
    def test_a_reader_that_has_gone_is_no_reason_to_complain(self):
        reader, writer = os.pipe()
        os.close(reader)
        process = subprocess.run([INGOT, "help"], env=self.env, stdout=writer, stderr=subprocess.PIPE, timeout=LIMIT,
                                 check=False)
        os.close(writer)
        self.assertEqual(process.stderr, b"")
        self.assertEqual(process.returncode, 0)

    def test_a_result_that_cannot_be_written_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            process = subprocess.run([INGOT, "help"], env=self.env, stdout=full, stderr=subprocess.PIPE,
                                     timeout=LIMIT, check=False)
        self.assertEqual(process.returncode, 5)
        self.assertIn(b"cannot be written", process.stderr)

    def test_a_pipe_gets_no_colours_and_no_cursor_movements(self):
        self.silent_engine()
        result = self.run_ingot("cluster", "list", "-o", "json", "--no-input", "--help")
        self.assertNotIn("\x1b", result.stdout)
        result = self.run_ingot("clutser")
        self.assertNotIn("\x1b", result.stderr)

    def test_closed_standard_streams(self):
        process = subprocess.run(["sh", "-c", f"'{INGOT}' version <&- >&- 2>&-"], env=self.env, timeout=LIMIT,
                                 check=False)
        self.assertEqual(process.returncode, 5)


if __name__ == "__main__":
    unittest.main()
