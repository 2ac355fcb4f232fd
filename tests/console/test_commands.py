# SPDX-License-Identifier: Apache-2.0
"""The command box."""

import base64
import json
import unittest

from page import CREATED, Page


class Commands(Page):
    LIST = {
        "commands": [
            {"path": "cluster list", "summary": "List clusters", "flags": [], "positionals": []},
            {
                "path": "cluster delete",
                "summary": "Delete clusters",
                "flags": [{"name": "--yes", "help": "do not ask"}],
                "positionals": [{"name": "NAME", "meaning": "cluster", "limit": 1000}],
            },
        ]
    }

    def received(self, server, kind):
        while True:
            message = server.received.get(timeout=30)
            if message and message["type"] == kind:
                return message

    def test_no_box_where_no_commands_are_run(self):
        server = self.serve()
        self.go(server.address)
        self.browser.until_text("demo", "nav")
        self.assertTrue(self.browser.run("return document.getElementById('dock').hidden"))
        self.browser.press(":")
        hello = {"type": "hello", "name": "browser", "filter": {"also": ["event", "viewer"]}}
        self.assertEqual(self.received(server, "hello"), hello)

    def test_a_command_is_completed_run_answered_and_interrupted(self):
        server = self.serve(commands=True, extra={"/commands.json": json.dumps(self.LIST)})
        self.go(server.address)
        self.browser.until_text("demo", "nav")
        self.browser.press(":", "cl")
        self.browser.until_text("cluster", "#suggestions")
        self.browser.press("Tab", "de", "Tab", "de", "Down", "Enter")
        self.assertEqual(self.browser.run("return command.value"), "cluster delete demo ")
        self.browser.press("Enter")
        run = self.received(server, "run")
        self.assertEqual(run["arguments"], ["cluster", "delete", "demo"])
        server.say(type="started", id=run["id"], command="c1")
        written = "\x1b[32mgone\x1b[0m <b>not bold</b>\nreally? ".encode()
        server.say(type="output", command="c1", stream="stdout", bytes=base64.b64encode(written).decode())
        self.browser.until_text("gone <b>not bold</b>", ".output")
        self.browser.click(".answer input")
        self.browser.press("y", "Enter")
        self.assertEqual(base64.b64decode(self.received(server, "input")["bytes"]), b"y\n")
        self.browser.click(".bar .stop")
        self.assertEqual(self.received(server, "signal"), {"type": "signal", "command": "c1", "signal": "INT"})
        server.say(type="ended", command="c1", code=130)
        self.browser.until_text("ended with exit code 130", ".output")
        self.assert_quiet(server.address)

    def test_output_is_followed_until_somebody_scrolls(self):
        server = self.serve(commands=True, extra={"/commands.json": '{"commands": []}'})
        server.set(
            "command", "c2", arguments=["doctor"], state="Running", started=CREATED, who="somebody", terminal=False
        )
        self.go(server.address)
        self.browser.until_text("demo", "nav")
        self.browser.run("document.querySelector('.fold').click(); document.querySelector('.tabs button').click()")
        self.assertEqual(self.received(server, "join"), {"type": "join", "command": "c2"})

        def write(text):
            server.say(type="output", command="c2", stream="stdout", bytes=base64.b64encode(text.encode()).decode())

        write("".join(f"line {i}\n" for i in range(200)))
        self.browser.until_text("line 199", ".output")
        at_end = "const o = document.querySelector('.output'); return o.scrollHeight - o.scrollTop - o.clientHeight < 2"
        self.browser.until("the end is shown", at_end)
        self.browser.run("document.querySelector('.output').scrollTop = 0")
        write("more\n")
        self.browser.until_text("more", ".output")
        self.assertFalse(self.browser.run(at_end))
        self.assertIn(
            "line 7",
            self.browser.run(
                "getSelection().selectAllChildren(document.querySelector('.output')); return String(getSelection())"
            ),
        )


if __name__ == "__main__":
    unittest.main()
