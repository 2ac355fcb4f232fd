# SPDX-License-Identifier: Apache-2.0
"""`ingot kubectl` is kubectl: its arguments, streams, exit code and terminal."""
import os
import pty
import select
import subprocess
import time
import unittest

from support import INGOT, SharedCluster

CONFIG_MAP = """apiVersion: v1
kind: ConfigMap
metadata:
  name: from-stdin
data:
  greeting: hello
"""


class PassThrough(SharedCluster):
    def call(self, *arguments, **how):
        return self.ingot("kubectl", "--cluster", self.shared.name, "--", *arguments, **how)

    def test_output_goes_to_stdout_alone(self):
        result = self.call("get", "nodes", "-o", "name")
        self.assertEqual((result.code, result.out, result.err), (0, f"node/{self.shared.control_plane}\n", ""))

    def test_standard_input_is_read_to_its_end(self):
        namespace = self.namespace()
        self.assert_code(self.call("apply", "-n", namespace, "-f", "-", stdin=CONFIG_MAP), 0)
        result = self.call("get", "configmap/from-stdin", "-n", namespace, "-o", "jsonpath={.data.greeting}")
        self.assertEqual(result.out, "hello")

    def test_large_input_and_output_arrive_whole(self):
        namespace = self.namespace()
        text = "0123456789abcdef" * 2**15
        manifest = f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: large\ndata:\n  text: {text}\n"
        self.assert_code(self.call("create", "-n", namespace, "-f", "-", stdin=manifest), 0)
        result = self.call("get", "configmap/large", "-n", namespace, "-o", "jsonpath={.data.text}")
        self.assertEqual(result.out, text)

    def test_exit_code_and_errors_are_kubectls(self):
        result = self.call("get", "pod/none")
        self.assertEqual((result.code, result.out), (1, ""))
        self.assertIn('pods "none" not found', result.err)

    def test_exit_code_of_a_difference_is_kept(self):
        namespace = self.namespace()
        result = self.call("diff", "-n", namespace, "-f", "-", stdin=CONFIG_MAP)
        self.assert_code(result, 1)
        self.assertIn("+  greeting: hello", result.out)

    def test_a_terminal_is_a_terminal_inside(self):
        ours, theirs = pty.openpty()
        try:
            process = subprocess.Popen(
                [INGOT, "kubectl", "--cluster", self.shared.name, "--", "config", "view"],
                stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, **self.ingot.env})
            os.close(theirs)
            text = read_all(ours, process)
        finally:
            os.close(ours)
        self.assertEqual(process.returncode, 0, text)
        # A terminal turns line ends into carriage return and line feed.
        self.assertIn(b"kind: Config\r\n", text)


def read_all(terminal, process, limit=30):
    text = b""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:  # the other side is closed
                break
            text += chunk
        elif process.poll() is not None:
            break
    process.wait(limit)
    return text


if __name__ == "__main__":
    unittest.main()
