# SPDX-License-Identifier: Apache-2.0
"""The console in a browser, at a real server on a real engine. tests/console has what takes no engine."""

import json
import os
import signal
import subprocess
import unittest

from live import command
from live.browsing import BrowserTest
from support import ENGINE, IMAGE, INGOT, Scenario, gone_afterwards, new_name

# Sockets that the page has opened, and what it was told.
LISTEN = """
window.sockets = [];
window.heard = [];
window.WebSocket = class extends WebSocket {
  constructor(...how) {
    super(...how);
    sockets.push(this);
    this.addEventListener('message', ({data}) => heard.push(JSON.parse(data)));
  }
};
"""


class ConsoleTest(BrowserTest, Scenario):
    """A server on the engine, and one cluster that is gone afterwards."""

    def setUp(self):
        super().setUp()
        self.server = None
        self.serve()
        self.name = self.enterContext(gone_afterwards(new_name()))

    def serve(self, port=0, *flags):
        self.server = subprocess.Popen(
            [
                str(INGOT),
                "serve",
                "--listen",
                f"127.0.0.1:{port}",
                "--socket",
                str(self.folder / "live.sock"),
                *flags,
            ],
            env={**os.environ, **self.ingot.env},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.addCleanup(self.stop, self.server)
        said = []
        for line in self.server.stderr:
            said.append(line)
            if "open in a browser: " in line:
                self.url = line.split("browser: ")[1].strip()
                self.address, self.token = self.url.split("/#token=")
                return
        raise AssertionError("".join(said))

    def stop(self, server, number=signal.SIGINT):
        if server.poll() is None:
            server.send_signal(number)
        server.wait(60)
        server.stderr.close()

    def node(self, role="worker"):
        """A container that is a node, for all that its labels tell."""
        name = f"{self.name}-{role}"
        command.succeed(
            "docker",
            "run",
            "--detach",
            "--name",
            name,
            "--network",
            "none",
            "--label",
            f"io.x-k8s.kind.cluster={self.name}",
            "--label",
            f"io.x-k8s.kind.role={role}",
            "--entrypoint",
            "sleep",
            IMAGE,
            "infinity",
        )
        return name

    def remove(self):
        ENGINE.remove([container["Id"] for container in ENGINE.containers(self.name)])

    def live(self):
        self.browser.until_text("Live", "#link")


class Console(ConsoleTest):
    def test_objects_appear_change_and_go(self):
        self.browser.open(self.url)
        self.live()
        self.assertEqual(self.browser.run("return location.href"), f"{self.address}/#/")
        self.browser.until_text("Engine connected", ".heading")
        name = self.node("control-plane")
        self.browser.until_text(self.name, "nav")
        self.browser.until_text(self.name, "tbody")
        self.browser.run("location.hash = arguments[0]", f"#/cluster/{self.name}")
        self.browser.until_text(name, ".topology")
        command.succeed("docker", "kill", name)
        self.browser.until(
            "it is seen to have ended", "return document.querySelector('.box .word').textContent === 'exited'"
        )
        command.succeed("docker", "start", name)
        self.browser.until_text("state exited → running", ".entries")
        self.remove()
        self.browser.until_text("There is no cluster of this name now.", ".notice")
        self.browser.until(
            "it is not in the list of pages",
            "return !document.querySelector('nav').innerText.includes(arguments[0])",
            self.name,
        )
        self.assert_quiet(self.address)

    def test_a_restarted_server_is_found_again_and_nothing_is_missed(self):
        self.browser.open(self.url)
        self.live()
        self.browser.run("window.isSamePage = true")
        self.stop(self.server, signal.SIGKILL)
        self.browser.until_text("Reconnecting", "#link")
        self.node()
        self.serve(self.address.rsplit(":", 1)[1])
        self.live()
        self.browser.until_text(self.name, "tbody")
        self.browser.run("location.hash = '#/changes'")
        self.browser.until_text("Another run of the server", ".entries")
        self.assertIn(self.name, self.browser.text(".entries"))
        self.assertTrue(self.browser.run("return isSamePage"))

    def test_a_lost_connection_goes_on_where_it_was(self):
        listening = self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", source=LISTEN)
        self.addCleanup(self.browser.devtools, "Page.removeScriptToEvaluateOnNewDocument", **listening)
        self.browser.open(self.url)
        self.live()
        self.browser.until("a snapshot was heard", "return heard.some(({complete}) => complete)")
        self.browser.run("sockets[0].close()")
        self.node()
        self.browser.until(
            "it is back", "return sockets.length === 2 && heard.filter(({type}) => type === 'welcome').length === 2"
        )
        self.browser.until_text(self.name, "tbody")
        heard = self.browser.run("return heard")
        self.assertEqual([message["resumed"] for message in heard if message["type"] == "welcome"], [False, True])
        versions = [message["version"] for message in heard if message["type"] == "change"]
        self.assertEqual(versions, sorted(set(versions)))
        self.assertEqual(len([message for message in heard if message["type"] == "snapshot"]), 1)

    def test_the_token_is_asked_for_and_a_wrong_one_is_told(self):
        self.browser.open(f"{self.address}/")
        self.browser.until_text("Which token?", "main")
        self.browser.until_text("No token", "#link")
        self.assertEqual(self.browser.focused(), "token")
        self.browser.press("wrong", "Enter")
        self.browser.until_text("This token is not the server’s.", ".problem")
        self.browser.press(self.token, "Enter")
        self.live()
        self.browser.until_text("Engine connected", ".heading")
        # As long as the tab is open it is known; and an address replaces it.
        self.browser.open("about:blank")
        self.browser.open(f"{self.address}/")
        self.live()
        self.browser.open(f"{self.address}/#token={'0' * 64}")
        self.browser.until_text("This token is not the server’s.", ".problem")
        self.browser.open("about:blank")
        self.browser.open(f"{self.address}/?token={self.token}")
        self.live()
        self.assertNotIn("token", self.browser.run("return location.href"))
        # What was refused is told by the browser, too, and nothing else is.
        self.assertEqual(
            [one for one in self.browser.complaints() if "401" not in one and "NETWORK_CHANGED" not in one], []
        )

    def test_nothing_but_the_page_comes_without_the_token(self):
        self.browser.open(f"{self.address}/console/icon.svg")
        status = "return (await fetch(arguments[0])).status"
        for path, expected in (
            ("/", 200),
            ("/console/app.js", 200),
            ("/state", 401),
            ("/metrics", 401),
            ("/console/nothing", 401),
        ):
            self.assertEqual(self.browser.run(status, path), expected, path)

    def test_by_tls_it_is_the_same(self):
        self.stop(self.server)
        self.serve(0, "--tls")
        self.assertTrue(self.address.startswith("https://"))
        self.browser.open(self.url)
        self.live()
        self.browser.until_text("Engine connected", ".heading")
        self.assert_quiet(self.address)

    def test_the_policy_lets_nothing_else_in(self):
        self.browser.open(self.url)
        self.live()
        self.browser.complaints()
        self.assertTrue(self.browser.run("""
            try { document.body.innerHTML = '<p>x</p>'; return false; } catch { return true; }"""))
        blocked = self.browser.run("""
            try { await fetch('http://127.0.0.1:1/'); return ''; } catch (error) { return error.message; }""")
        self.assertTrue(blocked)
        complaints = json.dumps(self.browser.complaints())
        self.assertIn("Content Security Policy", complaints)


if __name__ == "__main__":
    unittest.main()
