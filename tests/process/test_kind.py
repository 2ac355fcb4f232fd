# SPDX-License-Identifier: Apache-2.0
"""The binary called by the name of kind."""
import pathlib
import re
import subprocess
import unittest

from program import INGOT, LIMIT, ProcessTest


class CalledKind(ProcessTest):
    def setUp(self):
        super().setUp()
        self.programs = self.home / "bin"
        self.programs.mkdir()
        (self.programs / "kind").symlink_to(pathlib.Path(INGOT).resolve())
        self.env["PATH"] = f"{self.programs}:{self.env['PATH']}"

    def kind(self, *arguments, program="kind"):
        return subprocess.run([program, *arguments], env=self.env, cwd=self.home, timeout=LIMIT, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, check=False)

    def test_a_link_named_kind_is_kind(self):
        for program in ("kind", str(self.programs / "kind")):
            result = self.kind("--version", program=program)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "kind version 0.33.0\n", ""))

    def test_ingot_kind_is_the_same(self):
        for words in (["version"], ["get", "--help"], ["get", "foo"], ["help", "create", "cluster"], ["--bad"]):
            ours, called = self.run_ingot("kind", *words), self.kind(*words)
            self.assertEqual((ours.returncode, ours.stdout, ours.stderr),
                             (called.returncode, called.stdout, called.stderr))

    def test_its_exit_codes_are_0_and_1(self):
        for words in (["foo"], ["get", "nodes", "--bad"], ["get"], ["create", "cluster", "--config", "missing"],
                      ["get", "clusters"], ["delete", "cluster"]):
            result = self.kind(*words)
            self.assertEqual(result.returncode, 1, words)
            self.assertRegex(result.stderr, r"(?m)^ERROR: ")

    def test_a_missing_engine_is_told(self):
        self.assertIn("none.sock", self.kind("get", "clusters").stderr)

    def test_quiet_hides_errors_too(self):
        result = self.kind("get", "clusters", "-q")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (1, "", ""))

    def test_every_command_helps_on_standard_output(self):
        def words_of(text):
            section = re.search(r"Available Commands:\n((?:  \S.*\n)+)", text)
            return [line.split()[0] for line in section.group(1).splitlines()] if section else []

        found = [[noun] for noun in words_of(self.kind().stdout)]
        found += [[noun, verb] for [noun] in list(found) for verb in words_of(self.kind(noun, "--help").stdout)]
        self.assertGreater(len(found), 18)
        for words in found:
            result = self.kind(*words, "--help")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertIn(f"\nUsage:\n  kind {' '.join(words)}", result.stdout)

    def test_bash_completes(self):
        script = self.home / "kind.bash"
        script.write_text(self.kind("completion", "bash").stdout, encoding="utf-8")
        ask = f'source {script}; COMP_LINE=$1; COMP_POINT=${{#1}}; _kind; echo "${{COMPREPLY[@]}}"'
        for line, candidates in (("kind del", "delete"), ("kind delete ", "cluster clusters"),
                                 ("kind get nodes --na", "--name")):
            done = subprocess.run(["bash", "-c", ask, "-", line], env=self.env, cwd=self.home, timeout=LIMIT, text=True,
                                  capture_output=True, check=True)
            self.assertEqual((done.stdout.strip(), done.stderr), (candidates, ""))


if __name__ == "__main__":
    unittest.main()
