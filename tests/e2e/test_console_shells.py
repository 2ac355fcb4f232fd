# SPDX-License-Identifier: Apache-2.0
"""A shell in a real node, by the console: what programs there draw, and somebody else in it."""

import contextlib
import re
import unittest

from live.browser import Browser
from test_console import LISTEN, ConsoleTest

ROWS = "[...document.querySelectorAll('.rows:not([hidden]) > div')]"


class Shells(ConsoleTest):
    def setUp(self):
        super().setUp()
        self.node_name = self.node()

    def open(self, browser=None):
        """The page of the node."""
        browser = browser or self.browser
        browser.open(self.url)
        browser.until_text("Live", "#link")
        browser.until("the node is known", f"return location.hash = '#/object/node/{self.node_name}'")
        browser.until_text("running", ".heading")

    def shell(self):
        self.open()
        self.browser.click(".heading button")
        self.until_row(r".*[#$] ?")

    def until_row(self, pattern, browser=None, limit=60):
        """A row that is all of `pattern`."""
        seen = f"""
        const pattern = new RegExp(`^(?:${{arguments[0]}})$`);
        return {ROWS}.find((row) => pattern.test(row.textContent.trimEnd()))?.textContent"""
        return (browser or self.browser).until(f"a row {pattern!r}", seen, pattern, limit=limit)

    def until_it_fits(self, rows):
        """The shell is told of a size after the page."""
        loop = f'until stty size | grep -q "^{rows} "; do sleep 0.1; done; stty size | tr " " x'
        self.browser.press(loop, "Enter")
        columns = int(self.until_row(rf"{rows}x\d+").split("x")[1])
        ruler = f"printf '%*s\\n' {columns} end; echo below"
        self.browser.press(ruler, "Enter")
        self.until_row(" +end")
        self.until_row("below")

    def screen_rows(self):
        return self.browser.run(f"return {ROWS}.length")

    def test_it_has_the_panes_size_and_the_keyboard(self):
        self.shell()
        rows = self.screen_rows()
        self.until_it_fits(rows)
        self.browser.click(".tall")
        self.browser.until("it has grown", f"return {ROWS}.length > arguments[0]", rows)
        self.browser.click(".output")
        self.until_it_fits(self.screen_rows())
        self.browser.press("sleep 1000", "Enter")
        self.until_row(r".*sleep 1000")
        self.browser.press("c", held=["Control"])
        self.browser.press("echo is $((40+2))", "Enter")
        self.until_row("is 42")
        # The line is edited: what was typed before, and something before that.
        self.browser.press("Up", "Home", "Right", "Right", "Right", "Right", " that", "End", "!", "Enter")
        self.until_row("that is 42!")
        self.browser.press("printf '\\e[1;32mgreen\\e[0m \\xe2\\x94\\x82\\n' | cat", "Enter")
        self.until_row("green │")
        self.browser.press("exit", "Enter")
        self.until_row("done")
        self.assertEqual(self.browser.focused(), "command")
        self.assert_quiet(self.address)

    def test_programs_that_take_all_of_it(self):
        self.shell()
        self.browser.press("top -d 60", "Enter")
        self.until_row(r"top - \d\d:\d\d:\d\d up .*")
        header = self.until_row(r"\s*PID USER .*COMMAND\s*")
        inverse = f"return {ROWS}.find((row) => row.textContent.includes('PID USER')).firstChild.style.backgroundColor"
        self.assertEqual(self.browser.run(inverse), "var(--text)", header)
        self.browser.press("q")
        self.until_row(r".*[#$]")
        self.browser.press("]", held=["Control"])
        self.browser.press(":", "watch nodes", "Enter")
        self.until_row(f".*{self.node_name}.*")
        self.until_row(r"NODE +STATE +ROLE +ADDRESS")
        state = f"return {ROWS}.flatMap((row) => [...row.children]).find((part) => part.textContent === 'running')"
        self.assertEqual(self.browser.run(f"{state}.style.color"), "var(--colour-2)")
        self.browser.press("q")
        self.until_row("done")

    def test_two_pages_in_one_shell(self):
        self.shell()
        self.browser.press("echo first $((1+1))", "Enter")
        self.until_row("first 2")
        with contextlib.closing(Browser(800, 700)) as other:
            self.open(other)
            other.click(".fold")
            other.click(".tabs button")
            self.until_row("first 2", other)
            self.assertIn("browser runs it", other.text(".bar"))
            count = f"return {ROWS}.length"
            self.assertGreaterEqual(other.run(count), self.screen_rows())
            other.press("echo second $((2+2))", "Enter")
            self.until_row("second 4")
            rows = self.screen_rows()
            other.click(".fit")
            self.browser.until("it has the other's size", f"{count} !== arguments[0]", rows)
            self.browser.until_text("2 watch", "#presence")
        self.browser.until_text("1 watches", "#presence")
        self.browser.press("echo third $((3+3))", "Enter")
        self.until_row("third 6")
        self.browser.click(".bar .quiet")
        ended = self.until_ended()
        self.assertIn("Ended", ended)

    def test_a_lost_connection_leaves_the_shell_as_it_was(self):
        listening = self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", source=LISTEN)
        self.addCleanup(self.browser.devtools, "Page.removeScriptToEvaluateOnNewDocument", **listening)
        self.shell()
        rows = self.screen_rows()
        # What a program asks is answered once, however often it is written here.
        self.browser.press("IFS=R read -rs -d R -p $'\\e[6n' place; echo ${place:2} $((1+1))", "Enter")
        answered = self.until_row(r"\d+;1 2")
        self.browser.run("sockets[0].close()")
        joined = "return heard.filter(({type}) => type === 'joined').length === 1"
        self.browser.until("it is joined again", joined)
        self.until_row(answered)
        self.browser.press("echo after $((2+2))", "Enter")
        self.until_row("after 4")
        self.until_row(r".*[#$] echo after .*")
        self.browser.click(".tall")
        self.browser.until("it has grown", f"return {ROWS}.length > arguments[0]", rows)

    def until_ended(self):
        self.browser.run("location.hash = '#/kind/command'")
        return self.browser.until(
            "the shell was hung up",
            "const text = document.querySelector('tbody')?.innerText ?? ''; return text.includes('Ended') && text",
        )

    def test_usage_is_measured_while_it_is_seen(self):
        self.open()
        pattern = re.compile(r"Processors\s+\d+\.\d\d\s+Memory\s+[\d.]+ [kMG]?B")
        self.browser.until(
            "usage is told", f"return /{pattern.pattern}/.test(document.querySelector('.usage').innerText)"
        )
        ask = "await fetch('/state?kind=usage', {headers: {Authorization: `Bearer ${arguments[0]}`}})"
        measured = f"return (await ({ask}).text())"
        self.assertIn(f'"{self.node_name}"', self.browser.run(measured, self.token))
        self.browser.run("location.hash = '#/'")
        self.browser.until(
            "it is measured no more", f"{measured}.includes(arguments[1]) === false", self.token, f'"{self.node_name}"'
        )


if __name__ == "__main__":
    unittest.main()
