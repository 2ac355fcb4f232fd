# SPDX-License-Identifier: Apache-2.0
import pathlib
import signal
import subprocess
import time
import unittest

from program import INGOT, LIMIT, ProcessTest


class Interrupts(ProcessTest):
    def interrupted(self, number, *arguments):
        """Start, wait until the engine was asked, interrupt; (exit code, stderr, seconds until the end)."""
        engine = self.silent_engine()
        process = self.start_ingot(*arguments)
        self.assertTrue(engine.asked.wait(LIMIT))
        begin = time.monotonic()
        process.send_signal(number)
        _, stderr = process.communicate(timeout=LIMIT)
        return process.returncode, stderr, time.monotonic() - begin

    def test_ctrl_c_is_answered_and_ends_a_create_that_hangs(self):
        code, stderr, seconds = self.interrupted(signal.SIGINT, "cluster", "create")
        self.assertEqual(code, 130)
        self.assertIn("stopping; press Ctrl-C again to leave things as they are", stderr)
        self.assertLess(seconds, 5)

    def test_sigterm(self):
        self.assertEqual(self.interrupted(signal.SIGTERM, "cluster", "create")[0], 143)

    def test_what_has_nothing_to_clean_up_ends_at_once(self):
        code, stderr, _ = self.interrupted(signal.SIGINT, "cluster", "list")
        self.assertEqual(code, 130)
        self.assertEqual(stderr, "interrupted\n")

    def test_ctrl_c_twice_in_a_row(self):
        engine = self.silent_engine()
        process = self.start_ingot("cluster", "create")
        self.assertTrue(engine.asked.wait(LIMIT))
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 130)

    def test_a_file_that_never_ends_can_be_interrupted(self):
        process = subprocess.Popen([INGOT, "cluster", "create", "-f", "-"], env=self.env, cwd=self.home,
                                   stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.kill)
        process.stdin.write(b"kind: ")
        process.stdin.flush()
        blocked = pathlib.Path(f"/proc/{process.pid}/status")
        # Interrupt only once the program has taken the signal over.
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            mask = [line for line in blocked.read_text().splitlines() if line.startswith("SigBlk")][0]
            if int(mask.split()[1], 16) & (1 << (signal.SIGINT - 1)):
                break
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), 130)


if __name__ == "__main__":
    unittest.main()
