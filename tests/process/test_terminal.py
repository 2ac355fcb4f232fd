# SPDX-License-Identifier: Apache-2.0
import re
import unittest

from program import INGOT, ProcessTest
from pty_session import PtySession

CTRL_C = "\x03"
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


class Terminal(ProcessTest):
    def on_terminal(self, *arguments, **how):
        session = PtySession([INGOT, *arguments], self.env, self.home, **how)
        self.addCleanup(session.close)
        return session

    def test_progress_is_animated_and_the_cursor_comes_back(self):
        self.silent_engine()
        session = self.on_terminal("cluster", "create", "demo")
        session.read_until(r"create cluster/demo")
        session.read_until(r"\x1b\[1A\r\x1b\[J.*create cluster/demo")
        session.send(CTRL_C)
        self.assertEqual(session.finish(), 130)
        self.assertIn("stopping; press Ctrl-C again", session.text)
        self.assertLess(session.text.index(HIDE), session.text.rindex(SHOW))
        self.assertEqual(session.text.count(HIDE), session.text.count(SHOW))

    def test_lines_stay_within_a_narrow_terminal(self):
        self.silent_engine()
        self.env["COLUMNS"] = "20"
        session = self.on_terminal("cluster", "create", "a-name-that-is-much-too-long", columns=20)
        session.read_until("•.*\r\n")
        session.send(CTRL_C)
        session.finish()
        for line in re.findall(r"• [^\r\n]*", session.text):
            self.assertLessEqual(len(line), 20)

    def test_no_animation_in_ci_or_on_a_dumb_terminal(self):
        for name, value in (("CI", "true"), ("TERM", "dumb")):
            with self.subTest(name):
                self.silent_engine()
                self.env[name] = value
                session = self.on_terminal("cluster", "create", "demo")
                session.read_until("create cluster/demo")
                session.send(CTRL_C)
                self.assertEqual(session.finish(), 130)
                self.assertNotIn(HIDE, session.text)

    def test_errors_are_red_on_a_terminal_unless_no_color_is_set(self):
        session = self.on_terminal("cluster", "list")
        self.assertEqual(session.finish(), 5)
        self.assertIn("\x1b[31merror:\x1b[0m", session.text)
        self.env["NO_COLOR"] = "1"
        session = self.on_terminal("cluster", "list")
        session.finish()
        self.assertNotIn("\x1b", session.text)


if __name__ == "__main__":
    unittest.main()
