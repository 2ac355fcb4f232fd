# SPDX-License-Identifier: Apache-2.0
"""Terminals on the page: keys, sizes, others' shells, and what programs write to do harm."""

import base64
import json
import unittest

from page import CREATED, Page

LIST = {
    "commands": [
        {"path": "node exec", "summary": "Run", "terminal": True, "flags": [], "positionals": []},
        {"path": "cluster list", "summary": "List", "terminal": False, "flags": [], "positionals": []},
    ]
}
ROWS = "[...document.querySelectorAll('.rows:not([hidden]) > div')]"


class Shells(Page):
    def open(self, page="#/object/node/demo-worker", **how):
        self.server = self.serve(commands=True, extra={"/commands.json": json.dumps(LIST)}, **how)
        self.go(self.server.address, page)
        self.browser.until_text("demo", "nav")

    def received(self, kind):
        while True:
            message = self.server.received.get(timeout=30)
            if message and message["type"] == kind:
                return message

    def typed(self, end):
        """All that comes, until it ends so; the command has taken it."""
        said = b""
        while not said.endswith(end):
            message = self.received("input")
            said += base64.b64decode(message["bytes"])
            self.server.say(type="taken", command=message["command"])
        return said

    def write(self, text, command="c1"):
        data = text if isinstance(text, bytes) else text.encode()
        self.server.say(type="output", command=command, stream="stdout", bytes=base64.b64encode(data).decode())

    def shell(self, command="c1"):
        """Opened by the button; its size."""
        self.browser.until_text("Shell", ".heading")
        self.browser.click(".heading button")
        run = self.received("run")
        self.server.say(type="started", id=run["id"], command=command)
        self.server.say(type="resized", command=command, terminal=run["terminal"])
        self.assertEqual(run["arguments"], ["node", "exec", "demo-worker", "--", "bash"])
        return run["terminal"]

    def others_shell(self, **size):
        self.server.set(
            "command",
            "c2",
            arguments=["node", "exec", "demo-worker", "--", "bash"],
            state="Running",
            started=CREATED,
            who="alice",
            channel="",
            terminal=size,
        )
        self.browser.until(
            "it is in the list",
            """const fold = document.querySelector('.fold');
            return fold.getClientRects().length > 0 && (fold.click(), true)""",
        )
        self.browser.click(".tabs button")
        self.assertEqual(self.received("join"), {"type": "join", "command": "c2"})
        self.server.say(type="resized", command="c2", terminal=size)

    def rows(self):
        return self.browser.run(f"return {ROWS}.map((row) => row.textContent)")

    def until_row(self, text):
        self.browser.until(f"a row {text!r}", f"return {ROWS}.some((row) => row.textContent === arguments[0])", text)

    def test_keys_go_to_the_program_and_one_leaves(self):
        self.open()
        self.shell()
        self.write("$ ")
        self.until_row("$ ")
        self.browser.press("ls /:", "Enter", "Left", "Home", "PageUp", "F5", "Tab", "Backspace", "Escape")
        self.assertEqual(self.typed(b"\x1b"), b"ls /:\r\x1b[D\x1b[H\x1b[5~\x1b[15~\t\x7f\x1b")
        self.browser.press("c", held=["Control"])
        self.browser.press("b", held=["Alt"])
        self.browser.press("Tab", held=["Shift"])
        self.assertEqual(self.typed(b"Z"), b"\x03\x1bb\x1b[Z")
        self.write("\x1b[?1hkeys are others")
        self.until_row("$ keys are others")
        self.browser.press("Up", "é€")
        self.assertEqual(self.typed("€".encode()), "\x1bOAé€".encode())
        self.assertIn("Ctrl-] leaves", self.browser.text("#terminal-hint"))
        described = "return document.activeElement.getAttribute('aria-describedby')"
        self.assertEqual(self.browser.run(described), "terminal-hint")
        self.browser.press("]", held=["Control"])
        self.assertIn("node exec", self.browser.focused())
        self.browser.press("Enter", "x")
        self.assertEqual(self.typed(b"x"), b"x", "and back")
        self.browser.press("]", held=["Control"])
        self.browser.press("Tab", held=["Shift"])
        self.assertEqual(self.browser.run("return document.activeElement.closest('.output')"), None)
        self.assert_quiet(self.server.address)

    def test_what_is_pasted_is_marked_and_comes_in_pieces(self):
        self.open()
        self.shell()
        self.write("\x1b[?2004h$ ")
        self.until_row("$ ")
        paste = """
        const data = new DataTransfer();
        data.setData('text', arguments[0]);
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, cancelable: true}));
        """
        self.browser.run(paste, "one\ntwo\x1b[201~\x03")
        self.assertEqual(self.typed(b"~"), b"\x1b[200~one\rtwo[201~\x1b[201~")
        self.browser.run(paste, "x" * 200_000)
        self.assertEqual(len(self.typed(b"\x1b[201~")), 200_012)

    def test_the_size_is_that_of_the_pane(self):
        self.open()
        before = self.shell()
        self.assertGreater(before["columns"], 100)
        self.browser.resize(700, 900)
        narrow = self.received("resize")["terminal"]
        self.assertLess(narrow["columns"], before["columns"])
        self.write("\x1b[999;999H\x1b[6n")
        self.assertEqual(self.typed(b"R"), b"\x1b[%d;%dR" % (before["rows"], before["columns"]))
        self.server.say(type="resized", command="c1", terminal=narrow)
        self.write("\x1b[999;999H\x1b[6n")
        self.assertEqual(self.typed(b"R"), b"\x1b[%d;%dR" % (narrow["rows"], narrow["columns"]))
        self.browser.click(".tall")
        self.assertGreater(self.received("resize")["terminal"]["rows"], narrow["rows"])

    def test_nothing_is_wider_than_the_pane(self):
        self.open()
        size = self.shell()
        self.write("─" * size["columns"] + "你" * (size["columns"] // 2) + "x\r\n")
        self.write("\r\n".join(str(i) for i in range(100)))
        self.until_row("99")
        wide = "const o = document.querySelector('.output'); return o.scrollWidth - o.clientWidth"
        self.assertLessEqual(self.browser.run(wide), 0)
        at_end = "const o = document.querySelector('.output'); return o.scrollHeight - o.scrollTop - o.clientHeight"
        self.assertLess(self.browser.run(at_end), 2)
        self.assertEqual(len(self.rows()), 103)
        self.browser.press("PageUp", held=["Shift"])
        self.browser.until("it has scrolled", f"{at_end} > 50")

    def test_few_rows_are_on_the_page_until_somebody_goes_back(self):
        self.open()
        self.shell()
        self.write("".join(f"row {i}\r\n" for i in range(3000)))
        self.until_row("row 2999")
        self.assertLess(len(self.rows()), 500)
        top = "const o = document.querySelector('.output'); o.scrollTop = 0;"
        self.browser.until("the first one is there", f"{top} return {ROWS}[0].textContent === 'row 0'")
        place = self.browser.run("return document.querySelector('.output').scrollTop")
        self.write("more\r\n" * 50)
        self.until_row("more")
        self.assertEqual(self.browser.run("return document.querySelector('.output').scrollTop"), place)
        self.assertEqual(self.rows()[0], "row 0")
        self.browser.click(".output")
        self.browser.press("x")
        self.write("and more\r\n")
        self.browser.until("it follows again", f"return {ROWS}.length < 500")

    def test_full_screen_programs_have_a_screen_of_their_own(self):
        self.open()
        size = self.shell()
        self.write("$ less\r\n\x1b[?1049h\x1b[H\x1b[2J\x1b[7mstatus\x1b[m\x1b[2;1Hwords\x1b[?25l")
        self.until_row("words")
        self.assertEqual(len(self.rows()), size["rows"])
        self.assertTrue(self.browser.run("return document.querySelector('.cursor').hidden"))
        self.assertIn("var(--ground)", self.browser.run(f"return {ROWS}[0].firstChild.style.color"))
        turn = "document.querySelector('.rows:not([hidden])').dispatchEvent(new WheelEvent('wheel', arguments[0]))"
        self.browser.run(turn, {"deltaY": 120, "bubbles": True, "cancelable": True})
        self.assertEqual(self.typed(b"B"), b"\x1b[B" * 3)
        self.write("\x1b[?1049l\x1b[?25h")
        self.until_row("$ less")
        self.assertNotIn("words", self.rows())

    def test_only_rows_that_change_are_made_anew(self):
        self.open()
        self.shell()
        self.write("one\r\ntwo\r\nthree")
        self.until_row("three")
        self.browser.run(f"window.kept = {ROWS}.map((row) => row.firstChild)")
        self.write("!\r\n")
        self.until_row("three!")
        same = f"return {ROWS}.slice(0, 3).map((row, i) => row.firstChild === kept[i])"
        self.assertEqual(self.browser.run(same), [True, True, False])

    def test_what_programs_write_is_text_and_never_markup(self):
        self.open()
        self.shell()
        evil = "<img src=x onerror=alert(1)>"
        link = "\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07"
        self.write(f"{evil}\x1b]0;{evil}\x07\x1b[38;2;1;2;3m\x1b[48;5;200m{evil}{link}\r\n")
        self.until_row(f"{evil}{evil}link")
        self.assertEqual(self.browser.run("return document.querySelectorAll('img, .rows a').length"), 0)
        self.assertNotIn("onerror", self.browser.run("return document.title"))
        self.assert_quiet(self.server.address)

    def test_where_a_shell_can_be_opened(self):
        self.open("#/")
        for name, state in (("box", "Running"), ("other", "Stopped")):
            self.server.set(
                "instance", name, state=state, address="", ssh="", image="i", containerId="c", created=CREATED
            )
        shown = "return document.querySelector('.heading button')?.getClientRects().length ?? 0"
        self.browser.run("location.hash = '#/object/instance/other'")
        self.browser.until_text("Stopped", ".heading")
        self.assertEqual(self.browser.run(shown), 0)
        self.browser.run("location.hash = '#/object/instance/box'")
        self.browser.until_text("Shell", ".heading")
        self.browser.click(".heading button")
        self.assertEqual(self.received("run")["arguments"], ["instance", "exec", "box", "--", "bash"])
        reader = self.serve()
        self.go(reader.address, "#/object/node/demo-worker")
        self.browser.until_text("running", ".heading")
        self.assertEqual(self.browser.run(shown), 0, "who may only read")

    def test_which_commands_run_in_a_terminal(self):
        self.open("#/")
        self.browser.until("completion has come", "return fetch('/commands.json').then(() => true)")
        self.browser.press(":", "node exec demo-worker -- top", "Enter")
        self.assertIn("terminal", self.received("run"))
        self.browser.press("]", held=["Control"])
        self.browser.press(":", "cluster list", "Enter")
        self.assertNotIn("terminal", self.received("run"))
        self.browser.press("Enter", held=["Control"])
        self.browser.press("cluster list")
        self.browser.press("Enter", held=["Control"])
        self.assertIn("terminal", self.received("run"))

    def test_a_shell_that_ends_gives_the_keyboard_back_and_one_that_is_closed_hangs_up(self):
        self.open()
        self.shell()
        self.write("$ exit\r\n")
        self.server.say(type="ended", command="c1", code=7)
        self.until_row("ended with exit code 7")
        self.assertEqual(self.browser.focused(), "command")
        self.shell("c3")
        self.write("again", "c3")
        self.until_row("again")
        self.browser.click(".bar .quiet")
        self.assertEqual(self.received("signal"), {"type": "signal", "command": "c3", "signal": "HUP"})
        self.assertEqual(self.received("leave"), {"type": "leave", "command": "c3"})

    def test_somebody_elses_shell_has_its_size_until_it_is_taken_over(self):
        self.open("#/")
        self.others_shell(columns=33, rows=7)
        self.write("\x1b[6n" + "x" * 40 + "\r\n", "c2")
        self.server.say(type="joined", command="c2")
        self.until_row("x" * 33)
        self.assertEqual(len(self.rows()), 7)
        self.assertIn("alice runs it", self.browser.text(".bar"))
        self.browser.click(".output")
        self.browser.press("y")
        self.assertEqual(self.typed(b"y"), b"y", "no answers, but what is typed")
        self.browser.click(".fit")
        size = self.received("resize")["terminal"]
        self.server.say(type="resized", command="c2", terminal=size)
        self.browser.until("it is as large as the pane", f"return {ROWS}.length >= arguments[0]", size["rows"])
        self.assertFalse(self.browser.run("return document.querySelector('.fit').getClientRects().length > 0"))
        self.browser.click(".bar .quiet")
        self.assertEqual(self.received("leave"), {"type": "leave", "command": "c2"})

    def test_who_may_only_read_sees_it_and_types_nothing(self):
        self.server = self.serve()
        self.go(self.server.address)
        self.browser.until_text("demo", "nav")
        self.others_shell(columns=33, rows=7)
        self.write("\x1b[31mhello\r\n", "c2")
        self.until_row("hello")
        self.browser.click(".output")
        self.browser.press("y")
        for part in (".prompt", ".answer", ".keys", ".stop", ".fit", "#terminal-hint"):
            seen = "return document.querySelector(arguments[0]).getClientRects().length"
            self.assertEqual(self.browser.run(seen, part), 0, part)
        self.server.remove("command", "c2")
        self.assertTrue(self.server.received.empty())


if __name__ == "__main__":
    unittest.main()
