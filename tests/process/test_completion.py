# SPDX-License-Identifier: Apache-2.0
import pathlib
import shutil
import subprocess
import unittest

from program import INGOT, LIMIT, ProcessTest
from pty_session import PtySession


class Completion(ProcessTest):
    def setUp(self):
        super().setUp()
        programs = self.home / "bin"
        programs.mkdir()
        (programs / "ingot").symlink_to(pathlib.Path(INGOT).resolve())
        self.env["PATH"] = f"{programs}:{self.env['PATH']}"

    def shell(self, *command):
        done = subprocess.run(command, env=self.env, cwd=self.home, timeout=LIMIT, text=True, check=True,
                              capture_output=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def script(self, shell, name):
        path = self.home / name
        path.write_text(self.run_ingot("completion", shell).stdout, encoding="utf-8")
        return path

    def test_the_printed_script_is_the_one_in_the_repository(self):
        folder = pathlib.Path(__file__).resolve().parents[2] / "completions"
        for shell, name in (("bash", "ingot.bash"), ("zsh", "_ingot"), ("fish", "ingot.fish")):
            self.assertEqual(self.run_ingot("completion", shell).stdout, (folder / name).read_text(encoding="utf-8"))

    def test_no_engine_means_no_names_and_no_noise(self):
        result = self.run_ingot("__complete", "--", "cluster", "delete", "")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def test_an_engine_that_hangs_keeps_nobody_waiting(self):
        self.silent_engine()
        result = self.run_ingot("__complete", "--", "cluster", "delete", "")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def test_bash(self):
        script = self.script("bash", "ingot.bash")
        ask = f'source {script}; COMP_LINE=$1; COMP_POINT=${{#1}}; _ingot; echo "${{COMPREPLY[@]}}"'
        self.assertEqual(self.shell("bash", "-c", ask, "-", "ingot clu"), ["cluster"])
        self.assertEqual(self.shell("bash", "-c", ask, "-", "ingot cluster "),
                         ["certs", "clone", "create", "delete", "extend", "kubeconfig", "list", "logs", "pause", "restart", "resume",
                          "scale", "snapshot", "start", "status", "stop"])
        self.assertEqual(self.shell("bash", "-c", ask, "-", "ingot cluster list --output=js"), ["json"])

    @unittest.skipUnless(shutil.which("fish"), "no fish here")
    def test_fish(self):
        script = self.script("fish", "ingot.fish")
        self.assertEqual(self.shell("fish", "--no-config", "-c", f"source {script}; complete -C 'ingot clu'"),
                         ["cluster"])
        self.assertIn("create",
                      self.shell("fish", "--no-config", "-c", f"source {script}; complete -C 'ingot cluster '"))

    @unittest.skipUnless(shutil.which("zsh"), "no zsh here")
    def test_zsh(self):
        self.script("zsh", "_ingot")
        session = PtySession(["zsh", "-f", "-i"], self.env, self.home, columns=120)
        self.addCleanup(session.close)
        session.send("PS1='ready> '; fpath=($HOME $fpath); autoload -U compinit && compinit -u -D; echo load''ed\n")
        session.read_until(r"loaded")
        session.send("ingot clu\t")
        session.read_until(r"ingot cluster(\x1b\[1m)? ")  # the space may be shown as removable
        session.send("cre\t")
        session.read_until(r"create")


if __name__ == "__main__":
    unittest.main()
